"""One change of a process: its lock, what the engine writes meanwhile, and the one entry that tells of it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import OperationalError, transaction
from django.db.models import Exists, QuerySet
from viewflow.workflow.status import PROCESS

from ledger import services as ledger
from organization.models import Person
from workflows.errors import CaseBusy, TaskNotFound
from workflows.models import OPEN_STATUSES, Process, Task
from workflows.ports import Run, running
from workflows.services import births, clocks, movements

SYSTEM = "system:worker"


@contextmanager
def locked(task_id: int, columns: Mapping[str, Exists] | None = None) -> Iterator[Task]:
    """Yield the task inside a transaction that holds the lock of its own process.

    The task is read after the lock: what another request did meanwhile shows in its status.

    :param columns: what else to read of the task in the same statement.

    :raises TaskNotFound: there is no such task, or it is no person's.
    :raises CaseBusy: another request held the process for too long.
    """
    with lock_process(task_set=task_id) as process:
        tasks = Task.objects.select_related("unit", "post__unit").exclude(kind="")
        yield task_of(process, tasks.annotate(**columns) if columns else tasks, task_id)


@contextmanager
def lock_process(**which: int) -> Iterator[Process]:
    """Open a transaction, and lock and read one process in one statement. SQLite's transaction is a lock by itself."""
    among = Process.objects.select_for_update(of=("self",), no_key=True).select_related("expediente")
    with transaction.atomic():
        try:
            process = among.get(**which)
        except Process.DoesNotExist as error:
            raise TaskNotFound from error
        except OperationalError as error:
            raise CaseBusy from error
        yield process


def task_of(process: Process, among: QuerySet[Task], task_id: int) -> Task:
    """Return a task of the process that was just locked."""
    try:
        task = among.get(pk=task_id)
    except Task.DoesNotExist as error:
        raise TaskNotFound from error
    task.process = process
    return task


@contextmanager
def run_of(by: Person | None, at: datetime) -> Iterator[Run]:
    """Open a run: what the engine writes inside bears its moment."""
    run = Run(at, by)
    token = running.set(run)
    try:
        with transaction.atomic(savepoint=False):
            yield run
    finally:
        running.reset(token)


def settle(run: Run, kind: str, process: Process, facts: Mapping[str, Any]) -> list[Task]:
    """Write what the run gathered: links, clocks, and its one entry. Return the tasks that persons now have."""
    births.write(run)
    through = Task.previous.through
    through.objects.bulk_create(
        [through(from_task_id=task.pk, to_task_id=before.pk) for before, task in run.links], ignore_conflicts=True
    )
    changed = {change.task.pk: change.task for change in run.changes if change.task.kind}
    born = {change.task.pk for change in run.changes if not change.source}
    opened = [task for task in changed.values() if task.pk in born and task.status in OPEN_STATUSES]
    clocks.stop([task for task in changed.values() if task.status not in OPEN_STATUSES and task.pk not in born], run)
    clocks.start(opened, run)
    if process.status != PROCESS.NEW:
        movements.come_to_rest(process)
    ledger.record(
        kind,
        subject=f"expediente:{process.expediente_id}",
        facts={**facts, "process": process.pk, "transitions": _transitions(run)},
        by=run.by.actor if run.by else SYSTEM,
        at=run.at,
    )
    return opened


def _transitions(run: Run) -> list[dict[str, Any]]:
    return [
        {
            "task": change.task.pk,
            "node": change.task.flow_task.name,
            "from": change.source,
            "to": change.target,
            "post": change.task.post_id,
            "unit": change.task.unit_id,
        }
        for change in run.changes
    ]
