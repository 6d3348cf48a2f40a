"""The fast rules against a person who counts day by day, on thousands of cases."""

import os
from datetime import UTC, date, datetime, time, timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from law.enums import Regime, TermUnit
from law.errors import ExtensionTooLate
from law.rules.business_days import Calendar, whole_calendar
from law.rules.deadlines import Case, Distance, Extension, derive
from law.rules.legal_dates import LIMA, UNTIL_MIDNIGHT, FilingRegime, legal_filing_date
from law.rules.suspensions import Suspension
from tests.law.slow_model import SlowClock

CASES = 10_000 if os.environ.get("LONG") else 400
START = date(2011, 1, 1)
days = st.integers(0, 6000).map(lambda n: START + timedelta(days=n))
units = st.sampled_from(list(TermUnit))
amounts = st.integers(0, 130)


@st.composite
def suspensions(draw: st.DrawFn, around: date) -> tuple[Suspension, ...]:
    day, found = around + timedelta(days=draw(st.integers(-20, 20))), []
    for _each in range(draw(st.integers(0, 3))):
        last = day + timedelta(days=draw(st.integers(0, 15)))
        found.append(Suspension(day, last))
        day = last + timedelta(days=draw(st.integers(1, 30)))
    return tuple(draw(st.permutations(found)))


@st.composite
def cases(draw: st.DrawFn) -> tuple[Case, frozenset[date]]:
    event, unit = draw(days), draw(units)
    amount = draw(st.integers(0, 15)) if unit in {TermUnit.MONTHS, TermUnit.YEARS} else draw(amounts)
    near = st.integers(-5, 200).map(lambda n: event + timedelta(days=n))
    case = Case(event, amount, unit, draw(suspensions(event)))
    extension = draw(st.none() | st.builds(Extension, st.integers(0, 30), st.sampled_from(list(TermUnit)[:3]), near))
    far = draw(st.none() | st.builds(Distance, st.integers(0, 15), st.sampled_from(list(TermUnit)[:2])))
    case = Case(event, amount, unit, case.suspensions, extension, far)
    return case, draw(st.frozensets(near, max_size=25))


def by_hand(case: Case, holidays: frozenset[date]) -> tuple[date, date] | None:
    """Return the first day and the due day as a person counts them, or nothing where the extension came late."""
    wall = SlowClock(holidays, tuple((each.first, each.last) for each in case.suspensions if each.last))
    first, due = wall.term(case.event_on, case.amount, case.unit)
    if case.extension is not None:
        if case.extension.requested_on > due:
            return None
        due = wall.term(due, case.extension.amount, case.extension.unit)[1]
    if case.distance is not None:
        due = wall.term(due, case.distance.days, case.distance.unit)[1]
    return first, due


@settings(max_examples=CASES, deadline=None)
@given(cases())
def test_fast_and_slow_agree_to_the_day(drawn: tuple[Case, frozenset[date]]) -> None:
    case, holidays = drawn
    expected = by_hand(case, holidays)

    try:
        counted = derive(case, whole_calendar(holidays))
    except ExtensionTooLate:
        assert expected is None
        return

    assert (counted.first_day, counted.due_on) == expected
    assert counted.due_on is not None
    assert counted.due_on >= case.event_on
    assert counted.steps[-1].day == counted.due_on


@settings(max_examples=CASES, deadline=None)
@given(cases())
def test_every_due_day_is_a_business_day_save_a_term_of_zero(drawn: tuple[Case, frozenset[date]]) -> None:
    case, holidays = drawn
    assume(case.amount > 0)
    try:
        counted = derive(case, whole_calendar(holidays))
    except ExtensionTooLate:
        return

    assert counted.due_on is not None
    assert counted.due_on.weekday() < 5
    assert counted.due_on not in holidays


@settings(max_examples=CASES, deadline=None)
@given(
    st.integers(0, 16 * 365 * 86_400).map(
        lambda seconds: datetime(2011, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    ),
    st.none() | st.times(min_value=time(8), max_value=time(20)),
    st.frozensets(st.integers(-2, 20), max_size=12),
)
def test_the_legal_date_of_a_filing_is_the_one_of_a_person_at_the_counter(
    presented_at: datetime, closes: time | None, near: frozenset[int]
) -> None:
    here = presented_at.astimezone(LIMA)
    holidays = frozenset(here.date() + timedelta(days=n) for n in near)
    wall, expected = SlowClock(holidays), here.date()
    is_late = closes is not None and (here.hour, here.minute) > (closes.hour, closes.minute)
    if is_late and wall.works(expected):
        expected += timedelta(days=1)
    while not wall.works(expected):
        expected += timedelta(days=1)
    regime = FilingRegime(Regime.OFFICE_HOURS, closes) if closes else UNTIL_MIDNIGHT

    found = legal_filing_date(presented_at, whole_calendar(holidays), regime)

    assert found.day == expected


@settings(max_examples=CASES // 4, deadline=None)
@given(cases(), days)
def test_an_open_suspension_has_no_due_day_whatever_else(drawn: tuple[Case, frozenset[date]], opened: date) -> None:
    case, holidays = drawn
    kept = tuple(each for each in case.suspensions if each.last and each.last < opened)
    case = Case(case.event_on, case.amount, case.unit, (*kept, Suspension(opened)))

    counted = derive(case, whole_calendar(holidays))

    assert (counted.due_on, counted.state) == (None, "suspended")
    assert counted.first_day is None or case.event_on <= counted.first_day < opened


@settings(max_examples=CASES // 4, deadline=None)
@given(cases())
def test_a_loaded_calendar_counts_as_an_endless_one_or_refuses(drawn: tuple[Case, frozenset[date]]) -> None:
    case, holidays = drawn
    assume(case.extension is None)
    loaded = Calendar(date(2005, 1, 1), date(2060, 12, 31), holidays)

    assert derive(case, loaded) == derive(case, whole_calendar(holidays))
