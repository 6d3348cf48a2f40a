"""The outbox: leases events to a worker, runs their consumers, and puts back what failed."""

import logging
import traceback
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from ledger import selectors
from ledger.enums import Queue
from ledger.models import Event
from ledger.ports import Delivery
from ledger.rules.patience import LONGEST_WAIT, retry_delay
from ledger.services.subscriptions import Consumer, consumer, subscribe, unsubscribe

__all__ = ["deliver_due", "mend_moments", "release_leases", "subscribe", "unsubscribe"]

LEASE = timedelta(seconds=60)
HANDLING = timedelta(seconds=180)
LONGEST_ERROR = 120
logger = logging.getLogger(__name__)


def deliver_due(
    *,
    worker: str,
    queue: Queue | None = None,
    limit: int = 50,
    is_stopping: Callable[[], bool] = lambda: False,
) -> int:
    """Deliver the events of a queue, or of all, whose turn has come, at most ``limit``; return how many were done.

    Each event is leased for 60 seconds, and for three minutes once its consumer begins, so that several workers share
    the outbox and what a killed one held comes free again. A consumer whose effects are all in this database runs in
    one transaction with the mark "done": exactly once. Any other runs outside a transaction and is marked afterwards:
    at least once; killed in between, it runs again. What fails waits 1, 2, 4… seconds, an hour at most, and is never
    given up; the row keeps the error's class, never its message, and since when it fails.

    :param worker: unlike that of any other process that runs now.
    :param is_stopping: asked between events; once it says yes the rest is put back.
    """
    now = timezone.now()
    if not selectors.due_events(now, queue).exists():
        return 0
    events = _lease(worker, queue, limit, now)
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


def mend_moments(*, now: datetime) -> int:
    """Free what a clock that ran ahead put too far into the future, and return how many events that is.

    An event is never due in more than an hour, nor held for more than some minutes: set back by a day, the clock
    would let both wait for that day.
    """
    waiting = Event.objects.filter(done_at__isnull=True)
    held = waiting.filter(leased_until__gt=now + 2 * HANDLING).update(leased_by="", leased_until=None)
    return held + waiting.filter(due_at__gt=now + 2 * LONGEST_WAIT).update(due_at=now)


def _lease(worker: str, queue: Queue | None, limit: int, now: datetime) -> list[Event]:
    with transaction.atomic():
        events = list(selectors.due_events(now, queue).select_for_update(skip_locked=True, of=("self",))[:limit])
        for event in events:
            event.attempts += 1
            event.leased_by, event.leased_until = worker, now + LEASE
        Event.objects.bulk_update(events, ["attempts", "leased_by", "leased_until"])
    return events


def _put_back(events: list[Event], worker: str) -> None:
    held = Event.objects.filter(pk__in=[event.pk for event in events], leased_by=worker, done_at__isnull=True)
    held.update(leased_by="", leased_until=None)


def _deliver(event: Event, worker: str) -> bool:
    """Run one consumer and return whether it is done.

    The outermost function of a delivery. It catches whatever a consumer raises, as one that always fails must neither
    end the worker nor hold up the events behind it: the failure is kept with the event and logged.
    """
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
    if not mine.update(leased_until=timezone.now() + HANDLING):
        return False
    to.handler(_delivery(event))
    _mark_done(event, worker)
    return True


def _mark_done(event: Event, worker: str) -> None:
    mine = Event.objects.filter(pk=event.pk, leased_by=worker)
    mine.update(done_at=timezone.now(), leased_by="", leased_until=None, last_error="", failing_since=None)


def _fail(event: Event, error: Exception, worker: str) -> None:
    """Put the event back for later. The log gets the place in the code, which holds nobody's data."""
    name = type(error).__name__
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{frame.filename}:{frame.lineno}"
    told = {"event": event.pk, "consumer": event.consumer, "error": name, "place": place}
    logger.warning("delivery failed", extra=told)
    now = timezone.now()
    Event.objects.filter(pk=event.pk, leased_by=worker, done_at__isnull=True).update(
        leased_by="",
        leased_until=None,
        last_error=name[:LONGEST_ERROR],
        failing_since=Coalesce("failing_since", Value(now)),
        due_at=now + retry_delay(attempts=event.attempts),
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
