"""The index of the expediente: folios that go on, and leaves in their order."""

import io

import pytest
from django.db import transaction

from docs_store import selectors as stored
from docs_store import services as docs
from docs_store.enums import DocumentState, NumberState
from docs_store.errors import (
    TextMissing,
)
from docs_store.models import Document, Leaf
from ledger.models import Entry
from tests.docs_store import files
from tests.docs_store.conftest import Office
from tests.docs_store.stages import emitted, numbered, signed, typeset, written
from tests.factories import NOON, make_expediente, make_pdf


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
