"""The days written under the axis: the important ones first, and none over another."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from law.rules.dates import day_and_number, day_short
from workflows.rules.relay.axis import Axis
from workflows.rules.relay.course import Course, LegKind, late_days, term_ends_on

DAY_PX, NOTE_PX, GAP = 6.5, 5.8, 8
NUMERALS = ("cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez")
NUDGES = (0, 10, -10, 20, -20, 28, -28)


@dataclass(frozen=True)
class Tick:
    """A day under the axis. ``look``: now, late, return, plan or done."""

    x: float
    words: str
    note: str
    look: str
    text_x: float


@dataclass(frozen=True)
class _Wanted:
    """A day that deserves its place; the lower the rank, the sooner it gets it."""

    rank: int
    day: date
    note: str
    look: str


def ticks(course: Course, axis: Axis, *, right: float) -> tuple[Tick, ...]:
    """Return the days that fit, from left to right."""
    taken: list[tuple[float, float]] = []
    placed: dict[date, Tick] = {}
    for wanted in sorted(_wanted(course), key=lambda w: (w.rank, w.day)):
        tick = None if wanted.day in placed else _fitting(_tick(course, axis, wanted), taken, right)
        if tick is not None:
            taken.append(_span(tick))
            placed[wanted.day] = tick
    return tuple(placed[day] for day in sorted(placed))


def _tick(course: Course, axis: Axis, wanted: _Wanted) -> Tick:
    x = axis.x(wanted.day)
    return Tick(x, _words(course, wanted), wanted.note, wanted.look, text_x=x)


def _fitting(tick: Tick, taken: list[tuple[float, float]], right: float) -> Tick | None:
    """Return the tick with its words where they touch no others: under it, or a little aside."""
    half = _width(tick) / 2
    for nudge in NUDGES:
        moved = replace(tick, text_x=round(min(max(tick.x + nudge, half), right - half), 1))
        first, last = _span(moved)
        if all(last + GAP <= start or first >= end + GAP for start, end in taken):
            return moved
    return None


def _width(tick: Tick) -> float:
    return max(len(tick.words) * DAY_PX, len(tick.note) * NOTE_PX)


def _span(tick: Tick) -> tuple[float, float]:
    return tick.text_x - _width(tick) / 2, tick.text_x + _width(tick) / 2


def _words(course: Course, wanted: _Wanted) -> str:
    if wanted.look == "now":
        return f"hoy {day_and_number(wanted.day)}"
    return day_short(wanted.day, today=course.today)


def _wanted(course: Course) -> Iterable[_Wanted]:
    if course.open_legs:
        yield _Wanted(0, course.today, "", "now")
    for place, leg in enumerate(course.legs):
        if leg.kind == LegKind.PLANNED:
            yield _Wanted(6, leg.since, "", "plan")
        elif leg.kind != LegKind.COPY:
            yield from _of_leg(course, place)
    planned = [leg for leg in course.legs if leg.kind == LegKind.PLANNED]
    if planned:
        yield _Wanted(3, max(course.end(leg) for leg in planned), "previsto", "plan")
    if not course.open_legs and course.legs:
        yield _Wanted(1, course.reached, "terminó", "done")


def _of_leg(course: Course, place: int) -> Iterable[_Wanted]:
    leg = course.legs[place]
    if leg.is_return:
        yield _Wanted(1, leg.since, "devuelto", "return")
    elif course.is_join(place):
        yield _Wanted(2, leg.since, "se juntan", "done")
    elif course.is_split(place):
        yield _Wanted(2, leg.since, f"se abre en {_in_words(1 + len(course.siblings(place)))}", "done")
    elif any(course.legs[source].is_return for source in leg.sources):
        yield _Wanted(3, leg.since, leg.note or "reingresa", "done")
    else:
        yield _Wanted(1 if place == 0 else 5, leg.since, leg.note, "done")
    ends = term_ends_on(course, leg)
    if ends is not None and late_days(course, leg):
        yield _Wanted(4, ends, "fin del plazo", "late")
    elif ends is not None and leg.is_open and ends >= course.today:
        yield _Wanted(3, ends, f"vence {leg.holder}", "done")


def _in_words(number: int) -> str:
    return NUMERALS[number] if number < len(NUMERALS) else str(number)
