"""A place's calendar out of the rows that are loaded.

A row holds in its own place and in all that lies in it. The state of the calendar on a day is that of the rows that
were known by then: each since its norm was published, or is in force (convention 9).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from law.errors import CalendarMissing
from law.rules.business_days import Calendar, DayMark
from law.rules.places import places_of

WARNED_AHEAD = timedelta(days=120)
"""How long before its last day a calendar is said to end. A term of thirty business days with its extension and its
days to notify reaches some four months ahead: from then on new terms may have no day."""


@dataclass(frozen=True)
class DayRow:
    """A non-working day as a calendar takes it: ``norm`` as it may be shown, ``known_on`` since it is public."""

    day: date
    place: str
    name: str
    norm: str
    suspends_terms: bool
    known_on: date


@dataclass(frozen=True)
class Span:
    """The first and the last day for which a place's calendar is loaded."""

    place: str
    first: date
    last: date


def build_calendar(
    place: str,
    rows: Iterable[DayRow],
    spans: Iterable[Span],
    *,
    as_of: date | None = None,
    does_disputed_count: Callable[[date], bool] = lambda day: True,
) -> Calendar:
    """Return the calendar of a place, as it stood on a day.

    :param as_of: rows that became known later are left out; nothing leaves none out.
    :param does_disputed_count: the rule in force on a day declared non-working for the public sector whose effect is
        disputed.
    :raises CalendarMissing: neither the place nor what it lies in has a calendar loaded.
    """
    places = places_of(place)
    span = span_of(places, spans)
    days = [row for row in rows if row.place in places and (as_of is None or row.known_on <= as_of)]
    off = frozenset(row.day for row in days if row.suspends_terms)
    disputed = frozenset(row.day for row in days if not row.suspends_terms) - off
    return Calendar(
        first=span.first,
        last=span.last,
        non_working=off | frozenset(day for day in disputed if not does_disputed_count(day)),
        disputed=disputed,
        marks={row.day: DayMark(row.name, row.norm) for row in sorted(days, key=lambda row: row.suspends_terms)},
    )


def ends_soon(last: date, today: date) -> bool:
    """Return whether a calendar whose last day that is ends so soon that the next one must be loaded."""
    return last - today <= WARNED_AHEAD


def span_of(places: tuple[str, ...], spans: Iterable[Span]) -> Span:
    """Return the years loaded for the narrowest place that names its own.

    :raises CalendarMissing: none of them has a calendar loaded.
    """
    known = {span.place: span for span in spans}
    for place in reversed(places):
        if place in known:
            return known[place]
    raise CalendarMissing(places[-1])
