"""The outbox: leases events to a worker, runs their consumers, and puts back what failed."""

import logging
import traceback
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from ledger import selectors
from ledger.models import Event
from ledger.ports import Delivery
from ledger.rules.patience import retry_delay
from ledger.services.subscriptions import Consumer, consumer, subscribe, unsubscribe

__all__ = ["deliver_due", "release_leases", "subscribe", "unsubscribe"]

LEASE = timedelta(seconds=60)
LONGEST_ERROR = 120
logger = logging.getLogger(__name__)


def deliver_due(*, worker: str, limit: int = 50, is_stopping: Callable[[], bool] = lambda: False) -> int:
    """Deliver the events whose turn has come, at most ``limit``, and return how many were done.

    Each event is leased for 60 seconds, so that several workers share the outbox and what a killed one held comes
    free again. A consumer whose effects are all in this database runs in one transaction with the mark "done":
    exactly once. Any other runs outside a transaction and is marked afterwards: at least once; killed in between,
    it runs again. What fails waits 1, 2, 4… seconds, an hour at most, and is never given up; the row keeps the
    error's class, never its message.

    :param worker: unlike that of any other process that runs now.
    :param is_stopping: asked between events; once it says yes the rest is put back.
    """
    now = timezone.now()
    if not selectors.due_events(now).exists():
        return 0
    events = _lease(worker, limit, now)
    done = 0
    for place, event in enumerate(events):
        if is_stopping():
            _put_back(events[place:], worker)
            break
        done += _deliver(event, worker)
    return done


def release_leases(*, workers: Iterable[str]) -> int:
    """Free what these workers hold, and return how many events that is. Only for workers that are known dead."""
    held = Event.objects.filter(leased_by__in=list(workers), done_at__isnull=True)
    return held.update(leased_by="", leased_until=None)


def _lease(worker: str, limit: int, now: datetime) -> list[Event]:
    with transaction.atomic():
        events = list(selectors.due_events(now).select_for_update(skip_locked=True, of=("self",))[:limit])
        for event in events:
            event.attempts += 1
            event.leased_by, event.leased_until = worker, now + LEASE
        Event.objects.bulk_update(events, ["attempts", "leased_by", "leased_until"])
    return events


def _put_back(events: list[Event], worker: str) -> None:
    held = Event.objects.filter(pk__in=[event.pk for event in events], leased_by=worker, done_at__isnull=True)
    held.update(leased_by="", leased_until=None)


def _deliver(event: Event, worker: str) -> bool:
    """Run one consumer and return whether it is done. The outermost function of a delivery: nothing gets past it."""
    try:
        to = consumer(event.consumer)
        return _deliver_in_transaction(event, to, worker) if to.in_transaction else _deliver_outside(event, to, worker)
    except Exception as error:
        _fail(event, error, worker)
        return False


def _deliver_in_transaction(event: Event, to: Consumer, worker: str) -> bool:
    with transaction.atomic():
        mine = Event.objects.select_for_update().filter(pk=event.pk, leased_by=worker, done_at__isnull=True)
        if not mine:
            return False
        to.handler(_delivery(event))
        _mark_done(event, worker)
    return True


def _deliver_outside(event: Event, to: Consumer, worker: str) -> bool:
    mine = Event.objects.filter(pk=event.pk, leased_by=worker, done_at__isnull=True)
    if not mine.update(leased_until=timezone.now() + LEASE):
        return False
    to.handler(_delivery(event))
    _mark_done(event, worker)
    return True


def _mark_done(event: Event, worker: str) -> None:
    mine = Event.objects.filter(pk=event.pk, leased_by=worker)
    mine.update(done_at=timezone.now(), leased_by="", leased_until=None, last_error="")


def _fail(event: Event, error: Exception, worker: str) -> None:
    """Put the event back for later. The log gets the place in the code, which holds nobody's data."""
    name = type(error).__name__
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{frame.filename}:{frame.lineno}"
    told = {"event": event.pk, "consumer": event.consumer, "error": name, "place": place}
    logger.warning("delivery failed", extra=told)
    Event.objects.filter(pk=event.pk, leased_by=worker, done_at__isnull=True).update(
        leased_by="",
        leased_until=None,
        last_error=name[:LONGEST_ERROR],
        due_at=timezone.now() + retry_delay(attempts=event.attempts),
    )


def _delivery(event: Event) -> Delivery:
    entry = event.entry
    return Delivery(
        event_id=event.pk,
        entry_id=entry.pk,
        kind=entry.kind,
        subject=entry.subject,
        facts=entry.facts,
        at=entry.at,
    )
