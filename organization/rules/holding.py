"""Who holds what, on a day: a pure function of dated rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Protocol, TypeVar


class Dated(Protocol):
    """Anything that is valid from a day to another, both included; without ``last`` it has no end."""

    @property
    def first(self) -> date: ...

    @property
    def last(self) -> date | None: ...


@dataclass(frozen=True)
class Span:
    """Days from the first to the last, both included."""

    first: date
    last: date | None = None


@dataclass(frozen=True)
class Holding:
    """A person holds a post, by an appointment."""

    post: int
    person: int
    first: date
    last: date | None = None


T = TypeVar("T", bound=Dated)


def covers(span: Dated, on: date) -> bool:
    """Return whether the day lies in the span."""
    return span.first <= on and (span.last is None or on <= span.last)


def overlap(one: Dated, other: Dated) -> bool:
    """Return whether the two spans have a day in common."""
    return one.first <= (other.last or date.max) and other.first <= (one.last or date.max)


def contains(outer: Dated, inner: Dated) -> bool:
    """Return whether every day of the inner span lies in the outer one."""
    return outer.first <= inner.first and (inner.last or date.max) <= (outer.last or date.max)


def holders_on(holdings: Iterable[Holding], on: date) -> list[int]:
    """Return who holds the post that day, the newest appointment first."""
    valid = sorted((h for h in holdings if covers(h, on)), key=lambda h: h.first, reverse=True)
    return [holding.person for holding in valid]


def holder_on(holdings: Iterable[Holding], on: date) -> int | None:
    """Return who holds the post that day, or nobody: then it is vacant."""
    return next(iter(holders_on(holdings, on)), None)


def valid_on(rows: Iterable[T], on: date) -> T | None:
    """Return the row that is valid that day, or none."""
    return next((row for row in rows if covers(row, on)), None)


def overlaps(rows: Sequence[T]) -> list[tuple[T, T]]:
    """Return each pair of rows with a day in common, the later one second."""
    ordered = sorted(rows, key=lambda row: row.first)
    return [(one, other) for one, other in combinations(ordered, 2) if overlap(one, other)]


def gaps(rows: Sequence[T], within: Dated) -> list[date]:
    """Return the first day of each stretch of the span that no row covers."""
    found = []
    day: date | None = within.first
    for row in sorted(rows, key=lambda row: row.first):
        if day is not None and row.first > day:
            found.append(day)
        if day is not None:
            day = None if row.last is None else max(day, _day_after(row.last))
    if day is not None and (within.last is None or day <= within.last):
        found.append(day)
    return found


def _day_after(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)
