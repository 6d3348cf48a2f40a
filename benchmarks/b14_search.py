"""B14, B15, B17: how long a search takes among a hundred thousand documents, what permission adds, how fast they enter.

On FTS5, or on the Elasticsearch that SEARCH_URL names; the floors are then the server's own: twenty records of any
kind, and bare bulk requests with the same records.
"""

import sqlite3
import urllib.request
from collections.abc import Callable
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

from django.conf import settings

from benchmarks import search_corpus as corpus
from benchmarks.registry import ROUNDS, Measure, benchmark, compare
from search.index import get_index
from search.ports import SEES_ALL, Filters, Question
from search.rules.questions import query
from search.selectors import find

TIMES = 200
NEWEST = 20
BULK = 10_000
EVERYTHING = frozenset({SEES_ALL})
BARE = "bare bulk requests" if corpus.is_server() else "raw FTS5"
_open = ExitStack()


@cache
def _corpus() -> None:
    """Fill the index once for all lines of the table that ask it; it is thrown away at the end."""
    import atexit

    _open.enter_context(corpus.filled_index())
    atexit.register(_open.close)


@benchmark("B14", "the newest 20 of 100 000, p99 / the least answer, p50", ratio_at_most=20)
def newest() -> Measure:
    _corpus()
    question = Question(query(corpus.COMMON), Filters(), EVERYTHING, NEWEST, is_ranked=False)
    floor = min(median(_each(_least_answer())) for _ in range(ROUNDS))
    result = min(_p99(lambda: get_index().matches(question)) for _ in range(ROUNDS))
    return Measure(floor, result)


@benchmark("B14", "ranked common word, p99 / ranked rare word, p99", ratio_at_most=5)
def ranked() -> Measure:
    _corpus()
    rare = min(_p99(lambda: find(corpus.RARE, tokens=EVERYTHING)) for _ in range(ROUNDS))
    common = min(_p99(lambda: find(corpus.COMMON, tokens=EVERYTHING)) for _ in range(ROUNDS))
    return Measure(rare, common)


@benchmark("B15", "search with the permission filter / without", ratio_at_most=2)
def permission() -> Measure:
    """One file in ten may be read: ten times as many are looked at for as many hits."""
    _corpus()
    mine = frozenset({"public", "person:7", *(f"unit:{unit}" for unit in (1, 101, 102))})
    return compare(
        lambda: find(corpus.COMMON, tokens=EVERYTHING), lambda: find(corpus.COMMON, tokens=mine), times=TIMES // 4
    )


@benchmark("B17", f"documents a second into the index / {BARE}", ratio_at_least=0.5)
def bulk() -> Measure:
    """Documents that are analysed already; raw: one executemany into one table in one transaction."""
    documents = [corpus.a_document(number) for number in range(1, BULK + 1)]
    rows = [(" ".join(each.head), " ".join(each.pages[0].terms), " ".join(each.marks)) for each in documents]
    raw, ours = [], []
    for _ in range(ROUNDS):
        with corpus.empty_index():
            build = get_index().build()
            start = perf_counter()
            for first in range(0, BULK, corpus.AT_ONCE):
                build.add(documents[first : first + corpus.AT_ONCE], {})
            build.publish()
            ours.append(perf_counter() - start)
            raw.append(corpus.copy_seconds() if corpus.is_server() else _raw_seconds(rows))
    return Measure(BULK / min(raw), BULK / min(ours), "d/s")


def _raw_seconds(rows: list[tuple[str, str, str]]) -> float:
    path = Path(settings.DATA_DIR) / "raw.sqlite3"
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path)
    connection.execute("""CREATE VIRTUAL TABLE raw USING fts5(head, body, marks, tokenize = "ascii tokenchars '-'")""")
    start = perf_counter()
    with connection:
        connection.executemany("INSERT INTO raw VALUES (?, ?, ?)", rows)
    seconds = perf_counter() - start
    connection.close()
    path.unlink()
    return seconds


def _least_answer() -> Callable[[], object]:
    """Return the shortest question to the engine: ``select 1`` for each of twenty rows, or twenty of any records."""
    if corpus.is_server():
        address = f"{settings.SEARCH['url']}/_search?size={NEWEST}&_source=false&track_total_hits=false"
        return lambda: urllib.request.urlopen(address).read()
    connection = sqlite3.connect(":memory:")
    return lambda: [connection.execute("SELECT 1").fetchone() for _ in range(NEWEST)]


def _p99(act: Callable[[], object]) -> float:
    return quantiles(_each(act), n=100)[98]


def _each(act: Callable[[], object]) -> list[float]:
    """Return what each of many calls took, in milliseconds."""
    waits = []
    for _ in range(TIMES):
        start = perf_counter()
        act()
        waits.append((perf_counter() - start) * 1000)
    return waits
