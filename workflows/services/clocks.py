"""Terms of steps: counted once when the task appears, and kept with the days they were counted over."""

import logging
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from law import selectors as law
from law.enums import TermUnit
from law.errors import OutsideCalendar
from law.rules.business_days import add_business_days
from law.rules.deadlines import due
from law.rules.steps import Derivation
from organization import selectors as organization
from workflows.enums import ClockState
from workflows.models import OPEN_STATUSES, BoundaryTimer, Clock, Task
from workflows.ports import Run

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
        return due(event_on=lima_day(run.at), amount=term_days, unit=TermUnit.BUSINESS_DAYS, calendar=_calendar(run))
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
        derivation=[_plain(asdict(step)) for step in counted.steps],
    )


def _plain(step: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in step.items()}


def _fires_on(days: int, run: Run) -> date:
    """A timer fires once its last business day is over: on the day after."""
    return add_business_days(_calendar(run), lima_day(run.at), days) + timedelta(days=1)


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
