"""When a term ends, and how that was counted.

Conventions 2 to 8, 10 and 11 of the legal clock: the term runs from the legal date around its suspensions, then comes
its extension, then the distance. Notes are Spanish as the law is: they are kept with the clock they explain.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from law.enums import TermUnit
from law.errors import ExtensionTooLate, OutsideCalendar
from law.rules.business_days import ONE_DAY, Calendar, DayMark, check_inside
from law.rules.dates import day_long, day_with_year
from law.rules.steps import Derivation, DerivationStep
from law.rules.suspensions import Leg, Suspension, count, days_run, first_counted, in_order

UNIT_NAMES = {
    TermUnit.BUSINESS_DAYS: ("día hábil", "días hábiles"),
    TermUnit.CALENDAR_DAYS: ("día calendario", "días calendario"),
    TermUnit.MONTHS: ("mes", "meses"),
    TermUnit.YEARS: ("año", "años"),
}
IS_COUNTED_UNIT = frozenset({TermUnit.BUSINESS_DAYS, TermUnit.CALENDAR_DAYS})


@dataclass(frozen=True)
class Extension:
    """More time, asked for on a day and counted from the due day in its own unit (PL-07)."""

    amount: int
    unit: TermUnit
    requested_on: date
    norm: str = ""


@dataclass(frozen=True)
class Distance:
    """Time added for how far away somebody lives (PL-04), as its table says. ``row`` tells which row of which table
    gave it, so that the count can be read years later."""

    days: int
    unit: TermUnit
    norm: str = ""
    row: str = ""


@dataclass(frozen=True)
class Case:
    """A term and all that moves it. ``event_on`` is the legal date; ``norm`` gives the term, as it may be shown.

    ``sources`` tells for each rule of the count the norm that gives it, as it may be shown.
    """

    event_on: date
    amount: int
    unit: TermUnit
    suspensions: Sequence[Suspension] = ()
    extension: Extension | None = None
    distance: Distance | None = None
    norm: str = ""
    sources: Mapping[str, str] = field(default_factory=dict)


def due(*, event_on: date, amount: int, unit: str, calendar: Calendar, norm: str = "") -> Derivation:
    """Return the count of a term that nothing suspends or extends.

    :param event_on: the legal date of the event.
    :param unit: one of ``TermUnit``.
    :param norm: the norm that gives the term, as it may be shown.
    :raises OutsideCalendar: the term reaches beyond the calendar.
    :raises ValueError: the amount is negative or the unit unknown.

    Source: LPAG 133 and 134 (PL-01, PL-02).
    """
    return derive(Case(event_on, amount, TermUnit(unit), norm=norm), calendar)


def derive(case: Case, calendar: Calendar) -> Derivation:
    """Return the due day of a case, the first day counted, and each step of the count (PL-16).

    Business days: counting begins the business day after the event, the n-th counted day is due. Calendar days begin
    the next day; months and years run from date to date, and a month without that day gives the first day of the
    month after. A last day that is no business day moves to the next one. A term of zero ends on its own day.
    Extension and distance are counted on from the due day in their own units. An open suspension leaves no due day.

    :raises OutsideCalendar: the count needs a day beyond the calendar.
    :raises SuspensionBackwards: a suspension ends before it starts.
    :raises SuspensionsOverlap: two suspensions share a day.
    :raises ExtensionTooLate: the extension was asked for after the due day.
    :raises ValueError: an amount is negative.
    """
    ordered = in_order(case.suspensions)
    if ordered and ordered[-1].last is None:
        return _suspended(case, ordered, calendar)
    legs = _legs(case, calendar, ordered)
    return Derivation(legs[-1].leg.due_on, legs[0].leg.first_day, (*_told(case, legs, ordered, calendar),))


@dataclass(frozen=True)
class _Stretch:
    """A leg of the count, from where, and what it is of."""

    rule: str
    start: date
    amount: int
    unit: TermUnit
    norm: str
    leg: Leg


def _legs(case: Case, calendar: Calendar, closed: Sequence[Suspension]) -> list[_Stretch]:
    leg = count(case.event_on, case.amount, case.unit, calendar, closed)
    legs = [_Stretch("last-day", case.event_on, case.amount, case.unit, case.norm, leg)]
    more = case.extension
    if more is not None:
        if more.requested_on > leg.due_on:
            raise ExtensionTooLate(more.requested_on, leg.due_on)
        start, leg = leg.due_on, count(leg.due_on, more.amount, more.unit, calendar, closed)
        legs.append(_Stretch("extension", start, more.amount, more.unit, more.norm, leg))
    far = case.distance
    if far is not None:
        start, leg = leg.due_on, count(leg.due_on, far.days, far.unit, calendar, closed)
        legs.append(_Stretch("distance", start, far.days, far.unit, far.norm, leg))
    return legs


def _told(
    case: Case, legs: Sequence[_Stretch], ordered: Sequence[Suspension], calendar: Calendar
) -> Iterator[DerivationStep]:
    if case.amount:
        yield _first_day_step(case, legs[0].leg.first_day)
    due_on = legs[-1].leg.due_on
    for each in ordered:
        yield _suspension_step(case, each, due_on)
    yield from _disputed(case, due_on, ordered, calendar)
    for stretch in legs:
        if stretch.amount == 0 and stretch.rule == "last-day":
            yield DerivationStep("zero", case.event_on, case.norm, "Sin plazo: vence el mismo día.")
        else:
            yield from _stretch_steps(case, stretch, ordered, calendar)


def _stretch_steps(
    case: Case, stretch: _Stretch, ordered: Sequence[Suspension], calendar: Calendar
) -> Iterator[DerivationStep]:
    leg = stretch.leg
    if stretch.unit == TermUnit.BUSINESS_DAYS:
        yield from _skipped(stretch.start, leg.last_day, ordered, calendar)
    yield DerivationStep(
        stretch.rule,
        leg.last_day,
        stretch.norm or case.sources.get(stretch.rule, ""),
        _ENDS[stretch.rule](case, f"{stretch.amount} {UNIT_NAMES[stretch.unit][stretch.amount != 1]}"),
        {"amount": stretch.amount, "unit": str(stretch.unit), "from": stretch.start.isoformat()},
    )
    if leg.due_on != leg.last_day:
        mark = calendar.marks.get(leg.last_day)
        norm = mark.norm if mark else case.sources.get("last-day-moved", "")
        note = "El último día es inhábil: vence el primer día hábil siguiente."
        yield DerivationStep("last-day-moved", leg.due_on, norm, note, {"from": leg.last_day.isoformat()})


def transitional_step(since: date, amount: int, unit: TermUnit, norm: str) -> DerivationStep:
    """Return the step that says that a newer term reached a case under way (convention 9)."""
    given = f"{amount} {UNIT_NAMES[unit][amount != 1]}"
    note = f"Desde el {day_long(since)} el plazo es de {given} también para lo que ya estaba en trámite."
    return DerivationStep("transitional", since, norm, note, {"amount": amount, "unit": str(unit)})


def _extended(case: Case, amount: str) -> str:
    asked_on = case.extension.requested_on if case.extension else case.event_on
    return f"Prórroga de {amount}, pedida el {day_long(asked_on)}, antes de que venciera."


def _far(case: Case, amount: str) -> str:
    note = f"Término de la distancia: se suman {amount}."
    return f"{note} {case.distance.row}." if case.distance and case.distance.row else note


_ENDS: dict[str, Callable[[Case, str], str]] = {
    "last-day": lambda case, amount: f"Se cumple el plazo de {amount}.",
    "extension": _extended,
    "distance": _far,
}


def _first_day_step(case: Case, first_day: date) -> DerivationStep:
    kind = "día hábil siguiente" if case.unit == TermUnit.BUSINESS_DAYS else "día siguiente"
    is_later = any(each.first < first_day and (each.last or each.first) > case.event_on for each in case.suspensions)
    which = " que no está suspendido" if is_later else ""
    note = f"Se cuenta desde el {kind} al {day_with_year(case.event_on)}{which}."
    norm = case.sources.get("first-day", "")
    return DerivationStep("first-day", first_day, norm, note, {"legal_date": case.event_on.isoformat()})


def _suspension_step(case: Case, each: Suspension, due_on: date) -> DerivationStep:
    last = each.last or each.first
    ends = day_with_year(last)
    span = f"del {day_with_year(each.first)} al {ends}" if last != each.first else f"el {ends}"
    is_beside = last <= case.event_on or each.first > due_on
    note = f"Suspendido {span}: " + ("no alcanza al plazo." if is_beside else "esos días no se cuentan.")
    inputs = {"from": each.first.isoformat(), "to": last.isoformat()}
    return DerivationStep("suspension", last, case.sources.get("suspension", ""), note, inputs)


def _skipped(
    start: date, last_day: date, ordered: Sequence[Suspension], calendar: Calendar
) -> Iterator[DerivationStep]:
    """Yield one step for each holiday of the place that the count passes over; weekends go without saying."""
    holidays = calendar.holidays
    for day in holidays[bisect_right(holidays, start) : bisect_right(holidays, last_day)]:
        if any(each.first <= day and (each.last is None or day <= each.last) for each in ordered):
            continue
        mark = _mark(calendar, day)
        yield DerivationStep("non-working", day, mark.norm, f"{mark.name}: no se cuenta.")


def _disputed(case: Case, due_on: date, ordered: Sequence[Suspension], calendar: Calendar) -> Iterator[DerivationStep]:
    """Yield, where days declared non-working for the public sector fall in the span, the day due by the other rule."""
    days = calendar.in_dispute
    first, beyond = bisect_right(days, case.event_on), bisect_right(days, due_on)
    for day in days[first:beyond]:
        is_counted = day not in calendar.non_working
        other = _other_due(case, ordered, calendar.with_disputed if is_counted else calendar.without_disputed)
        mark = _mark(calendar, day)
        says = f"se cuenta. Si no se contara, {other}" if is_counted else f"no se cuenta. Si se contara, {other}"
        rule = "count" if is_counted else "do-not-count"
        norm = case.sources.get(f"public-sector-days.{rule}", "") or mark.norm
        yield DerivationStep("disputed", day, norm, f"{mark.name}: {says}.", {"rule": f"public-sector-days.{rule}"})


def _other_due(case: Case, ordered: Sequence[Suspension], calendar: Calendar) -> str:
    try:
        return f"vencería el {day_with_year(_legs(case, calendar, ordered)[-1].leg.due_on)}"
    except OutsideCalendar as error:
        return f"haría falta el calendario de {error.year}"
    except ExtensionTooLate:
        return "la prórroga se habría pedido tarde"


def _suspended(case: Case, ordered: Sequence[Suspension], calendar: Calendar) -> Derivation:
    """Return the count up to the suspension that is open: no due day, whatever ran before."""
    closed, opened = ordered[:-1], ordered[-1].first
    ended = _ended_before(case, closed, opened, calendar)
    first_day = None
    if opened > case.event_on:
        counts_from = first_counted(case.event_on, case.amount, case.unit, calendar, closed)
        first_day = counts_from if counts_from < opened else None
    steps = [_first_day_step(case, first_day)] if first_day else []
    steps += [_suspension_step(case, each, opened) for each in closed]
    note = f"Suspendido desde el {day_long(opened)}, sin fin todavía: no hay día de vencimiento mientras dure."
    if ended is not None:
        note += f" El plazo había vencido antes, el {day_long(ended)}."
    elif case.unit in IS_COUNTED_UNIT:
        run = days_run(case.event_on, opened - ONE_DAY, case.unit, calendar, closed) if first_day else 0
        note += f" Han corrido {min(run, case.amount)} de {case.amount} {UNIT_NAMES[case.unit][case.amount != 1]}."
    norm, inputs = case.sources.get("suspension", ""), {"from": opened.isoformat(), "to": None}
    return Derivation(None, first_day, (*steps, DerivationStep("suspended", opened, norm, note, inputs)))


def _ended_before(case: Case, closed: Sequence[Suspension], opened: date, calendar: Calendar) -> date | None:
    """Return the due day where the term, with all that was added, was over before the open suspension began."""
    check_inside(calendar, case.event_on)
    try:
        if count(case.event_on, case.amount, case.unit, calendar, closed).due_on >= opened:
            return None
        due_on = _legs(case, calendar, closed)[-1].leg.due_on
    except OutsideCalendar:
        return None
    return due_on if due_on < opened else None


def _mark(calendar: Calendar, day: date) -> DayMark:
    return calendar.marks.get(day, DayMark("Día no laborable", ""))
