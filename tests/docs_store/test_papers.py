"""From text to paper: typeset under its number, and each way it may fail."""

import io

import pypdfium2
import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from config import backends
from docs_store import selectors as stored
from docs_store import services as docs
from docs_store.enums import DocumentState, NumberState, Stage
from docs_store.errors import (
    ArchiveUnavailable,
    DocumentIsClosed,
    NumberMissing,
    TextChanged,
    TextMissing,
)
from docs_store.models import Document, Version
from docs_store.ports import Article, Cargo, CargoFile, Draft, Place, Rubric, VisadoBlock
from docs_store.rules.codes import ALPHABET, typed_code
from ledger.models import Entry
from tests.docs_store.conftest import Office
from tests.docs_store.stages import NEXT_DAY, SIGNER, numbered, signed, text_of, typeset, written
from tests.factories import NOON, make_draft, make_kind, make_pdf


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


def test_an_act_with_articles_is_typeset(office: Office) -> None:
    kind = make_kind("resolucion", template="resolucion", is_act=True)
    document = office.document(kind=kind, title="Aprueba el plan")
    draft = Draft(vistos=("El informe",), considerandos=("Que…",), articles=(Article("APROBAR", "el plan."),))
    docs.save_draft(document=document, content=draft, by=None, at=NOON)

    version = typeset(document, signers=[])

    assert "APROBAR" in text_of(version)
    assert timezone.localdate(version.stored_at) == NOON.date()
