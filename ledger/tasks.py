"""The ledger's Celery tasks: wake-ups. What is to be done stands in the database, so they carry nothing."""

import os
import socket

from celery import shared_task

from ledger import services

EVENTS_AT_ONCE = 50


@shared_task(name="ledger.deliver_due", acks_late=True)  # type: ignore[untyped-decorator]
def deliver_due() -> None:
    """Deliver what is due until nothing is. Safe to run twice and to lose: the worker's poll does the same."""
    worker = f"{socket.gethostname()}:{os.getpid()}:celery"
    while services.deliver_due(worker=worker, limit=EVENTS_AT_ONCE):
        pass


@shared_task(name="ledger.seal_pending", acks_late=True)  # type: ignore[untyped-decorator]
def seal_pending() -> None:
    """Seal what waits for its place in the chain; two at once cannot interleave."""
    while services.seal_pending():
        pass
