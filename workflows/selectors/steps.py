"""What a task asks for, as its route says it."""

from functools import lru_cache

from workflows.models import RouteVersion, Task
from workflows.ports import Step
from workflows.rules.drawing import Drawing
from workflows.rules.reading import read_drawing

DRAWINGS_KEPT = 64


def step_of(task: Task) -> Step | None:
    """Return the step, or nothing if the task's route is not published here or it is no person's."""
    return getattr(task.flow_task, "step", None)


def verb_of(task: Task) -> str:
    """Return the word of what is expected: the route's, else the kind's own."""
    step = step_of(task)
    return step.verb if step is not None and step.verb else task.get_kind_display()


def drawing_of(version: RouteVersion) -> Drawing | None:
    """Return the route as it is drawn; a published version never changes, so each is read once."""
    return _drawing(version.pk)


@lru_cache(maxsize=DRAWINGS_KEPT)
def _drawing(version_id: int) -> Drawing | None:
    source = RouteVersion.objects.values_list("bpmn", flat=True).get(pk=version_id)
    return read_drawing(source.encode()).drawing
