"""What it costs that eight processes number at once: the series' row makes them take turns."""

import multiprocessing
from collections.abc import Callable
from datetime import UTC, datetime
from statistics import median, quantiles
from time import perf_counter
from typing import Any

from django.db import connection, connections

from benchmarks.registry import ROUNDS, Measure, benchmark
from docs_store import services as docs
from docs_store.enums import Reset
from docs_store.models import Series, SeriesPattern

AT = datetime(2023, 5, 9, 15, tzinfo=UTC)
PROCESSES = 8
NUMBERS_OF_EACH = 40
REGISTER = "bench-numbers"


@benchmark("B19", "numbers by 8 processes / by 1 process", ratio_at_least=0.5)
def throughput() -> Measure:
    _ensure_register()
    alone, together = [], []
    for _round in range(ROUNDS):
        alone.append(_numbers_per_second(1, PROCESSES * NUMBERS_OF_EACH))
        together.append(_numbers_per_second(PROCESSES, NUMBERS_OF_EACH))
    return Measure(max(alone), max(together), "n/s")


def waiting() -> Measure:
    """Compare the slowest of a hundred numbers with the usual one, while eight processes number."""
    _ensure_register()
    _seconds, waits = _run(PROCESSES, NUMBERS_OF_EACH)
    return Measure(median(waits) * 1000, quantiles(waits, n=100)[98] * 1000)


if connection.vendor == "postgresql":  # SQLite has one writer, and its queue is unfair
    benchmark("B19", "slowest of 100 numbers / the usual one, 8 processes", ratio_at_most=50)(waiting)


def _ensure_register() -> None:
    series, is_new = Series.objects.get_or_create(slug=REGISTER, defaults={"reset": Reset.YEARLY})
    if is_new:
        SeriesPattern.objects.create(series=series, pattern="{seq:06}-{year}", valid_from=AT.date())
        docs.take_number(series_slug=REGISTER, owner="bench:0", by=None, at=AT)


def _numbers_per_second(processes: int, numbers: int) -> float:
    seconds, _waits = _run(processes, numbers)
    return processes * numbers / seconds


def _run(processes: int, numbers: int) -> tuple[float, list[float]]:
    """Return the seconds that all took, from the common start to the last number, and each number's wait."""
    connections.close_all()  # a connection is not shared with children
    context = multiprocessing.get_context("fork")
    results: Any = context.Queue()
    start = context.Barrier(processes + 1)
    children = [context.Process(target=_take, args=(numbers, start.wait, results.put)) for _n in range(processes)]
    for child in children:
        child.start()
    start.wait()
    began = perf_counter()
    waits = [wait for _child in children for wait in results.get(timeout=120)]
    seconds = perf_counter() - began
    for child in children:
        child.join()
    _sync_every_commit()  # the next benchmark's connection is a new one too
    return seconds, waits


def _take(numbers: int, wait_for_the_others: Callable[[], object], report: Callable[[list[float]], None]) -> None:
    _sync_every_commit()
    wait_for_the_others()
    waits = []
    for number in range(numbers):
        began = perf_counter()
        docs.take_number(series_slug=REGISTER, owner=f"bench:{number}", by=None, at=AT)
        waits.append(perf_counter() - began)
    connections.close_all()
    report(waits)


def _sync_every_commit() -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous = FULL")
