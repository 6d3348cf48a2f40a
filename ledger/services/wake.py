"""Wakes the workers through the broker, where there is one. The outbox in the database stays the truth."""

import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from time import monotonic

from django.conf import settings
from django.db import connection, transaction

from ledger.enums import Queue

ENOUGH_CALLS = 100
REST_SECONDS = 5.0
logger = logging.getLogger(__name__)


def wake_after_commit(queues: Iterable[Queue]) -> None:
    """Have one wake-up for each queue published when the transaction commits, however often it is asked for.

    Without ``BROKER_URL`` do nothing: the worker polls.
    """
    if not settings.BROKER_URL:
        return
    asked = [callback[1] for callback in connection.run_on_commit]
    for queue in sorted(queues):
        call = Call(queue)
        if call not in asked:
            transaction.on_commit(call, robust=True)


@dataclass(frozen=True)
class Call:
    """A wake-up that waits for the commit."""

    queue: Queue

    def __call__(self) -> None:
        bell.ring(self.queue)


class Bell:
    """Publishes from a thread of its own: a broker that is slow or away must not hold up who commits.

    Rings for one queue while one is under way are one more. After a failure the bell rests for some seconds and
    drops what it is asked, so that an outage costs neither a thread that waits nor a line of the log for each commit.
    What is dropped, or dies with the process, is made good by the worker's poll.
    """

    def __init__(self, publish: Callable[[Queue], bool]) -> None:
        self._publish = publish
        self._lock = threading.Lock()
        self._rung: set[Queue] = set()
        self._thread: threading.Thread | None = None
        self._rests_until = 0.0

    def ring(self, queue: Queue) -> None:
        """Publish a wake-up soon, and return at once."""
        if monotonic() < self._rests_until:
            return
        with self._lock:
            self._rung.add(queue)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._publish_until_heard, name="bell", daemon=True)
                self._thread.start()

    def wait(self) -> None:
        """Wait until what was rung is published or given up."""
        thread = self._thread
        if thread is not None:
            thread.join()

    def wake_up(self) -> None:
        """Stop resting: the broker is known to be back."""
        self._rests_until = 0.0

    def _publish_until_heard(self) -> None:
        while queues := self._take():
            for queue in queues:
                if not self._publish(queue):
                    self._rests_until = monotonic() + REST_SECONDS
                    break

    def _take(self) -> list[Queue]:
        with self._lock:
            rung = sorted(self._rung)
            self._rung.clear()
            if not rung:
                self._thread = None
            return rung


def _publish(queue: Queue) -> bool:
    """Tell a worker that something is due, and return whether the broker took it. If it did not, a poll finds it.

    Where a hundred calls wait already nobody is there to hear them, or soon will be: one more would only fill the
    broker's memory.
    """
    from celery import current_app
    from kombu.exceptions import OperationalError

    transport = current_app.connection_for_write()
    try:
        with current_app.producer_or_acquire() as producer:
            declared = current_app.amqp.queues[queue].bind(producer.channel)
            waiting = producer.channel.queue_declare(
                declared.name, durable=declared.durable, auto_delete=declared.auto_delete
            )
            if waiting.message_count < ENOUGH_CALLS:
                current_app.send_task(
                    "ledger.deliver_due", [queue.value], queue=queue.value, producer=producer, retry=False
                )
    except (OperationalError, *transport.connection_errors, *transport.channel_errors) as error:
        logger.warning("the broker does not answer; the worker's poll delivers", extra={"error": type(error).__name__})
        return False
    return True


bell = Bell(_publish)
