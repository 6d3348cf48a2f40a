"""Who may act on a task on a day: the one place that decides it for every screen and service."""

from datetime import datetime

from django.db.models import Exists
from django.utils import timezone

from ledger import services as ledger
from organization import selectors as organization
from organization.models import Person
from workflows.errors import KeepsOut, TaskNotFound
from workflows.models import OPEN_STATUSES, Task
from workflows.services import engine, movements


def may_act(task: Task, *, by: Person, at: datetime) -> bool:
    """Return whether the person holds the task's post that day or, where it names none, a post of its unit.

    Who abstained from the file may not; whom the act designates in their place may.
    """
    if not hasattr(task, "has_abstained"):
        task = Task.objects.annotate(**stance(by, at)).get(pk=task.pk)
    posts = organization.posts_of(by, timezone.localdate(at))
    if task.has_abstained or task.is_designated:
        return bool(posts) and not task.has_abstained
    if task.post_id is not None:
        return any(post.pk == task.post_id for post in posts)
    return any(post.unit_id == task.unit_id for post in posts)


def stance(by: Person, at: datetime) -> dict[str, Exists]:
    """Return the columns by which a query of tasks tells whether the person abstained, or is designated."""
    on = timezone.localdate(at)
    return organization.stance_of(by.pk, on, file="process__expediente_id", post="post_id")


def check_not_aside(task: Task) -> None:
    """Check, of a task that was read with ``stance``, that the person did not abstain from its file.

    :raises KeepsOut: they did.
    """
    if task.has_abstained:
        raise KeepsOut


def task_for(task_id: int, *, by: Person, at: datetime) -> Task:
    """Return the task, with its process and expediente, if this person may act on it.

    :raises TaskNotFound: no such task, or not this person's: both look the same.
    :raises KeepsOut: the person abstained from its expediente.
    """
    task: Task | None = (
        Task.objects.select_related("process__expediente", "process__route_version__route", "unit", "post__unit")
        .annotate(**stance(by, at))
        .filter(pk=task_id)
        .first()
    )
    if task is not None:
        check_not_aside(task)
    if task is None or not may_act(task, by=by, at=at):
        raise TaskNotFound
    return task


def open_task(*, task_id: int, by: Person, at: datetime) -> Task:
    """Return the task for its holder; the first opening counts as having received the pase.

    :raises TaskNotFound: not a task of this person.
    """
    task = task_for(task_id, by=by, at=at)
    ledger.read(f"expediente:{task.process.expediente_id}", by=by.actor)
    if task.opened_at is None and task.status in OPEN_STATUSES:
        _open_first(task, by, at)
    return task


def _open_first(task: Task, by: Person, at: datetime) -> None:
    """Mark the task as opened unless somebody else opened, completed or took it back meanwhile."""
    with engine.locked(task.pk) as locked:
        if locked.opened_at is None and locked.status in OPEN_STATUSES:
            Task.objects.filter(pk=task.pk).update(opened_at=at, opened_by=by)
            movements.receive(task=task, by=by, at=at)
            ledger.record(
                "task.opened",
                subject=f"expediente:{task.process.expediente_id}",
                facts={"task": task.pk},
                by=by.actor,
                at=at,
            )
            locked.opened_at, locked.opened_by = at, by
    task.opened_at, task.opened_by, task.status = locked.opened_at, locked.opened_by, locked.status
