"""Open clocks after a change of the calendar: moved, with the reason, once, whatever interrupts the work."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from law import selectors as law
from law.enums import TermUnit
from law.errors import ExtensionTooLate, SecondExtension, SuspensionAfterExpiry, SuspensionsOverlap
from law.models import CalendarSpan, Day, Norm
from law.services import profile as law_profile
from ledger import services as ledger
from ledger.models import Entry
from organization.models import Entity
from tests.factories import LIMA
from tests.workflows.conftest import Office
from tests.workflows.drawings import arrows, end, route, start, task, timer
from workflows.errors import ClockNotSuspended
from workflows.models import BoundaryTimer, Clock, Recount, Task
from workflows.selectors.counts import count
from workflows.services import clocks, recounts
from workflows.services.timers import fire_due

MONDAY = date(2023, 10, 16)
TIMED = route(
    start(), task("a", term="5"), timer("vence", "a"), task("b"), end(), arrows("inicio a", "a b", "b fin", "vence b")
)


@pytest.fixture
def calendar(db: object) -> Norm:
    for place in ("PE", "cusco"):
        CalendarSpan.objects.create(place=place, first=date(2023, 1, 1), last=date(2023, 12, 31))
    return Norm.objects.create(slug="ds-1", title="DS 1", valid_from=date(2023, 10, 17), source="F", is_verified=True)


def decree(norm: Norm, day: date, place: str = "cusco") -> Recount:
    """Declare a day non-working, as loading it does, and open its recount."""
    Day.objects.create(date=day, place=place, name="Decreto", kind="public_sector", suspends_terms=True, norm=norm)
    facts = {"added": 1, "removed": 0, "places": [place], "norms": ["ds-1"], "first": str(day), "last": str(day)}
    return recounts.open_recount(entry_id=7, facts=facts, at=AT)


AT = datetime(2023, 10, 18, 9, tzinfo=LIMA)


def test_a_decree_moves_the_open_clock_its_task_and_its_timer_and_says_why(office: Office, calendar: Norm) -> None:
    process = office.begin(TIMED)
    opened = Task.objects.get(process=process, status="NEW")
    assert opened.due_on == date(2023, 10, 23)

    recount = recounts.run(decree(calendar, date(2023, 10, 20)).pk, at=AT)

    clock = Clock.objects.get(task=opened)
    opened.refresh_from_db()
    assert opened.due_on == clock.due_on == date(2023, 10, 24)
    assert [step["note"] for step in clock.derivation if step["rule"] == "non-working"] == ["Decreto: no se cuenta."]
    assert (recount.total, recount.seen, recount.moved) == (1, 1, 1)
    entry = Entry.objects.get(kind="clock.moved")
    assert entry.subject == f"expediente:{process.expediente_id}"
    assert (entry.facts["before"], entry.facts["due"]) == ("2023-10-23", "2023-10-24")
    assert "ds-1" in entry.facts["reason"]


def test_a_timer_fires_on_the_right_day_after_a_holiday_is_decreed_in_between(office: Office, calendar: Norm) -> None:
    office.begin(TIMED)
    before = due_of_timer()

    recounts.run(decree(calendar, MONDAY + timedelta(days=3)).pk, at=AT)

    after = due_of_timer()
    assert after == before + timedelta(days=1)
    assert fire_due(datetime(before.year, before.month, before.day, 12, tzinfo=LIMA)) == 0
    assert fire_due(datetime(after.year, after.month, after.day, 0, 1, tzinfo=LIMA)) == 1


def test_a_recount_asked_for_twice_moves_nothing_twice(office: Office, calendar: Norm) -> None:
    office.begin(TIMED)
    recount = decree(calendar, date(2023, 10, 20))
    recounts.run(recount.pk, at=AT)

    again = recounts.run(recount.pk, at=AT)

    assert again.moved == 1
    assert Entry.objects.filter(kind="clock.moved").count() == 1
    assert not recounts.unfinished().exists()


def test_an_interrupted_recount_goes_on_where_it_stood(
    office: Office, calendar: Norm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recounts, "BATCH", 1)
    for _n in range(3):
        office.begin(TIMED)
    recount = decree(calendar, date(2023, 10, 20))

    class Killed(Exception):
        """The process ends after the first batch."""

    def kill(after: Recount) -> None:
        raise Killed

    with pytest.raises(Killed):
        recounts.run(recount.pk, at=AT, tell=kill)
    recount.refresh_from_db()
    assert (recount.seen, recount.total, recount.finished_at) == (1, 3, None)

    told: list[int] = []
    recounts.run(recount.pk, at=AT, tell=lambda each: told.append(each.seen))

    assert told == [2, 3, 3]
    assert set(Clock.objects.values_list("due_on", flat=True)) == {date(2023, 10, 24)}
    assert Entry.objects.filter(kind="clock.moved").count() == 3


@pytest.mark.parametrize(
    ("day", "place"), [(date(2023, 10, 16), "cusco"), (date(2023, 11, 3), "cusco"), (date(2023, 10, 20), "PE-LIM")]
)
def test_a_day_beside_the_term_or_of_another_place_moves_nothing(
    office: Office, calendar: Norm, day: date, place: str
) -> None:
    office.begin(TIMED)

    recount = recounts.run(decree(calendar, day, place).pk, at=AT)

    assert (recount.total, recount.moved) == (0, 0)
    assert Clock.objects.get().due_on == date(2023, 10, 23)


def test_a_calendar_that_no_longer_reaches_leaves_the_day_as_it_was(office: Office, calendar: Norm) -> None:
    office.begin(TIMED)
    recount = decree(calendar, date(2023, 10, 20))
    CalendarSpan.objects.update(last=date(2023, 10, 20))

    assert recounts.run(recount.pk, at=AT).moved == 0
    assert Clock.objects.get().due_on == date(2023, 10, 23)


def test_loading_a_calendar_row_moves_the_clocks_through_the_outbox(office: Office, tmp_path: Path) -> None:
    (tmp_path / "entity.toml").write_text('place = "PE-CUS"\n')
    Entity.objects.update(place="PE-CUS")
    load(tmp_path)
    deliver()
    office.begin(TIMED)
    (tmp_path / "norms.csv").write_text(
        "slug,title,valid_from,valid_to,source,is_verified\nds-1,DS 1,2023-10-17,,Diario,0\n"
    )
    (tmp_path / "days.csv").write_text("date,name,kind,suspends_terms,norm\n2023-10-20,Decreto,public_sector,1,ds-1\n")

    load(tmp_path)
    deliver()

    assert Clock.objects.get().due_on == date(2023, 10, 24)
    recount = Recount.objects.get(moved=1)
    assert recount.reason == "Cambió el calendario de PE-CUS: el 2023-10-20, por ds-1."


def due_of_timer() -> date:
    due_on = BoundaryTimer.objects.get().due_on
    assert due_on is not None
    return due_on


def deliver() -> None:
    while ledger.deliver_due(worker="test"):
        pass


def load(folder: Path) -> None:
    parsed, faults = law_profile.read_profile(folder)
    assert faults == []
    law_profile.load_profile(parsed, at=AT)


# Suspension and extension of a clock


@pytest.fixture
def clock(office: Office, calendar: Norm) -> Clock:
    office.begin(TIMED)
    return Clock.objects.get()


def test_a_suspended_clock_has_no_day_and_fires_no_timer_until_it_is_resumed(clock: Clock) -> None:
    clocks.suspend(clock=clock, first=date(2023, 10, 18), reason="falta un requisito", by=None, at=AT)
    assert Task.objects.get(pk=clock.task_id).due_on is None
    assert fire_due(datetime(2023, 12, 1, tzinfo=LIMA)) == 0
    with pytest.raises(SuspensionsOverlap):
        clocks.suspend(clock=clock, first=date(2023, 10, 19), reason="otra vez", by=None, at=AT)

    resumed = clocks.resume(clock=clock, last=date(2023, 10, 20), by=None, at=AT)

    assert resumed.due_on == Task.objects.get(pk=clock.task_id).due_on == date(2023, 10, 26)
    assert due_of_timer() > date(2023, 10, 23)
    assert list(Entry.objects.filter(kind__startswith="clock.").values_list("kind", flat=True)) == [
        "clock.suspended",
        "clock.resumed",
    ]
    with pytest.raises(ClockNotSuspended, match="no está suspendido"):
        clocks.resume(clock=clock, last=date(2023, 10, 20), by=None, at=AT)


def test_a_term_that_is_over_is_not_suspended(clock: Clock) -> None:
    with pytest.raises(SuspensionAfterExpiry, match="venció el 23/10/2023"):
        clocks.suspend(clock=clock, first=date(2023, 10, 24), reason="tarde", by=None, at=AT)


def test_a_clock_is_extended_once_and_in_time(clock: Clock) -> None:
    unit = TermUnit.BUSINESS_DAYS
    with pytest.raises(ExtensionTooLate):
        clocks.extend(clock=clock, amount=3, unit=unit, requested_on=date(2023, 10, 24), by=None, at=AT)

    extended = clocks.extend(clock=clock, amount=3, unit=unit, requested_on=date(2023, 10, 23), by=None, at=AT)

    assert extended.due_on == date(2023, 10, 26)
    with pytest.raises(SecondExtension):
        clocks.extend(clock=clock, amount=3, unit=unit, requested_on=date(2023, 10, 23), by=None, at=AT)


def test_a_clock_is_recomputed_from_its_own_inputs_to_the_same_day(clock: Clock) -> None:
    law.forget_calendars()

    assert count(clock).due_on == clock.due_on
    assert clocks.kept(count(clock)) == clock.derivation
