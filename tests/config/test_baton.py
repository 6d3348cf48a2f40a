"""Of several workers one holds the baton; killed, another one has it within seconds (queue, quality F2)."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from time import monotonic, sleep

import pytest

from config.worker import HOLDS
from tests.servers import backing, databases

pytestmark = pytest.mark.kill
ROOT = Path(__file__).resolve().parents[2]
TAKEOVER_SECONDS = 5.0
STRAND = """
import django; django.setup()
from datetime import timedelta
from django.utils import timezone
from ledger import services as ledger
from ledger.models import Event
now = timezone.now()
entry = ledger.record("thing.done", subject="thing:1", facts={}, by="person:1", at=now)
Event.objects.create(entry=entry, consumer="nobody", due_at=now + timedelta(days=3652))
"""
LOOK = """
import django; django.setup()
from ledger.models import Entry, Event
print(Entry.objects.filter(kind="chore.done", subject="chore:end_old_sessions").count(),
      Event.objects.filter(last_error="UnknownConsumer").count())
"""


class Shift:
    """Workers as real processes on one database; each tells on its own output what it does."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self._folder, self._database_url = folder, database_url
        self.workers: list[subprocess.Popen[bytes]] = []

    def environment(self, number: int) -> dict[str, str]:
        """On SQLite the workers share their machine's folder; on PostgreSQL each has a machine of its own."""
        name = f"machine{number}" if backing.is_server("DATABASE_URL") else "machine"
        return {
            **os.environ,
            "DATABASE_URL": self._database_url,
            "DATA_DIR": str(self._folder / name),
            "BROKER_URL": "",
            "ARCHIVE_URL": f"file://{self._folder}/archive",
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }

    def start(self) -> int:
        number = len(self.workers)
        with self._output(number).open("wb") as output:
            self.workers.append(
                subprocess.Popen(
                    [sys.executable, "manage.py", "work"],
                    cwd=ROOT,
                    env=self.environment(number),
                    stdout=output,
                    stderr=subprocess.STDOUT,
                )
            )
        return number

    def holds(self, number: int) -> bool:
        return HOLDS in self._output(number).read_text()

    def python(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT, env=self.environment(0), capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def look(self) -> list[int]:
        """Return how often the nightly chore was done, and how many stranded events were freed."""
        return [int(word) for word in self.python("-c", LOOK).split()]

    def _output(self, number: int) -> Path:
        return self._folder / f"worker{number}.txt"


@pytest.fixture
def shift(tmp_path: Path) -> Iterator[Shift]:
    with ExitStack() as stack:
        shift = Shift(tmp_path, stack.enter_context(databases.fresh(tmp_path)))
        shift.python("manage.py", "migrate", "--verbosity", "0")
        yield shift
        for worker in shift.workers:
            worker.kill()
            worker.wait()


def wait_until(has_happened: Callable[[], bool], seconds: float) -> float:
    """Return after how many seconds it happened; fail if it did not."""
    start = monotonic()
    while not has_happened():
        assert monotonic() - start < seconds, "it did not happen in time"
        sleep(0.05)
    return monotonic() - start


def test_the_second_worker_takes_over_within_seconds_of_the_death_of_the_first(shift: Shift) -> None:
    first = shift.start()
    wait_until(lambda: shift.holds(first), 60)
    second = shift.start()
    wait_until(lambda: "en marcha" in shift._output(second).read_text(), 60)
    shift.python("-c", STRAND)
    wait_until(lambda: shift.look() == [1, 0], 30)
    sleep(2)
    assert not shift.holds(second)

    shift.workers[first].send_signal(signal.SIGKILL)
    shift.workers[first].wait()

    assert wait_until(lambda: shift.holds(second), TAKEOVER_SECONDS) <= TAKEOVER_SECONDS
    wait_until(lambda: shift.look() == [1, 1], 30)


def test_a_worker_that_stops_in_order_hands_the_baton_on(shift: Shift) -> None:
    first = shift.start()
    wait_until(lambda: shift.holds(first), 60)
    second = shift.start()
    wait_until(lambda: "en marcha" in shift._output(second).read_text(), 60)

    shift.workers[first].terminate()

    assert shift.workers[first].wait(timeout=30) == 0
    wait_until(lambda: shift.holds(second), TAKEOVER_SECONDS)
