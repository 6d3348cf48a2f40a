"""What the ledger costs: a row of the outbox, an entry, the verification of the chain."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from time import process_time

from django.db import transaction

from benchmarks.registry import Measure, benchmark, compare
from docs_store.enums import Reset
from docs_store.models import Access, Document, DocumentKind, Expediente, Series, SeriesYear
from ledger import selectors
from ledger import services as ledger
from ledger.models import Entry
from ledger.rules.verification import verify

AT = datetime(2023, 5, 9, 15, tzinfo=UTC)
COMMITS = 100
ROWS = 50_000


def business_commit(also: Callable[[int], object] | None = None) -> None:
    """About the least that any step writes: the next number, an expediente, who may read it, a document."""
    kind, year = _fixed_rows()
    with transaction.atomic():
        number = SeriesYear.objects.select_for_update().get(pk=year).next_value
        SeriesYear.objects.filter(pk=year).update(next_value=number + 1)
        opened = Expediente.objects.create(label=f"EXP-{number}", subject="Una obra", opened_at=AT)
        Access.objects.create(expediente=opened, is_public=True, since=AT, reason="Publicado")
        Document.objects.create(expediente=opened, kind_id=kind, title="Un informe", created_at=AT)
        if also:
            also(opened.pk)


@cache
def _fixed_rows() -> tuple[int, int]:
    kind = DocumentKind.objects.create(slug="bench", name="Informe", template="informe")
    series = Series.objects.create(slug="bench", kind=kind, reset=Reset.YEARLY)
    return kind.pk, SeriesYear.objects.create(series=series, year=2023).pk


def entry_of(kind: str) -> Callable[[int], object]:
    return lambda pk: ledger.record(
        kind, subject=f"expediente:{pk}", facts={"expediente": pk, "sha256": "0" * 64}, by="person:1", at=AT
    )


@benchmark("B20", "commit with an entry and an event / with the entry", ratio_at_most=1.5)
def outbox_row() -> Measure:
    ledger.subscribe("bench.heard", ["bench.heard"])(lambda delivery: None)
    return compare(
        lambda: business_commit(entry_of("bench.unheard")),
        lambda: business_commit(entry_of("bench.heard")),
        times=COMMITS,
    )


@benchmark("B21", "commit with an entry / without", ratio_at_most=1.3)
def audit_append() -> Measure:
    return compare(business_commit, lambda: business_commit(entry_of("bench.unheard")), times=COMMITS)


@benchmark("B21", "verify the chain / hash the same rows", at_least=100_000)
def verify_chain() -> Measure:
    Entry.objects.bulk_create(
        [
            Entry(at=AT, recorded_at=AT, actor="person:1", kind="bench.row", subject=f"row:{n}", facts={"n": n})
            for n in range(ROWS)
        ],
        batch_size=5_000,
    )
    while ledger.seal_pending(limit=10_000):
        pass
    rows = Entry.objects.count()
    text = b"x" * 400
    hashing = min(_processor_seconds(lambda: [hashlib.sha256(text).hexdigest() for _ in range(rows)]) for _ in range(3))
    verifying = min(_processor_seconds(_verify) for _ in range(3))
    return Measure(rows / hashing, rows / verifying, "rows/s")


def _verify() -> None:
    assert verify(selectors.links()).is_clean


def _processor_seconds(act: Callable[[], object]) -> float:
    """Return the processor's seconds: verification is one thread that waits for nothing."""
    start = process_time()
    act()
    return process_time() - start
