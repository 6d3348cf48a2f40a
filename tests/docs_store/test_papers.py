"""From text to record: typeset under its number, signed bytes kept, emitted with folios; and each way it may fail."""

import io
from datetime import datetime, timedelta
from typing import Any

import pypdfium2
import pytest
from django.db import transaction
from django.utils import timezone
from pytest_django.fixtures import Settings

from config import backends
from docs_store import selectors as stored
from docs_store import services as docs
from docs_store.enums import DocumentState, LegalState, NumberState, Stage
from docs_store.errors import (
    AnnexRefused,
    ArchiveUnavailable,
    DocumentIsClosed,
    NotEmitted,
    NumberMissing,
    ReasonMissing,
    SignedBytesDiffer,
    TextChanged,
    TextIsFixed,
    TextMissing,
)
from docs_store.models import Document, Leaf, PageText, Publication, Version
from docs_store.ports import Article, Cargo, CargoFile, Draft, Place, Rubric, SignerPlace, VisadoBlock
from docs_store.rules.codes import ALPHABET, typed_code
from ledger.models import Entry
from tests.docs_store import files
from tests.docs_store.conftest import Office
from tests.factories import NOON, make_draft, make_expediente, make_kind, make_pdf

SIGNER = SignerPlace(1, "Jefe de Informática y Sistemas", "Félix Gonzales")
NEXT_DAY = NOON + timedelta(days=1)
SIGNATURE = b"\n% a signature"


def written(office: Office, *paragraphs: str, **values: Any) -> Document:
    document = office.document(**values)
    docs.save_draft(document=document, content=make_draft("Solicita opinión", *paragraphs), by=office.chief, at=NOON)
    return document


def numbered(office: Office, **values: Any) -> Document:
    document = written(office, **values)
    docs.reserve_number(document=document, by=office.chief, at=NOON)
    return document


def typeset(document: Document, *, at: datetime = NOON, **values: Any) -> Version:
    given: dict[str, Any] = {"signers": [SIGNER], "visados": (), "by": document.created_by, "at": at, **values}
    version, _places = docs.typeset_document(document=document, **given)
    return version


def signed(version: Version, *, at: datetime = NOON) -> Version:
    with stored.open_version(version) as before:
        pdf = before.read() + SIGNATURE
    return docs.store_signed(document=version.document, pdf=pdf, based_on=version, by=None, at=at)


def emitted(office: Office, **values: Any) -> Document:
    document = numbered(office, **values)
    docs.emit(document=document, version=signed(typeset(document)), by=office.chief, at=NOON)
    return document


def text_of(version: Version) -> str:
    with stored.open_version(version) as content:
        pdf = pypdfium2.PdfDocument(content.read())
        text = "\n".join(page.get_textpage().get_text_range() for page in pdf)
        pdf.close()
    return text


# Typesetting


def test_a_text_is_typeset_with_number_code_visados_and_date(office: Office) -> None:
    document = numbered(office)
    visado = VisadoBlock("Asesora", "Elsa Huamán", "Visto", NOON)

    version = typeset(document, visados=[visado])

    text = text_of(version)
    assert "001-2023-MDP/OIS/FAGL-J" in text
    assert "13 de octubre de 2023" in text
    assert "Visto" in text
    assert "pichari.example/v" in text
    assert (version.stage, version.name) == (Stage.TYPESET, "Informe 001-2023-MDP-OIS-FAGL-J.pdf")
    assert version.pages == 1
    assert document.state == DocumentState.FOR_DISPATCH
    assert set(document.cvd or "") <= set(ALPHABET)
    assert len(document.cvd or "") == 16
    entry = Entry.objects.get(kind="document.typeset")
    assert entry.facts["sha256"] == version.sha256


def test_the_places_of_the_signers_come_back_and_their_fields_go_into_the_bytes(office: Office) -> None:
    document = numbered(office)
    seen: list[tuple[Place, ...]] = []

    def reserve(pdf: bytes, places: tuple[Place, ...]) -> bytes:
        seen.append(places)
        return pdf + b"\n% fields"

    version, places = docs.typeset_document(
        document=document, signers=[SIGNER], visados=(), reserve=reserve, by=None, at=NOON
    )

    assert seen == [places]
    assert [place.order for place in places] == [1]
    with stored.open_version(version) as content:
        assert content.read().endswith(b"% fields")


def test_typeset_on_another_day_keeps_number_and_code_and_changes_the_date(office: Office) -> None:
    document = numbered(office)
    first = typeset(document)
    code = document.cvd

    second = typeset(document, at=NEXT_DAY)

    assert (second.number, document.cvd) == (first.number + 1, code)
    assert "14 de octubre de 2023" in text_of(second)
    assert document.numbers.count() == 1


def test_the_code_comes_from_who_calls(office: Office) -> None:
    document = numbered(office)

    typeset(document, code=lambda: "A" * 16)

    assert document.cvd == "A" * 16
    assert stored.verification_url(document) == "https://pichari.example/v/" + "A" * 16
    assert stored.document_by_cvd("aaaa-aaaa aaaa-aaaa") == document
    assert stored.document_by_cvd("0" * 16) is None
    assert stored.document_by_cvd("B" * 16) is None
    assert typed_code("AAAA") == ""


def test_the_address_of_the_installation_wins_over_the_profile_s(office: Office, settings: Settings) -> None:
    settings.PUBLIC_URL = "http://127.0.0.1:8000/"
    document = numbered(office)

    typeset(document)

    assert stored.verification_url(document) == f"http://127.0.0.1:8000/v/{document.cvd}"
    assert "127.0.0.1:8000/v" in text_of(stored.latest_paper(document) or pytest.fail("no paper"))


def test_an_annex_of_ours_is_typeset_without_a_number_and_with_its_rubrics(office: Office) -> None:
    annex = written(office, kind=make_kind("anexo", template="anexo"))

    version = typeset(annex, signers=[], rubrics=[Rubric("EHA", "OAJ", NOON.date())])

    assert "EHA" in text_of(version)
    assert "N.°" not in text_of(version)


def test_an_act_prints_its_annexes_with_pages_and_hash(office: Office) -> None:
    document, outside = numbered(office), office.document(title="Plan de gobierno")
    version = docs.attach_file(
        document=outside, name="plan.pdf", content=io.BytesIO(make_pdf("uno", "dos")), by=None, at=NOON
    )
    docs.add_annex(document=document, annex=outside, by=None, at=NOON)

    text = "".join(text_of(typeset(document)).split())

    assert "Plandegobierno" in text
    assert "2páginas" in text
    assert version.sha256 in text


def test_an_annex_without_a_file_cannot_travel(office: Office) -> None:
    document = numbered(office)
    docs.add_annex(document=document, annex=office.document(title="Plan"), by=None, at=NOON)

    with pytest.raises(TextMissing, match="“Plan”"):
        typeset(document)


def test_what_is_to_be_signed_needs_a_number_and_a_text(office: Office) -> None:
    with pytest.raises(NumberMissing):
        typeset(written(office))
    with pytest.raises(TextMissing):
        typeset(office.document())


def test_a_text_that_changes_while_it_is_typeset_is_not_recorded(office: Office) -> None:
    document = numbered(office)

    def edit(pdf: bytes, places: tuple[Place, ...]) -> bytes:
        docs.save_draft(document=document, content=make_draft("Otro asunto"), by=None, at=NOON)
        return pdf

    with pytest.raises(TextChanged):
        typeset(document, reserve=edit)

    document.refresh_from_db()
    assert document.state == DocumentState.DRAFT
    assert not document.versions.filter(stage=Stage.TYPESET).exists()


def test_an_unwritable_archive_fixes_nothing_and_keeps_the_number(office: Office, settings: Settings) -> None:
    document = numbered(office)
    good, settings.ARCHIVE = settings.ARCHIVE, backends.adapter("ARCHIVE_URL", "file:///dev/null/archive")

    with pytest.raises(ArchiveUnavailable):
        typeset(document)

    document.refresh_from_db()
    assert (document.state, document.cvd) == (DocumentState.DRAFT, None)
    assert document.numbers.get().state == NumberState.RESERVED
    settings.ARCHIVE = good
    assert typeset(document).stage == Stage.TYPESET


def test_a_preview_has_no_number_and_no_code_and_stores_nothing(office: Office) -> None:
    document = written(office)
    before = Version.objects.count()

    pdf = pypdfium2.PdfDocument(stored.preview(document, signers=[SIGNER]))
    text = pdf[0].get_textpage().get_text_range()
    pdf.close()

    assert "Proyecto" in text
    assert Version.objects.count() == before
    assert stored.verification_url(document) == ""
    with pytest.raises(TextMissing):
        stored.preview(office.document())


def test_a_preview_shows_an_annex_that_has_no_pages_yet(office: Office) -> None:
    document, empty = written(office), office.document(title="Anexo vacío")
    docs.add_annex(document=document, annex=written(office), by=None, at=NOON)
    docs.add_annex(document=document, annex=empty, by=None, at=NOON)

    lines = stored.annex_lines(document)

    assert [line.pages for line in lines] == [None, None]
    assert [len(line.sha256) for line in lines] == [64, 0]
    assert stored.preview(document).startswith(b"%PDF")


def cargo() -> Cargo:
    return Cargo(
        is_automatic=False,
        register_label="00001-2023",
        expediente="1-2023",
        presented_at=NOON,
        counts_from=NOON.date(),
        party="Rosa Quispe",
        party_id="DNI 00000001",
        on_behalf_of="",
        subject="Licencia",
        destination="Mesa de partes",
        notified_by="en ventanilla",
        received_by="Mesa de partes",
        files=(CargoFile("Solicitud", 2, "0" * 64),),
    )


def test_a_cargo_is_typeset_with_the_place_of_the_seal_and_emitted(office: Office) -> None:
    document = office.document(kind=make_kind("cargo"), label="00001-2023")

    version, places = docs.typeset_cargo_document(document=document, cargo=cargo(), by=None, at=NOON)
    docs.emit(document=document, version=signed(version), by=None, at=NOON)

    assert len(places) == 1
    assert "00001-2023" in text_of(version)
    assert document.state == DocumentState.EMITTED
    with pytest.raises(DocumentIsClosed):
        docs.typeset_cargo_document(document=document, cargo=cargo(), by=None, at=NOON)


def test_who_typesets_the_same_cargo_second_is_told(office: Office) -> None:
    document = office.document(kind=make_kind("cargo"), label="00001-2023")
    rival = Document.objects.get(pk=document.pk)

    def meanwhile() -> str:
        docs.typeset_cargo_document(document=rival, cargo=cargo(), by=None, at=NOON)
        return "B" * 16

    with pytest.raises(TextChanged):
        docs.typeset_cargo_document(document=document, cargo=cargo(), by=None, at=NOON, code=meanwhile)


# Signed bytes


def test_signed_bytes_begin_with_what_was_signed(office: Office) -> None:
    version = typeset(numbered(office))

    after = signed(version)

    assert (after.stage, after.based_on, after.pages, after.name) == (
        Stage.SIGNED, version, version.pages, version.name,
    )  # fmt: skip
    with pytest.raises(SignedBytesDiffer):
        docs.store_signed(document=version.document, pdf=b"%PDF-1.7 other", based_on=version, by=None, at=NOON)
    other = typeset(numbered(office))
    with pytest.raises(SignedBytesDiffer):
        docs.store_signed(document=other.document, pdf=make_pdf(), based_on=version, by=None, at=NOON)


def test_a_document_returned_while_its_signer_signs_takes_no_signature(office: Office) -> None:
    version = typeset(numbered(office))
    docs.reopen_draft(document=version.document)

    with pytest.raises(TextChanged):
        signed(version)


def test_bytes_signed_before_a_return_stay_and_are_never_emitted(office: Office) -> None:
    document = numbered(office)
    returned = signed(typeset(document))
    docs.reopen_draft(document=document)
    docs.save_draft(document=document, content=make_draft("Con las actas"), by=None, at=NEXT_DAY)
    number = docs.reserve_number(document=document, by=None, at=NEXT_DAY)
    again = typeset(document, at=NEXT_DAY)

    with pytest.raises(TextChanged):
        docs.emit(document=document, version=returned, by=None, at=NEXT_DAY)
    docs.emit(document=document, version=signed(again), by=None, at=NEXT_DAY)

    assert number.label == document.label == "001-2023-MDP/OIS/FAGL-J"
    assert returned in document.versions.all()
    assert document.emitted_version is not None
    assert document.emitted_version.based_on == again


def test_reopening_gives_the_annexes_back_too(office: Office) -> None:
    document, annex = numbered(office), written(office, kind=make_kind("anexo", template="anexo"))
    docs.add_annex(document=document, annex=annex, by=None, at=NOON)
    typeset(annex, signers=[])
    typeset(document)
    with pytest.raises(TextIsFixed):
        docs.save_draft(document=annex, content=make_draft("x"), by=None, at=NOON)

    docs.reopen_draft(document=document)

    assert document.state == DocumentState.OBSERVED
    assert docs.save_draft(document=annex, content=make_draft("x"), by=None, at=NOON).stage == Stage.STRUCTURED


# Emission


def test_emission_uses_the_number_adds_the_folios_and_keeps_the_text(office: Office) -> None:
    document = numbered(office)
    version = signed(typeset(document))

    leaf = docs.emit(document=document, version=version, by=office.chief, at=NOON)

    document.refresh_from_db()
    assert (document.state, document.emitted_version, document.emitted_at) == (DocumentState.EMITTED, version, NOON)
    assert document.numbers.get().state == NumberState.USED
    assert (leaf.order, leaf.folio_from, leaf.folio_to) == (1, 1, 1)
    assert "001-2023-MDP/OIS/FAGL-J" in version.page_texts.get().text
    entry = Entry.objects.get(kind="document.emitted")
    assert entry.subject == f"document:{document.pk}"
    assert entry.facts == {
        "expediente": office.expediente.pk,
        "version": version.pk,
        "sha256": version.sha256,
        "number": document.numbers.get().pk,
        "folios": [1, 1],
    }


def test_text_that_was_lost_is_read_again_at_emission(office: Office) -> None:
    document = numbered(office)
    version = signed(typeset(document))
    PageText.objects.all().delete()

    docs.emit(document=document, version=version, by=None, at=NOON)

    assert "Solicita" in version.page_texts.get().text


def test_an_act_is_in_force_from_its_emission(office: Office) -> None:
    office.kind.is_act = True
    office.kind.save()

    assert emitted(office).legal_state == LegalState.IN_FORCE


def test_an_annex_is_emitted_as_it_was_typeset(office: Office) -> None:
    annex = written(office, kind=make_kind("anexo", template="anexo"))
    version = typeset(annex, signers=[])

    docs.emit(document=annex, version=version, by=None, at=NOON)

    assert annex.emitted_version == version
    assert version.page_texts.exists()


def test_an_emitted_document_never_changes(office: Office) -> None:
    document = emitted(office)
    version = document.emitted_version
    assert version is not None

    with pytest.raises(DocumentIsClosed, match="no puede cambiar"):
        docs.save_draft(document=document, content=make_draft("x"), by=None, at=NOON)
    with pytest.raises(DocumentIsClosed):
        docs.attach_file(document=document, name="a.pdf", content=io.BytesIO(make_pdf()), by=None, at=NOON)
    with pytest.raises(DocumentIsClosed):
        docs.add_annex(document=document, annex=office.document(), by=None, at=NOON)
    with pytest.raises(DocumentIsClosed):
        typeset(document)
    with pytest.raises(DocumentIsClosed):
        signed(version)
    with pytest.raises(DocumentIsClosed):
        docs.reopen_draft(document=document)
    with pytest.raises(DocumentIsClosed):
        docs.emit(document=document, version=version, by=None, at=NOON)
    with pytest.raises(DocumentIsClosed):
        docs.file_document(document=document, by=None, at=NOON)
    assert docs.reserve_number(document=document, by=None, at=NOON).label == document.label


@pytest.mark.parametrize("stage", [Stage.STRUCTURED, Stage.TYPESET])
def test_only_what_is_fixed_for_dispatch_is_emitted(office: Office, stage: Stage) -> None:
    document = numbered(office)
    version = typeset(document)
    if stage == Stage.STRUCTURED:
        version = stored.latest_text(document) or version
    else:
        docs.reopen_draft(document=document)

    with pytest.raises(TextChanged):
        docs.emit(document=document, version=version, by=None, at=NOON)


# The index of the expediente


def filed(office: Office, name: str, content: bytes) -> Document:
    document = office.document(unit=None, post=None, title=name, outside_author="Consultor")
    docs.attach_file(document=document, name=name, content=io.BytesIO(content), by=None, at=NOON)
    docs.file_document(document=document, by=None, at=NOON)
    return document


def test_folios_go_on_from_document_to_document(office: Office) -> None:
    filed(office, "plan.pdf", make_pdf("1", "2", "3"))
    filed(office, "nota.txt", b"una nota")
    filed(office, "carta.docx", files.docx())
    emitted(office)
    other = make_expediente()

    folios = [(leaf.order, leaf.folio_from, leaf.folio_to) for leaf in stored.leaves_of(office.expediente)]

    assert folios == [(1, 1, 3), (2, 4, 4), (3, 5, 5), (4, 6, 6)]
    assert (stored.folio_count(office.expediente), stored.folio_count(other)) == (6, 0)


def test_an_outside_file_becomes_part_of_the_record_as_it_is(office: Office) -> None:
    document = filed(office, "plan.pdf", make_pdf("El plan"))

    assert (document.state, document.legal_state) == (DocumentState.EMITTED, "")
    assert document.emitted_version == document.versions.get()
    assert Entry.objects.get(kind="document.emitted").facts["number"] is None
    with pytest.raises(TextMissing):
        docs.file_document(document=office.document(), by=None, at=NOON)


def test_documents_are_listed_by_their_folios_and_drafts_after_them_in_two_queries(
    office: Office, django_assert_num_queries: object
) -> None:
    draft, act, outside = written(office), emitted(office), filed(office, "nota.txt", b"una nota")
    empty = office.document(title="Sin texto")

    with django_assert_num_queries(2):  # type: ignore[operator]
        listed = stored.documents_of(office.expediente)
        labels = [stored.document_label(line.document) for line in listed]

    assert [line.document for line in listed] == [act, outside, draft, empty]
    assert [line.leaf.folio_from if line.leaf else None for line in listed] == [1, 2, None, None]
    assert [line.version for line in listed] == [
        act.emitted_version, outside.emitted_version, stored.latest_version(draft), None,
    ]  # fmt: skip
    assert labels == [
        "Informe 001-2023-MDP/OIS/FAGL-J", "nota.txt", "Informe: Solicita opinión", "Informe: Sin texto",
    ]  # fmt: skip


def test_a_failing_emission_leaves_everything_as_it_was(office: Office) -> None:
    document = numbered(office)
    version = signed(typeset(document))

    class Failed(Exception):
        pass

    with pytest.raises(Failed), transaction.atomic():
        docs.emit(document=document, version=version, by=None, at=NOON)
        raise Failed

    document.refresh_from_db()
    assert document.state == DocumentState.FOR_DISPATCH
    assert document.numbers.get().state == NumberState.RESERVED
    assert not Leaf.objects.exists()
    assert not Entry.objects.filter(kind="document.emitted").exists()


# Annexes, publication, annulment


def test_annexes_keep_their_order_and_no_document_carries_itself(office: Office) -> None:
    act, plan, map_ = (office.document(title=title) for title in ("Acto", "Plan", "Mapa"))
    docs.add_annex(document=act, annex=plan, by=None, at=NOON)
    docs.add_annex(document=plan, annex=map_, by=None, at=NOON)

    for document, annex in ((act, act), (act, plan), (map_, act)):
        with pytest.raises(AnnexRefused):
            docs.add_annex(document=document, annex=annex, by=None, at=NOON)
    assert docs.add_annex(document=act, annex=map_, by=None, at=NOON).order == 2


def test_a_typeset_document_takes_no_annex(office: Office) -> None:
    document = numbered(office)
    typeset(document)

    with pytest.raises(TextIsFixed):
        docs.add_annex(document=document, annex=office.document(), by=None, at=NOON)


def test_publishing_twice_in_one_channel_is_once(office: Office) -> None:
    document = emitted(office)

    first = docs.publish(document=document, channel="Portal", by=office.chief, at=NOON)

    assert docs.publish(document=document, channel="Portal", by=office.chief, at=NEXT_DAY) == first
    docs.publish(document=document, channel="El Peruano", by=office.chief, at=NEXT_DAY)
    assert document.is_public
    assert Publication.objects.count() == 2
    assert Entry.objects.filter(kind="document.published").count() == 2
    with pytest.raises(NotEmitted):
        docs.publish(document=office.document(), channel="Portal", by=None, at=NOON)


def test_a_dropped_draft_annuls_its_number_with_the_same_reason(office: Office) -> None:
    document = numbered(office)

    docs.annul_document(document=document, reason=" Se archiva el pedido. ", by=office.chief, at=NOON)

    document.refresh_from_db()
    assert (document.state, document.label, document.annul_reason) == (
        DocumentState.ANNULLED, "", "Se archiva el pedido.",
    )  # fmt: skip
    number = document.numbers.get()
    assert (number.state, number.reason) == (NumberState.ANNULLED, "Se archiva el pedido.")
    assert Entry.objects.get(kind="document.annulled").facts == {"number": number.pk}


def test_an_annulled_act_keeps_its_number_and_folios_and_loses_its_force(office: Office) -> None:
    office.kind.is_act = True
    office.kind.save()
    document = emitted(office)

    docs.annul_document(document=document, reason="Nulidad de oficio", by=office.chief, at=NEXT_DAY)

    assert (document.legal_state, document.annulled_at) == (LegalState.ANNULLED, NEXT_DAY)
    assert document.numbers.get().state == NumberState.USED
    assert Leaf.objects.filter(version=document.emitted_version).exists()
    with pytest.raises(DocumentIsClosed):
        docs.annul_document(document=document, reason="Otra vez", by=None, at=NEXT_DAY)


def test_annulling_a_document_needs_a_reason(office: Office) -> None:
    with pytest.raises(ReasonMissing):
        docs.annul_document(document=office.document(), reason=" ", by=None, at=NOON)


def test_an_act_with_articles_is_typeset(office: Office) -> None:
    kind = make_kind("resolucion", template="resolucion", is_act=True)
    document = office.document(kind=kind, title="Aprueba el plan")
    draft = Draft(vistos=("El informe",), considerandos=("Que…",), articles=(Article("APROBAR", "el plan."),))
    docs.save_draft(document=document, content=draft, by=None, at=NOON)

    version = typeset(document, signers=[])

    assert "APROBAR" in text_of(version)
    assert timezone.localdate(version.stored_at) == NOON.date()
