"""The smallest size: the line alone, for a row of the tray (104 × 26) or a card (334 × 74)."""

from dataclasses import dataclass

from workflows.rules.relay.axis import AxisPlaces, axis
from workflows.rules.relay.course import Course
from workflows.rules.relay.strokes import Mark, Path, marks, paths, strokes

ROW = (104, 26)
CARD = (334, 74)
MARKS_DRAWN = {"return", "now"}
LARGEST_STEP_SHARE = 0.36


@dataclass(frozen=True)
class Micro:
    """The drawing without a word in it."""

    width: int
    height: int
    square: float
    paths: tuple[Path, ...]
    marks: tuple[Mark, ...]


def micro(course: Course, *, size: tuple[int, int] = ROW) -> Micro:
    """Return the line in that size. Copies are left out: nothing is expected of them."""
    width, height = size
    square = 8.0
    lean = course.without_copies()
    places = AxisPlaces(axis(lean, left=2, right=width - square), _heights(lean, height, margin=square / 2 + 1))
    signs = tuple(mark for mark in marks(lean, places) if mark.look in MARKS_DRAWN)
    return Micro(width, height, square, paths(strokes(lean, places, with_excess=True)), signs)


def _heights(course: Course, height: int, *, margin: float) -> dict[str, float]:
    """Return the row of each holder, the origin lowest, the whole in the middle of the height."""
    rows = course.holders
    if len(rows) < 2:
        return {row: round(height / 2, 1) for row in rows}
    step = min((height - 2 * margin) / (len(rows) - 1), height * LARGEST_STEP_SHARE)
    bottom = (height + step * (len(rows) - 1)) / 2
    return {row: round(bottom - step * place, 1) for place, row in enumerate(rows)}
