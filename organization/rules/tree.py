"""The tree of units: what hangs from what."""

from collections.abc import Hashable, Mapping
from typing import TypeVar

K = TypeVar("K", bound=Hashable)


def cycles(parents: Mapping[K, K | None]) -> list[list[K]]:
    """Return each ring of units that hang from one another, once.

    A unit keeps its parent for as long as it lives, so a tree without a ring has none on any day.
    """
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


def is_below(node: K, ancestor: K, parents: Mapping[K, K | None]) -> bool:
    """Return whether the unit is the other one or hangs from it, however far down."""
    seen: set[K] = set()
    current: K | None = node
    while current is not None and current not in seen:
        if current == ancestor:
            return True
        seen.add(current)
        current = parents.get(current)
    return False
