"""Open clocks counted anew when a row of the calendar comes or goes (convention 9 of the legal clock).

A decree applies to open clocks from its date; terms and norms do not, unless a transitional rule gives a term's new row
to what is under way (``workflows.services.transitions``). The work goes in batches, each one transaction
with its clocks, its entries in the ledger and the place where it goes on: after a kill nothing is lost and nothing is
counted twice. Clocks with the same inputs are counted once and written together.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from law import selectors as law
from law.errors import LawError
from law.rules.business_days import Calendar
from law.rules.law_book import LawBook
from law.rules.places import places_of
from law.rules.steps import Derivation
from ledger import services as ledger
from workflows.enums import ClockState
from workflows.models import OPEN_STATUSES, Clock, Recount, Task
from workflows.selectors.counts import count_by
from workflows.services import clocks, timers, transitions, uncounted

BATCH = 5_000
REASON_LENGTH = 500
logger = logging.getLogger(__name__)


def open_recount(*, entry_id: int, facts: Mapping[str, Any], at: datetime) -> Recount:
    """Return the recount that a change of the calendar asks for; asked for again, the same one."""
    found, _is_new = Recount.objects.get_or_create(
        entry_id=entry_id,
        defaults={
            "places": facts["places"],
            "first": date.fromisoformat(facts["first"]),
            "last": date.fromisoformat(facts["last"]),
            "reason": _reason(facts)[:REASON_LENGTH],
            "started_at": at,
        },
    )
    return found


def _reason(facts: Mapping[str, Any]) -> str:
    told = {**facts, "places": ", ".join(facts["places"]), "norms": ", ".join(facts["norms"])}
    if not facts["norms"]:
        return _("Se cargó el calendario de %(places)s, del %(first)s al %(last)s.") % told
    if facts["first"] == facts["last"]:
        return _("Cambió el calendario de %(places)s: el %(first)s, por %(norms)s.") % told
    return (
        _(
            "Cambió el calendario de %(places)s: %(added)s días nuevos y %(removed)s quitados, "
            "del %(first)s al %(last)s, por %(norms)s."
        )
        % told
    )


def run(recount_id: int, *, at: datetime, tell: Callable[[Recount], None] = lambda recount: None) -> Recount:
    """Count the clocks of a recount anew from where it stands, batch by batch, until none is left.

    :param tell: told after each batch.
    """
    recount = Recount.objects.get(pk=recount_id)
    while recount.finished_at is None:
        recount = _next_batch(recount_id, at)
        tell(recount)
    return recount


def unfinished() -> QuerySet[Recount]:
    """Return the recounts that were begun and not finished, the oldest first."""
    return Recount.objects.filter(finished_at__isnull=True)


def ready(on: date) -> QuerySet[Recount]:
    """Return those that may go on: of a calendar at once, of a term from the first day of its row."""
    return unfinished().filter(Q(term="") | Q(first__lte=on))


def run_ready(*, at: datetime) -> int:
    """Run the recounts that may go on, and return how many clocks changed: each night, for the terms of that day."""
    return sum(run(waiting.pk, at=at).moved for waiting in ready(timezone.localdate(at)))


def _next_batch(recount_id: int, at: datetime) -> Recount:
    with transaction.atomic():
        recount = Recount.objects.select_for_update().get(pk=recount_id)
        if recount.finished_at is not None:
            return recount
        touched = transitions.touched(recount) if recount.term else _touched(recount)
        if not recount.total:
            recount.total = touched.count()
        batch = list(_rows(touched, recount)[:BATCH])
        if batch:
            recount.moved += (transitions.reach if recount.term else _count_batch)(batch, recount, at)
            recount.seen += len(batch)
            recount.last_clock = batch[-1].pk
        else:
            if not recount.term:
                timers.move_all(recount.places, recount.first, at=at)
            recount.finished_at = at
        recount.save()
    return recount


def _touched(recount: Recount) -> QuerySet[Clock]:
    """Return the running clocks whose count passes over the days that changed, and those that wait for a calendar."""
    changed = set(recount.places)
    every = Clock.objects.filter(Q(state=ClockState.RUNNING) | uncounted.WAITS)
    found = every.order_by().values_list("place", flat=True).distinct()
    places = [place for place in found if changed.intersection(places_of(place))]
    passes = Q(state=ClockState.RUNNING, event_on__lt=recount.last, due_on__gte=recount.first)
    return Clock.objects.filter(passes | uncounted.WAITS, place__in=places)


def _rows(touched: QuerySet[Clock], recount: Recount) -> QuerySet[Clock]:
    """Return the clocks that are still to be counted, each with its file; its derivation is read only where needed."""
    file = Coalesce("filing__expediente", "task__process__expediente", "notice__document__expediente")
    waiting = touched.filter(pk__gt=recount.last_clock).order_by("pk")
    return waiting.defer("derivation").annotate(file=file)


def _count_batch(batch: Sequence[Clock], recount: Recount, at: datetime) -> int:
    """Count a batch and write what changed; return how many due days moved."""
    moved: list[tuple[Clock, date]] = []
    started = 0
    known = {place: (law.calendar_of(place), law.book_of(place)) for place in {clock.place for clock in batch}}
    for alike in transitions.alike(batch):
        if alike[0].is_uncounted:
            started += uncounted.start_waiting(alike, recount, at)
            continue
        counted = _count(alike, known, recount, at)
        if counted is not None and counted.due_on is not None:
            moved += _write(alike, counted.due_on, counted)
    _record(moved, recount, at)
    return len(moved) + started


def _count(
    alike: Sequence[Clock], known: Mapping[str, tuple[Calendar, LawBook]], recount: Recount, at: datetime
) -> Derivation | None:
    """Return the new count, or nothing where the calendar does not reach it: the clock then keeps its day, and waits
    for the calendar that is missing."""
    clock = alike[0]
    try:
        return count_by(clock, *known[clock.place])
    except LawError as error:
        logger.warning("clock not counted anew", extra={"clock": clock.pk, "error": type(error).__name__})
        uncounted.still_wait(alike, error, recount, at)
        return None


def _write(alike: Sequence[Clock], due_on: date, counted: Derivation) -> list[tuple[Clock, date]]:
    """Write the count of clocks that are alike; return those whose day moved, with the day."""
    steps = clocks.kept(counted)
    if steps == alike[0].derivation and due_on == alike[0].due_on and alike[0].missing_year is None:
        return []
    ids = [clock.pk for clock in alike]
    Clock.objects.filter(pk__in=ids).update(due_on=due_on, missing_year=None, derivation=steps)
    if due_on == alike[0].due_on:
        return []
    Task.objects.filter(clock__in=ids, status__in=OPEN_STATUSES).update(due_on=due_on)
    return [(clock, due_on) for clock in alike]


def _record(moved: Sequence[tuple[Clock, date]], recount: Recount, at: datetime) -> None:
    """Tell in the ledger of each file why its day moved."""
    ledger.record_each(
        "clock.moved",
        facts=[
            (
                transitions.subject(clock),
                {
                    "clock": clock.pk,
                    "before": clock.due_day.isoformat(),
                    "due": due_on.isoformat(),
                    "reason": recount.reason,
                    "entry": recount.entry_id,
                },
            )
            for clock, due_on in moved
        ],
        by=clocks.SYSTEM,
        at=at,
    )
