"""Documents as rows: how they start, and what they may still become."""

import pytest

from docs_store import services as docs
from docs_store.enums import DocumentState
from docs_store.errors import DocumentIsClosed, TextIsFixed
from ledger.models import Entry
from tests.docs_store.conftest import Office
from tests.factories import NOON, make_kind


def test_a_document_starts_as_a_draft_without_content(office: Office) -> None:
    document = docs.start_document(
        expediente=office.expediente,
        kind=office.kind,
        title="Informe del plan",
        unit=office.unit,
        post=office.post,
        by=office.chief,
        at=NOON,
    )

    assert (document.state, document.label, document.created_by) == (DocumentState.DRAFT, "", office.chief)
    entry = Entry.objects.get(subject=f"document:{document.pk}")
    assert (entry.kind, entry.facts) == (
        "document.started", {"expediente": office.expediente.pk, "kind": "informe"},
    )  # fmt: skip


def test_an_outside_document_brings_its_number_and_a_long_title_is_cut(office: Office) -> None:
    document = docs.start_document(
        expediente=office.expediente,
        kind=office.kind,
        title="Carta " * 100,
        outside_author="Consultor",
        label="010-2023/MPH/RAC",
        by=None,
        at=NOON,
    )

    document.refresh_from_db()
    assert (document.label, document.outside_author, len(document.title)) == ("010-2023/MPH/RAC", "Consultor", 300)


def test_a_draft_without_a_number_may_be_of_another_kind(office: Office) -> None:
    document, oficio = office.document(), make_kind("oficio")

    docs.change_kind(document=document, kind=oficio, by=office.chief, at=NOON)

    document.refresh_from_db()
    assert document.kind == oficio
    assert Entry.objects.get(kind="document.kind_changed").facts == {"kind": "oficio"}


def test_a_numbered_or_closed_document_keeps_its_kind(office: Office) -> None:
    numbered = office.document()
    docs.reserve_number(document=numbered, by=None, at=NOON)
    dropped = office.document()
    docs.annul_document(document=dropped, reason="Duplicado", by=None, at=NOON)

    with pytest.raises(TextIsFixed):
        docs.change_kind(document=numbered, kind=make_kind("oficio"), by=None, at=NOON)
    with pytest.raises(DocumentIsClosed):
        docs.change_kind(document=dropped, kind=make_kind("oficio"), by=None, at=NOON)
