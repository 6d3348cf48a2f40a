"""A server's clock that jumps between two steps of a file (quality, F8)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from ledger import services as ledger
from ledger.models import Entry, Seal
from tests.cases.conftest import MONDAY, Town
from workflows.selectors import legs

JUMPS = [timedelta(hours=-25), timedelta(days=-10), timedelta(days=3652)]


@pytest.fixture
def town(settings: object, db: None) -> Town:
    settings.DEMO = True  # type: ignore[attr-defined]
    return Town("pichari-2023")


@pytest.mark.parametrize("jump", JUMPS, ids=["25_hours_back", "ten_days_back", "ten_years_ahead"])
def test_a_step_after_a_jump_of_the_clock_lasts_no_less_than_nothing(town: Town, jump: timedelta) -> None:
    """The first step at the right moment, the second one after the jump, and the file seen at the right moment."""
    process = town.opens("resolucion", "ois", "jefe-ois")
    town.passes(process, "informar", "jefe-ois", at=MONDAY + jump)

    way = legs.way_of(process.expediente_id, today=timezone.localdate(MONDAY))

    assert all(leg.until is None or leg.until >= leg.since for leg in way.course.legs)
    assert all(way.course.between(leg.since, way.course.end(leg)) >= 0 for leg in way.course.held)


def test_the_order_of_what_happened_is_that_of_its_record(town: Town) -> None:
    process = town.opens("resolucion", "ois", "jefe-ois")
    for jump, (step, by, outcome) in zip(
        JUMPS[:2], [("informar", "jefe-ois", "done"), ("opinar", "jefe-oaj", "favourable")], strict=True
    ):
        town.passes(process, step, by, outcome, at=MONDAY + jump)
    while ledger.seal_pending():
        pass

    recorded = list(Entry.objects.order_by("id").values_list("pk", flat=True))

    assert list(Seal.objects.order_by("sequence").values_list("entry_id", flat=True)) == recorded
