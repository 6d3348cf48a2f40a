"""Everybody works at once: pages are read, files opened, papers handed in, steps taken, acts signed."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from time import monotonic, sleep
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from benchmarks.scale import cases, looks, texts
from benchmarks.scale.places import ROOT
from benchmarks.scale.site import served
from benchmarks.scale.visitors import readings, visit
from docs_store.errors import DocsStoreError
from docs_store.models import Expediente
from ledger.models import Event
from signing.models import Signature
from workflows.errors import WorkflowsError
from workflows.models import Filing, FilingItem, Task

WRITERS = 2
DRAIN_SECONDS = 300
EVENTS = 200
CONSUMER = "search.index_document"
READ_WHOLE = 3_000
"""Files: with more, verification reads a sample of the objects; ledger, numbers and index it compares whole anyway."""


def load(*, seconds: float, verify: bool) -> dict[str, Any]:
    """Load the site for so long, let the worker finish, and have the installation verified if it is whole.

    :param verify: not where only some of the files have texts and a ledger: their lack would be named.
    """
    call_command("collectstatic", interactive=False, verbosity=0, skip_checks=True)
    before = _written()
    with served(dict(os.environ), processes=2) as (port, _processes), _working(1):
        writers = [_start("write", f"--seconds={seconds}", f"--seed={number}") for number in range(WRITERS)]
        visits = visit(
            port,
            looks.sessions(looks.people()),
            words=texts.frequent_words(),
            think_seconds=looks.THINK_SECONDS,
            seconds=seconds,
        )
        told = [json.loads(writer.communicate(timeout=seconds + DRAIN_SECONDS)[0]) for writer in writers]
        _drain()
    is_clean, said = _verified() if verify else (None, [])
    return {
        "seconds": seconds,
        "expedientes": Expediente.objects.count(),
        "written": {name: count - before[name] for name, count in _written().items()},
        "refused": sum(each["refused"] for each in told),
        "read": {page: asdict(each) for page, each in readings(visits).items()},
        "waiting": Event.objects.filter(done_at__isnull=True).count(),
        "verified": is_clean,
        "said": said,
    }


def _verified() -> tuple[bool, list[str]]:
    """Return whether the installation is whole, read to the last byte where it is small, and what was said of it."""
    depth = ["--all"] if Expediente.objects.count() <= READ_WHOLE else []
    command = [sys.executable, "manage.py", "verify_system", *depth]
    verified = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return verified.returncode == 0, (verified.stdout + verified.stderr).splitlines()[-8:]


def write(*, seconds: float, seed: int) -> dict[str, int]:
    """Play one case after another through the services of the screens, until the time is over."""
    until = monotonic() + seconds
    played = refused = 0
    player, lines = cases.clerk(timezone.now())
    while monotonic() < until:
        line = lines[(played * WRITERS + seed) % len(lines)]
        try:
            player.play(cases.to_its_end(line), minute=played)
        except (WorkflowsError, DocsStoreError) as error:
            print(type(error).__name__, error, file=sys.stderr)
            refused += 1
        played += 1
    return {"played": played, "refused": refused}


def _written() -> dict[str, int]:
    return {
        "filings": Filing.objects.count(),
        "uploads": FilingItem.objects.count(),
        "steps": Task.objects.filter(status="DONE").exclude(kind="").count(),
        "signatures": Signature.objects.count(),
    }


def _drain() -> None:
    """Wait until nothing waits in the outbox."""
    until = monotonic() + DRAIN_SECONDS
    while Event.objects.filter(done_at__isnull=True).exists() and monotonic() < until:
        sleep(0.5)


# Workers


def deliveries(workers: int) -> float:
    """Return how many documents a second so many workers bring into the index, the first and last tenth left out."""
    chosen = list(
        Event.objects.filter(consumer=CONSUMER, done_at__isnull=False)
        .order_by("-id")
        .values_list("pk", flat=True)[:EVENTS]
    )
    Event.objects.filter(pk__in=chosen).update(done_at=None, due_at=timezone.now(), leased_by="", leased_until=None)
    left, marks = len(chosen), []
    until = monotonic() + DRAIN_SECONDS
    with _working(workers):
        while left > len(chosen) // 10 and monotonic() < until:
            left = Event.objects.filter(pk__in=chosen, done_at__isnull=True).count()
            marks.append((monotonic(), left))
            sleep(0.1)
        _drain()
    counted = [mark for mark in marks if mark[1] <= len(chosen) * 0.9]
    (first_at, first), (last_at, last) = counted[0], counted[-1]
    return (first - last) / (last_at - first_at) if last_at > first_at else 0.0


@contextmanager
def _working(workers: int) -> Iterator[None]:
    """Run so many workers; they finish what they hold."""
    command = [sys.executable, "manage.py", "work", "--verbosity", "0"]
    running = [subprocess.Popen(command, cwd=ROOT, env=os.environ) for _number in range(workers)]
    try:
        yield
    finally:
        for each in running:
            each.terminate()
        for each in running:
            each.wait(60)
        connection.close()


def _start(command: str, *arguments: str) -> subprocess.Popen[str]:
    name = os.environ["DATA_DIR"].rpartition("/")[2]
    line = [sys.executable, "-m", "benchmarks.scale", command, "--name", name, *arguments]
    return subprocess.Popen(line, cwd=ROOT, env=os.environ, stdout=subprocess.PIPE, text=True)
