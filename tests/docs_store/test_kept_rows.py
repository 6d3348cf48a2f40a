"""What the database refuses, whoever asks: a change to what is kept, a folio in between."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from docs_store import services as docs
from docs_store.enums import DocumentState, NumberState, Stage
from docs_store.models import Document, Leaf, Number, NumberBlock, Version
from tests.docs_store.conftest import Office
from tests.factories import NOON, make_draft


def make_version(office: Office, number: int = 1) -> Version:
    return Version.objects.create(
        document=office.document(), number=number, stage=Stage.FILE, sha256="0" * 64, size_bytes=1, stored_at=NOON
    )


def add_leaf(office: Office, order: int, folio_from: int, folio_to: int) -> Leaf:
    return Leaf.objects.create(
        expediente=office.expediente,
        order=order,
        version=make_version(office),
        folio_from=folio_from,
        folio_to=folio_to,
        added_at=NOON,
    )


def test_a_version_never_changes(office: Office) -> None:
    version = docs.save_draft(document=office.document(), content=make_draft(), by=None, at=NOON)

    with pytest.raises(IntegrityError, match="a version never changes"), transaction.atomic():
        Version.objects.filter(pk=version.pk).update(sha256="f" * 64)


@pytest.mark.parametrize(("order", "folio_from"), [(1, 5), (2, 4), (3, 5), (3, 6), (4, 6)])
def test_a_leaf_is_never_put_in_between(office: Office, order: int, folio_from: int) -> None:
    add_leaf(office, 1, 1, 3)
    add_leaf(office, 2, 4, 4)

    if (order, folio_from) == (3, 5):
        add_leaf(office, order, folio_from, folio_from)
    else:
        with pytest.raises(IntegrityError), transaction.atomic():
            add_leaf(office, order, folio_from, folio_from)


def test_a_leaf_never_changes(office: Office) -> None:
    add_leaf(office, 1, 1, 3)

    with pytest.raises(IntegrityError, match="a leaf never changes"), transaction.atomic():
        Leaf.objects.update(folio_to=4)


def test_a_number_keeps_its_value_and_its_owner(office: Office) -> None:
    number = docs.reserve_number(document=office.document(), by=None, at=NOON)

    for change in ({"value": 9}, {"label": "9"}, {"owner": "x"}, {"document": None}, {"year": 2022}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Number.objects.update(**change)
    docs.annul_number(number=number, reason="Error", by=None, at=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        Number.objects.update(state=NumberState.RESERVED)


def test_a_declared_block_never_changes(office: Office) -> None:
    docs.declare_block(series=office.series, year=2023, first=1, last=5, reason="Cuaderno", by=None, at=NOON)

    with pytest.raises(IntegrityError), transaction.atomic():
        NumberBlock.objects.update(last=6)


def test_an_emitted_document_is_only_published_and_annulled(office: Office) -> None:
    version = make_version(office)
    document = version.document
    document.state, document.emitted_at, document.emitted_version = DocumentState.EMITTED, NOON, version
    document.save()

    for change in (
        {"title": "Otro"},
        {"label": "9"},
        {"cvd": "A" * 16},
        {"unit": None},
        {"emitted_at": NOON + timedelta(days=1)},
        {"emitted_version": make_version(office)},
        {"state": DocumentState.DRAFT},
        {"outside_author": "Alguien"},
    ):
        with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
            Document.objects.filter(pk=document.pk).update(**change)
    docs.publish(document=document, channel="Portal", by=None, at=NOON)
    docs.annul_document(document=document, reason="Nulidad", by=None, at=NOON)
