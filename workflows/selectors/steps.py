"""What a task asks for, as its route says it."""

from functools import lru_cache

from workflows.models import Route, RouteVersion, Task
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
    return _drawing(version.pk, version.sha256)


@lru_cache(maxsize=DRAWINGS_KEPT)
def _drawing(version_id: int, sha256: str) -> Drawing | None:
    """Read the file; its hash is only a part of the key, for a database that was put back."""
    source = RouteVersion.objects.values_list("bpmn", flat=True).get(pk=version_id)
    return read_drawing(source.encode()).drawing


def routes_from(unit_slug: str) -> list[Route]:
    """Return the routes whose first step is this unit's, by their newest version."""
    newest: dict[int, RouteVersion] = {}
    for version in RouteVersion.objects.select_related("route").defer("bpmn").order_by("number"):
        newest[version.route_id] = version
    return [version.route for version in newest.values() if _begins_in(drawing_of(version), unit_slug)]


def _begins_in(drawing: Drawing | None, unit_slug: str) -> bool:
    firsts = (
        [drawing.elements.get(drawing.choices(start.id)[1]) for start in drawing.of_tag("startEvent")]
        if drawing
        else []
    )
    return any(first and first.step and first.step.who.unit == unit_slug for first in firsts)
