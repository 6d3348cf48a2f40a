"""The count of a clock out of its own inputs: the same day, years later, by the law of its legal date."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from law import selectors as law
from law.enums import TermUnit
from law.rules.business_days import Calendar
from law.rules.deadlines import UNIT_NAMES, Case, Distance, Extension, derive, transitional_step
from law.rules.law_book import ENDS_RUN, LawBook
from law.rules.steps import Derivation
from law.rules.suspensions import Suspension, without_ends
from workflows.models import Clock


def case_of(clock: Clock, sources: Mapping[str, str]) -> Case:
    """Return the case that a clock counts, out of its own inputs alone."""
    more, far = clock.extension, clock.distance
    spans = tuple(
        Suspension(_day(each["from"]), _day(each["to"]) if each["to"] else None) for each in clock.suspensions
    )
    return Case(
        event_on=clock.event_on,
        amount=clock.amount,
        unit=TermUnit(clock.unit),
        suspensions=without_ends(spans) if ENDS_RUN in sources else spans,
        extension=Extension(more["amount"], TermUnit(more["unit"]), _day(more["requested"])) if more else None,
        distance=_distance(far) if far else None,
        norm=clock.derivation_norm,
        sources=sources,
    )


def _distance(far: Mapping[str, Any]) -> Distance:
    return Distance(far["days"], TermUnit(far["unit"]), far.get("norm", ""), far.get("row", ""))


def extension_of(clock: Clock) -> dict[str, Any] | None:
    """Return the extension of a clock by the fields of a line of ``due``, without who asked for it."""
    more = clock.extension
    return {field: more[field] for field in ("amount", "unit", "requested")} if more else None


def given(clock: Clock) -> str:
    """Return the amount that a clock is counted by, with its unit: ``15 días hábiles``."""
    return f"{clock.amount} {UNIT_NAMES[TermUnit(clock.unit)][clock.amount != 1]}"


def count(clock: Clock) -> Derivation:
    """Return the count of a clock from its own inputs, by the calendar of today and the law of its legal date.

    :raises LawError: the calendar does not reach it.
    """
    return count_by(clock, law.calendar_of(clock.place), law.book_of(clock.place))


def count_by(clock: Clock, calendar: Calendar, book: LawBook) -> Derivation:
    """Return the count of a clock by a calendar and the rules that hold on its legal date.

    A term that reached it by a transitional rule is told first.
    """
    counted = derive(case_of(clock, book.sources_on(clock.event_on)), calendar)
    if clock.term_since is None:
        return counted
    reached = transitional_step(clock.term_since, clock.amount, TermUnit(clock.unit), clock.norm)
    return replace(counted, steps=(reached, *counted.steps))


def _day(text: str) -> date:
    return date.fromisoformat(text)
