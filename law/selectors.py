"""What the law gives, read from its rows."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Max, Min, Q, Subquery, Value
from django.utils.translation import gettext as _

from law.errors import CalendarMissing, UnknownTerm
from law.models import CalendarSpan, Day, Norm, Term
from law.rules.business_days import Calendar, DayMark
from law.rules.places import places_of

Fingerprint = tuple[Any, ...]
TOLD_OF_DAYS = ("rows", "newest", "earliest", "latest", "suspending")
_calendars: dict[str, tuple[Fingerprint, Calendar]] = {}


def calendar_of(place: str) -> Calendar:
    """Return the calendar of a place: the country's days, the region's and its own.

    It is built once per process and place; one small query tells whether rows came or went since.

    :raises CalendarMissing: neither the place nor its country has a calendar loaded.
    """
    fingerprint = _fingerprint(places_of(place))
    known = _calendars.get(place)
    if known is None or known[0] != fingerprint:
        known = _calendars[place] = (fingerprint, _build_calendar(place))
    return known[1]


def forget_calendars() -> None:
    """Let this process read its calendars anew: a row was changed in place."""
    _calendars.clear()


def term(slug: str) -> Term:
    """Return a term with its norm.

    :raises UnknownTerm: none of that code is loaded.
    """
    found = Term.objects.select_related("norm").filter(slug=slug).first()
    if found is None:
        raise UnknownTerm(slug)
    return found


def norm_label(norm: Norm) -> str:
    """Return how a norm may be shown: its title where its text was read, else that it must be verified."""
    return norm.title if norm.is_verified else _("norma por verificar")


def _fingerprint(places: Iterable[str]) -> Fingerprint:
    """Return, in one query, what changes when a day or a span of these places comes or goes."""
    days = Day.objects.filter(place__in=places).order_by().values(together=Value(1))
    seen = days.annotate(
        rows=Count("pk"),
        newest=Max("pk"),
        earliest=Min("date"),
        latest=Max("date"),
        suspending=Count("pk", filter=Q(suspends_terms=True)),
    )
    told = {
        f"day_{name}": Subquery(seen.values(name)) for name in ("rows", "newest", "earliest", "latest", "suspending")
    }
    spans = CalendarSpan.objects.filter(place__in=places).order_by("place").annotate(**told)
    return tuple(spans.values_list("place", "first", "last", *told))


def _build_calendar(place: str) -> Calendar:
    places = places_of(place)
    span = _span(places)
    days = list(Day.objects.filter(place__in=places).select_related("norm"))
    return Calendar(
        first=span.first,
        last=span.last,
        non_working=frozenset(day.date for day in days if day.suspends_terms),
        disputed=frozenset(day.date for day in days if not day.suspends_terms),
        marks={day.date: DayMark(day.name, norm_label(day.norm)) for day in days},
    )


def _span(places: tuple[str, ...]) -> CalendarSpan:
    """Return the years loaded for the narrowest place that names its own."""
    spans = {span.place: span for span in CalendarSpan.objects.filter(place__in=places)}
    for place in reversed(places):
        if place in spans:
            return spans[place]
    raise CalendarMissing(places[-1])
