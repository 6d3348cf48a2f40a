"""B16: how long after its commit an emitted document is found, with the embedded worker, on the engine in use."""

import hashlib
import threading
from datetime import UTC, datetime
from functools import cache
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
PAGE = "La entidad aprueba el plan de gobierno digital y encarga su seguimiento a la oficina de planeamiento. " * 25
EVERYTHING = frozenset({SEES_ALL})


@benchmark(
    "B16", "commit to searchable, p99 at 10 documents a second", at_most=2000 if search_corpus.is_server() else 1000
)
def index_lag() -> Measure:
    """Emit documents at an even pace while a courier polls as the worker does; the floor is half its pause."""
    stop = threading.Event()
    courier = threading.Thread(target=_deliver_until, args=(stop,))
    courier.start()
    try:
        lags = [_lag(number) for number in range(DOCUMENTS)]
    finally:
        stop.set()
        courier.join()
    return Measure(floor=POLL_SECONDS / 2 * 1000, result=quantiles(lags, n=100)[-1] * 1000)


def _deliver_until(stop: threading.Event) -> None:
    """Do what the worker's courier does."""
    while not stop.is_set():
        if not ledger.deliver_due(worker="bench", limit=EVENTS_AT_ONCE):
            sleep(POLL_SECONDS)
    connection.close()


def _lag(number: int) -> float:
    """Emit a document and return the seconds until a search finds it."""
    word = f"palabra{hashlib.sha256(str(number).encode()).hexdigest()[:8].translate(_LETTERS)}"
    _emit(word)
    start = perf_counter()
    while not find(word, tokens=EVERYTHING, limit=1).hits:
        sleep(0.005)
    lag = perf_counter() - start
    sleep(max(0.0, 1 / PER_SECOND - lag))
    return lag


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
