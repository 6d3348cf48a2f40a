"""Terms of steps, filings and notices: counted when they begin, and kept with the days they were counted over."""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from law import selectors as law
from law.enums import TermUnit
from law.errors import CalendarMissing, LawError, OutsideCalendar, SecondExtension, SuspensionAfterExpiry
from law.models import Term
from law.rules.business_days import add_business_days
from law.rules.deadlines import Case, Distance, derive
from law.rules.steps import Derivation, as_json
from ledger import services as ledger
from organization import selectors as organization
from organization.models import Person
from workflows.enums import ClockPurpose, ClockState
from workflows.errors import ClockNotSuspended, TermNotCounted
from workflows.models import OPEN_STATUSES, BoundaryTimer, Clock, Filing, Notice, Task
from workflows.ports import Run
from workflows.selectors.counts import case_of, count

SYSTEM = "system:clock"
logger = logging.getLogger(__name__)


def derivation(term_days: int | None, run: Run) -> Derivation | None:
    """Return how a term that starts now is counted, or nothing where there is no term.

    A calendar that does not reach so far stops no work: the step then waits without a day until it is loaded.
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
        calendar, event_on = _calendar(run), timezone.localdate(run.at)
        sources = law.book_of(_place(run)).sources_on(event_on)
        return derive(Case(event_on, term_days, TermUnit.BUSINESS_DAYS, sources=sources), calendar)
    except (OutsideCalendar, CalendarMissing) as error:
        logger.warning(
            "calendar does not reach the term", extra={"days": term_days, "from": str(timezone.localdate(run.at))}
        )
        run.known[f"missing {term_days}"] = error
        return None


def _calendar(run: Run) -> Any:
    if "calendar" not in run.known:
        run.known["calendar"] = law.calendar_of(_place(run))
    return run.known["calendar"]


def _place(run: Run) -> str:
    if "place" not in run.known:
        run.known["place"] = organization.entity().place
    return str(run.known["place"])


def start(tasks: Iterable[Task], run: Run) -> None:
    """Write the clocks and the timers of tasks that have just appeared."""
    opened = list(tasks)
    Clock.objects.bulk_create([_clock(task, run) for task in opened if _has_term(task)])
    BoundaryTimer.objects.bulk_create(
        [
            BoundaryTimer(task=task, boundary=boundary.name, due_on=_fires_on(boundary.days, run))
            for task in opened
            for boundary in task.flow_task.boundaries()
        ]
    )


def _has_term(task: Task) -> bool:
    return bool(task.flow_task.step.term_days)


def _clock(task: Task, run: Run) -> Clock:
    term = task.flow_task.step.term_days
    clock = Clock(
        task=task, event_on=timezone.localdate(run.at), amount=term, unit=TermUnit.BUSINESS_DAYS, place=_place(run)
    )
    counted = derivation(term, run)
    if counted is None:
        _wait(clock, run.known[f"missing {term}"])
        _tell(clock, "clock.not_counted", {"task": task.pk, "reason": clock.why_uncounted}, run.by, run.at)
        return clock
    clock.due_on, clock.derivation = counted.due_on, kept(counted)
    return clock


def _wait(clock: Clock, error: LawError) -> None:
    """Let a clock wait, without a day, for the calendar that would give it."""
    clock.state, clock.due_on, clock.derivation = ClockState.UNCOUNTED, None, []
    clock.missing_year = error.year if isinstance(error, OutsideCalendar) else None


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
    :returns: nothing where no norm that is loaded gives such a term; where no calendar reaches its day, a clock that
        is ``UNCOUNTED`` and starts when it is loaded. A filing is never refused for it, and the ledger has
        ``clock.not_counted`` with the sentence.
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
    :returns: nothing, or a clock that is ``UNCOUNTED``, where the law that is loaded does not give the day, as for a
        filing.
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
        counted = count_first(clock, timezone.localdate(at))
    except (OutsideCalendar, CalendarMissing) as error:
        _wait(clock, error)
    except LawError as error:
        _tell(clock, "clock.not_counted", {"term": clock.term, "reason": str(error)}, by, at)
        return None
    else:
        clock.due_on, clock.derivation = counted.due_on, kept(counted)
    with transaction.atomic():
        clock.save()
        facts = {"clock": clock.pk, "term": clock.term, "purpose": str(clock.purpose)}
        if clock.is_uncounted:
            _tell(clock, "clock.not_counted", {**facts, "reason": clock.why_uncounted}, by, at)
        else:
            _tell(clock, "clock.started", {**facts, "due": str(clock.due_on)}, by, at)
    return clock


def count_first(clock: Clock, today: date) -> Derivation:
    """Count by the row of the legal date, or by a newer one that already reaches what is under way.

    Amount, unit and norm are taken before it is counted: they stand also where no calendar reaches the day.

    :raises LawError: the law that is loaded does not give the day.
    """
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
    return {**asdict(distance), "unit": str(distance.unit)} if distance else None


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
        if held.due_on is not None and first > held.due_on:
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
        if not held.has_open_suspension:
            raise ClockNotSuspended
        held.suspensions = [*held.suspensions[:-1], {**held.suspensions[-1], "to": last.isoformat()}]
        _settle(held, "clock.resumed", {"to": last.isoformat()}, by, at)
    return held


def extend(*, clock: Clock, amount: int, unit: TermUnit, requested_on: date, by: Person | None, at: datetime) -> Clock:
    """Extend a clock once, if that was asked for on or before its due day (PL-07).

    :raises SecondExtension: it was extended before.
    :raises ExtensionTooLate: it was asked for after the due day.
    :raises TermNotCounted: it has no day yet that could be extended.
    """
    with _changing(clock) as held:
        if held.extension is not None:
            raise SecondExtension
        if held.is_uncounted:
            raise TermNotCounted(held.missing_year)
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
    before = clock.due_on
    due_on = _recount(clock, before)
    clock.save(update_fields=["suspensions", "extension", "state", "due_on", "missing_year", "derivation"])
    if clock.task is not None:
        Task.objects.filter(pk=clock.task_id).update(due_on=due_on)
        _move_timers(clock.task)
    told = {"clock": clock.pk, "before": before and before.isoformat(), "due": due_on and due_on.isoformat()}
    if clock.is_uncounted:
        told["reason_uncounted"] = clock.why_uncounted
    _tell(clock, kind, {**facts, **told}, by, at)


def _recount(clock: Clock, before: date | None) -> date | None:
    """Count a clock by its inputs, and return its day. Who extends a term must have its new day at once; what is
    suspended or resumed also waits for a calendar."""
    try:
        counted = count(clock)
    except (OutsideCalendar, CalendarMissing) as error:
        if clock.extension is not None and clock.state == ClockState.RUNNING:
            raise
        _wait(clock, error)
        return None
    clock.state = ClockState.SUSPENDED if counted.due_on is None else ClockState.RUNNING
    clock.due_on, clock.missing_year, clock.derivation = counted.due_on or before, None, kept(counted)
    return counted.due_on


def _tell(clock: Clock, kind: str, facts: dict[str, Any], by: Person | None, at: datetime) -> None:
    """Record what happened to a clock among the entries of its file."""
    actor = by.actor if by else SYSTEM
    ledger.record(kind, subject=f"expediente:{clock.expediente_id}", facts=facts, by=actor, at=at)


def _move_timers(task: Task) -> None:
    """Move the timers of a task with its clock; while it is suspended they wait without a new day."""
    for timer in BoundaryTimer.objects.filter(task=task, fired_at__isnull=True, cancelled_at__isnull=True):
        boundary = task.flow_task.flow_class.instance.node(timer.boundary)
        try:
            due_on = fires_on(boundary.days, timezone.localdate(task.created), task, organization.entity().place)
        except (OutsideCalendar, CalendarMissing):
            BoundaryTimer.objects.filter(pk=timer.pk).update(due_on=None)
            continue
        if due_on is not None:
            BoundaryTimer.objects.filter(pk=timer.pk).update(due_on=due_on)


def _fires_on(days: int, run: Run) -> date | None:
    """A timer fires once its last business day is over: on the day after. Beyond the calendar it waits for it."""
    try:
        return add_business_days(_calendar(run), timezone.localdate(run.at), days) + timedelta(days=1)
    except (OutsideCalendar, CalendarMissing):
        return None


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
        ended = [task.pk for task in closed if task.status == status and _has_term(task)]
        if ended:
            Clock.objects.filter(task__in=ended, stopped_at__isnull=True).update(state=state, stopped_at=run.at)
    timed = [task.pk for task in closed if task.status not in OPEN_STATUSES and task.flow_task.boundaries()]
    if timed:
        waiting = BoundaryTimer.objects.filter(task__in=timed, fired_at__isnull=True, cancelled_at__isnull=True)
        waiting.update(cancelled_at=run.at)
