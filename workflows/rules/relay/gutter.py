"""The vertical size: a gutter beside the list of events, like the branches of a history.

Each event has a cell as high as its text. What happens in it is drawn at its head; above the head run the legs of
one side in time, below it those of the other, so that the cells join into one line.
"""

from dataclasses import dataclass

from workflows.rules.relay.course import Course, LegKind

PITCH, NARROW_PITCH, MARGIN = 16, 11, 12
MANY_COLUMNS = 6


@dataclass(frozen=True)
class Run:
    """A vertical line in a cell, above or below its head."""

    x: float
    look: str


@dataclass(frozen=True)
class Cross:
    """A horizontal line at the head of a cell."""

    x1: float
    x2: float
    look: str


@dataclass(frozen=True)
class Cell:
    """The gutter of one event: the hand-over that began this leg or, with the mark ``now``, where the file is."""

    leg: int
    x: float
    mark: str
    above: tuple[Run, ...]
    below: tuple[Run, ...]
    across: tuple[Cross, ...]


@dataclass(frozen=True)
class Gutter:
    """The cells in the order of the list, and the width that all share."""

    width: float
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class _Stop:
    """One line of the list, in order of time."""

    leg: int
    is_now: bool


@dataclass(frozen=True)
class _Span:
    """From which stop to which a leg's line runs; beyond ``now`` it is only planned."""

    first: int
    last: int
    now: int
    look: str


@dataclass(frozen=True)
class _Lines:
    above: tuple[Run, ...]
    below: tuple[Run, ...]


def gutter(course: Course, *, newest_first: bool = True, pitch: int = 0) -> Gutter:
    """Return the cells of the hand-overs, of where the file is, and of what is planned. Copies have none."""
    stops = _stops(course)
    holders = list(dict.fromkeys(course.legs[stop.leg].holder for stop in stops))
    step = pitch or (NARROW_PITCH if len(holders) > MANY_COLUMNS else PITCH)
    columns = {holder: float(MARGIN + step * place) for place, holder in enumerate(holders)}
    runs = _runs(course, stops, columns)
    cells = [_cell(course, stop, _lines(runs, at, newest_first), columns) for at, stop in enumerate(stops)]
    return Gutter(
        width=MARGIN * 2 + step * max(0, len(columns) - 1),
        cells=tuple(reversed(cells)) if newest_first else tuple(cells),
    )


def _lines(runs: list[tuple[Run, ...]], at: int, newest_first: bool) -> _Lines:
    before, after = runs[at - 1] if at else (), runs[at]
    return _Lines(above=after, below=before) if newest_first else _Lines(above=before, below=after)


def _stops(course: Course) -> list[_Stop]:
    places = range(len(course.legs))
    held = [_Stop(p, False) for p in places if course.legs[p].kind in {LegKind.HELD, LegKind.SUSPENDED}]
    now = [_Stop(p, True) for p in places if course.legs[p].is_open]
    planned = [_Stop(p, False) for p in places if course.legs[p].kind == LegKind.PLANNED]
    return [*held, *now, *planned]


def _runs(course: Course, stops: list[_Stop], columns: dict[str, float]) -> list[tuple[Run, ...]]:
    """Return the lines that run between each stop and the next one; the last are none."""
    spans = _spans(course, stops)
    found: list[tuple[Run, ...]] = []
    for at in range(len(stops)):
        between: dict[float, str] = {}
        for leg, span in spans.items():
            if span.first <= at < span.last:
                look = "plan" if at >= span.now else span.look
                x = columns[course.legs[leg].holder]
                between[x] = "done" if between.get(x) == "done" else look
        found.append(tuple(Run(x, look) for x, look in sorted(between.items())))
    return found


def _spans(course: Course, stops: list[_Stop]) -> dict[int, _Span]:
    starts = {stop.leg: at for at, stop in enumerate(stops) if not stop.is_now}
    now = {stop.leg: at for at, stop in enumerate(stops) if stop.is_now}
    last_now = max(now.values(), default=0)
    spans = {}
    for leg, first in starts.items():
        ends = [starts[after] for after in course.successors[leg] if after in starts]
        is_waiting = not ends and leg not in now and course.waits_until(leg) is not None
        last = max([first, *ends, *([now[leg]] if leg in now else []), *([last_now] if is_waiting else [])])
        is_planned = course.legs[leg].kind == LegKind.PLANNED
        look = "plan" if is_planned else ("wait" if is_waiting else "done")
        spans[leg] = _Span(first, last, now.get(leg, len(stops)), look)
    return spans


def _cell(course: Course, stop: _Stop, lines: _Lines, columns: dict[str, float]) -> Cell:
    leg = course.legs[stop.leg]
    x = columns[leg.holder]
    sources = () if stop.is_now else tuple(columns[course.legs[source].holder] for source in leg.sources)
    look = "plan" if leg.kind == LegKind.PLANNED else "done"
    return Cell(
        leg=stop.leg,
        x=x,
        mark=_mark(course, stop),
        above=lines.above,
        below=lines.below,
        across=tuple(Cross(source, x, look) for source in sources if source != x),
    )


def _mark(course: Course, stop: _Stop) -> str:
    leg = course.legs[stop.leg]
    if stop.is_now:
        return "now"
    if leg.kind == LegKind.PLANNED:
        return "plan"
    return "return" if leg.is_return else "done"
