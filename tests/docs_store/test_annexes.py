"""What an act carries and what becomes of it: annexes, publication, annulment."""

import pytest

from docs_store import services as docs
from docs_store.enums import DocumentState, LegalState, NumberState
from docs_store.errors import (
    AnnexRefused,
    DocumentIsClosed,
    NotEmitted,
    ReasonMissing,
    TextIsFixed,
)
from docs_store.models import Leaf, Publication
from ledger.models import Entry
from tests.docs_store.conftest import Office
from tests.docs_store.stages import NEXT_DAY, emitted, numbered, typeset
from tests.factories import NOON


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
