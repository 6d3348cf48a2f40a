"""Lines and squares that every size shares."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from workflows.rules.relay.course import Course, Leg, LegKind, late_days, term_ends_on


@dataclass(frozen=True)
class Stroke:
    """A straight line. ``look`` names its class: done, now, plan, copy, wait, thick, suspended."""

    x1: float
    y1: float
    x2: float
    y2: float
    look: str


@dataclass(frozen=True)
class Mark:
    """A sign on the line: done, return, now, plan, tick, end, copy."""

    x: float
    y: float
    look: str


@dataclass(frozen=True)
class Hatch:
    """The excess over a term: it starts at the red tick."""

    x: float
    y: float
    width: float


@dataclass(frozen=True)
class Path:
    """Strokes of one look as the data of one SVG path."""

    look: str
    d: str


class Places(Protocol):
    """Where a day and a row stand on a drawing."""

    def x(self, day: date) -> float: ...

    def y(self, holder: str) -> float: ...


def strokes(course: Course, places: Places, *, with_excess: bool = False) -> list[Stroke]:
    """Return the horizontals, verticals and waiting dots of every leg.

    :param with_excess: draw a late leg to its end; without it, the rest is left to be hatched.
    """
    found: list[Stroke] = []
    for place in range(len(course.legs)):
        found.extend(_verticals(course, places, place))
        found.extend(_horizontals(course, places, place, with_excess))
    return found


def _verticals(course: Course, places: Places, place: int) -> Iterable[Stroke]:
    leg = course.legs[place]
    x, y = places.x(leg.since), places.y(leg.holder)
    for source in leg.sources:
        from_y = places.y(course.legs[source].holder)
        if from_y != y:
            yield Stroke(x, from_y, x, y, _vertical_look(course, place))


def _vertical_look(course: Course, place: int) -> str:
    leg = course.legs[place]
    looks = {LegKind.PLANNED: "plan", LegKind.COPY: "copy"}
    is_thick = course.is_split(place) or course.is_join(place)
    return looks.get(leg.kind) or ("thick" if is_thick else "done")


def _horizontals(course: Course, places: Places, place: int, with_excess: bool) -> Iterable[Stroke]:
    leg = course.legs[place]
    until = course.end(leg) if with_excess else _drawn_until(course, leg)
    x1, x2, y = places.x(leg.since), places.x(until), places.y(leg.holder)
    if x2 > x1:
        yield Stroke(x1, y, x2, y, _horizontal_look(leg))
    foreseen = [course.legs[p].since for p in course.successors[place] if course.legs[p].kind == LegKind.PLANNED]
    if foreseen and (leg.is_open or (leg.kind == LegKind.PLANNED and places.x(max(foreseen)) > x2)):
        yield Stroke(places.x(course.end(leg)), y, places.x(max(foreseen)), y, "plan")
    waits = course.waits_until(place)
    if waits is not None and leg.until is not None:
        yield Stroke(places.x(leg.until), y, places.x(waits), y, "wait")


def _horizontal_look(leg: Leg) -> str:
    looks = {LegKind.PLANNED: "plan", LegKind.COPY: "copy", LegKind.SUSPENDED: "suspended"}
    return looks.get(leg.kind) or ("now" if leg.is_open else "done")


def _drawn_until(course: Course, leg: Leg) -> date:
    """Return where the leg's plain line ends: at its term, when what follows is excess."""
    ends = term_ends_on(course, leg) if late_days(course, leg) else None
    return ends if ends is not None else course.end(leg)


def hatches(course: Course, places: Places) -> list[Hatch]:
    """Return the excess of every leg that went beyond its term."""
    found = []
    for leg in course.held:
        ends = term_ends_on(course, leg) if late_days(course, leg) else None
        if ends is not None:
            x = places.x(ends)
            found.append(Hatch(x, places.y(leg.holder), round(places.x(course.end(leg)) - x, 1)))
    return found


def marks(course: Course, places: Places) -> list[Mark]:
    """Return the squares of every leg, the holder's of today last, so that it lies on top."""
    found = [mark for place in range(len(course.legs)) for mark in _marks_of(course, places, place)]
    return sorted(found, key=lambda mark: mark.look == "now")


def _marks_of(course: Course, places: Places, place: int) -> Iterable[Mark]:
    leg = course.legs[place]
    start, end, y = places.x(leg.since), places.x(course.end(leg)), places.y(leg.holder)
    if leg.kind == LegKind.COPY:
        return
    if leg.is_return:
        yield Mark(start, y, "return")
    elif leg.kind == LegKind.PLANNED:
        yield Mark(start, y, "plan")
    elif not leg.is_open or start < end:
        yield Mark(start, y, "done")
    if leg.is_open:
        yield Mark(end, y, "now")
    elif course.waits_until(place) is not None:
        yield Mark(end, y, "tick")
    elif leg.kind == LegKind.HELD and not course.successors[place] and start < end:
        yield Mark(end, y, "end")


def paths(found: Iterable[Stroke]) -> tuple[Path, ...]:
    """Return one path for each look, the lighter ones first."""
    order = ("copy", "plan", "wait", "suspended", "done", "thick", "now")
    data: dict[str, list[str]] = {}
    for s in found:
        move = f"H{s.x2:g}" if s.y1 == s.y2 else f"V{s.y2:g}"
        data.setdefault(s.look, []).append(f"M{s.x1:g} {s.y1:g}{move}")
    return tuple(Path(look, "".join(data[look])) for look in order if look in data)
