"""The citizen's relay line: three columns, one row per event, drawn by style sheet alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Column(IntEnum):
    """Who has it: the citizen at the left, the unit, and at the right who signs."""

    YOU = 0
    UNIT = 1
    SIGNER = 2


class Look(StrEnum):
    """How the square of an event is drawn."""

    PAST = "past"
    NOW = "now"
    RETURNED = "returned"
    PLANNED = "planned"


@dataclass(frozen=True)
class Row:
    """One event's place in the drawing: its column, the one before, and whether the line goes on below."""

    column: int
    before: int | None
    look: Look
    goes_on: bool
    is_next_planned: bool

    @property
    def classes(self) -> str:
        """Return the style classes that draw the row."""
        names = [f"at-{self.column}", f"is-{self.look}"]
        if self.before is not None:
            names.append(f"from-{self.before}")
        if self.goes_on:
            names.append("goes-on")
        if self.is_next_planned:
            names.append("goes-on-planned")
        return " ".join(names)


def relay_rows(events: Sequence[tuple[Column, Look]]) -> list[Row]:
    """Return the rows of the drawing, oldest first."""
    rows = []
    for position, (column, look) in enumerate(events):
        following = events[position + 1] if position + 1 < len(events) else None
        rows.append(
            Row(
                column=column,
                before=events[position - 1][0] if position else None,
                look=look,
                goes_on=following is not None,
                is_next_planned=following is not None and following[1] == Look.PLANNED,
            )
        )
    return rows
