"""Steps: what a person does, and what a service does by itself."""

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.utils import timezone
from viewflow.workflow import nodes
from viewflow.workflow.activation import Activation
from viewflow.workflow.context import context
from viewflow.workflow.status import STATUS
from viewflow.workflow.token import Token

from organization.models import Person
from workflows.nodes.base import Decides, GoesOn, WrittenOnce, current_run, moves, new_task, replaces
from workflows.ports import Hop, Step
from workflows.services import automatic, births, seats


class HumanActivation(nodes.view.ViewActivation):  # type: ignore[misc]
    """A task of a person: one transition of our own closes it, whoever it is assigned to."""

    hops: tuple[Hop, ...] = ()

    @classmethod
    def create(cls, flow_task: Any, prev_activation: Activation, token: Any, data: Any = None, seed: Any = None) -> Any:
        """Create the task in the tray of its post or unit; a visado that still stands is not asked for again."""
        task = new_task(flow_task, prev_activation, token, data)
        task.document_id = task.data.pop("document", None)
        seats.take(task, flow_task.step_for(task))
        if flow_task.is_settled(task):
            task.status, task.outcome, task.finished = STATUS.DONE, seats.ENDORSED, timezone.now()
        else:
            task.due_on = seats.due_on(flow_task.step, current_run())
        current_run().born.append(task)
        return cls(task)

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)

    @moves(source=[STATUS.NEW, STATUS.ASSIGNED], target=STATUS.DONE)
    def decide(self, *, outcome: str, by: Person | None) -> None:
        """Close the task with the person's decision."""
        self.task.owner = by
        self.task.outcome = outcome
        self.task.assigned = self.task.started = self.task.finished = timezone.now()
        self.task.save()

    @replaces()
    def create_next(self) -> Iterator[Activation]:
        if not self.hops:
            yield self.go_on()
        for hop in self.hops:
            yield hop.node._create(self, hop.token, data=hop.data)

    def go_on(self) -> Activation:
        """Create the next instance of a sequential step, else what the outcome leads to."""
        if self.task.data.get("rest"):
            return self._next_item()
        activation: Activation = self.flow_task.chosen(self.task.outcome)._create(self, self.task.token)
        return activation

    def _next_item(self) -> Activation:
        """Open the next instance of a sequential step."""
        item, *rest = self.task.data["rest"]
        stem, _underscore, place = self.task.token.token.rpartition("_")
        token = Token(f"{stem}_{int(place) + 1}")
        activation: Activation = self.flow_task._create(self, token, data={"item": item, "rest": rest})
        return activation


class Human(Decides, nodes.View):  # type: ignore[misc]
    """A user task."""

    activation_class = HumanActivation

    def __init__(self, *, step: Step, entry: str = "", timers: tuple[str, ...] = (), returns: bool = False) -> None:
        """Describe a user task.

        :param entry: the node through which the step is reached, when it is not this one.
        :param timers: the nodes of the timers on its border.
        :param returns: observing goes back at once, because no arrow says where to.
        """
        super().__init__(view=None)
        self.step = step
        self.entry = entry
        self.timers = timers
        self.returns = returns
        self.task_title = step.name

    def boundaries(self) -> list[Any]:
        """Return the timers on the border of the step."""
        return [self.flow_class.instance.node(name) for name in self.timers]

    def step_for(self, task: Any) -> Step:
        """Return what this very task asks for."""
        return self.step

    def is_settled(self, task: Any) -> bool:
        """Return whether the post's visado stands on the text as it is."""
        return seats.has_standing_visado(task, self.step)


class ServiceActivation(GoesOn, WrittenOnce, nodes.func.FunctionActivation):  # type: ignore[misc]
    """Calls one registered service, inside the transaction of whoever brought the file here.

    Its failure undoes that decision, and the task stays open; behind a timer, where nobody waits, it stays as an
    error that can be tried again.
    """

    @replaces()
    def activate(self) -> None:
        with self.exception_guard(), transaction.atomic(savepoint=not context.propagate_exception):
            self.task.started = timezone.now()
            run = current_run()
            births.write(run)
            self.task.outcome = automatic.call(self.flow_task.call, process=self.process, by=run.by, at=run.at)

    @moves(source=STATUS.ERROR, target=STATUS.NEW)
    def retry(self) -> None:
        """Make the failed step ready to run again."""
        self.task.finished = None


class Service(Decides, nodes.Function):  # type: ignore[misc]
    """A service task."""

    activation_class = ServiceActivation

    def __init__(self, *, step_id: str, name: str, call: str) -> None:
        super().__init__(func=None)
        self.step_id = step_id
        self.call = call
        self.task_title = name
