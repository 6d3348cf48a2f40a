"""Completing a step: what may take time comes before the lock, what the decision says inside it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from docs_store import services as docs
from docs_store.enums import DocumentState
from docs_store.errors import DocsStoreError
from organization.models import Person, Unit
from signing.errors import SigningError
from workflows.enums import StepKind
from workflows.errors import StepRefused
from workflows.models import OPEN_STATUSES, Process, Task
from workflows.ports import Step
from workflows.selectors import parts
from workflows.services import bars, engine, holders, movements
from workflows.services.decisions import Decision
from workflows.services.movements import Handover
from workflows.services.outcomes import record_outcome
from workflows.services.preparing import prepared


def complete_step(*, task_id: int, decision: Decision, by: Person, at: datetime) -> Task:
    """Complete a task as its kind asks, and hand the file to whoever comes next.

    Repeating the same decision answers the task that is already done, also while the first call is still at work.

    :raises TaskNotFound: not a task of this person.
    :raises TaskAlreadyDone: somebody decided otherwise before.
    :raises StepRefused: the step does not allow this decision.
    """
    task = holders.task_for(task_id, by=by, at=at)
    step = engine.step_of(task)
    _check_decision(step, decision)
    if task.status not in OPEN_STATUSES:
        return engine.answer_repeated(task, outcome=decision.outcome, by=by)
    bars.check_bar(task.process, step.kind)
    try:
        document = prepared(task, step, decision, by, at)
    except (DocsStoreError, SigningError, StepRefused):
        task.refresh_from_db(fields=["status", "outcome", "owner", "finished"])
        if task.status in OPEN_STATUSES:
            raise
        return engine.answer_repeated(task, outcome=decision.outcome, by=by)
    with engine.locked(task_id, holders.stance(by, at)) as locked:
        if locked.status not in OPEN_STATUSES:
            return engine.answer_repeated(locked, outcome=decision.outcome, by=by)
        holders.check_not_aside(locked)
        record_outcome(locked, step, decision, by, at)
        locked.document = document
        _move_on(locked, step, decision, by, at)
    return locked


def _check_decision(step: Step, decision: Decision) -> None:
    if step.outcomes and decision.outcome not in step.outcomes:
        raise StepRefused(_("Este paso no admite esa decisión. Vuelva a abrir la tarea y elija una de las que ofrece."))
    if decision.return_to and decision.return_to not in step.returns_to:
        raise StepRefused(_("Desde este paso no se puede devolver allí. Elija uno de los pasos que se ofrecen."))
    if decision.outcome == "observed" and not decision.observation.strip():
        raise StepRefused(_("Escriba el motivo de la devolución."))


def _move_on(task: Task, step: Step, decision: Decision, by: Person, at: datetime) -> None:
    """Move the token and record the pases; runs inside the lock."""
    bars.check_bar(task.process, step.kind)
    document = task.document
    if decision.units:
        task.process.data["units"] = list(decision.units)
        task.process.save(update_fields=["data"])
    if decision.return_to:
        opened = engine.send_back(task, step=decision.return_to, outcome=decision.outcome, by=by, at=at)
    else:
        opened = engine.complete(task, outcome=decision.outcome, by=by, at=at)
    handover = Handover(
        proveido=decision.proveido or decision.observation,
        document=document,
        is_return=decision.outcome == "observed",
        copies=tuple(Unit.objects.filter(slug__in=decision.copies)),
    )
    movements.hand_over(source=task, targets=opened, handover=handover, by=by, at=at)
    if handover.copies:
        movements.send_copies(expediente=task.process.expediente, source=task, handover=handover, by=by, at=at)
    if decision.outcome == "observed":
        _mark_observed(task.process, step)
    elif document is not None and step.drafts and any(following.kind == StepKind.VISADO for following in opened):
        docs.submit_for_visado(document=document)


def _mark_observed(process: Process, step: Step) -> None:
    """Give the observed draft back its text, and show it as observed."""
    document = parts.document_of(process, step.about) if step.about else None
    if document is not None and document.state != DocumentState.EMITTED:
        docs.reopen_draft(document=document)


def derive(
    *, task_id: int, units: tuple[str, ...], proveido: str, by: Person, at: datetime, copies: tuple[str, ...] = ()
) -> Task:
    """Derive the file to a unit that the route does not name; afterwards it comes back to this step.

    :raises StepRefused: no unit, or one that the entity does not have.
    """
    task = holders.task_for(task_id, by=by, at=at)
    targets = list(Unit.objects.filter(slug__in=units))
    if not targets or len(targets) != len(set(units)):
        raise StepRefused(_("Elija a qué unidad deriva el expediente."))
    with engine.locked(task_id) as locked, transaction.atomic():
        bars.check_bar(locked.process, StepKind.DERIVE)
        opened = engine.insert_step(locked, units=targets, title=proveido, by=by, at=at)
        handover = Handover(proveido=proveido, copies=tuple(Unit.objects.filter(slug__in=copies)))
        movements.hand_over(source=locked, targets=opened, handover=handover, by=by, at=at)
        if opened:
            movements.send_copies(expediente=locked.process.expediente, source=locked, handover=handover, by=by, at=at)
    return task
