"""Why a file is due that day: the count of its clock, as a wall calendar, and what today's norm would give."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from docs_store.models import Expediente
from law import selectors as law
from law.enums import TermUnit
from law.errors import LawError
from law.rules.business_days import Calendar, is_business_day
from law.rules.deadlines import due
from workflows.enums import ClockState
from workflows.models import Clock

ONE_DAY = timedelta(days=1)
WEEK = 7
NUMBERED = {TermUnit.BUSINESS_DAYS, TermUnit.CALENDAR_DAYS}


@dataclass(frozen=True)
class StripDay:
    """One day of the wall calendar of a term. ``look`` is its class on the page; ``number`` is there if it counted."""

    day: date
    look: str
    number: int | None
    is_today: bool


@dataclass(frozen=True)
class Beside:
    """What the norm of today would give; it is shown, never applied."""

    due_on: date
    amount: int
    unit: str
    norm: str
    is_same: bool


@dataclass(frozen=True)
class Why:
    """A clock with its wall calendar, week by week from Monday, and what today's norm would give."""

    clock: Clock
    weeks: tuple[tuple[StripDay | None, ...], ...]
    beside: Beside | None

    @property
    def is_suspended(self) -> bool:
        return self.clock.state == ClockState.SUSPENDED


def why(clock: Clock, calendar: Calendar, today: date) -> Why:
    """Return why a clock is due that day, as far as the calendar reaches."""
    return Why(clock, _weeks(clock, calendar, today), beside(clock, today))


def clocks_of(expediente: Expediente) -> QuerySet[Clock]:
    """Return the clocks of a file, its filings', its steps' and its notices', the oldest first."""
    of_steps, of_filings = Q(task__process__expediente=expediente), Q(filing__expediente=expediente)
    of_file = of_steps | of_filings | Q(notice__document__expediente=expediente)
    return Clock.objects.filter(of_file).order_by("event_on", "id")


def as_json(clock: Clock, today: date) -> dict[str, Any]:
    """Return a clock with its inputs and its derivation, for other systems."""
    now = beside(clock, today)
    return {
        "id": clock.pk,
        "state": clock.state,
        "legal_date": clock.event_on.isoformat(),
        "term": {"amount": clock.amount, "unit": clock.unit},
        "place": clock.place,
        "suspensions": clock.suspensions,
        "extension": clock.extension,
        "distance": clock.distance,
        "due": None if clock.state == ClockState.SUSPENDED else clock.due_on.isoformat(),
        "derivation": clock.derivation,
        "by_todays_norm": {"due": now.due_on.isoformat(), "amount": now.amount, "unit": now.unit} if now else None,
    }


def beside(clock: Clock, today: date) -> Beside | None:
    """Return what the term's row of today would give; nothing for a term that no norm gives."""
    if not clock.term:
        return None
    try:
        row = law.term(clock.term, today)
        calendar = law.calendar_of(clock.place)
        counted = due(event_on=clock.event_on, amount=row.amount, unit=row.unit, calendar=calendar)
    except LawError:
        return None
    assert counted.due_on is not None
    is_same = (row.amount, row.unit) == (clock.amount, clock.unit)
    return Beside(counted.due_on, row.amount, row.get_unit_display(), law.norm_label(row.norm), is_same)


def _weeks(clock: Clock, calendar: Calendar, today: date) -> tuple[tuple[StripDay | None, ...], ...]:
    last = today if clock.state == ClockState.SUSPENDED else clock.due_on
    if not calendar.first <= clock.event_on <= last <= calendar.last:
        return ()
    days: list[StripDay | None] = [None] * clock.event_on.weekday()
    number, day = 0, clock.event_on
    while day <= last:
        look = _look(clock, calendar, day)
        if look == "counts":
            number += 1
        told = number if look == "counts" and clock.unit in NUMBERED else None
        if day == clock.due_on and clock.state != ClockState.SUSPENDED:
            look = "due"
        elif look == "counts" and day < today:
            look = "gone"
        days.append(StripDay(day, look, told, day == today))
        day += ONE_DAY
    return tuple(tuple(days[at : at + WEEK]) for at in range(0, len(days), WEEK))


def _look(clock: Clock, calendar: Calendar, day: date) -> str:
    """Return whether a day is the event's, is suspended, is not worked or counts."""
    if day == clock.event_on:
        return "event"
    if any(each["from"] <= day.isoformat() <= (each["to"] or "9999") for each in clock.suspensions):
        return "suspended"
    if is_business_day(calendar, day) or clock.unit != TermUnit.BUSINESS_DAYS:
        return "counts"
    return "weekend" if day not in calendar.non_working else "off"
