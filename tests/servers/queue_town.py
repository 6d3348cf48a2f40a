"""An installation with its real queue, for one test: a database, Celery workers, the worker; and what they did."""

import hashlib
import os
import re
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.parse import urlsplit

import psycopg
from elasticsearch import Elasticsearch

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = "tests.servers.queue_program"
CONSUMERS = 4
ALL_QUEUES = "signing,indexing,notices,maintenance"
RECORD = """
import os, sys
import tests.servers.queue_program
from datetime import UTC, datetime
from django.db import transaction
from ledger import services as ledger
from ledger.services.wake import bell
AT = datetime(2023, 5, 9, 15, tzinfo=UTC)
print("ready", flush=True)
for line in sys.stdin:
    for number in range(int(line)):
        with transaction.atomic():
            ledger.record("thing.done", subject=f"thing:{number}", facts={}, by="person:1", at=AT)
    bell.wait()
    print("recorded", flush=True)
"""


def content(event_id: int) -> bytes:
    """Return the bytes of the object that stands for the event."""
    return f"effect of event {event_id}".encode()


def search() -> Elasticsearch:
    """Return a client of the server that holds the index."""
    parts = urlsplit(os.environ["SEARCH_URL"])
    return Elasticsearch(f"{parts.scheme}://{parts.netloc}")


@dataclass
class Effects:
    """What the consumers did, counted where they did it."""

    rows: Counter[int]
    mails: Counter[int]
    entries: set[int]
    objects: set[int]


@dataclass
class Town:
    """The processes of one installation. ``database_url`` names a migrated database that is the test's own."""

    folder: Path
    database_url: str
    broker_url: str
    extra: dict[str, str] = field(default_factory=dict)
    processes: list[subprocess.Popen[str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.python("manage.py", "migrate", "--verbosity", "0")
        self.query("CREATE TABLE effect (event_id bigint)")
        self._recorder: subprocess.Popen[str] | None = None

    @property
    def index(self) -> str:
        """The index of the effects: it bears the prefix of the test's process, which removes it at its end."""
        return f"{urlsplit(os.environ['SEARCH_URL']).path.strip('/')}-{self.database_url.rpartition('/')[2]}"

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "DATABASE_URL": self.database_url,
            "BROKER_URL": self.broker_url,
            "DATA_DIR": str(self.folder),
            "TEST_INDEX": self.index,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            **self.extra,
        }

    def python(self, *arguments: str) -> None:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr

    def query(self, statement: str, *values: Any) -> list[Any]:
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            cursor = connection.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    def start_celery(self, *, concurrency: int = 2, queues: str = ALL_QUEUES, name: str = "one") -> Any:
        """Start a Celery worker as an operator does, in a process group of its own."""
        options = ["--queues", queues, "--concurrency", str(concurrency), "--hostname", f"{name}@%h"]
        return self._start(["-m", "celery", "-A", PROGRAM, "worker", "--loglevel", "WARNING", *options], name)

    def start_work(self) -> Any:
        return self._start(["-m", PROGRAM], "work")

    def _start(self, command: list[str], name: str) -> Any:
        with (self.folder / f"{name}.txt").open("a") as output:
            process = subprocess.Popen(
                [sys.executable, *command],
                cwd=ROOT, env=self.environment, stdout=output, stderr=output, text=True, start_new_session=True,
            )  # fmt: skip
        self.processes.append(process)
        return process

    def record(self, count: int) -> None:
        """Have a process as the web's write so many facts, each in a commit of its own with its wake-up."""
        if self._recorder is None:
            self._recorder = subprocess.Popen(
                [sys.executable, "-c", RECORD],
                cwd=ROOT, env=self.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            )  # fmt: skip
            self._hear("ready")
        assert self._recorder.stdin is not None
        self._recorder.stdin.write(f"{count}\n")
        self._recorder.stdin.flush()
        self._hear("recorded")

    def _hear(self, word: str) -> None:
        assert self._recorder is not None
        assert self._recorder.stdout is not None
        assert self._recorder.stdout.readline().strip() == word

    def pending(self) -> int:
        return int(self.query("SELECT count(*) FROM ledger_event WHERE done_at IS NULL")[0][0])

    def events(self, consumer: str) -> set[int]:
        return {row[0] for row in self.query("SELECT id FROM ledger_event WHERE consumer = %s", consumer)}

    def waits(self, besides: int = 0) -> list[float]:
        """Return for each event, besides so many of the first, the seconds from its record to its end, in order."""
        waits = "SELECT extract(epoch FROM done_at - due_at)::float FROM ledger_event WHERE done_at NOTNULL ORDER BY id"
        return sorted(row[0] for row in self.query(waits)[besides:])

    def wait_until_delivered(self, seconds: float) -> float:
        """Return after how many seconds nothing was pending."""
        return wait_until(lambda: not self.pending(), seconds, self.told)

    def effects(self) -> Effects:
        """Count what was done, at the real servers."""
        from docs_store.archive import get_archive
        from docs_store.errors import ObjectMissing

        rows = Counter(row[0] for row in self.query("SELECT event_id FROM effect"))
        mails: Counter[int] = Counter()
        for path in (self.folder / "mail").glob("*"):
            mails.update(int(found) for found in re.findall(r"Message-ID: <event-(\d+)@test>", path.read_text()))
        with search() as client:
            client.indices.refresh(index=self.index)
            hits = client.search(index=self.index, size=10_000, source=False)["hits"]["hits"]
        objects = set()
        for event in self.events("test.object"):
            try:
                with get_archive().open(hashlib.sha256(content(event)).hexdigest()):
                    objects.add(event)
            except ObjectMissing:
                continue
        return Effects(rows, mails, {int(hit["_id"]) for hit in hits}, objects)

    def told(self) -> str:
        """Return what the processes wrote, for a test that fails."""
        return "\n".join(f"{path.name}: {path.read_text()[-2000:]}" for path in sorted(self.folder.glob("*.txt")))

    def close(self) -> None:
        for process in self.processes:
            kill_group(process)
        if self._recorder is not None:
            self._recorder.kill()
            self._recorder.communicate()


def children_of(process: subprocess.Popen[str]) -> list[int]:
    """Return the ids of the processes that this one started and that live."""
    lists = Path(f"/proc/{process.pid}/task").glob("*/children")
    if process.poll() is not None:
        return []
    return [int(word) for children in lists for word in children.read_text().split()]


def kill_group(process: subprocess.Popen[str]) -> None:
    """SIGKILL the process and its children at once."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def wait_until(has_happened: Callable[[], bool], seconds: float, told: Callable[[], str] = str) -> float:
    """Return after how many seconds it happened; fail if it did not."""
    start = monotonic()
    while not has_happened():
        assert monotonic() - start < seconds, f"it did not happen in {seconds} s\n{told()}"
        sleep(0.05)
    return monotonic() - start
