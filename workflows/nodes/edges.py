"""Where a route begins, where it ends, and the timers on its steps."""

from typing import Any

from django.utils import timezone
from viewflow.workflow import nodes
from viewflow.workflow.activation import Activation
from viewflow.workflow.base import Node
from viewflow.workflow.status import PROCESS, STATUS

from workflows.models import OPEN_STATUSES, Task
from workflows.nodes.base import Decides, GoesOn, WrittenOnce, current_run, moves, replaces
from workflows.services import births


class BeginActivation(GoesOn, nodes.start.StartHandleActivation):  # type: ignore[misc]
    """Starts a process that the engine has filled in."""

    @moves(source=STATUS.NEW)
    def execute(self) -> None:
        """Save process and start, and go on. Nobody can contend for a process that did not exist before."""
        self.process.save()
        self.complete()
        self.activate_next()


class Begin(Decides, nodes.StartHandle):  # type: ignore[misc]
    """The start event."""

    activation_class = BeginActivation


class FinishActivation(WrittenOnce, nodes.end.EndActivation):  # type: ignore[misc]
    """Closes the process when nothing is open any more; open is told by status, since an error has a finish too."""

    @replaces()
    def activate(self) -> None:
        self.task.started = timezone.now()
        births.write(current_run())
        if not Task.objects.filter(process=self.process, status__in=OPEN_STATUSES).exists():
            self.process.status = PROCESS.DONE
            self.process.finished = timezone.now()
            self.process.save()


class Finish(nodes.End):  # type: ignore[misc]
    """An end event. Several may exist; the last one reached closes the process."""

    activation_class = FinishActivation


class BoundaryActivation(GoesOn, WrittenOnce, Activation):  # type: ignore[misc]
    """A timer that fired: the row says so, and the path goes on."""

    @replaces()
    def activate(self) -> None:
        self.task.started = timezone.now()
        self.task.outcome = "timeout"


class Boundary(Decides, Node):  # type: ignore[misc]
    """A timer on the border of a step. Our own clock rows fire it; it never waits in the engine."""

    activation_class = BoundaryActivation
    task_type = "TIMER"
    bpmn_element = "boundaryEvent"
    shape = {"width": 50, "height": 50, "svg": '<circle class="event" cx="25" cy="25" r="25"/>'}

    def __init__(self, *, host: str, days: int, is_interrupting: bool, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.host = host
        self.days = days
        self.is_interrupting = is_interrupting
