"""When a term ends, and how that was counted.

Conventions 1 to 4, 8, 10 and 11 of the legal clock. Suspension, extension and distance come later: they change the
calendar or the term that is counted here. Notes are Spanish as the law is: they are kept with the clock they explain.
"""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from law.enums import TermUnit
from law.rules.business_days import (
    ONE_DAY,
    Calendar,
    DayMark,
    add_business_days,
    business_day_from,
    is_business_day,
    next_business_day,
)

LIMA = ZoneInfo("America/Lima")
MONTHS_IN_A_YEAR = 12
SAME_DAY, NEXT_BUSINESS_DAY = "until-midnight", "until-midnight.next-business-day"
UNIT_NAMES = {
    TermUnit.BUSINESS_DAYS: ("día hábil", "días hábiles"),
    TermUnit.CALENDAR_DAYS: ("día calendario", "días calendario"),
    TermUnit.MONTHS: ("mes", "meses"),
    TermUnit.YEARS: ("año", "años"),
}


@dataclass(frozen=True)
class DerivationStep:
    """One reason for the due day: the rule applied, the day that came of it, the norm where there is one."""

    rule: str
    day: date
    norm: str
    note: str


@dataclass(frozen=True)
class Derivation:
    """When a term is due and how that was counted."""

    due_on: date
    first_day: date
    steps: tuple[DerivationStep, ...]


class LegalDate(NamedTuple):
    """The day that a filing takes in law, and the rule that gave it."""

    day: date
    rule_id: str


def legal_filing_date(presented_at: datetime, calendar: Calendar) -> LegalDate:
    """Return the day from which a filing's terms run.

    The regime is until midnight: a business day in Lima counts until 23:59:59, any other day becomes the next
    business day (IN-05).

    :param presented_at: the server's moment, aware.
    :raises OutsideCalendar: the calendar does not reach it.
    """
    day = presented_at.astimezone(LIMA).date()
    if is_business_day(calendar, day):
        return LegalDate(day, SAME_DAY)
    return LegalDate(next_business_day(calendar, day), NEXT_BUSINESS_DAY)


def due(*, event_on: date, amount: int, unit: str, calendar: Calendar, norm: str = "") -> Derivation:
    """Return the last day of a term, the first day counted, and each step of the count.

    Business days: counting begins the business day after the event, the n-th counted day is due. Calendar days begin
    the next day; months and years run from date to date, and a month without that day gives the first day of the
    month after. A last day that is no business day moves to the next one. A term of zero ends on its own day.

    :param event_on: the legal date of the event.
    :param unit: one of ``TermUnit``.
    :param norm: the norm that gives the term, as it may be shown.
    :raises OutsideCalendar: the term reaches beyond the calendar.
    :raises ValueError: the amount is negative or the unit unknown.

    Source: LPAG 133 and 134 (PL-01, PL-02).
    """
    unit = TermUnit(unit)
    if amount == 0:
        step = DerivationStep("zero", event_on, norm, "Sin plazo: vence el mismo día.")
        return Derivation(event_on, event_on, (step,))
    if unit == TermUnit.BUSINESS_DAYS:
        first_day = next_business_day(calendar, event_on)
        last_day = due_on = add_business_days(calendar, event_on, amount)
    else:
        first_day = event_on + ONE_DAY
        last_day = _last_day(event_on, amount, unit)
        due_on = business_day_from(calendar, last_day)
    steps = (
        DerivationStep("first-day", first_day, "", _first_day_note(unit, event_on)),
        *(_skipped(calendar, event_on, last_day) if unit == TermUnit.BUSINESS_DAYS else ()),
        DerivationStep("last-day", last_day, norm, _last_day_note(unit, amount)),
        *_moved(calendar, last_day, due_on),
        *_disputed(event_on, due_on, amount, unit, calendar),
    )
    return Derivation(due_on, first_day, steps)


def _last_day(event_on: date, amount: int, unit: TermUnit) -> date:
    if unit == TermUnit.CALENDAR_DAYS:
        return event_on + amount * ONE_DAY
    months = amount * (MONTHS_IN_A_YEAR if unit == TermUnit.YEARS else 1)
    years, month = divmod(event_on.month - 1 + months, MONTHS_IN_A_YEAR)
    year, month = event_on.year + years, month + 1
    days = monthrange(year, month)[1]
    if event_on.day <= days:
        return date(year, month, event_on.day)
    return date(year, month, days) + ONE_DAY


def _first_day_note(unit: TermUnit, event_on: date) -> str:
    kind = "día hábil siguiente" if unit == TermUnit.BUSINESS_DAYS else "día siguiente"
    return f"Se cuenta desde el {kind} al {event_on:%d/%m/%Y}."


def _last_day_note(unit: TermUnit, amount: int) -> str:
    return f"Se cumple el plazo de {amount} {UNIT_NAMES[unit][amount != 1]}."


def _skipped(calendar: Calendar, event_on: date, last_day: date) -> Iterator[DerivationStep]:
    """Yield one step for each holiday of the place that the count passes over; weekends go without saying."""
    for day in calendar.holidays:
        if event_on < day < last_day:
            mark = _mark(calendar, day)
            yield DerivationStep("non-working", day, mark.norm, f"{mark.name}: no se cuenta.")


def _moved(calendar: Calendar, last_day: date, due_on: date) -> Iterator[DerivationStep]:
    if due_on != last_day:
        note = "El último día es inhábil: vence el primer día hábil siguiente."
        yield DerivationStep("last-day-moved", due_on, _mark(calendar, last_day).norm, note)


def _disputed(
    event_on: date, due_on: date, amount: int, unit: TermUnit, calendar: Calendar
) -> Iterator[DerivationStep]:
    """Yield, where days declared non-working for the public sector fall in the span, the day due without them."""
    days = sorted(day for day in calendar.disputed if event_on < day <= due_on and is_business_day(calendar, day))
    if not days:
        return
    strict = replace(calendar, non_working=calendar.non_working | calendar.disputed, disputed=frozenset())
    other = due(event_on=event_on, amount=amount, unit=unit, calendar=strict).due_on
    for day in days:
        mark = _mark(calendar, day)
        note = f"{mark.name}: se cuenta. Si no se contara, vencería el {other:%d/%m/%Y}."
        yield DerivationStep("disputed", day, mark.norm, note)


def _mark(calendar: Calendar, day: date) -> DayMark:
    return calendar.marks.get(day, DayMark("Día no laborable", ""))
