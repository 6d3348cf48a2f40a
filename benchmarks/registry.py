"""What a benchmark is, and the clock they share."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter

ROUNDS = 3


@dataclass(frozen=True)
class Measure:
    """What was measured, and the least that it could be on this machine now, both in the same unit."""

    floor: float
    result: float
    unit: str = "ms"

    @property
    def ratio(self) -> float:
        return self.result / self.floor if self.floor else 0.0


@dataclass(frozen=True)
class Required:
    """What must hold: bounds on the ratio, on the result, or on both."""

    ratio_at_most: float | None = None
    ratio_at_least: float | None = None
    at_most: float | None = None
    at_least: float | None = None

    def is_met(self, measure: Measure) -> bool:
        return (
            (self.ratio_at_most is None or measure.ratio <= self.ratio_at_most)
            and (self.ratio_at_least is None or measure.ratio >= self.ratio_at_least)
            and (self.at_most is None or measure.result <= self.at_most)
            and (self.at_least is None or measure.result >= self.at_least)
        )

    def __str__(self) -> str:
        bounds = [
            ("ratio ≤", self.ratio_at_most),
            ("ratio ≥", self.ratio_at_least),
            ("≤", self.at_most),
            ("≥", self.at_least),
        ]
        return ", ".join(f"{sign} {bound:g}" for sign, bound in bounds if bound is not None)


@dataclass(frozen=True)
class Benchmark:
    """One line of the table."""

    id: str
    title: str
    required: Required
    run: Callable[[], Measure]


BENCHMARKS: list[Benchmark] = []


def benchmark(id: str, title: str, **bounds: float) -> Callable[[Callable[[], Measure]], Callable[[], Measure]]:
    """Add the decorated function to the table. One id may have several lines.

    :param bounds: fields of ``Required``.
    """

    def add(run: Callable[[], Measure]) -> Callable[[], Measure]:
        BENCHMARKS.append(Benchmark(id, title, Required(**bounds), run))
        return run

    return add


def compare(floor: Callable[[], object], act: Callable[[], object], *, times: int) -> Measure:
    """Return the best of three medians of each in ms, measured turn by turn, so that a busy moment hits both."""
    floors, results = [], []
    for _ in range(ROUNDS):
        pairs = [(_milliseconds(floor), _milliseconds(act)) for _ in range(times)]
        floors.append(median(pair[0] for pair in pairs))
        results.append(median(pair[1] for pair in pairs))
    return Measure(min(floors), min(results))


def best_of(act: Callable[[], object], *, times: int) -> float:
    """Return the best of three medians in milliseconds."""
    return min(median(_milliseconds(act) for _ in range(times)) for _ in range(ROUNDS))


def _milliseconds(act: Callable[[], object]) -> float:
    start = perf_counter()
    act()
    return (perf_counter() - start) * 1000
