"""What a person who was shown a paper is told."""

import pytest

from docs_store.enums import DocumentState, LegalState, Stage
from docs_store.models import Document, Version
from signing import services as signing
from signing.adapters.server_keys import ServerKeySigner
from signing.enums import Status
from signing.errors import NotASignablePdf
from signing.models import Signature, Verdict
from signing.ports import FieldPlace, FileFinding, Report, Secret, SigningOrder
from signing.rules.findings_json import as_json, from_json
from signing.services.authority import trust_list
from signing.services.credentials import unlock
from signing.services.signatures import signed_file
from signing.signer import get_envelope, get_signer, get_validator, keys_folder
from tests.factories import make_document, make_pdf
from tests.signing.acts import (
    AT,
    PIN,
    emit,
    encrypted_pdf,
    keep,
    make_act,
    make_signer,
    read,
    sign,
    signed_act,
    typeset_act,
)


def _titles(report: Report) -> list[tuple[bool | None, str]]:
    return [(check.ok, check.title) for check in report.checks]


def test_by_code_the_original_is_authentic_and_in_force() -> None:
    act, _pdf = signed_act("Alcalde")

    report = signing.verdict_of_document(document=act.document)

    assert (report.status, report.sentence) == (
        Status.ORIGINAL_IN_FORCE,
        "El original es auténtico y está vigente",
    )
    assert report.about == "Resolución de Alcaldía N.° 423-2023-A-MDP/LC"
    assert _titles(report) == [
        (True, "Está íntegro"),
        (True, "Tiene la firma que debe tener"),
        (True, "Sigue en vigor"),
    ]
    assert report.checks[1].sentence == (
        "1 de 1: Alcalde, viernes 10 de noviembre de 2023, 15:22; certificado válido ese día, con sello de tiempo."
    )
    assert report.advice == "Compare con su papel: si dice otra cosa, vale lo que ve aquí."


def test_a_file_that_is_the_original_is_authentic() -> None:
    act, pdf = signed_act("Gerente Municipal", "Alcalde")

    report = signing.verdict_of_file(pdf)

    assert (report.status, report.sentence) == (Status.FILE_IN_FORCE, "Su archivo es auténtico y está vigente")
    assert [(line.capacity, line.has_seal_of_time) for line in report.signatures] == [
        ("Gerente Municipal", True),
        ("Alcalde", True),
    ]
    assert report.signatures[0].person == act.signers[0].person.full_name
    assert report.document_id == act.document.pk


@pytest.mark.parametrize("state", [LegalState.ANNULLED, LegalState.REPEALED, LegalState.SUSPENDED])
def test_an_act_that_ended_is_authentic_but_no_longer_in_force(state: LegalState) -> None:
    act, pdf = signed_act()
    Document.objects.filter(pk=act.document.pk).update(legal_state=state)

    report = signing.verdict_of_file(pdf)

    assert report.sentence == "Es auténtico, pero ya no está vigente"
    assert _titles(report)[2] == (False, "Ya no está en vigor")


def test_an_annulled_document_is_no_longer_in_force() -> None:
    act, pdf = signed_act()
    Document.objects.filter(pk=act.document.pk).update(
        state=DocumentState.ANNULLED, annulled_at=AT, annul_reason="Duplicado"
    )

    assert signing.verdict_of_file(pdf).status == Status.NO_LONGER_IN_FORCE


def test_an_amended_act_stays_in_force_and_says_so() -> None:
    act, pdf = signed_act()
    Document.objects.filter(pk=act.document.pk).update(legal_state=LegalState.AMENDED)

    report = signing.verdict_of_file(pdf)

    assert report.status == Status.FILE_IN_FORCE
    assert _titles(report)[2] == (True, "Sigue en vigor, con cambios")


def test_a_version_returned_after_a_signature_was_never_emitted() -> None:
    act = make_act("Gerente Municipal", "Alcalde")
    first = sign(act, 1)

    report = signing.verdict_of_file(read(first.after))

    assert (report.status, report.sentence) == (Status.NEVER_EMITTED, "Está firmado, pero nunca fue emitido")
    assert _titles(report) == [(True, "Está íntegro"), (False, "Faltan firmas"), (False, "No fue emitido")]
    assert report.checks[1].sentence == "Debe tener 2 y tiene 1."


def test_the_last_signature_stripped_leaves_signatures_missing() -> None:
    _act, pdf = signed_act("Gerente Municipal", "Alcalde")
    one = read(Signature.objects.earliest("id").after)
    assert pdf.startswith(one)

    report = signing.verdict_of_file(one)

    assert report.status == Status.NEVER_EMITTED
    assert (False, "Faltan firmas") in _titles(report)


def test_every_signature_stripped_leaves_an_unsigned_copy_that_is_worth_nothing() -> None:
    act, _pdf = signed_act()

    report = signing.verdict_of_file(read(act.version))

    assert (report.status, report.sentence) == (Status.NEVER_EMITTED, "No está firmado y nunca fue emitido")
    assert report.checks[1].sentence == "Debe tener 1 y tiene 0."


def test_a_changed_byte_is_told_with_the_original_at_hand() -> None:
    act, pdf = signed_act()
    place = pdf.index(b"/Type") + 1
    changed = pdf[:place] + b"X" + pdf[place + 1 :]

    report = signing.verdict_of_file(changed)

    assert (report.status, report.sentence) == (Status.ALTERED, "Este archivo fue alterado")
    assert report.about == "Dice ser Resolución de Alcaldía N.° 423-2023-A-MDP/LC"
    assert report.document_id == act.document.pk
    assert report.advice == "No lo use. El original está aquí."


def test_bytes_after_the_end_are_an_alteration() -> None:
    act, pdf = signed_act()

    report = signing.verdict_of_file(pdf + b"\n% nada\n")

    assert report.status == Status.ALTERED
    assert report.document_id == act.document.pk


def test_a_truncated_file_is_an_alteration() -> None:
    _act, pdf = signed_act()

    assert signing.verdict_of_file(pdf[:-20]).status == Status.ALTERED


def test_a_copy_printed_again_without_signatures_is_known_by_its_code() -> None:
    act, _pdf = signed_act()
    again = typeset_act([make_signer("Impostor")]).pdf

    report = signing.verdict_of_file(again)

    assert report.status == Status.ALTERED
    assert report.document_id == act.document.pk
    assert (False, "Faltan firmas") in _titles(report)


def test_a_signature_moved_to_another_file_is_known() -> None:
    act, pdf = signed_act()
    start = pdf.index(b"/Contents <") + len(b"/Contents <")
    hole = pdf[start : pdf.index(b">", start)]
    other, other_pdf = signed_act(cvd="8KQ2M9XD4RTVW3HD")
    start = other_pdf.index(b"/Contents <") + len(b"/Contents <")
    moved = other_pdf[:start] + hole + other_pdf[start + len(hole) :]

    report = signing.verdict_of_file(moved)

    assert report.status == Status.ALTERED
    assert report.document_id in {act.document.pk, other.document.pk}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "El archivo está vacío"),
        (b"hola", "No pudimos leer este archivo como PDF"),
        (b"%PDF-1.7\n%%EOF\n", "No pudimos leer este archivo como PDF"),
        (make_pdf("Nada que ver"), "No conocemos este archivo"),
        (make_pdf("Nada")[:150], "No pudimos leer este archivo como PDF"),
        (b"\0" * 5000, "No pudimos leer este archivo como PDF"),
    ],
    ids=["empty", "words", "hollow", "unsigned", "truncated", "zeros"],
)
def test_what_is_not_ours_gets_an_honest_sentence(content: bytes, words: str) -> None:
    report = signing.verdict_of_file(content)

    assert report.status == Status.UNKNOWN
    assert words in report.sentence


def test_an_encrypted_file_says_what_to_do() -> None:
    pdf = encrypted_pdf()

    assert "cifrado" in signing.verdict_of_file(pdf).sentence
    with pytest.raises(NotASignablePdf):
        signing.seal(pdf, None, AT)


def test_a_code_that_is_nobodys_is_no_claim() -> None:
    assert signing.verdict_of_file(make_pdf("ABCD-EFGH-JKLM-NPQR")).status == Status.UNKNOWN


def test_a_whole_file_of_another_signer_is_told_apart_from_an_altered_one() -> None:
    pdf = signing.seal(make_pdf("De otra entidad"), None, AT)

    report = signing.verdict_of_file(pdf)
    spoilt = signing.verdict_of_file(pdf + b"x")

    assert report.status == Status.UNKNOWN
    assert report.sentence == "Está firmado y no cambió después, pero no es un documento de esta entidad"
    assert spoilt.status == Status.ALTERED


def test_a_cargo_must_bear_the_entitys_seal() -> None:
    document = make_document(title="Cargo", label="31847-2026")
    plain = keep(document, make_pdf("Cargo"), Stage.TYPESET)
    sealed = keep(document, signing.seal(make_pdf("Cargo"), None, AT), Stage.SIGNED, based_on=plain)
    Document.objects.filter(pk=document.pk).update(state=DocumentState.EMITTED, emitted_at=AT, emitted_version=sealed)
    document.refresh_from_db()

    report = signing.verdict_of_document(document)

    assert report.status == Status.ORIGINAL_IN_FORCE
    assert _titles(report)[1] == (True, "Tiene la firma que debe tener")


def test_a_file_from_outside_is_told_to_be_what_is_kept() -> None:
    document = make_document(title="Carta")
    version = keep(document, make_pdf("Carta de fuera"), Stage.FILE)
    not_yet = signing.verdict_of_file(make_pdf("Carta de fuera"))
    document.state, document.emitted_at, document.emitted_version = DocumentState.EMITTED, AT, version
    document.save()

    report = signing.verdict_of_file(make_pdf("Carta de fuera"))

    assert not_yet.status == Status.UNKNOWN
    assert report.sentence == "Su archivo es idéntico al que guarda la entidad"
    assert _titles(report)[1] == (None, "No lleva firma propia")


def test_a_document_that_was_never_emitted_says_so() -> None:
    act = make_act()
    sign(act)

    assert signing.verdict_of_document(act.document).status == Status.NEVER_EMITTED
    assert signing.verdict_of_document(make_document()).sentence == "Este documento todavía no fue emitido"


def test_without_a_list_of_revoked_certificates_nothing_is_affirmed_yet() -> None:
    _act, pdf = signed_act()
    crl = keys_folder() / "trust" / "demo.crl"
    hidden = crl.rename(keys_folder() / "hidden.crl")
    try:
        report = signing.verdict_of_file(pdf)
    finally:
        hidden.rename(crl)

    assert (report.status, report.sentence) == (Status.UNDECIDED, "No podemos afirmarlo todavía")
    assert "No se pudo consultar si el certificado estaba revocado" in report.checks[1].sentence


def test_without_a_seal_of_time_nothing_is_affirmed_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    signer = get_signer()
    assert isinstance(signer, ServerKeySigner)
    monkeypatch.setattr(signer, "_timestamper", None)
    act = make_act()
    signature = sign(act)
    emit(act, signature.after)

    report = signing.verdict_of_document(act.document)

    assert signature.level == "B-B"
    assert report.status == Status.UNDECIDED
    assert "sin sello de tiempo todavía" in report.checks[1].sentence


def test_a_verdict_is_kept_for_the_same_bytes_under_the_same_trust() -> None:
    _act, pdf = signed_act()

    first = signing.verdict_of_file(pdf)
    Verdict.objects.update(report={"file": {"problem": "kept", "signatures": []}, "is_paper_clean": True})
    second = signing.verdict_of_file(pdf)

    assert Verdict.objects.count() == 1
    assert (first.status, second.status) == (Status.FILE_IN_FORCE, Status.ALTERED)


def test_a_strangers_file_leaves_no_row() -> None:
    signing.verdict_of_file(make_pdf("Nada que ver"))

    assert not Verdict.objects.exists()


def test_findings_survive_being_kept() -> None:
    _act, pdf = signed_act("Gerente Municipal", "Alcalde")
    finding = get_validator().inspect(pdf, trust_list())

    assert from_json(as_json(finding)) == finding
    assert from_json(as_json(FileFinding(problem="unreadable"))).problem == "unreadable"


def test_versions_are_told_by_their_bytes_alone() -> None:
    act, pdf = signed_act()

    assert Version.objects.filter(sha256=signing.verdict_of_file(pdf).sha256).get().document == act.document


def test_a_signature_that_the_entity_never_recorded_is_one_too_many() -> None:
    act = make_act("Alcalde")
    signature = sign(act)
    stranger = get_envelope().reserve(read(signature.after), [FieldPlace("Otra", "Otra", None)])
    order = SigningOrder("Otra", AT, "")
    key = unlock(person=act.signers[0].person, pin=Secret(PIN), at=AT)
    pdf = signed_file(stranger, order, key.key, key.secret).pdf
    emit(act, keep(act.document, pdf, Stage.SIGNED, based_on=signature.after))

    report = signing.verdict_of_document(act.document)

    assert report.status == Status.ALTERED
    assert (False, "Tiene firmas de más") in _titles(report)


def test_an_annex_of_ours_is_vouched_for_by_its_act() -> None:
    document = make_document(title="Anexo")
    version = keep(document, make_pdf("Anexo"), Stage.TYPESET)
    document.state, document.emitted_at, document.emitted_version = DocumentState.EMITTED, AT, version
    document.save()

    report = signing.verdict_of_file(make_pdf("Anexo"))

    assert report.status == Status.FILE_IN_FORCE
    assert "el acto al que acompaña" in report.checks[1].sentence


def test_a_verdict_of_bytes_that_do_not_open_is_an_alteration() -> None:
    document = make_document(title="Dañado")
    version = keep(document, b"%PDF-1.7\n", Stage.SIGNED)
    document.state, document.emitted_at, document.emitted_version = DocumentState.EMITTED, AT, version
    document.save()

    report = signing.verdict_of_document(document)

    assert report.status == Status.ALTERED
    assert (False, "Cambió después de la firma") in _titles(report)
