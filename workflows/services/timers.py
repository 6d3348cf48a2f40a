"""Boundary timers: rows of ours that the worker fires when their day has come."""

import logging
from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils import timezone
from viewflow.workflow.context import Context
from viewflow.workflow.token import Token

from law.errors import LawError
from law.rules.places import places_of
from organization import selectors as organization
from workflows.enums import Bar, ClockState
from workflows.errors import WorkflowsError
from workflows.models import OPEN_STATUSES, BoundaryTimer, Task
from workflows.services import clocks, engine, runs

logger = logging.getLogger(__name__)


def fire_due(at: datetime, *, limit: int = 100) -> int:
    """Fire the timers whose day has come, at most ``limit``, and return how many fired.

    Each is a transaction of its own: one that cannot fire now stops none of the others, and is tried again.
    """
    waiting = _waiting().filter(due_on__lte=timezone.localdate(at)).exclude(task__clock__state=ClockState.SUSPENDED)
    waiting = waiting.exclude(task__process__bar=Bar.CURE)
    return sum(
        _fire_one(timer_id, at) for timer_id in waiting.order_by("due_on", "id").values_list("pk", flat=True)[:limit]
    )


def _waiting() -> QuerySet[BoundaryTimer]:
    return BoundaryTimer.objects.filter(fired_at__isnull=True, cancelled_at__isnull=True)


def move_all(places: Sequence[str], first: date, *, at: datetime) -> int:
    """Count anew the timers that wait for a day on or after ``first``, after the calendar of these places changed.

    Timers go by the entity's place. One whose day has come fires by it, not by the new one; one that no calendar
    reached gets its day. Return how many moved.
    """
    place = organization.entity().place
    if not set(places).intersection(places_of(place)):
        return 0
    is_ahead = Q(due_on__gt=max(first, timezone.localdate(at))) | Q(due_on__isnull=True)
    waiting = _waiting().filter(is_ahead, task__status__in=OPEN_STATUSES)
    return sum(_move(timer, place) for timer in waiting.select_related("task__clock").iterator(chunk_size=500))


def _move(timer: BoundaryTimer, place: str) -> bool:
    """Give a timer the day that its business days end on now; where no calendar reaches it, it keeps its own."""
    if timer.task.flow_task is None:
        return False
    try:
        boundary = timer.task.flow_task.flow_class.instance.node(timer.boundary)
        due_on = clocks.fires_on(boundary.days, timezone.localdate(timer.task.created), timer.task, place)
    except (LawError, WorkflowsError) as error:
        logger.warning("timer not moved", extra={"timer": timer.pk, "error": type(error).__name__})
        return False
    if due_on is None or due_on == timer.due_on:
        return False
    BoundaryTimer.objects.filter(pk=timer.pk).update(due_on=due_on)
    return True


def _fire_one(timer_id: int, at: datetime) -> bool:
    try:
        return fire(timer_id=timer_id, at=at)
    except WorkflowsError as error:
        logger.warning("timer not fired", extra={"timer": timer_id, "error": type(error).__name__})
        return False


def fire(*, timer_id: int, at: datetime) -> bool:
    """Fire one timer, and return whether it did: one whose task was closed meanwhile does not.

    An interrupting timer ends the step, with everyone else who was asked in its round, and its path goes on in their
    place. Another one opens its path beside the step.

    :raises TaskNotFound: the task's route is not published here.
    """
    timer = BoundaryTimer.objects.get(pk=timer_id)
    with engine.locked(timer.task_id) as task, runs.run_of(None, at) as run:
        timer.refresh_from_db()
        if timer.fired_at or timer.cancelled_at or task.status not in OPEN_STATUSES:
            return False
        boundary = task.flow_task.flow_class.instance.node(timer.boundary)
        timer.fired_at = at
        timer.save(update_fields=["fired_at"])
        activation = task.flow_task.activation_class(task)
        token = _interrupt(task, activation) if boundary.is_interrupting else Token(f"start/{task.pk}_0")
        with Context(propagate_exception=False):
            activation._activate_next({boundary._create(activation, token)})
        runs.settle(run, "timer.fired", task.process, {"task": task.pk, "timer": timer.pk, "step": task.step})
    return True


def _interrupt(task: Task, activation: object) -> Token:
    """Cancel the step, whole, and return the token with which its path goes on."""
    if task.flow_task.entry != task.flow_task.name:
        engine.cancel_under(task, engine.round_of(task))
        token: Token = task.token.get_base_split_token()
    else:
        token = task.token
    task.outcome = "timeout"
    activation.cancel()  # type: ignore[attr-defined]
    return token
