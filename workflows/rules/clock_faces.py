"""What the clock of a task or filing shows: which of seven faces, and its words."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from law.rules.dates import day_short


class Face(StrEnum):
    """The faces of a clock, as they are drawn."""

    IN_TERM = "term"
    TODAY = "today"
    LATE = "late"
    SUSPENDED = "suspended"
    DONE = "done"
    NONE = "none"
    UNCOUNTED = "uncounted"


@dataclass(frozen=True)
class ClockFace:
    """A face and its words: the short ones for a row, the long ones for a page's head."""

    face: Face
    short: str
    long: str


def clock_face(
    due_on: date | None,
    *,
    today: date,
    is_done: bool = False,
    days_left: int | None = None,
    is_uncounted: bool = False,
) -> ClockFace:
    """Return the face of a clock that is due on that day.

    :param days_left: business days that remain, where somebody counted them.
    :param is_uncounted: it has a term, and waits for the calendar that gives its day.
    """
    if is_done:
        return ClockFace(Face.DONE, "Atendido", "Atendido")
    if is_uncounted:
        return ClockFace(Face.UNCOUNTED, "Sin contar", "Sin contar: falta el calendario")
    if due_on is None:
        return ClockFace(Face.NONE, "Sin plazo", "Sin plazo")
    day = day_short(due_on, today=today)
    if due_on < today:
        return ClockFace(Face.LATE, f"Venció {day}", f"Venció {day}")
    if due_on == today:
        return ClockFace(Face.TODAY, "Vence hoy", "Vence hoy")
    return ClockFace(Face.IN_TERM, day, f"Vence {day}{_remaining(days_left)}")


def _remaining(days_left: int | None) -> str:
    if days_left is None:
        return ""
    return ", queda 1 día" if days_left == 1 else f", quedan {days_left} días"
