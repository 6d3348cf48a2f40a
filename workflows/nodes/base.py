"""What our nodes share: going on by an outcome, and writing a row once."""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar, cast

from viewflow import this
from viewflow.workflow.activation import Activation
from viewflow.workflow.base import Edge
from viewflow.workflow.status import STATUS

from workflows.models import Task
from workflows.ports import Run, running

Method = TypeVar("Method", bound=Callable[..., Any])


def moves(**how: Any) -> Callable[[Method], Method]:
    """Mark a method that moves a task from one status to another: the engine's own decorator, with its type kept."""
    return cast(Callable[[Method], Method], Activation.status.transition(**how))


def replaces() -> Callable[[Method], Method]:
    """Mark a method that does otherwise what the engine's class does in the same statuses."""
    return cast(Callable[[Method], Method], Activation.status.super())


def current_run() -> Run:
    """Return the run that this row belongs to: the engine opens one around every call.

    :raises RuntimeError: the engine was gone round.
    """
    run = running.get()
    if run is None:
        raise RuntimeError("nodes move only inside a call of workflows.services.engine")
    return run


def new_task(flow_task: Any, previous: Activation, token: Any, data: dict[str, Any] | None) -> Task:
    """Return the row of a node that the file now reaches, not saved yet, and remember where it came from."""
    task = Task(process=previous.process, flow_task=flow_task, token=token, data=data or {})
    current_run().links.append((previous.task, task))
    return task


class Decides:
    """A node that goes on by an outcome: the exclusive gateways after it are folded in, and need no row."""

    def __init__(self, **kwargs: Any) -> None:
        self.choices: dict[str, Any] = {}
        self.otherwise: Any = None
        super().__init__(**kwargs)

    def goes(self, choices: dict[str, str], otherwise: str) -> Any:
        """Set where each outcome word leads, and where all others do, by node names."""
        self.choices = {word: getattr(this, name) for word, name in choices.items()}
        self.otherwise = getattr(this, otherwise) if otherwise else None
        return self

    def chosen(self, outcome: str) -> Any:
        """Return the next node for this outcome."""
        return self.choices.get(outcome, self.otherwise)

    def _resolve(self, instance: Any) -> None:
        super()._resolve(instance)  # type: ignore[misc]
        self.choices = {word: this.resolve(instance, node) for word, node in self.choices.items()}
        self.otherwise = this.resolve(instance, self.otherwise)

    def _outgoing(self) -> Iterator[Edge]:
        for word, node in self.choices.items():
            yield Edge(src=self, dst=node, edge_class="cond_true", label=word)
        if self.otherwise is not None:
            yield Edge(src=self, dst=self.otherwise, edge_class="next")


class GoesOn:
    """An activation that creates the next task by the outcome of its own."""

    @moves(source=STATUS.DONE)
    def create_next(self) -> Iterator[Activation]:
        yield self.go_on()

    def go_on(self) -> Activation:
        """Create the next task."""
        node = self.flow_task.chosen(self.task.outcome)  # type: ignore[attr-defined]
        activation: Activation = node._create(self, self.task.token)  # type: ignore[attr-defined]
        return activation


class WrittenOnce:
    """An automatic step: its row is written when it is done, in one statement.

    Until then it has no primary key, so it is told apart by identity.
    """

    @classmethod
    def create(cls, flow_task: Any, prev_activation: Activation, token: Any, data: Any = None, seed: Any = None) -> Any:
        return cls(new_task(flow_task, prev_activation, token, data))  # type: ignore[call-arg]

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)
