"""The wide size: rows with names, a time axis, days and terms on every leg."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from workflows.rules.relay.axis import AxisPlaces, axis
from workflows.rules.relay.course import Course, Leg, LegKind, late_days, leg_days, term_ends_on
from workflows.rules.relay.sentence import leg_sentence
from workflows.rules.relay.strokes import Hatch, Mark, Path, hatches, marks, paths, strokes
from workflows.rules.relay.ticks import Tick, ticks

WIDTH = 1160
ROW = 33
TOP = 34
AXIS_GAP = 20
FOOT = 46
RIGHT_MARGIN = 40
LABEL_PX, LABEL_GAP, LABEL_LEAST, LABEL_MOST = 7.2, 26, 74, 210
WIDEST_DAY = 48
MOST_ROWS = 8
SHORT_HOLDING_DAYS = 1
WORD_PX = 6.3
LEAST_NUMBER_PX, LEAST_OPEN_PX, OVERHANG_PX = 16, 56, 14


@dataclass(frozen=True)
class Row:
    """One holder: its name and its height."""

    label: str
    y: float


@dataclass(frozen=True)
class Caption:
    """Words above a leg."""

    x: float
    y: float
    look: str
    words: str


@dataclass(frozen=True)
class Area:
    """Where a leg answers to the pointer and the keyboard."""

    x: float
    y: float
    width: float
    height: float
    href: str
    words: str


@dataclass(frozen=True)
class Wide:
    """The whole drawing."""

    width: int
    height: float
    left: float
    axis_y: float
    rows: tuple[Row, ...]
    paths: tuple[Path, ...]
    hatches: tuple[Hatch, ...]
    marks: tuple[Mark, ...]
    captions: tuple[Caption, ...]
    ticks: tuple[Tick, ...]
    areas: tuple[Area, ...]
    today_x: float | None
    break_x: float | None


def wide(course: Course) -> Wide:
    """Return the drawing of a course, with rows folded where there are too many."""
    course = _folded(course)
    rows = course.holders
    heights = {row: TOP + ROW * (len(rows) - 1 - place) for place, row in enumerate(rows)}
    left = max(LABEL_LEAST, min(LABEL_MOST, max((len(r) for r in rows), default=0) * LABEL_PX + LABEL_GAP))
    places = AxisPlaces(axis(course, left=left + 8, right=WIDTH - RIGHT_MARGIN, widest_day=WIDEST_DAY), dict(heights))
    axis_y = TOP + ROW * max(0, len(rows) - 1) + AXIS_GAP
    return Wide(
        width=WIDTH,
        height=axis_y + FOOT,
        left=left,
        axis_y=axis_y,
        rows=tuple(Row(row, heights[row]) for row in rows),
        paths=paths(strokes(course, places)),
        hatches=tuple(hatches(course, places)),
        marks=tuple(marks(course, places)),
        captions=tuple(_captions(course, places)),
        ticks=ticks(course, places.axis, right=WIDTH),
        areas=tuple(_areas(course, places)),
        today_x=places.x(course.today) if course.open_legs else None,
        break_x=places.x(places.axis.break_on) if places.axis.break_on else None,
    )


def _folded(course: Course) -> Course:
    """Fold the rows that never held the file longer than a day, when there are more than eight."""
    if len(course.holders) <= MOST_ROWS:
        return course
    keeps = {leg.holder for leg in course.legs if _is_worth_a_row(course, leg)}
    folded = [holder for holder in course.holders if holder not in keeps]
    if len(folded) < 2:
        return course
    name = f"+{len(folded)} unidades"
    legs = (replace(leg, holder=name, name=leg.full_name) if leg.holder in folded else leg for leg in course.legs)
    return Course(tuple(legs), course.today, course.calendar)


def _is_worth_a_row(course: Course, leg: Leg) -> bool:
    return leg.is_open or leg.is_return or leg_days(course, leg) > SHORT_HOLDING_DAYS


def _captions(course: Course, places: AxisPlaces) -> Iterable[Caption]:
    for leg in course.legs:
        caption = _caption(course, leg, places)
        if caption is not None:
            yield caption


def _caption(course: Course, leg: Leg, places: AxisPlaces) -> Caption | None:
    """Return the words above a leg, the longest form that fits, or none on a very short one."""
    x1, x2, y = places.x(leg.since), places.x(course.end(leg)), places.y(leg.holder)
    if leg.kind == LegKind.COPY or x2 - x1 < (LEAST_OPEN_PX if leg.is_open else LEAST_NUMBER_PX):
        return None
    if late_days(course, leg):
        ends = places.x(term_ends_on(course, leg) or leg.since)
        words = _fitting(_late_words(course, leg), x2 - x1)
        middle = min((ends + x2) / 2, x2 - len(words) * WORD_PX / 2)
        return Caption(round(middle, 1), y - 10, "late", words)
    look = "plan" if leg.kind == LegKind.PLANNED else "done"
    return Caption(round((x1 + x2) / 2, 1), y - 8, look, _fitting(_words(course, leg), x2 - x1 + OVERHANG_PX))


def _late_words(course: Course, leg: Leg) -> tuple[str, ...]:
    days = leg_days(course, leg)
    long = f"{days} días · plazo {leg.term} · {late_days(course, leg)} de exceso"
    return (long, f"{days} · plazo {leg.term}", f"{days}")


def _words(course: Course, leg: Leg) -> tuple[str, ...]:
    days = leg.term if leg.kind == LegKind.PLANNED and leg.term is not None else leg_days(course, leg)
    unit = "día" if days == 1 else "días"
    head = (f"{leg.verb} · {days}",) if leg.verb else ()
    if leg.kind == LegKind.SUSPENDED:
        return ("suspendido · no cuenta", "suspendido", "")
    return (*head, f"{days} {unit}", f"{days}") if leg.kind == LegKind.HELD else (*head, f"{days}")


def _fitting(words: tuple[str, ...], width: float) -> str:
    return next((text for text in words if len(text) * WORD_PX <= width), words[-1])


def _areas(course: Course, places: AxisPlaces) -> Iterable[Area]:
    """Return a link for each leg that has an address; short legs get an area that a finger can hit."""
    for leg in course.legs:
        if leg.href:
            x1, x2 = places.x(leg.since), places.x(course.end(leg))
            width = max(24.0, x2 - x1)
            yield Area(x1 - 8, places.y(leg.holder) - 14, width, 28, leg.href, leg_sentence(course, leg))
