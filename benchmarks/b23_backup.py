"""B23: what people notice of a backup: the slowest of a hundred steps while one runs, and while none does."""

import io
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import quantiles
from time import perf_counter, sleep

from django.conf import settings
from django.utils import timezone

from benchmarks.registry import Measure, benchmark
from benchmarks.transitions import Plain
from docs_store.archive import get_archive
from docs_store.enums import Stage
from docs_store.models import Document, DocumentKind, Expediente, Version
from ledger.models import Reading

STEPS, MOST_STEPS = 100, 1_000
PER_SECOND = 10
READINGS = 100_000
OBJECTS = 300
OBJECT_BYTES = 20_000
BATCH = 5_000
PASSPHRASE = "una frase solo para medir"


@benchmark("B23", "slowest of 100 steps under a backup / without", ratio_at_most=5)
def steps_under_backup() -> Measure:
    """Move a file ten times a second; a step that failed would end the benchmark. Backups follow one another."""
    _fill()
    plain = Plain()
    plain.move()
    idle = _slowest(plain)
    with tempfile.TemporaryDirectory(dir=settings.DATA_DIR) as place, _backups(place) as (made, said):
        busy = _slowest(plain, lambda: bool(made))
    if not made:
        raise RuntimeError(f"no backup was finished while the steps were made: {said[-1:]}")
    return Measure(floor=idle * 1000, result=busy * 1000)


def _slowest(plain: Plain, is_enough: Callable[[], bool] = lambda: True) -> float:
    """Return the seconds of the slowest of each hundred steps; more are made until it is enough, but not for ever."""
    seconds: list[float] = []
    while len(seconds) < STEPS or (len(seconds) < MOST_STEPS and not is_enough()):
        start = perf_counter()
        plain.move()
        seconds.append(perf_counter() - start)
        sleep(max(0.0, 1 / PER_SECOND - seconds[-1]))
    return quantiles(seconds, n=100)[98]


@contextmanager
def _backups(place: str) -> Iterator[tuple[list[float], list[str]]]:
    """Make backups in other processes until the block ends: when each was finished, and what they said."""
    made: list[float] = []
    said: list[str] = []
    is_over = threading.Event()
    began = threading.Event()
    thread = threading.Thread(target=_back_up_until, args=(is_over, began, place, made, said))
    thread.start()
    began.wait(timeout=60)
    try:
        yield made, said
    finally:
        is_over.set()
        thread.join()


def _back_up_until(
    is_over: threading.Event, began: threading.Event, place: str, made: list[float], said: list[str]
) -> None:
    while not is_over.is_set():
        child = subprocess.Popen(
            [sys.executable, "manage.py", "backup", place],
            cwd=settings.BASE_DIR,
            env=os.environ | {"BACKUP_PASSPHRASE": PASSPHRASE},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        assert child.stderr is not None
        for line in child.stderr:
            said.append(line.decode().strip())
            began.set()
        if child.wait() == 0 and not is_over.is_set():
            made.append(perf_counter())
    began.set()


def _fill() -> None:
    """Make something to back up: rows that are quickly made, and objects."""
    now = timezone.now()
    for _batch in range(READINGS // BATCH):
        Reading.objects.bulk_create(
            Reading(recorded_at=now, actor="person:1", subject=f"document:{n}") for n in range(BATCH)
        )
    kind, _is_new = DocumentKind.objects.get_or_create(slug="bench-backup", defaults={"name": "Informe"})
    expediente = Expediente.objects.create(label=f"B23-{now.timestamp()}", subject="Copia", opened_at=now)
    document = Document.objects.create(expediente=expediente, kind=kind, title="Informe", created_at=now)
    for number in range(1, OBJECTS + 1):
        digest = get_archive().put(io.BytesIO(os.urandom(OBJECT_BYTES)))
        Version.objects.create(
            document=document,
            number=number,
            stage=Stage.FILE,
            sha256=digest,
            size_bytes=OBJECT_BYTES,
            media_type="text/plain",
            name="a.txt",
            stored_at=now,
        )
