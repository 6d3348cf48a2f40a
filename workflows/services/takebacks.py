"""Taking a pase back: whoever sent a file may think better of it until somebody has read it."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from ledger import services as ledger
from organization import selectors as organization
from organization.models import Person
from workflows.errors import StepRefused, TaskNotFound
from workflows.models import Movement, Task
from workflows.services import engine, movements
from workflows.services.movements import Handover


def take_back(*, movement_id: int, by: Person, at: datetime) -> Task:
    """Give the file back to the step from which this pase came, and return the task that opens there.

    Everything that the same decision sent is taken back with it; whoever got it keeps no access that they did not
    have before, but what they have seen cannot be unseen, so a pase that was opened stands.

    :raises TaskNotFound: no such pase, or not one of the person's units.
    :raises StepRefused: it was read, or the file has gone on, or the step emitted a document.
    """
    movement = (
        Movement.objects.select_related("from_task", "expediente")
        .filter(pk=movement_id, from_task__isnull=False)
        .first()
    )
    units = {post.unit_id for post in organization.posts_of(by, timezone.localdate(at))}
    if movement is None or movement.from_task is None or movement.from_unit_id not in units:
        raise TaskNotFound
    sent = list(Movement.objects.filter(from_task=movement.from_task, taken_back_at__isnull=True, task__isnull=False))
    task_ids = [row.task_id for row in sent if row.task_id is not None]
    if not task_ids:
        raise StepRefused(_("Este pase ya se retiró. Vuelva a su bandeja."))
    with engine.locked(task_ids[0]) as locked:
        _check_unread(task_ids)
        opened = engine.take_back(locked, to=movement.from_task, by=by, at=at)
        Movement.objects.filter(pk__in=[row.pk for row in sent]).update(taken_back_at=at)
        movements.hand_over(source=locked, targets=opened, handover=Handover(is_return=False), by=by, at=at)
        ledger.record(
            "movement.taken_back",
            subject=f"expediente:{movement.expediente_id}",
            facts={"movements": [row.pk for row in sent]},
            by=by.actor,
            at=at,
        )
    return opened[0]


def _check_unread(task_ids: list[int]) -> None:
    tasks = Task.objects.filter(pk__in=task_ids)
    if any(task.opened_at is not None or task.status != "NEW" for task in tasks):
        raise StepRefused(_("El pase ya fue leído: no se puede retirar. Pida que se lo devuelvan."))
