"""The ledger's Celery task: a wake-up. What is to be done stands in the database, so it names a queue and no more."""

import os
import socket
from time import monotonic

from celery import shared_task
from django.utils import timezone

from ledger import selectors, services
from ledger.enums import Queue
from ledger.services.wake import bell

EVENTS_AT_ONCE = 50
SHIFT_SECONDS = 20
"""How long one task works; what is left then is called for again. Far below the task's time limits, which thus end
only a consumer that hangs: softly first, so that the failure stands with its event."""


@shared_task(name="ledger.deliver_due")  # type: ignore[untyped-decorator]
def deliver_due(queue: str) -> None:
    """Deliver what is due in the queue. Safe to run twice and to lose: the poll of ``manage.py work`` does the same."""
    end = monotonic() + SHIFT_SECONDS
    worker = f"{socket.gethostname()}:{os.getpid()}:celery"
    while services.deliver_due(
        worker=worker, queue=Queue(queue), limit=EVENTS_AT_ONCE, is_stopping=lambda: monotonic() > end
    ):
        if monotonic() > end:
            break
    if selectors.due_events(timezone.now(), Queue(queue)).exists():
        bell.ring(Queue(queue))
