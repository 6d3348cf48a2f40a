"""Puts the nodes of a drawing together as one flow class. Each version is built whole: no class inherits another."""

from viewflow.workflow.base import Flow
from viewflow.workflow.lock import SelectForUpdateLock

from workflows import nodes
from workflows.compiler.elements import COMPILE
from workflows.errors import RouteRefused
from workflows.models import Process, Task
from workflows.rules.drawing import Drawing
from workflows.rules.reading import read_drawing

MODULE = "workflows.published"


def compile_route(class_name: str, source: str) -> type[Flow]:
    """Return the flow class of a BPMN file.

    :raises RouteRefused: the file holds something that does not run; the first fault is told.
    """
    reading = read_drawing(source.encode())
    if reading.drawing is None or reading.faults:
        raise RouteRefused(reading.faults[0].sentence)
    return _flow_class(class_name, reading.drawing)


def _flow_class(class_name: str, drawing: Drawing) -> type[Flow]:
    body: dict[str, object] = {
        "__module__": MODULE,
        "__doc__": drawing.name,
        "process_class": Process,
        "task_class": Task,
        "process_title": drawing.name,
        "lock_impl": SelectForUpdateLock(nowait=False, attempts=1),
        "steps": drawing.steps,
        "post_slugs": frozenset(_posts(drawing)),
        "start_name": f"n_{drawing.of_tag('startEvent')[0].id}",
        "adhoc": nodes.AdHoc(),
        "adhoc_join": nodes.AdHocJoin(),
    }
    for element in drawing.elements.values():
        body.update(COMPILE[element.tag](drawing, element))
    return type(class_name, (Flow,), body)


def _posts(drawing: Drawing) -> set[str]:
    """Return the posts that the route names: they are read together, once in a call."""
    steps = drawing.steps.values()
    return {post for step in steps for post in (step.who.post, *step.who.each) if post}
