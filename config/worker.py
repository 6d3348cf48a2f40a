"""The worker: seals the ledger, delivers the outbox, fires timers, keeps the chain's heads. One per installation.

More may run beside it: leases and the sealer's lock keep them apart. With a broker, Celery workers deliver as well and
this one remains the sealer, the clock and the safety net.
"""

import logging
import os
import secrets
import socket
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic, sleep

from django.db import connection
from django.utils import timezone

from docs_store.services import heads
from ledger import selectors as ledger_selectors
from ledger import services as ledger
from workflows.services import timers

POLL_SECONDS = 0.2
SEAL_SECONDS = 0.5
TIMER_SECONDS = 5.0
HOUR_SECONDS = 3600.0
PATIENCE_SECONDS = 5.0
EVENTS_AT_ONCE = 50
logger = logging.getLogger(__name__)


@dataclass
class Job:
    """Something that is done again and again."""

    name: str
    every_seconds: float
    run: Callable[[], object]
    next_at: float = field(default=0.0)

    def run_if_due(self) -> None:
        """Run it if its time has come. The outermost function of a job: a failure is logged and tried again."""
        if monotonic() < self.next_at:
            return
        try:
            self.run()
            self.next_at = monotonic() + self.every_seconds
        except Exception as error:
            frame = traceback.extract_tb(error.__traceback__)[-1]
            told = {"job": self.name, "error": type(error).__name__, "place": f"{frame.filename}:{frame.lineno}"}
            logger.error("a job of the worker failed and will be tried again", extra=told)
            connection.close()
            self.next_at = monotonic() + PATIENCE_SECONDS


class Worker:
    """Two threads: the sealer, so that a long delivery never delays a seal, and the courier."""

    def __init__(self) -> None:
        self.name = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self._is_stopping = False

    def stop(self) -> None:
        """Finish what is being done and stop. Safe in a signal handler, as no lock is taken."""
        self._is_stopping = True

    def run(self) -> None:
        """Work until stopped, then seal what is left and keep the last head."""
        sealer = threading.Thread(target=self._seal_until_stopped, name="sealer")
        sealer.start()
        ledger.release_leases(workers=dead_workers())
        self._repeat(
            Job("deliver", POLL_SECONDS, self._deliver),
            Job("timers", TIMER_SECONDS, _fire_timers),
        )
        sealer.join()

    def _repeat(self, *jobs: Job) -> None:
        while not self._is_stopping:
            for job in jobs:
                job.run_if_due()
            sleep(min(job.every_seconds for job in jobs))

    def _deliver(self) -> None:
        while ledger.deliver_due(worker=self.name, limit=EVENTS_AT_ONCE, is_stopping=lambda: self._is_stopping):
            pass

    def _seal_until_stopped(self) -> None:
        self._repeat(
            Job("seal", SEAL_SECONDS, _seal),
            Job("keep head", HOUR_SECONDS, _seal_all_and_keep_head),
        )
        Job("last head", HOUR_SECONDS, _seal_all_and_keep_head).run_if_due()
        connection.close()


def dead_workers() -> list[str]:
    """Return those lease holders that ran on this machine and are gone: what they held need not wait."""
    here = socket.gethostname()
    names = [name.split(":") for name in ledger_selectors.lease_holders()]
    return [":".join(name) for name in names if len(name) == 3 and name[0] == here and not _is_alive(int(name[1]))]


def _is_alive(pid: int) -> bool:
    """Return whether another process has that id; our own was somebody else's before a restart."""
    if pid == os.getpid():
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _seal() -> None:
    while ledger.seal_pending():
        pass


def _seal_all_and_keep_head() -> None:
    while ledger.seal_pending(from_start=True):
        pass
    heads.keep_head(at=timezone.now())


def _fire_timers() -> None:
    timers.fire_due(timezone.now())
