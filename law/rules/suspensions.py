"""Days on which a term does not run, and counting around them.

Convention 5 of the legal clock: both ends of a suspension are not counted. (A choice: the day of an observation and the
day of its cure do not run. By the other choice, ``ends-run``, only the days between them are not counted.) In months
and years the span grows by as many uncounted days. A suspension without end is open, and a term that meets one has no
due day.
"""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, date
from itertools import pairwise

from law.enums import TermUnit
from law.errors import OutsideCalendar, SuspensionBackwards, SuspensionsOverlap
from law.rules.business_days import (
    ONE_DAY,
    Calendar,
    add_business_days,
    add_calendar_days,
    business_day_from,
    business_days_between,
    check_inside,
    first_year_missing,
    next_business_day,
)

MONTHS_IN_A_YEAR = 12


@dataclass(frozen=True)
class Suspension:
    """Days that are not counted, both ends included; without ``last`` it is still open."""

    first: date
    last: date | None = None


@dataclass(frozen=True)
class Leg:
    """One stretch of a count: the first day that counted, the last one, and the day on which it is due."""

    first_day: date
    last_day: date
    due_on: date


def in_order(suspensions: Sequence[Suspension]) -> tuple[Suspension, ...]:
    """Return the suspensions by their first day.

    :raises SuspensionBackwards: one ends before it starts.
    :raises SuspensionsOverlap: two of them share a day; an open one shares every day that comes.
    """
    ordered = tuple(sorted(suspensions, key=lambda each: each.first))
    for each in ordered:
        if each.last is not None and each.last < each.first:
            raise SuspensionBackwards(each.first, each.last)
    for one, other in pairwise(ordered):
        if one.last is None or other.first <= one.last:
            raise SuspensionsOverlap(one.first, other.first)
    return ordered


def without_ends(suspensions: Sequence[Suspension]) -> tuple[Suspension, ...]:
    """Return what is left of each where its two ends run: the rule ``ends-run``."""
    inner = (
        Suspension(each.first + ONE_DAY, each.last and each.last - ONE_DAY)
        for each in suspensions
        if each.last is None or (each.last - each.first).days > 1
    )
    return tuple(inner)


def count(start: date, amount: int, unit: TermUnit, calendar: Calendar, closed: Sequence[Suspension]) -> Leg:
    """Return the stretch of that many units after ``start``, around suspensions that are closed and in order.

    :raises OutsideCalendar: it begins or ends beyond the calendar.
    :raises ValueError: the amount is negative.
    """
    if amount < 0:
        raise ValueError("a term is never negative")
    check_inside(calendar, start)
    if amount == 0:
        return Leg(start, start, start)
    if unit == TermUnit.BUSINESS_DAYS:
        last_day = _last_business_day(start, amount, calendar, closed)
        return Leg(first_counted(start, amount, unit, calendar, closed), last_day, last_day)
    last_day = _last_calendar_day(start, amount, unit, calendar, closed)
    due_on = business_day_from(calendar, last_day)
    return Leg(first_counted(start, amount, unit, calendar, closed), last_day, due_on)


def first_counted(start: date, amount: int, unit: TermUnit, calendar: Calendar, closed: Sequence[Suspension]) -> date:
    """Return the first day that counts: the next one, or the next business day, that no suspension covers.

    A term of zero counts no day but its own.
    """
    if amount == 0:
        return start
    is_business = unit == TermUnit.BUSINESS_DAYS
    day = next_business_day(calendar, start) if is_business else add_calendar_days(calendar, start, 1)
    for each in closed:
        if each.last is None or each.first > day:
            break
        if each.last >= day:
            day = next_business_day(calendar, each.last) if is_business else add_calendar_days(calendar, each.last, 1)
    return day


def days_run(start: date, end: date, unit: TermUnit, calendar: Calendar, closed: Sequence[Suspension]) -> int:
    """Return how many days ran after ``start`` up to and including ``end``: business days, or all of them."""
    return _run(start, end, unit, calendar) - sum(
        _run(_eve(each.first, start), min(each.last, end), unit, calendar)
        for each in closed
        if each.last is not None and each.first <= end and each.last > start
    )


def _run(start: date, end: date, unit: TermUnit, calendar: Calendar) -> int:
    if end <= start:
        return 0
    return business_days_between(calendar, start, end) if unit == TermUnit.BUSINESS_DAYS else (end - start).days


def _last_business_day(start: date, amount: int, calendar: Calendar, closed: Sequence[Suspension]) -> date:
    last_day = add_business_days(calendar, start, amount)
    for each in closed:
        if each.last is None or each.first > last_day:
            break
        if each.last > start:
            check_inside(calendar, each.last)
            amount += business_days_between(calendar, _eve(each.first, start), each.last)
            last_day = add_business_days(calendar, start, amount)
    return last_day


def _last_calendar_day(
    start: date, amount: int, unit: TermUnit, calendar: Calendar, closed: Sequence[Suspension]
) -> date:
    if unit == TermUnit.CALENDAR_DAYS:
        last_day = add_calendar_days(calendar, start, amount)
    else:
        last_day = _date_to_date(start, amount * (MONTHS_IN_A_YEAR if unit == TermUnit.YEARS else 1), calendar)
    for each in closed:
        if each.last is None or each.first > last_day:
            break
        if each.last > start:
            uncounted = (each.last - _eve(each.first, start)).days
            last_day = add_calendar_days(calendar, last_day, uncounted)
    return last_day


def _eve(first: date, start: date) -> date:
    """Return the day before the first one of a suspension, or the start of the count if that is later."""
    return start if first <= start else first - ONE_DAY


def _date_to_date(start: date, months: int, calendar: Calendar) -> date:
    """Return the day of that number some months later; where there is none, the first day of the month after."""
    years, month = divmod(start.month - 1 + months, MONTHS_IN_A_YEAR)
    year, month = start.year + years, month + 1
    if year > MAXYEAR:
        raise OutsideCalendar(first_year_missing(calendar))
    days = monthrange(year, month)[1]
    day = date(year, month, min(start.day, days))
    return add_calendar_days(calendar, day, 1 if start.day > days else 0)
