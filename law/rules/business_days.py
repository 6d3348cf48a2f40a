"""Counting business days on a loaded calendar.

A business day is none of Saturday, Sunday, a non-working day of the place. Source: LPAG 134.1 (PL-01), and the
conventions 2 and 11 of the legal clock: a day outside the calendar is an error, never a guess.

Days are counted by number, not one by one: every business day has its place in the row of all business days, which
weeks and the sorted holidays give at once.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import MAXYEAR, date, timedelta
from functools import cached_property

from law.errors import OutsideCalendar

WEEK, WORKING_WEEK = 7, 5
ONE_DAY = timedelta(days=1)
LAST_ORDINAL = date.max.toordinal()


@dataclass(frozen=True)
class DayMark:
    """What a derivation says of a day: its name, and its norm as it may be shown."""

    name: str
    norm: str


@dataclass(frozen=True)
class Calendar:
    """The non-working days of a place, besides Saturdays and Sundays, between the first and the last day loaded.

    ``disputed`` are days declared non-working for the public sector whose effect on terms is not settled: by the rule
    in force they count, unless they stand among ``non_working`` as well.
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

    @cached_property
    def in_dispute(self) -> tuple[date, ...]:
        """The disputed days that fall from Monday to Friday, in order."""
        return tuple(sorted(day for day in self.disputed if day.weekday() < WORKING_WEEK))

    @cached_property
    def before_holidays(self) -> tuple[int, ...]:
        """For each holiday, the number in the row of all business days of the last one before it."""
        return tuple(_weekdays_until(day) - at for at, day in enumerate(self.holidays, start=1))

    @cached_property
    def with_disputed(self) -> "Calendar":
        """The same calendar under the rule by which disputed days do not count."""
        return replace(self, non_working=self.non_working | self.disputed)

    @cached_property
    def without_disputed(self) -> "Calendar":
        """The same calendar under the rule by which disputed days count."""
        return replace(self, non_working=self.non_working - self.disputed)


def whole_calendar(non_working: frozenset[date]) -> Calendar:
    """Return the calendar in which these days, with Saturdays and Sundays, are all that is not worked."""
    return Calendar(date.min, date.max, non_working)


def is_business_day(calendar: Calendar, day: date) -> bool:
    """Return whether work is done on that day.

    :raises OutsideCalendar: the calendar does not reach it.
    """
    check_inside(calendar, day)
    return day.weekday() < WORKING_WEEK and day not in calendar.non_working


def next_business_day(calendar: Calendar, day: date) -> date:
    """Return the first business day after that day.

    :raises OutsideCalendar: the calendar ends before.
    """
    return add_business_days(calendar, day, 1)


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
    check_inside(calendar, day)
    if count == 0:
        return day
    wanted = _weekdays_until(day) - bisect_right(calendar.holidays, day) + count
    weeks, rest = divmod(wanted + bisect_left(calendar.before_holidays, wanted) - 1, WORKING_WEEK)
    ordinal = weeks * WEEK + rest + 1
    if ordinal > calendar.last.toordinal():
        raise OutsideCalendar(first_year_missing(calendar))
    return date.fromordinal(ordinal)


def add_calendar_days(calendar: Calendar, day: date, count: int) -> date:
    """Return the ``count``-th day after that day, working or not.

    :raises OutsideCalendar: the calendar ends before.
    """
    return day_inside(calendar, day.toordinal() + count)


def business_days_between(calendar: Calendar, a: date, b: date) -> int:
    """Return the number of business days after ``a`` up to and including ``b``.

    With ``b`` before ``a`` the same days count below zero.

    :raises OutsideCalendar: the calendar does not reach one of them.
    """
    check_inside(calendar, a)
    check_inside(calendar, b)
    if b < a:
        return -business_days_between(calendar, b, a)
    held = bisect_right(calendar.holidays, b) - bisect_right(calendar.holidays, a)
    return _weekdays_until(b) - _weekdays_until(a) - held


def check_inside(calendar: Calendar, day: date) -> None:
    """Refuse a day that the calendar does not reach.

    :raises OutsideCalendar: it names the year that is missing.
    """
    if not calendar.first <= day <= calendar.last:
        raise OutsideCalendar(day.year)


def day_inside(calendar: Calendar, ordinal: int) -> date:
    """Return the day of that number, as ``date.toordinal`` counts.

    :raises OutsideCalendar: the calendar does not reach it.
    """
    if ordinal > LAST_ORDINAL:
        raise OutsideCalendar(first_year_missing(calendar))
    day = date.fromordinal(ordinal)
    check_inside(calendar, day)
    return day


def first_year_missing(calendar: Calendar) -> int:
    """Return the year of the first day after the calendar."""
    return MAXYEAR + 1 if calendar.last == date.max else (calendar.last + ONE_DAY).year


def _weekdays_until(day: date) -> int:
    """Return how many days from Monday to Friday there were until that day, from a Sunday long ago."""
    weeks, rest = divmod(day.toordinal(), WEEK)
    return weeks * WORKING_WEEK + min(rest, WORKING_WEEK)
