"""The outbox: leases events to a worker, runs their consumers, and puts back what failed."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from ledger import selectors
from ledger.enums import Queue
from ledger.models import Event
from ledger.ports import Delivery
from ledger.rules.failures import place_of
from ledger.rules.patience import LONGEST_WAIT, retry_delay
from ledger.services.subscriptions import Consumer, consumer, subscribe, takes_several, unsubscribe

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
    at least once; killed in between, it runs again. One that takes several is given all that was leased for it, if
    none of it failed before. What fails waits 1, 2, 4… seconds, an hour at most, and is never
    given up; the row keeps the error's class, never its message, and since when it fails.

    :param worker: unlike that of any other process that runs now.
    :param is_stopping: asked between events; once it says yes the rest is put back.
    """
    now = timezone.now()
    if not selectors.due_events(now, queue).exists():
        return 0
    batches = _batches(_lease(worker, queue, limit, now))
    done = 0
    for place, events in enumerate(batches):
        if is_stopping():
            _put_back([event for rest in batches[place:] for event in rest], worker)
            break
        done += _deliver(events, worker)
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


def _batches(events: Iterable[Event]) -> list[list[Event]]:
    """Return the events one by one, but together those of a consumer that takes several and that never failed."""
    batches: list[list[Event]] = []
    gathered: dict[str, list[Event]] = {}
    for event in events:
        is_first = event.attempts == 1 and takes_several(event.consumer)
        if is_first and event.consumer in gathered:
            gathered[event.consumer].append(event)
            continue
        batches.append([event])
        if is_first:
            gathered[event.consumer] = batches[-1]
    return batches


def _put_back(events: list[Event], worker: str) -> None:
    _still_held(events, worker).update(leased_by="", leased_until=None)


def _deliver(events: list[Event], worker: str) -> int:
    """Run one consumer and return how many events are done.

    The outermost function of a delivery. It catches whatever a consumer raises, as one that always fails must neither
    end the worker nor hold up the events behind it: the failure is kept with the event and logged.
    """
    try:
        to = consumer(events[0].consumer)
        deliver = _deliver_in_transaction if to.in_transaction else _deliver_outside
        return deliver(events, to, worker)
    except Exception as error:
        for event in events:
            _fail(event, error, worker)
        return 0


def _deliver_in_transaction(events: list[Event], to: Consumer, worker: str) -> int:
    with transaction.atomic():
        mine = _still_held(events, worker)
        if len(mine.select_for_update()) < len(events):
            return 0
        to.handle([_delivery(event) for event in events])
        _mark_done(events, worker)
    return len(events)


def _deliver_outside(events: list[Event], to: Consumer, worker: str) -> int:
    mine = _still_held(events, worker)
    if mine.update(leased_until=timezone.now() + HANDLING) < len(events):
        held = set(mine.values_list("pk", flat=True))
        events = [event for event in events if event.pk in held]
    if events:
        to.handle([_delivery(event) for event in events])
        _mark_done(events, worker)
    return len(events)


def _still_held(events: Iterable[Event], worker: str) -> QuerySet[Event]:
    return Event.objects.filter(pk__in=[event.pk for event in events], leased_by=worker, done_at__isnull=True)


def _mark_done(events: Iterable[Event], worker: str) -> None:
    mine = Event.objects.filter(pk__in=[event.pk for event in events], leased_by=worker)
    mine.update(done_at=timezone.now(), leased_by="", leased_until=None, last_error="", failing_since=None)


def _fail(event: Event, error: Exception, worker: str) -> None:
    """Put the event back for later. The log gets the place in the code, which holds nobody's data."""
    name = type(error).__name__
    told = {"event": event.pk, "consumer": event.consumer, "error": name, "place": place_of(error)}
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
