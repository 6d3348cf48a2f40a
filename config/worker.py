"""The worker: seals the ledger, delivers the outbox, fires timers, keeps the chain's heads, looks after the night.

``manage.py work`` runs it; ``manage.py serve`` has one as its child. Several may run, on several machines: all deliver
and seal, kept apart by leases and by the sealer's lock, and one of them, who holds the baton, fires timers and does the
hourly and nightly chores. With a broker, Celery's workers are woken to deliver as well; the poll here is the safety
net that makes good a wake-up that was lost. See docs/queue.md.
"""

import logging
import os
import secrets
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from time import monotonic, sleep

from django.db import connection
from django.utils import timezone

from config import chores, health
from config.baton import Baton
from docs_store.services import heads
from ledger import selectors as ledger_selectors
from ledger import services as ledger
from ledger.enums import Queue
from ledger.rules.failures import place_of
from workflows.services import successions, timers

POLL_SECONDS = 0.2
LOOK_SECONDS = 0.5
SEAL_SECONDS = 0.5
BATON_SECONDS = 1.0
TIMER_SECONDS = 5.0
MINUTE_SECONDS = MEND_SECONDS = 60.0
HEALTH_SECONDS = 15.0
HOUR_SECONDS = 3600.0
PATIENCE_SECONDS = 5.0
EVENTS_AT_ONCE = 50
HOLDS = "Este trabajador lleva ahora los plazos y las tareas de la noche."
HOLDS_NO_MORE = "Este trabajador ya no lleva los plazos: perdió la base de datos."
logger = logging.getLogger(__name__)


@dataclass
class Job:
    """Something that is done again and again."""

    name: str
    every_seconds: float
    run: Callable[[], object]
    patience_seconds: float = PATIENCE_SECONDS
    is_mine: Callable[[], bool] = lambda: True
    next_at: float = field(default=0.0)

    def run_if_due(self) -> None:
        """Run it if its time has come and it is this worker's to do.

        The outermost function of a job. It catches whatever the job raises, as nothing that one job meets may end the
        worker and with it the others: the failure is logged, by its place and never its message, and tried again.
        """
        if monotonic() < self.next_at or not self.is_mine():
            return
        try:
            self.run()
            self.next_at = monotonic() + self.every_seconds
        except Exception as error:
            told = {"job": self.name, "error": type(error).__name__, "place": place_of(error)}
            logger.error("a job of the worker failed and will be tried again", extra=told)
            connection.close()
            self.next_at = monotonic() + self.patience_seconds


class Worker:
    """Threads that do not wait for one another: sealer, couriers of the queues, timers, heads, chores, health."""

    def __init__(self, tell: Callable[[str], None] = lambda sentence: None) -> None:
        """:param tell: told in a sentence when this worker takes the baton, and when it loses it."""
        self._tell = tell
        self.name = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self.baton = Baton()
        self._is_stopping = False

    def stop(self) -> None:
        """Finish what is being done and stop. Safe in a signal handler, as no lock is taken."""
        self._is_stopping = True

    def run(self) -> None:
        """Work until stopped, then seal what is left and keep the last head."""
        threads = [
            threading.Thread(target=self._repeat, args=[Job("seal", SEAL_SECONDS, _seal)], name="sealer"),
            threading.Thread(target=self._repeat, args=self._clockwork(), name="timers"),
            threading.Thread(target=self._repeat, args=[self._head_keeper()], name="heads"),
            threading.Thread(target=self._repeat, args=[Job("look", HEALTH_SECONDS, health.look)], name="look"),
            *(threading.Thread(target=self._repeat, args=[self._courier(queue)], name=queue) for queue in Queue),
        ]
        # A chore may take hours and be broken off at any point: the end of the process does not wait for it.
        night = threading.Thread(target=self._repeat, args=self._nightly(), name="night", daemon=True)
        for thread in (*threads, night):
            thread.start()
        self._repeat(
            Job("baton", BATON_SECONDS, self._tend_baton, BATON_SECONDS),
            Job("release", PATIENCE_SECONDS, self._free_what_the_dead_held),
        )
        for thread in threads:
            thread.join()
        night.join(timeout=PATIENCE_SECONDS)
        Job("last head", HOUR_SECONDS, _seal_all_and_keep_head, is_mine=self._has_baton).run_if_due()
        self.baton.drop()

    def _courier(self, queue: Queue) -> Job:
        return Job(f"deliver {queue}", POLL_SECONDS, lambda: self._deliver(queue))

    def _clockwork(self) -> list[Job]:
        """What only the holder of the baton does, and must not wait for its chores."""
        return [
            Job("timers", TIMER_SECONDS, lambda: timers.fire_due(timezone.now()), is_mine=self._has_baton),
            Job("follow", MINUTE_SECONDS, lambda: successions.follow(timezone.now()), is_mine=self._has_baton),
            Job("mend", MEND_SECONDS, lambda: ledger.mend_moments(now=timezone.now()), is_mine=self._has_baton),
        ]

    def _head_keeper(self) -> Job:
        return Job("keep head", HOUR_SECONDS, _seal_all_and_keep_head, is_mine=self._has_baton)

    def _nightly(self) -> list[Job]:
        return [
            Job(f"chore {chore.name}", MINUTE_SECONDS, partial(_do_chore, chore), MINUTE_SECONDS, self._has_baton)
            for chore in chores.NIGHTLY
        ]

    def _tend_baton(self) -> None:
        was_held = self.baton.is_held
        try:
            self.baton.tend()
        finally:
            if self.baton.is_held != was_held:
                self._tell(HOLDS if self.baton.is_held else HOLDS_NO_MORE)

    def _has_baton(self) -> bool:
        return self.baton.is_held

    def _repeat(self, *jobs: Job) -> None:
        while not self._is_stopping:
            for job in jobs:
                job.run_if_due()
            sleep(min(LOOK_SECONDS, *(job.every_seconds for job in jobs)))
        connection.close()

    def _deliver(self, queue: Queue) -> None:
        while ledger.deliver_due(
            worker=self.name, queue=queue, limit=EVENTS_AT_ONCE, is_stopping=lambda: self._is_stopping
        ):
            pass

    def _free_what_the_dead_held(self) -> None:
        ledger.release_leases(workers=dead_workers(besides=self.name))


def dead_workers(besides: str = "") -> list[str]:
    """Return those lease holders that ran on this machine and are gone: what they held need not wait.

    :param besides: the name of the worker that asks.
    """
    here = socket.gethostname()
    names = [name.split(":") for name in ledger_selectors.lease_holders() if name != besides]
    return [":".join(name) for name in names if len(name) == 3 and name[0] == here and not _is_alive(int(name[1]))]


def _is_alive(pid: int) -> bool:
    """Return whether another process with that id runs; our own was somebody else's before a restart.

    A killed process whose parent has not collected it yet still has its id: it does nothing more.
    """
    if pid == os.getpid():
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return not _is_uncollected(pid)


def _is_uncollected(pid: int) -> bool:
    """Return whether only the entry of an ended process is left; where the system does not tell, it is not."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return False
    return fields[:1] == ["Z"]


def _seal() -> None:
    while ledger.seal_pending():
        pass


def _seal_all_and_keep_head() -> None:
    while ledger.seal_pending(from_start=True):
        pass
    heads.keep_head(at=timezone.now())


def _do_chore(chore: chores.Chore) -> None:
    chores.do_if_due(chore, at=timezone.now())
