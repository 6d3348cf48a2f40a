"""The tree of units, day by day: what hangs from what since when. A pure function of dated moves."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Generic, TypeVar

from organization.rules.holding import Dated, Span

K = TypeVar("K", bound=Hashable)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Move(Generic[K]):
    """From that day on the unit hangs from another one, or from none."""

    unit: K
    parent: K | None
    first: date


class Tree(Generic[K]):
    """What each unit hangs from when it begins, and each move since. A place lasts until the next move."""

    def __init__(self, parents: Mapping[K, K | None], moves: Iterable[Move[K]] = ()) -> None:
        self._parents = parents
        self._moves: dict[K, list[Move[K]]] = {}
        for move in sorted(moves, key=lambda move: move.first):
            self._moves.setdefault(move.unit, []).append(move)

    def parent(self, unit: K, on: date) -> K | None:
        """Return what the unit hangs from that day; before its first move, what it begins under."""
        begun = [move for move in self._moves.get(unit, ()) if move.first <= on]
        return begun[-1].parent if begun else self._parents.get(unit)

    def on(self, on: date) -> dict[K, K | None]:
        """Return what every unit hangs from that day."""
        return {unit: self.parent(unit, on) for unit in self._parents}

    def above(self, unit: K, on: date) -> list[K]:
        """Return what the unit hangs from that day, and so on upwards: the nearest first."""
        found: list[K] = []
        upper = self.parent(unit, on)
        while upper is not None and upper not in (unit, *found):
            found.append(upper)
            upper = self.parent(upper, on)
        return found

    def places(self, unit: K, life: Dated) -> list[tuple[Span, K | None]]:
        """Return the stretches of the unit's life, each with what it hangs from then."""
        days = [life.first, *(move.first for move in self._moves.get(unit, ()) if move.first > life.first)]
        ends = [*(day - ONE_DAY for day in days[1:]), life.last]
        return [(Span(first, last), self.parent(unit, first)) for first, last in zip(days, ends, strict=True)]

    def rings(self) -> list[tuple[date, list[K]]]:
        """Return each ring of units that hang from one another, once, with the day from which it does."""
        days = sorted({date.min, *(move.first for moves in self._moves.values() for move in moves)})
        known: set[frozenset[K]] = set()
        found = []
        for day in days:
            for ring in cycles(self.on(day)):
                if frozenset(ring) not in known:
                    known.add(frozenset(ring))
                    found.append((day, ring))
        return found


def cycles(parents: Mapping[K, K | None]) -> list[list[K]]:
    """Return each ring of units that hang from one another on one day, once."""
    found: list[list[K]] = []
    settled: set[K] = set()
    for start in parents:
        path: list[K] = []
        node: K | None = start
        while node is not None and node not in settled and node not in path:
            path.append(node)
            node = parents.get(node)
        if node is not None and node in path:
            found.append(path[path.index(node) :])
        settled.update(path)
    return found
