"""Terms of steps, filings and notices: counted when they begin, and kept with the days they were counted over."""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from law import selectors as law
from law.enums import TermUnit
from law.errors import LawError, OutsideCalendar, SecondExtension, SuspensionAfterExpiry
from law.models import Term
from law.rules.business_days import add_business_days
from law.rules.deadlines import Case, Distance, derive
from law.rules.steps import Derivation, as_json
from ledger import services as ledger
from organization import selectors as organization
from organization.models import Person
from workflows.enums import ClockPurpose, ClockState
from workflows.errors import ClockNotSuspended
from workflows.models import OPEN_STATUSES, BoundaryTimer, Clock, Filing, Notice, Task
from workflows.ports import Run
from workflows.selectors.counts import case_of, count

SYSTEM = "system:clock"
logger = logging.getLogger(__name__)


def derivation(term_days: int | None, run: Run) -> Derivation | None:
    """Return how a term that starts now is counted, or nothing where there is no term.

    A calendar that does not reach so far stops no work: the step then shows no day, and the log says why.
    """
    if not term_days:
        return None
    key = f"term {term_days}"
    if key not in run.known:
        run.known[key] = _count(term_days, run)
    counted: Derivation | None = run.known[key]
    return counted


def _count(term_days: int, run: Run) -> Derivation | None:
    try:
        calendar, event_on = _calendar(run), lima_day(run.at)
        sources = law.book_of(_place(run)).sources_on(event_on)
        return derive(Case(event_on, term_days, TermUnit.BUSINESS_DAYS, sources=sources), calendar)
    except OutsideCalendar:
        logger.warning("calendar does not reach the term", extra={"days": term_days, "from": str(lima_day(run.at))})
        return None


def _calendar(run: Run) -> Any:
    if "calendar" not in run.known:
        run.known["calendar"] = law.calendar_of(_place(run))
    return run.known["calendar"]


def _place(run: Run) -> str:
    if "place" not in run.known:
        run.known["place"] = organization.entity().place
    return str(run.known["place"])


def lima_day(at: datetime) -> date:
    """Return the day in Lima of a moment."""
    return timezone.localdate(at)


def start(tasks: Iterable[Task], run: Run) -> None:
    """Write the clocks and the timers of tasks that have just appeared."""
    opened = list(tasks)
    Clock.objects.bulk_create([_clock(task, run) for task in opened if task.due_on])
    BoundaryTimer.objects.bulk_create(
        [
            BoundaryTimer(task=task, boundary=boundary.name, due_on=_fires_on(boundary.days, run))
            for task in opened
            for boundary in task.flow_task.boundaries()
        ]
    )


def _clock(task: Task, run: Run) -> Clock:
    term = task.flow_task.step.term_days
    counted = derivation(term, run)
    assert counted is not None and counted.due_on is not None
    return Clock(
        task=task,
        event_on=lima_day(run.at),
        amount=term,
        unit=TermUnit.BUSINESS_DAYS,
        place=_place(run),
        due_on=counted.due_on,
        derivation=kept(counted),
    )


def start_for_filing(
    *,
    filing: Filing,
    term: str,
    purpose: ClockPurpose = ClockPurpose.ANSWER,
    event_on: date | None = None,
    silence: str = "",
    distance: Distance | None = None,
    by: Person | None,
    at: datetime,
) -> Clock | None:
    """Start the clock of a filing and return it; where it runs already for that purpose, return that one.

    The call for whoever registers, observes or admits a filing. What a procedure gives of its own is a row of the
    entity's ``terms.csv`` with its norm: a term is always told by its code.

    :param term: code of a ``law.models.Term``; its row in force on the event's day gives amount, unit and norm.
    :param event_on: legal date from which it runs; without it the filing's own. A cure runs from the day on which the
        observation was told.
    :param silence: one of ``SilenceKind``: what follows where nothing is notified in time; nothing for a term that is
        the citizen's.
    :param distance: what a distance table adds; its norm is given as it may be shown.
    :returns: nothing where the law that is loaded does not give the day (no such term, no calendar of that year): a
        filing is never refused for it. The ledger then has ``clock.not_counted`` with the sentence.
    """
    clock = Clock(filing=filing, purpose=purpose, silence=silence, term=term, distance=_far(distance))
    clock.event_on = event_on or filing.legal_filing_date
    open_one = Clock.objects.filter(filing=filing, purpose=purpose, stopped_at__isnull=True).first()
    return open_one or _begin(clock, by, at)


def start_for_notice(
    *,
    notice: Notice,
    term: str,
    purpose: ClockPurpose,
    event_on: date,
    distance: Distance | None = None,
    by: Person | None,
    at: datetime,
) -> Clock | None:
    """Start a clock of a notice and return it; where it runs already for that purpose, return that one.

    :param purpose: ``NOTIFY`` and ``ACKNOWLEDGE`` run from when it was sent or deposited, ``RECOURSE`` from when it was
        notified.
    :param event_on: legal date from which it runs.
    :returns: nothing where the law that is loaded does not give the day, as for a filing.
    """
    clock = Clock(notice=notice, purpose=purpose, term=term, event_on=event_on, distance=_far(distance))
    open_one = Clock.objects.filter(notice=notice, purpose=purpose, stopped_at__isnull=True).first()
    return open_one or _begin(clock, by, at)


def end(*, clock: Clock, state: ClockState = ClockState.DONE, by: Person | None, at: datetime) -> Clock:
    """End a clock: ``DONE`` where what it ran for was done, ``CANCELLED`` where it no longer matters. Ended before:
    nothing happens."""
    with _changing(clock) as held:
        if held.stopped_at is None:
            held.state, held.stopped_at = state, at
            held.save(update_fields=["state", "stopped_at"])
            _tell(held, "clock.ended", {"clock": held.pk, "state": str(state)}, by, at)
    return held


def _begin(clock: Clock, by: Person | None, at: datetime) -> Clock | None:
    """Count a new clock by the law of its legal date and keep it; what cannot be counted is told in the ledger."""
    try:
        counted = _count_first(clock, lima_day(at))
    except LawError as error:
        _tell(clock, "clock.not_counted", {"term": clock.term, "reason": str(error)}, by, at)
        return None
    assert counted.due_on is not None
    clock.due_on, clock.derivation = counted.due_on, kept(counted)
    with transaction.atomic():
        clock.save()
        facts = {"clock": clock.pk, "term": clock.term, "purpose": str(clock.purpose), "due": str(clock.due_on)}
        _tell(clock, "clock.started", facts, by, at)
    return clock


def _count_first(clock: Clock, today: date) -> Derivation:
    """Count by the row of the legal date, or by a newer one that already reaches what is under way."""
    clock.place = organization.entity().place
    _take(clock, law.term(clock.term, clock.event_on), clock.event_on)
    counted = count(clock)
    newer = law.reaching_term(clock.term, after=clock.event_on, until=today)
    if newer is None:
        return counted
    own = (clock.amount, clock.unit, clock.norm)
    _take(clock, newer, newer.valid_from)
    clock.term_since = newer.valid_from
    reached = count(clock)
    if reached.due_on is not None and reached.due_on >= newer.valid_from:
        return reached
    clock.term_since = None
    clock.amount, clock.unit, clock.norm = own
    return counted


def _take(clock: Clock, row: Term, on: date) -> None:
    clock.amount, clock.unit = row.amount, row.unit
    clock.norm = law.article_label(row.norm, row.article, on=on)


def _far(distance: Distance | None) -> dict[str, Any] | None:
    return {"days": distance.days, "unit": str(distance.unit), "norm": distance.norm} if distance else None


def kept(counted: Derivation) -> list[dict[str, Any]]:
    """Return the steps of a count as the clock keeps them; the norm is there, if empty."""
    return [{**as_json(step), "norm": step.norm} for step in counted.steps]


def suspend(
    *, clock: Clock, first: date, reason: str, asked_on: date | None = None, by: Person | None, at: datetime
) -> Clock:
    """Stop a running clock from that day on, until it is resumed (IN-11, PL-08).

    :param asked_on: the day on which the citizen asked for it, where they did.
    :raises SuspensionAfterExpiry: the term was over before.
    :raises SuspensionsOverlap: it is suspended already.
    """
    with _changing(clock) as held:
        if first > held.due_on:
            raise SuspensionAfterExpiry(held.due_on)
        asked = {"asked": asked_on.isoformat()} if asked_on else {}
        held.suspensions = [*held.suspensions, {"from": first.isoformat(), "to": None, **asked}]
        _settle(held, "clock.suspended", {"from": first.isoformat(), "reason": reason}, by, at)
    return held


def resume(*, clock: Clock, last: date, by: Person | None, at: datetime) -> Clock:
    """Let a suspended clock run again after that day, and count its due day anew.

    :raises SuspensionBackwards: it ends before it starts.
    :raises ClockNotSuspended: it runs.
    """
    with _changing(clock) as held:
        if held.state != ClockState.SUSPENDED:
            raise ClockNotSuspended
        held.suspensions = [*held.suspensions[:-1], {**held.suspensions[-1], "to": last.isoformat()}]
        _settle(held, "clock.resumed", {"to": last.isoformat()}, by, at)
    return held


def extend(*, clock: Clock, amount: int, unit: TermUnit, requested_on: date, by: Person | None, at: datetime) -> Clock:
    """Extend a clock once, if that was asked for on or before its due day (PL-07).

    :raises SecondExtension: it was extended before.
    :raises ExtensionTooLate: it was asked for after the due day.
    """
    with _changing(clock) as held:
        if held.extension is not None:
            raise SecondExtension
        held.extension = {"amount": amount, "unit": str(unit), "requested": requested_on.isoformat()}
        _settle(held, "clock.extended", held.extension, by, at)
    return held


@contextmanager
def _changing(clock: Clock) -> Iterator[Clock]:
    """Hold the clock's row: of two changes at once, the second one sees the first."""
    with transaction.atomic():
        owners = ("task__process", "filing", "notice__document")
        yield Clock.objects.select_for_update(of=("self",)).select_related(*owners).get(pk=clock.pk)


def _settle(clock: Clock, kind: str, facts: dict[str, Any], by: Person | None, at: datetime) -> None:
    """Count the clock anew after a change of its inputs, and record why."""
    before, counted = clock.due_on, count(clock)
    clock.state = ClockState.SUSPENDED if counted.due_on is None else ClockState.RUNNING
    clock.due_on = counted.due_on or before
    clock.derivation = kept(counted)
    clock.save(update_fields=["suspensions", "extension", "state", "due_on", "derivation"])
    if clock.task is not None:
        Task.objects.filter(pk=clock.task_id).update(due_on=counted.due_on)
        _move_timers(clock.task)
    told = {"clock": clock.pk, "before": before.isoformat(), "due": counted.due_on and counted.due_on.isoformat()}
    _tell(clock, kind, {**facts, **told}, by, at)


def _tell(clock: Clock, kind: str, facts: dict[str, Any], by: Person | None, at: datetime) -> None:
    """Record what happened to a clock among the entries of its file."""
    actor = by.actor if by else SYSTEM
    ledger.record(kind, subject=f"expediente:{clock.expediente_id}", facts=facts, by=actor, at=at)


def _move_timers(task: Task) -> None:
    """Move the timers of a task with its clock; while it is suspended they wait without a new day."""
    for timer in BoundaryTimer.objects.filter(task=task, fired_at__isnull=True, cancelled_at__isnull=True):
        boundary = task.flow_task.flow_class.instance.node(timer.boundary)
        due_on = fires_on(boundary.days, lima_day(task.created), task, organization.entity().place)
        if due_on is not None:
            BoundaryTimer.objects.filter(pk=timer.pk).update(due_on=due_on)


def _fires_on(days: int, run: Run) -> date:
    """A timer fires once its last business day is over: on the day after."""
    return add_business_days(_calendar(run), lima_day(run.at), days) + timedelta(days=1)


def fires_on(days: int, since: date, task: Task, place: str) -> date | None:
    """Return when a timer of a task fires, by the calendar of now and around the suspensions of the task's clock.

    :returns: nothing while the clock is suspended.
    :raises LawError: the calendar does not reach it.
    """
    clock = getattr(task, "clock", None)
    held = case_of(clock, {}).suspensions if clock is not None else ()
    due_on = derive(Case(since, days, TermUnit.BUSINESS_DAYS, held), law.calendar_of(place)).due_on
    return due_on and due_on + timedelta(days=1)


def stop(tasks: Iterable[Task], run: Run) -> None:
    """Stop the clocks and cancel the timers of tasks that have just closed."""
    closed = list(tasks)
    for status, state in (("DONE", ClockState.DONE), ("CANCELED", ClockState.CANCELLED)):
        ended = [task.pk for task in closed if task.status == status and task.due_on]
        if ended:
            Clock.objects.filter(task__in=ended, stopped_at__isnull=True).update(state=state, stopped_at=run.at)
    timed = [task.pk for task in closed if task.status not in OPEN_STATUSES and task.flow_task.boundaries()]
    if timed:
        waiting = BoundaryTimer.objects.filter(task__in=timed, fired_at__isnull=True, cancelled_at__isnull=True)
        waiting.update(cancelled_at=run.at)
