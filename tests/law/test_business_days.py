"""Counting business days: PL-01 and the entities' own cases."""

import random
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from law.errors import OutsideCalendar
from law.rules.business_days import (
    Calendar,
    add_business_days,
    business_day_from,
    business_days_between,
    is_business_day,
    next_business_day,
)
from tests.law.conftest import FIRST, LAST, calendar

PICHARI = [
    (date(2023, 8, 18), date(2023, 8, 31), 8),
    (date(2023, 8, 31), date(2023, 9, 11), 7),
    (date(2023, 9, 11), date(2023, 10, 13), 24),
    (date(2023, 10, 13), date(2023, 10, 30), 11),
    (date(2023, 10, 30), date(2023, 11, 8), 6),
    (date(2023, 11, 8), date(2023, 11, 10), 2),
    (date(2023, 8, 18), date(2023, 11, 10), 58),
]


@pytest.mark.parametrize(("a", "b", "days"), PICHARI)
def test_pichari_spends_58_business_days_from_draft_to_act(national: Calendar, a: date, b: date, days: int) -> None:
    assert business_days_between(national, a, b) == days


def test_the_day_declared_for_the_public_sector_would_make_it_57_and_23(national: Calendar) -> None:
    with_it = Calendar(FIRST, LAST, national.non_working | {date(2023, 10, 9)})

    assert date(2023, 10, 9) in national.disputed
    assert business_days_between(with_it, date(2023, 8, 18), date(2023, 11, 10)) == 57
    assert business_days_between(with_it, date(2023, 9, 11), date(2023, 10, 13)) == 23


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2011-04-21", False),  # Holy Thursday
        ("2011-04-22", False),
        ("2011-04-25", True),
        ("2021-08-06", True),  # a Friday, before its law
        ("2022-12-09", False),
        ("2021-12-09", True),
        ("2024-07-23", False),
        ("2019-07-23", True),
        ("2024-06-07", False),
        ("2023-06-07", True),  # the law came eight days later
        ("2023-10-08", False),  # a Sunday and a holiday
        ("2023-10-09", True),  # declared for the public sector only: disputed
        ("2026-04-02", False),
        ("2026-11-21", False),  # a Saturday
        ("2030-12-25", False),
    ],
)
def test_national_days_are_the_law_of_their_year(national: Calendar, day: str, expected: bool) -> None:
    assert is_business_day(national, date.fromisoformat(day)) is expected


def test_holy_thursday_and_friday_are_written_for_every_year(national: Calendar) -> None:
    for year in range(FIRST.year, LAST.year + 1):
        marks = sorted(
            day for day, mark in national.marks.items() if day.year == year and "Santo" in mark.name and day.month < 5
        )
        assert [day.strftime("%a") for day in marks] == ["Thu", "Fri"]
        assert marks[1] - marks[0] == timedelta(days=1)


def test_counting_begins_on_the_next_business_day() -> None:
    friday = date(2026, 11, 20)

    assert next_business_day(calendar(), friday) == date(2026, 11, 23)
    assert add_business_days(calendar(), friday, 1) == date(2026, 11, 23)
    assert add_business_days(calendar("2026-11-23"), friday, 1) == date(2026, 11, 24)


def test_zero_days_is_the_same_day_even_a_sunday() -> None:
    assert add_business_days(calendar(), date(2026, 11, 22), 0) == date(2026, 11, 22)


def test_a_business_day_stays_and_another_becomes_the_next() -> None:
    assert business_day_from(calendar(), date(2026, 11, 20)) == date(2026, 11, 20)
    assert business_day_from(calendar(), date(2026, 11, 21)) == date(2026, 11, 23)


def test_adding_and_counting_agree_with_a_day_by_day_count(national: Calendar) -> None:
    chance = random.Random(7)
    for _case in range(200):
        start = FIRST + timedelta(days=chance.randrange(9000))
        count = chance.randrange(1, 60)
        end = add_business_days(national, start, count)
        slow = sum(is_business_day(national, start + timedelta(days=n)) for n in range(1, (end - start).days + 1))
        assert slow == count == business_days_between(national, start, end)
        assert business_days_between(national, end, start) == -count


@pytest.mark.parametrize("ask", [is_business_day, next_business_day])
def test_a_day_outside_the_calendar_is_an_error_never_a_guess(
    national: Calendar, ask: Callable[[Calendar, date], object]
) -> None:
    with pytest.raises(OutsideCalendar, match="No hay calendario de 2031"):
        ask(national, date(2031, 1, 1))


def test_a_term_that_reaches_beyond_the_calendar_is_an_error(national: Calendar) -> None:
    with pytest.raises(OutsideCalendar):
        add_business_days(national, date(2030, 12, 20), 30)
    with pytest.raises(OutsideCalendar):
        business_days_between(national, date(2030, 12, 20), date(2031, 1, 5))


def test_a_negative_term_is_a_bug() -> None:
    with pytest.raises(ValueError, match="negative"):
        add_business_days(calendar(), date(2026, 1, 5), -1)
