"""From signed bytes to record: kept, emitted, in force; and each way it may fail."""

import io

import pytest

from docs_store import selectors as stored
from docs_store import services as docs
from docs_store.enums import DocumentState, LegalState, NumberState, Stage
from docs_store.errors import (
    DocumentIsClosed,
    SignedBytesDiffer,
    TextChanged,
    TextIsFixed,
)
from docs_store.models import PageText
from ledger.models import Entry
from tests.docs_store.conftest import Office
from tests.docs_store.stages import NEXT_DAY, emitted, numbered, signed, typeset, written
from tests.factories import NOON, make_draft, make_kind, make_pdf


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
