"""The worked cases of the legal clock, conventions 1 to 4, 8, 10 and 11."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from law.errors import OutsideCalendar
from law.rules.business_days import Calendar
from law.rules.deadlines import due
from law.rules.legal_dates import legal_filing_date
from tests.law.conftest import calendar

LIMA, UTC = ZoneInfo("America/Lima"), ZoneInfo("UTC")
CAJAMARCA = ("2011-04-21", "2011-04-22", "2011-06-29", "2011-07-28", "2011-07-29")
NEW_YEAR = ("2026-12-08", "2026-12-09", "2026-12-25", "2027-01-01")


@pytest.mark.parametrize(
    ("event_on", "amount", "unit", "non_working", "expected"),
    [
        ("2011-02-19", 120, "business_days", CAJAMARCA, "2011-08-12"),
        ("2011-02-18", 120, "business_days", CAJAMARCA, "2011-08-12"),
        ("2011-02-19", 119, "business_days", CAJAMARCA, "2011-08-11"),
        ("2011-02-19", 120, "business_days", (*CAJAMARCA, "2011-05-02"), "2011-08-15"),
        ("2026-11-20", 30, "business_days", NEW_YEAR, "2027-01-07"),
        ("2025-01-31", 1, "months", (), "2025-03-03"),
        ("2024-01-31", 1, "months", (), "2024-03-01"),
        ("2023-11-15", 3, "months", (), "2024-02-15"),
        ("2023-12-01", 1, "months", (), "2024-01-01"),
        ("2024-02-29", 1, "years", (), "2025-03-03"),
        ("2023-10-31", 14, "months", (), "2024-12-31"),
        ("2026-11-20", 15, "calendar_days", (), "2026-12-07"),
        ("2026-11-20", 18, "calendar_days", ("2026-12-08",), "2026-12-09"),
        ("2026-11-22", 0, "business_days", (), "2026-11-22"),
        ("2026-11-22", 0, "months", (), "2026-11-22"),
    ],
)
def test_worked_cases(event_on: str, amount: int, unit: str, non_working: tuple[str, ...], expected: str) -> None:
    answer = due(event_on=date.fromisoformat(event_on), amount=amount, unit=unit, calendar=calendar(*non_working))

    assert answer.due_on == date.fromisoformat(expected)


def test_cajamarca_comes_out_of_the_national_calendar_alone(national: Calendar) -> None:
    answer = due(event_on=date(2011, 2, 19), amount=120, unit="business_days", calendar=national, norm="RM 61")

    assert answer.due_on == date(2011, 8, 12)
    assert answer.first_day == date(2011, 2, 21)
    assert [step.day.isoformat() for step in answer.steps if step.rule == "non-working"] == list(CAJAMARCA)
    assert [(s.rule, s.norm) for s in answer.steps if s.rule == "last-day"] == [("last-day", "RM 61")]


def test_the_derivation_shows_both_results_of_a_disputed_day(national: Calendar) -> None:
    answer = due(event_on=date(2011, 2, 19), amount=120, unit="business_days", calendar=national)

    disputed = [step for step in answer.steps if step.rule == "disputed"]
    assert [step.day for step in disputed] == [date(2011, 5, 2)]
    assert "vencería el lun 15 ago 2011" in disputed[0].note
    assert disputed[0].norm == "ds-019-2011-pcm"


def test_a_last_day_that_moves_says_so() -> None:
    answer = due(event_on=date(2025, 1, 31), amount=1, unit="months", calendar=calendar())

    assert [(s.rule, s.day) for s in answer.steps] == [
        ("first-day", date(2025, 2, 1)),
        ("last-day", date(2025, 3, 1)),
        ("last-day-moved", date(2025, 3, 3)),
    ]


def test_one_day_is_said_in_the_singular() -> None:
    answer = due(event_on=date(2026, 11, 20), amount=1, unit="business_days", calendar=calendar())

    assert answer.steps[-1].note == "Se cumple el plazo de 1 día hábil."


def test_a_term_beyond_the_calendar_is_an_error() -> None:
    with pytest.raises(OutsideCalendar):
        due(event_on=date(2030, 12, 30), amount=1, unit="years", calendar=calendar())


def test_an_unknown_unit_is_a_bug() -> None:
    with pytest.raises(ValueError, match="weeks"):
        due(event_on=date(2026, 1, 5), amount=1, unit="weeks", calendar=calendar())


@pytest.mark.parametrize(
    ("presented_at", "expected", "rule"),
    [
        (datetime(2026, 11, 20, 23, 58, tzinfo=LIMA), "2026-11-20", "until-midnight"),
        (datetime(2026, 11, 21, 4, 58, tzinfo=UTC), "2026-11-20", "until-midnight"),
        (datetime(2026, 11, 20, 16, 31, tzinfo=LIMA), "2026-11-20", "until-midnight"),
        (datetime(2026, 11, 21, 9, 0, tzinfo=LIMA), "2026-11-23", "until-midnight.next-business-day"),
        (datetime(2026, 7, 28, 0, 0, tzinfo=LIMA), "2026-07-30", "until-midnight.next-business-day"),
        (datetime(2026, 7, 27, 23, 59, 59, tzinfo=LIMA), "2026-07-27", "until-midnight"),
        (datetime(2026, 7, 29, 12, 0, tzinfo=LIMA), "2026-07-30", "until-midnight.next-business-day"),
    ],
)
def test_a_filing_counts_until_midnight_of_a_business_day(
    national: Calendar, presented_at: datetime, expected: str, rule: str
) -> None:
    day, rule_id = legal_filing_date(presented_at, national)

    assert (day.isoformat(), rule_id) == (expected, rule)
