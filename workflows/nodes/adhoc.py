"""A detour that no route draws: to one or several units, and back to the step that asked.

``task.data`` tells the unit, the words of the proveído and, under ``back``, the step to go back to.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from viewflow.workflow.activation import Activation
from viewflow.workflow.base import Edge

from workflows.enums import StepKind
from workflows.nodes.gateways import Join, JoinActivation
from workflows.nodes.tasks import Human, HumanActivation
from workflows.ports import Step, Who

STEP = Step(id="adhoc", name="Atender lo derivado", kind=StepKind.TASK, verb="Atender", who=Who(), outcomes=("done",))


class AdHocActivation(HumanActivation):
    """The unit that was asked. When it is done the file goes back, or waits for the others that were asked."""

    def go_on(self) -> Activation:
        back = self.task.data["back"]
        if back["is_round"]:
            join: Activation = self.flow_class.instance.node("adhoc_join")._create(self, self.task.token, data=back)
            return join
        return _go_back(self, back)


class AdHocJoinActivation(JoinActivation):
    """Everybody who was asked has answered."""

    def go_on(self) -> Activation:
        return _go_back(self, self.task.data)


def _go_back(activation: Activation, back: dict[str, Any]) -> Activation:
    node = activation.flow_class.instance.node(back["node"])
    returned: Activation = node._create(activation, activation.task.token, data=back["data"])
    return returned


class AdHoc(Human):
    """The hidden step of every route. No arrow leads to it: the engine does."""

    activation_class = AdHocActivation

    def __init__(self) -> None:
        super().__init__(step=STEP)

    def step_for(self, task: Any) -> Step:
        """Return the step as the proveído words it, in the unit that was asked."""
        return replace(STEP, name=task.data["title"] or STEP.name)

    def _outgoing(self) -> Iterator[Edge]:
        return iter(())


class AdHocJoin(Join):
    """Where several units that were asked at once meet."""

    activation_class = AdHocJoinActivation
