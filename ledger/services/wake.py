"""Wakes the workers through the broker, where there is one. The outbox in the database stays the truth."""

import logging
import threading

from django.conf import settings
from django.db import connection, transaction

logger = logging.getLogger(__name__)


def wake_after_commit() -> None:
    """Have one wake-up published when the transaction commits; without ``BROKER_URL`` do nothing: the worker polls."""
    if not settings.BROKER_URL:
        return
    if not any(callback[1] == bell.ring for callback in connection.run_on_commit):
        transaction.on_commit(bell.ring, robust=True)


class Bell:
    """Publishes from a thread of its own: a broker that is slow or away must not hold up who commits.

    Rings while one is under way are one more; a ring that dies with its process is made good by the worker's poll.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_rung = False
        self._thread: threading.Thread | None = None

    def ring(self) -> None:
        """Publish a wake-up soon, and return at once."""
        with self._lock:
            self._is_rung = True
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._publish_until_heard, name="bell", daemon=True)
                self._thread.start()

    def wait(self) -> None:
        """Wait until what was rung is published or given up."""
        if self._thread is not None:
            self._thread.join()

    def _publish_until_heard(self) -> None:
        while self._take():
            _publish()

    def _take(self) -> bool:
        with self._lock:
            was_rung, self._is_rung = self._is_rung, False
            if not was_rung:
                self._thread = None
            return was_rung


def _publish() -> None:
    """Tell a worker that something is due. If the broker is away, the next poll finds it."""
    from celery import current_app
    from kombu.exceptions import OperationalError

    try:
        current_app.send_task("ledger.deliver_due", ignore_result=True, retry=False)
    except OperationalError:
        logger.warning("the broker does not answer; the worker's poll delivers")


bell = Bell()
