"""Wakes the workers through the broker, where there is one. The outbox in the database stays the truth."""

import logging

from django.conf import settings
from django.db import connection, transaction

logger = logging.getLogger(__name__)


def wake_after_commit() -> None:
    """Publish one wake-up when the transaction commits; without ``BROKER_URL`` do nothing: the worker polls."""
    if not settings.BROKER_URL:
        return
    if not any(callback[1] is _publish for callback in connection.run_on_commit):
        transaction.on_commit(_publish, robust=True)


def _publish() -> None:
    """Tell a worker that something is due. If the broker is away, the next poll finds it."""
    from celery import current_app
    from kombu.exceptions import OperationalError

    try:
        current_app.send_task("ledger.deliver_due", ignore_result=True, retry=False)
    except OperationalError:
        logger.warning("the broker does not answer; the worker's poll delivers")
