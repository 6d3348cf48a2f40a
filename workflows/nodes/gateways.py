"""Parallel ways: opened by a gateway or over a list, joined by counting tokens."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.utils import timezone
from viewflow.workflow import nodes
from viewflow.workflow.activation import Activation
from viewflow.workflow.base import Edge
from viewflow.workflow.status import STATUS
from viewflow.workflow.token import Token

from workflows.models import OPEN_STATUSES, Task
from workflows.nodes.base import Decides, GoesOn, WrittenOnce, current_run, moves, replaces
from workflows.services import births, seats

OBSERVED = "observed"


class SplitActivation(WrittenOnce, nodes.split.SplitActivation):  # type: ignore[misc]
    """Opens a branch for each arrow, each with a token of its own."""


class Split(nodes.Split):  # type: ignore[misc]
    """A parallel gateway with several arrows out."""

    activation_class = SplitActivation


class EachActivation(WrittenOnce, nodes.split.SplitActivation):  # type: ignore[misc]
    """Opens one task per item: all at once, or the first one with the rest in its baggage."""

    @replaces()
    def activate(self) -> None:
        node: Each = self.flow_task
        self.next_tasks = list(self._tasks(node, seats.items_of(node.step, self.process)))

    def _tasks(self, node: "Each", items: list[str]) -> Iterator[tuple[Any, dict[str, Any] | None]]:
        if not items:
            yield node.join, None
        elif node.is_sequential:
            yield node.body, {"item": items[0], "rest": items[1:]}
        else:
            yield from ((node.body, {"item": item}) for item in items)


class Each(nodes.Split):  # type: ignore[misc]
    """The marker of a multi-instance user task: stands before it, and its join after it."""

    activation_class = EachActivation

    def __init__(self, *, step: Any, body: Any, join: Any, is_sequential: bool) -> None:
        super().__init__()
        self.step = step
        self.is_sequential = is_sequential
        self.Next(body).Next(join)

    @property
    def body(self) -> Any:
        """The user task that runs for each item."""
        return self._branches[0][0]

    @property
    def join(self) -> Any:
        """Where its instances meet."""
        return self._branches[1][0]

    def _outgoing(self) -> Any:
        yield Edge(src=self, dst=self.body, edge_class="next")
        yield Edge(src=self, dst=self.join, edge_class="cond_true")


class JoinActivation(GoesOn, nodes.join.JoinActivation):  # type: ignore[misc]
    """Waits until nothing is open under the tokens of its round.

    The engine's own join looks for its row by node alone, so that nested branches meet in the wrong place.
    """

    prefix = ""
    is_complete = False

    @classmethod
    def create(cls, flow_task: Any, prev_activation: Activation, token: Any, data: Any = None, seed: Any = None) -> Any:
        process = prev_activation.process
        base: Token = token.get_base_split_token()
        task = Task.objects.filter(process=process, flow_task=flow_task, token=base, status=STATUS.STARTED).first()
        if task is None:
            task = Task(process=process, flow_task=flow_task, token=base, status=STATUS.STARTED, data=data or {})
            task.started = timezone.now()
            task.save()
        task.process = process
        current_run().links.append((prev_activation.task, task))
        activation = cls(task)
        activation.prefix = token.token.rsplit("_", 1)[0] + "_"
        return activation

    @moves(source=STATUS.STARTED)
    def activate(self) -> None:
        """Look at the round: is anything open, and did anybody observe?

        Each step counts by its last run in its branch: what was observed there and then mended there is mended. What
        branches within the branch said is what their own join said.
        """
        births.write(current_run())
        under = Task.objects.filter(process=self.process, token__startswith=self.prefix)
        rows = under.filter(Q(status__in=OPEN_STATUSES) | Q(status=STATUS.DONE)).order_by("id")
        last = {}
        self.is_complete = True
        for node, token, status, outcome in rows.values_list("flow_task", "token", "status", "outcome"):
            self.is_complete = self.is_complete and status not in OPEN_STATUSES
            if outcome and "/" not in token.token[len(self.prefix) :]:
                last[node, token.token] = outcome
        said = list(last.values()) or [self.flow_task.if_nobody]
        self.task.outcome = OBSERVED if OBSERVED in said else said[-1]

    def is_round_over(self) -> bool:
        """Return what ``activate`` saw."""
        return self.is_complete

    @moves(source=STATUS.STARTED, target=STATUS.DONE, conditions=[is_round_over])
    def complete(self) -> None:
        """Close the round."""
        self.task.finished = timezone.now()
        self.task.save()


class Join(Decides, nodes.Join):  # type: ignore[misc]
    """A parallel gateway with several arrows in. It goes on with the round's outcome.

    ``if_nobody`` is that outcome when nobody had to be asked.
    """

    activation_class = JoinActivation

    def __init__(self, *, if_nobody: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.if_nobody = if_nobody
