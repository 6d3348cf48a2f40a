"""Pases: who hands the file to whom. Every change of holder is one, and gives the receiver access."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef
from viewflow.workflow.status import PROCESS

from docs_store.models import Document, Expediente
from docs_store.services.expedientes import grant_units
from organization.models import Person, Unit
from workflows.enums import MovementKind
from workflows.models import Movement, Process, Task


@dataclass(frozen=True)
class Handover:
    """What goes with the file when it leaves a step."""

    proveido: str = ""
    document: Document | None = None
    is_return: bool = False
    copies: tuple[Unit, ...] = ()


def hand_over(
    *, source: Task | None, targets: Iterable[Task], handover: Handover, by: Person | None, at: datetime
) -> list[Movement]:
    """Record one pase for each task that another unit or post now holds, and let its unit read the file.

    Automatic steps and steps that stay with the same post are no change of holder.
    """
    rows = [
        _movement(source, task, handover, by, at) for task in targets if task.kind and not _is_same_holder(source, task)
    ]
    created = Movement.objects.bulk_create(rows)
    if created:
        units = [row.to_unit for row in created if row.to_unit]
        grant_units(created[0].expediente, units=units, reason="pase", at=at)
    return created


def send_copies(
    *, expediente: Expediente, source: Task, handover: Handover, by: Person, at: datetime
) -> list[Movement]:
    """Record a copy for information to each unit: it may read, no work is expected."""
    rows = [
        Movement(
            expediente=expediente,
            from_task=source,
            from_unit=source.unit,
            from_post=source.post,
            to_unit=unit,
            kind=MovementKind.COPY,
            proveido=handover.proveido,
            sent_at=at,
            sent_by=by,
        )
        for unit in handover.copies
    ]
    grant_units(expediente, units=handover.copies, reason="copia", at=at)
    return Movement.objects.bulk_create(rows)


def receive(*, task: Task, by: Person, at: datetime) -> None:
    """Mark the pase that brought this task as received."""
    Movement.objects.filter(task=task, received_at__isnull=True).update(received_at=at, received_by=by)


def set_out(expediente: Expediente) -> None:
    """Mark the pases of a file in which something begins anew as those of an open one."""
    Movement.objects.filter(expediente=expediente, is_underway=False).update(is_underway=True)


def come_to_rest(process: Process) -> None:
    """Take that mark from the pases of a process that ended, unless another one goes on in its file."""
    goes_on = Process.objects.filter(expediente=OuterRef("expediente"), status=PROCESS.NEW)
    pases = Movement.objects.filter(expediente=process.expediente_id, is_underway=True)
    pases.exclude(Exists(goes_on)).update(is_underway=False)


def _is_same_holder(source: Task | None, task: Task) -> bool:
    return source is not None and (source.unit_id, source.post_id) == (task.unit_id, task.post_id)


def _movement(source: Task | None, task: Task, handover: Handover, by: Person | None, at: datetime) -> Movement:
    return Movement(
        expediente=task.process.expediente,
        task=task,
        from_task=source,
        from_unit=source.unit if source else None,
        from_post=source.post if source else None,
        from_outside="" if source else task.process.expediente.origin,
        to_unit=task.unit,
        to_post=task.post,
        proveido=handover.proveido,
        document=handover.document,
        is_return=handover.is_return,
        sent_at=at,
        sent_by=by,
    )
