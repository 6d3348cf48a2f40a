"""Numbers: in which series, how printed, whose; and that none is doubled or skipped."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction

from docs_store import services as docs
from docs_store.enums import DocumentState, NumberState, Reset
from docs_store.errors import (
    BlockRefused,
    DocumentIsClosed,
    NoSeries,
    NumberIsSettled,
    NumberPartMissing,
    ReasonMissing,
)
from docs_store.models import Number, NumberBlock, SeriesPattern, SeriesYear
from ledger.models import Entry
from organization.models import UnitName
from tests.docs_store.conftest import Office
from tests.factories import LIMA, NOON, appoint, make_kind, make_person, make_post, make_series, make_unit


def test_a_number_has_the_siglas_and_initials_of_its_day(office: Office) -> None:
    document = office.document()

    number = docs.reserve_number(document=document, at=NOON, by=office.chief)

    assert number.label == document.label == "001-2023-MDP/OIS/FAGL-J"
    assert (number.state, number.document, number.value) == (NumberState.RESERVED, document, 1)
    entry = Entry.objects.get(kind="number.reserved")
    assert (entry.subject, entry.facts["value"]) == (f"document:{document.pk}", 1)
    assert "FAGL" not in str(entry.facts)


def test_reserving_again_returns_the_living_number(office: Office) -> None:
    document = office.document()

    first = docs.reserve_number(document=document, at=NOON, by=office.chief)

    assert docs.reserve_number(document=document, at=NOON, by=office.chief) == first
    assert SeriesYear.objects.get(series=office.series).next_value == 2
    assert Entry.objects.filter(kind="number.reserved").count() == 1


def test_a_unit_without_a_series_of_its_own_uses_the_entity_s(office: Office) -> None:
    make_series("informe", kind=office.kind, pattern="{seq:04}-{year}-MDP")
    unit = make_unit("logistica")

    assert docs.reserve_number(document=office.document(), at=NOON, by=None).label.startswith("001-2023-MDP/OIS")
    assert docs.reserve_number(document=office.document(unit=unit), at=NOON, by=None).label == "0001-2023-MDP"


def test_two_kinds_of_one_unit_run_side_by_side(office: Office) -> None:
    opinion = make_kind("opinion-legal", name="Opinión Legal")
    make_series("opinion-ois", kind=opinion, unit=office.unit, pattern="{seq:03}-{year}-{siglas_path}")
    docs.reserve_number(document=office.document(), at=NOON, by=None)

    assert docs.reserve_number(document=office.document(kind=opinion), at=NOON, by=None).value == 1


def test_the_pattern_and_the_name_of_the_unit_are_those_of_the_day(office: Office) -> None:
    SeriesPattern.objects.update(valid_to=date(2023, 10, 29))
    SeriesPattern.objects.create(
        series=office.series, pattern="{seq:05}/{year}-{siglas}", valid_from=date(2023, 10, 30)
    )
    UnitName.objects.create(unit=office.unit, name="Oficina", siglas="DIS", valid_from=date(2023, 10, 30))

    before = docs.reserve_number(document=office.document(), at=NOON, by=None)
    after = docs.reserve_number(document=office.document(), at=datetime(2023, 10, 30, 9, tzinfo=LIMA), by=None)

    assert (before.label, after.label) == ("001-2023-MDP/OIS/FAGL-J", "00002/2023-DIS")


def test_the_initials_are_of_who_holds_the_post_that_day(office: Office) -> None:
    substitute = make_person(initials="NEE")
    appoint(substitute, office.post, from_on=date(2023, 11, 1))

    label = docs.reserve_number(document=office.document(), at=datetime(2023, 11, 8, tzinfo=LIMA), by=None).label

    assert label.endswith("/NEE-J")


def test_a_missing_part_is_named_and_takes_no_number(office: Office) -> None:
    office.chief.initials = ""
    office.chief.save()

    with pytest.raises(NumberPartMissing, match="iniciales"):
        docs.reserve_number(document=office.document(), at=NOON, by=None)

    assert not Number.objects.exists()
    assert not SeriesYear.objects.exists()


@pytest.mark.parametrize("at", [NOON, datetime(1999, 12, 31, tzinfo=LIMA)])
def test_without_a_series_or_a_pattern_on_that_day_there_is_no_number(office: Office, at: datetime) -> None:
    kind = office.kind if at.year == 1999 else make_kind("oficio", name="Oficio")

    with pytest.raises(NoSeries, match=kind.name):
        docs.reserve_number(document=office.document(kind=kind), at=at, by=None)


def test_a_register_without_a_pattern_that_day_takes_no_number(office: Office) -> None:
    SeriesPattern.objects.filter(series__slug="expediente").update(valid_to=date(2020, 1, 1))

    with pytest.raises(NoSeries, match="expediente"):
        docs.take_number(series_slug="expediente", owner="expediente:1", at=NOON, by=None)


def test_the_year_changes_at_local_midnight_in_lima(office: Office) -> None:
    old_year = datetime(2024, 1, 1, 4, 59, 59, tzinfo=UTC)
    new_year = datetime(2024, 1, 1, 5, 0, 0, tzinfo=UTC)

    labels = [docs.reserve_number(document=office.document(), at=at, by=None).label[:8] for at in (old_year, new_year)]

    assert labels == ["001-2023", "001-2024"]


def test_a_series_that_never_resets_goes_on_over_new_year(office: Office) -> None:
    kind = make_kind("carta")
    make_series("carta", kind=kind, pattern="{seq:06}", reset=Reset.NEVER)
    days = (NOON, datetime(2024, 1, 2, tzinfo=LIMA))

    labels = [docs.reserve_number(document=office.document(kind=kind), at=at, by=None).label for at in days]

    assert labels == ["000001", "000002"]
    assert SeriesYear.objects.get(series__slug="carta").year == 0


def test_a_unit_of_the_series_stands_in_for_the_document_s(office: Office) -> None:
    kind = make_kind("nota")
    make_series("nota", kind=kind, unit=None, pattern="{seq}-{siglas}")

    with pytest.raises(NumberPartMissing, match="siglas"):
        docs.reserve_number(document=office.document(kind=kind, unit=None), at=NOON, by=None)


# Annulling


def test_an_annulled_number_keeps_its_place_and_its_reason(office: Office) -> None:
    document = office.document()
    first = docs.reserve_number(document=document, at=NOON, by=None)

    docs.annul_number(number=first, reason="  Se desistió del informe. ", by=office.chief, at=NOON)

    assert (first.state, first.reason, first.settled_at) == (NumberState.ANNULLED, "Se desistió del informe.", NOON)
    document.refresh_from_db()
    assert document.label == ""
    assert docs.reserve_number(document=document, at=NOON, by=None).value == 2


def test_annulling_the_number_of_a_typeset_document_gives_its_text_back(office: Office) -> None:
    document = office.document(state=DocumentState.FOR_DISPATCH)
    number = docs.reserve_number(document=document, at=NOON, by=None)

    docs.annul_number(number=number, reason="Error", by=None, at=NOON)

    document.refresh_from_db()
    assert document.state == DocumentState.OBSERVED


def test_a_register_s_number_is_annulled_although_it_counts_as_used(office: Office) -> None:
    number = docs.take_number(series_slug="expediente", owner="filing:1", by=None, at=NOON)

    docs.annul_number(number=number, reason="Registro errado", by=None, at=NOON)

    assert Number.objects.get().state == NumberState.ANNULLED
    with pytest.raises(NumberIsSettled, match="1-2023"):
        docs.annul_number(number=number, reason="Otra vez", by=None, at=NOON)


def test_annulling_needs_a_reason_and_an_unused_number(office: Office) -> None:
    number = docs.reserve_number(document=office.document(), at=NOON, by=None)

    with pytest.raises(ReasonMissing):
        docs.annul_number(number=number, reason=" ", by=None, at=NOON)
    Number.objects.update(state=NumberState.USED)
    with pytest.raises(NumberIsSettled):
        docs.annul_number(number=number, reason="Tarde", by=None, at=NOON)


def test_a_closed_document_gets_no_number(office: Office) -> None:
    document = office.document(state=DocumentState.ANNULLED, annulled_at=NOON, annul_reason="Duplicado")

    with pytest.raises(DocumentIsClosed):
        docs.reserve_number(document=document, at=NOON, by=None)


# Blocks


def test_a_block_issued_outside_takes_the_series_forward(office: Office) -> None:
    docs.reserve_number(document=office.document(), at=NOON, by=None)

    docs.declare_block(
        series=office.series, year=2023, first=2, last=431, reason="Cuaderno de la unidad", by=office.chief, at=NOON
    )

    assert docs.reserve_number(document=office.document(), at=NOON, by=None).label == "432-2023-MDP/OIS/FAGL-J"
    entry = Entry.objects.get(kind="number.block_declared")
    assert (entry.facts["first"], entry.facts["last"]) == (2, 431)


@pytest.mark.parametrize(("first", "last"), [(1, 9), (3, 9), (2, 1)])
def test_a_block_begins_at_the_next_value_and_ends_after(office: Office, first: int, last: int) -> None:
    docs.reserve_number(document=office.document(), at=NOON, by=None)

    with pytest.raises(BlockRefused, match="2"):
        docs.declare_block(series=office.series, year=2023, first=first, last=last, reason="Cuaderno", by=None, at=NOON)

    assert not NumberBlock.objects.exists()


def test_a_block_needs_a_reason(office: Office) -> None:
    with pytest.raises(ReasonMissing):
        docs.declare_block(series=office.series, year=2023, first=1, last=1, reason="", by=None, at=NOON)


def test_the_database_refuses_a_doubled_number(office: Office) -> None:
    number = docs.reserve_number(document=office.document(), at=NOON, by=None)
    number.pk, number.document = None, None

    with pytest.raises(IntegrityError), transaction.atomic():
        number.save()


def test_a_rollback_gives_the_value_back(office: Office) -> None:
    class Cancelled(Exception):
        pass

    with pytest.raises(Cancelled), transaction.atomic():
        docs.reserve_number(document=office.document(), at=NOON, by=None)
        raise Cancelled

    assert docs.reserve_number(document=office.document(), at=NOON, by=None).value == 1


def test_a_number_costs_few_queries_where_no_initials_are_printed(
    office: Office, django_assert_max_num_queries: object
) -> None:
    kind = make_kind("oficio")
    make_series("oficio", kind=kind, unit=office.unit, pattern="{seq:03}-{year}")
    docs.reserve_number(document=office.document(kind=kind), at=NOON, by=None)
    document = office.document(kind=kind, post=make_post(unit=office.unit))

    with django_assert_max_num_queries(13):  # type: ignore[operator]
        docs.reserve_number(document=document, at=NOON, by=None)
