"""B16: how long after its commit an emitted document is found, with the embedded worker, on the engine in use."""

import hashlib
import threading
from datetime import UTC, datetime
from functools import cache
from queue import Queue
from statistics import quantiles
from time import perf_counter, sleep

from django.db import connection, transaction

from benchmarks import search_corpus
from benchmarks.registry import Measure, benchmark
from config.worker import EVENTS_AT_ONCE, POLL_SECONDS
from docs_store.enums import DocumentState, Stage
from docs_store.models import Document, DocumentKind, Expediente, PageText, Version
from ledger import services as ledger
from search.ports import SEES_ALL
from search.selectors import find

AT = datetime(2023, 11, 10, 15, tzinfo=UTC)
DOCUMENTS = 40
PER_SECOND = 10
PATIENCE_SECONDS = 30
PAGE = "La entidad aprueba el plan de gobierno digital y encarga su seguimiento a la oficina de planeamiento. " * 25
EVERYTHING = frozenset({SEES_ALL})


@benchmark(
    "B16", "commit to searchable, p99 at 10 documents a second", at_most=2000 if search_corpus.is_server() else 1000
)
def index_lag() -> Measure:
    """Emit documents at an even pace, the last one found or not, while a courier polls as the worker does.

    The floor is half its pause.
    """
    stop = threading.Event()
    emitted: Queue[tuple[str, float]] = Queue()
    threads = [threading.Thread(target=act, args=(stop, emitted)) for act in (_deliver_until, _emit_evenly)]
    for thread in threads:
        thread.start()
    try:
        lags = [_lag(*emitted.get(timeout=PATIENCE_SECONDS)) for _number in range(DOCUMENTS)]
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    return Measure(floor=POLL_SECONDS / 2 * 1000, result=quantiles(lags, n=100)[-1] * 1000)


def _deliver_until(stop: threading.Event, _emitted: Queue[tuple[str, float]]) -> None:
    """Do what the worker's courier does."""
    while not stop.is_set():
        if not ledger.deliver_due(worker="bench", limit=EVENTS_AT_ONCE):
            sleep(POLL_SECONDS)
    connection.close()


def _emit_evenly(stop: threading.Event, emitted: Queue[tuple[str, float]]) -> None:
    """Emit ten documents a second, and tell the word of each and when its commit had ended."""
    begin = perf_counter()
    for number in range(DOCUMENTS):
        sleep(max(0.0, begin + number / PER_SECOND - perf_counter()))
        if stop.is_set():
            break
        word = f"palabra{hashlib.sha256(str(number).encode()).hexdigest()[:8].translate(_LETTERS)}"
        _emit(word)
        emitted.put((word, perf_counter()))
    connection.close()


def _lag(word: str, committed: float) -> float:
    """Return the seconds from the commit until a search finds the word."""
    while not find(word, tokens=EVERYTHING, limit=1).hits:
        sleep(0.01)
    return perf_counter() - committed


_LETTERS = str.maketrans("0123456789", "ghijklmnop")


def _emit(word: str) -> Document:
    """Commit an emitted document of three pages with its entry, as the document store does."""
    with transaction.atomic():
        expediente = Expediente.objects.create(label=f"EXP-{word}", subject="Un plan", opened_at=AT)
        document = Document.objects.create(
            expediente=expediente, kind_id=_kind(), title="Informe sobre el plan", created_at=AT
        )
        version = Version.objects.create(
            document=document,
            number=1,
            stage=Stage.SIGNED,
            sha256="0" * 64,
            size_bytes=1,
            media_type="application/pdf",
            name="informe.pdf",
            pages=3,
            stored_at=AT,
        )
        texts = [PAGE, PAGE, f"{PAGE} {word}"]
        PageText.objects.bulk_create(
            PageText(version=version, page=page, text=text) for page, text in enumerate(texts, start=1)
        )
        document.state, document.emitted_at, document.emitted_version = DocumentState.EMITTED, AT, version
        document.save()
        ledger.record("document.emitted", subject=f"document:{document.pk}", facts={}, by="person:1", at=AT)
    return document


@cache
def _kind() -> int:
    return DocumentKind.objects.get_or_create(slug="bench-search", defaults={"name": "Informe"})[0].pk
