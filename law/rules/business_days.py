"""Counting business days on a loaded calendar.

A business day is none of Saturday, Sunday, a non-working day of the place. Source: LPAG 134.1 (PL-01), and the
conventions 2 and 11 of the legal clock: a day outside the calendar is an error, never a guess.
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from law.errors import OutsideCalendar

WEEK, WORKING_WEEK = 7, 5
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class DayMark:
    """What a derivation says of a day: its name, and its norm as it may be shown."""

    name: str
    norm: str


@dataclass(frozen=True)
class Calendar:
    """The non-working days of a place, besides Saturdays and Sundays, between the first and the last day loaded.

    ``disputed`` are days declared non-working for the public sector that, by the rule in force, do count.
    """

    first: date
    last: date
    non_working: frozenset[date]
    disputed: frozenset[date] = frozenset()
    marks: Mapping[date, DayMark] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def holidays(self) -> tuple[date, ...]:
        """The non-working days that fall from Monday to Friday, in order."""
        return tuple(sorted(day for day in self.non_working if day.weekday() < WORKING_WEEK))


def is_business_day(calendar: Calendar, day: date) -> bool:
    """Return whether work is done on that day.

    :raises OutsideCalendar: the calendar does not reach it.
    """
    _check_inside(calendar, day)
    return day.weekday() < WORKING_WEEK and day not in calendar.non_working


def next_business_day(calendar: Calendar, day: date) -> date:
    """Return the first business day after that day.

    :raises OutsideCalendar: the calendar ends before.
    """
    day += ONE_DAY
    while not is_business_day(calendar, day):
        day += ONE_DAY
    return day


def business_day_from(calendar: Calendar, day: date) -> date:
    """Return that day if it is a business day, else the next one."""
    return day if is_business_day(calendar, day) else next_business_day(calendar, day)


def add_business_days(calendar: Calendar, day: date, count: int) -> date:
    """Return the ``count``-th business day after that day; zero gives the same day.

    :raises OutsideCalendar: the calendar ends before.
    :raises ValueError: the count is negative.
    """
    if count < 0:
        raise ValueError("a term is never negative")
    _check_inside(calendar, day)
    for _step in range(count):
        day = next_business_day(calendar, day)
    return day


def business_days_between(calendar: Calendar, a: date, b: date) -> int:
    """Return the number of business days after ``a`` up to and including ``b``.

    With ``b`` before ``a`` the same days count below zero.

    :raises OutsideCalendar: the calendar does not reach one of them.
    """
    _check_inside(calendar, a)
    _check_inside(calendar, b)
    if b < a:
        return -business_days_between(calendar, b, a)
    held = bisect_right(calendar.holidays, b) - bisect_right(calendar.holidays, a)
    return _weekdays_until(b) - _weekdays_until(a) - held


def _weekdays_until(day: date) -> int:
    """Return how many days from Monday to Friday there were until that day, from a Sunday long ago."""
    weeks, rest = divmod(day.toordinal(), WEEK)
    return weeks * WORKING_WEEK + min(rest, WORKING_WEEK)


def _check_inside(calendar: Calendar, day: date) -> None:
    if not calendar.first <= day <= calendar.last:
        raise OutsideCalendar(day.year)
