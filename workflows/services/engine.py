"""Moves files on their routes: every change of a process passes here, under the process's own lock.

Each call is one transaction with one entry in the ledger, and tells which tasks it opened.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from viewflow.workflow.context import Context
from viewflow.workflow.fields import import_flow_by_ref
from viewflow.workflow.status import PROCESS
from viewflow.workflow.token import Token

from docs_store.models import Expediente
from organization import selectors as organization
from organization.models import Person, Post, Unit
from workflows.enums import StepKind
from workflows.errors import NobodyHolds, RouteRefused, StepRefused, TaskAlreadyDone
from workflows.models import OPEN_STATUSES, Process, RouteVersion, Task
from workflows.ports import Hop, Step
from workflows.services import seats
from workflows.services.runs import lock_process, locked, run_of, settle, task_of

__all__ = [
    "answer_repeated",
    "cancel",
    "complete",
    "insert_step",
    "lead_to",
    "locked",
    "open_tasks",
    "retry",
    "send_back",
    "signing_posts",
    "start",
    "step_of",
    "take_back",
]

OBSERVED = "observed"
DERIVED = "derived"
RETURNED = "returned"
LONGEST_TOKEN = 110
"""A token holds 150 characters, and each branch within a branch adds a dozen."""


# What a task is


def flow_class_of(version: RouteVersion) -> Any:
    """Return the compiled flow class of a version.

    :raises RouteRefused: its file does not compile any more.
    """
    return import_flow_by_ref(f"workflows/published.{version.class_name}")


def step_of(task: Task) -> Step:
    """Return what the task asks for, as the route's file says it.

    :raises RouteRefused: its route is not published here.
    """
    if task.flow_task is None:
        raise RouteRefused(_("La ruta de esta tarea no está publicada en este servidor. Avise a Informática."))
    step: Step = task.flow_task.step
    return replace(step, name=task.title) if task.title else step


def open_tasks(process: Process) -> QuerySet[Task]:
    """Return the steps that wait for a person, oldest first."""
    found: QuerySet[Task] = Task.objects.filter(process=process, status__in=OPEN_STATUSES).exclude(kind="")
    return found.select_related("unit", "post__unit", "process__expediente").order_by("id")


def signing_posts(process: Process, about: str) -> list[Post]:
    """Return the posts that sign the document of this name, in their order.

    :raises NobodyHolds: a signing step names a unit without a head.
    """
    flow_class = flow_class_of(process.route_version)
    steps = [step for step in flow_class.steps.values() if step.kind == StepKind.SIGN and step.about == about]
    return [_signing_post(step, process, flow_class) for step in sorted(steps, key=lambda step: step.signer_order)]


def _signing_post(step: Step, process: Process, flow_class: Any) -> Post:
    task = Task(process=process, flow_task=flow_class.instance.node(f"n_{step.id}"))
    seats.take(task, step)
    post = task.post or (organization.head_post(task.unit) if task.unit else None)
    if post is None:
        raise NobodyHolds(
            _("El paso «%(step)s» no tiene un puesto que firme. Avise a Informática.") % {"step": step.name}
        )
    return post


# What can be asked


def start(
    *,
    route_version: RouteVersion,
    expediente: Expediente,
    drafter_unit: Unit | None,
    data: Mapping[str, Any],
    by: Person | None,
    at: datetime,
) -> Process:
    """Start an expediente on a route, up to its first steps for persons.

    :raises NobodyHolds: the route names a post or unit that the entity does not have.
    """
    flow_class = flow_class_of(route_version)
    with run_of(by, at) as run:
        begin = flow_class.instance.node(flow_class.start_name)
        activation = begin.activation_class.create(begin, None, None)
        process: Process = activation.process
        process.expediente, process.route_version = expediente, route_version
        process.drafter_unit, process.started_by, process.data = drafter_unit, by, dict(data)
        activation.execute()
        settle(run, "process.started", process, {"route": route_version.class_name})
    return process


def answer_repeated(task: Task, *, outcome: str, by: Person) -> Task:
    """Return a closed task to the person who sent the same decision again.

    :raises TaskAlreadyDone: somebody else, or another decision, was first.
    """
    if task.status == "DONE" and task.outcome == outcome and task.owner_id == by.pk:
        return task
    if task.owner is None or task.finished is None:
        raise TaskAlreadyDone(_("Esta tarea ya no está pendiente. Vuelva a su bandeja: no se hizo nada más."))
    raise TaskAlreadyDone(
        _("%(who)s ya atendió esta tarea el %(when)s. Vuelva a su bandeja: no se hizo nada más.")
        % {"who": task.owner, "when": timezone.localtime(task.finished).strftime("%d/%m/%Y %H:%M")}
    )


def complete(task: Task, *, outcome: str, by: Person, at: datetime) -> list[Task]:
    """Close a locked task with this outcome, and return the tasks that are open because of it.

    What observes and has no arrow to follow goes back at once to the step that the route names first. The same
    decision of the same person again changes nothing and returns nothing.

    :raises TaskAlreadyDone: somebody else, or another decision, was first.
    :raises StepRefused: the step does not know this outcome.
    """
    if task.status not in OPEN_STATUSES:
        answer_repeated(task, outcome=outcome, by=by)
        return []
    step = step_of(task)
    _check_outcome(step, outcome)
    if outcome == OBSERVED and task.flow_task.returns:
        return send_back(task, step=step.returns_to[0], outcome=outcome, by=by, at=at)
    with run_of(by, at) as run:
        if outcome == OBSERVED and step.cancels_siblings:
            cancel_under(task, round_of(task))
        _decide(task, outcome, by)
        return settle(run, "task.completed", task.process, _facts(task))


def _check_outcome(step: Step, outcome: str) -> None:
    if step.outcomes and outcome not in step.outcomes:
        raise StepRefused(_("Este paso no admite esa decisión. Vuelva a abrir la tarea y elija una de las que ofrece."))


def _facts(task: Task) -> dict[str, Any]:
    return {"task": task.pk, "step": task.step, "outcome": task.outcome, "document": task.document_id}


def _decide(task: Task, outcome: str, by: Person | None, hops: Sequence[Hop] = ()) -> None:
    activation = task.flow_task.activation_class(task)
    activation.hops = tuple(hops)
    activation.decide(outcome=outcome, by=by)
    activation.activate_next()


def send_back(task: Task, *, step: str, outcome: str, by: Person, at: datetime) -> list[Task]:
    """Return the file from a locked task to an earlier step, at once: whatever else runs since then is cancelled.

    :raises TaskAlreadyDone: somebody else, or another decision, was first.
    :raises StepRefused: the route does not let this step return there, or the file was never there.
    """
    if task.status not in OPEN_STATUSES:
        answer_repeated(task, outcome=outcome, by=by)
        return []
    if step not in step_of(task).returns_to:
        raise StepRefused(_("Desde este paso no se puede devolver allí. Elija uno de los pasos que se ofrecen."))
    target = task.flow_task.flow_class.instance.node(f"n_{step}")
    target = target.flow_class.instance.node(target.entry)
    scope = _scope_of(task, target)
    with run_of(by, at) as run:
        cancel_under(task, scope.token)
        _decide(task, outcome, by, [Hop(target, scope)])
        return settle(run, "task.returned", task.process, {**_facts(task), "to": step})


def take_back(task: Task, *, to: Task, by: Person, at: datetime) -> list[Task]:
    """Open again the very task that a locked one came from; whatever else came from it is cancelled.

    No route has to allow that. Who asks whether anybody has read it is the caller.

    :raises TaskAlreadyDone: the task is closed.
    :raises StepRefused: the file did not come from there.
    """
    if task.status not in OPEN_STATUSES:
        answer_repeated(task, outcome=RETURNED, by=by)
    if to.process_id != task.process_id or to.status != "DONE":
        raise StepRefused(_("El expediente no vino de ese paso. Vuelva a su bandeja."))
    data = {**to.data, "document": to.document_id if to.outcome == DERIVED else None, "is_reopened": True}
    with run_of(by, at) as run:
        cancel_under(task, to.token.token)
        _decide(task, RETURNED, by, [Hop(to.flow_task, to.token, data)])
        return settle(run, "task.taken_back", task.process, {**_facts(task), "to": to.pk})


def _scope_of(task: Task, target: Any) -> Token:
    """Return the token of the target's last run on the way to this task."""
    ways = [Token(task.token.token)]
    while ways[-1].is_split_token():
        ways.append(ways[-1].get_base_split_token())
    runs = Task.objects.filter(process=task.process, flow_task=target, status="DONE", token__in=ways)
    last = runs.order_by("-id").values_list("token", flat=True).first()
    if last is None:
        raise StepRefused(_("El expediente todavía no pasó por ese paso; elija otro."))
    scope: Token = last
    return scope


def cancel_under(task: Task, scope: str) -> None:
    """Cancel whatever is open in the scope, but the task itself."""
    beside = Task.objects.filter(process=task.process, status__in=OPEN_STATUSES).exclude(pk=task.pk)
    for other in beside.select_related("unit", "post__unit"):
        if _is_within(other.token.token, scope):
            other.process = task.process
            other.flow_task.activation_class(other).cancel()


def _is_within(token: str, scope: str) -> bool:
    """Return whether the token is the scope's own or under it; a scope that ends with ``_`` is a whole round."""
    return token.startswith(scope) if scope.endswith("_") else f"{token}/".startswith(f"{scope}/")


def round_of(task: Task) -> str:
    """Return the prefix that the task shares with those who were asked with it."""
    return str(task.token.token.rpartition("_")[0]) + "_"


def insert_step(task: Task, *, units: Sequence[Unit], title: str, by: Person, at: datetime) -> list[Task]:
    """Derive the file from a locked task to units that the route does not name; then it comes back to this step.

    :raises TaskAlreadyDone: the task is closed.
    :raises StepRefused: too many detours within detours.
    """
    if task.status not in OPEN_STATUSES:
        answer_repeated(task, outcome=DERIVED, by=by)
        return []
    if len(task.token) > LONGEST_TOKEN:
        raise StepRefused(_("Este expediente ya pasó por muchas derivaciones seguidas. Atienda esta antes de otra."))
    flow_task = task.flow_task
    is_round = len(units) > 1
    back = {"node": flow_task.name, "data": {**task.data, "document": task.document_id}, "is_round": is_round}
    hops = [
        Hop(
            flow_task.flow_class.instance.node("adhoc"),
            Token(f"{task.token}/{task.pk}_{place}") if is_round else task.token,
            {"item": unit.slug, "title": title, "back": back},
        )
        for place, unit in enumerate(units, start=1)
    ]
    with run_of(by, at) as run:
        _decide(task, DERIVED, by, hops)
        return settle(run, "task.derived", task.process, _facts(task))


def cancel(process: Process, *, by: Person | None, at: datetime) -> None:
    """Stop a process: whatever is open is cancelled, nothing is deleted. Stopping it twice changes nothing."""
    with lock_process(pk=process.pk), run_of(by, at) as run:
        process.refresh_from_db()
        if process.status != PROCESS.NEW:
            return
        for task in Task.objects.filter(process=process, status__in=OPEN_STATUSES):
            task.process = process
            task.flow_task.activation_class(task).cancel()
        process.status, process.finished = PROCESS.CANCELED, at
        process.save()
        settle(run, "process.cancelled", process, {})


def lead_to(process: Process, *, step: str, by: Person | None, at: datetime) -> list[Task]:
    """Lead a file straight to a later step of its route, and return what opens there: whatever is open is cancelled."""
    with lock_process(pk=process.pk) as held, run_of(by, at) as run:
        opened = list(Task.objects.filter(process=held, status__in=OPEN_STATUSES).order_by("id"))
        if not opened:
            return []
        for task in opened:
            task.process = held
            activation = task.flow_task.activation_class(task)
            activation.cancel()
        target = flow_class_of(held.route_version).instance.node(f"n_{step}")
        with Context(propagate_exception=False):
            activation._activate_next({target._create(activation, _root_of(opened[0]))})
        return settle(run, "process.led", held, {"to": step})


def _root_of(task: Task) -> Token:
    """Return the token of the route's own line, outside every branch and round."""
    token = Token(task.token.token)
    while token.is_split_token():
        token = token.get_base_split_token()
    return token


def retry(*, task_id: int, by: Person | None, at: datetime) -> list[Task]:
    """Run a failed automatic step again, and go on if it works now.

    :raises TaskNotFound: there is no failed step of this id.
    """
    with lock_process(task_set=task_id) as process, run_of(by, at) as run:
        task = task_of(process, Task.objects.filter(status="ERROR"), task_id)
        activation = task.flow_task.activation_class(task)
        activation.retry()
        activation._activate_next({activation})
        return settle(run, "task.retried", task.process, {"task": task.pk})
