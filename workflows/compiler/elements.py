"""One function per element, each returning one Viewflow node (a multi-instance task: three)."""

from collections.abc import Callable
from typing import Any

from viewflow import this

from workflows import nodes
from workflows.enums import StepKind
from workflows.rules.drawing import Drawing, Element
from workflows.rules.routes import is_decided
from workflows.services.seats import ENDORSED

OBSERVED = "observed"
Nodes = dict[str, Any]


def node_name(drawing: Drawing, element_id: str) -> str:
    """Return the node through which an element is reached. Names are database values."""
    return f"each_{element_id}" if drawing.elements[element_id].is_each else f"n_{element_id}"


def onward(drawing: Drawing, element: Element, node: Any) -> Any:
    """Draw the arrows out of the node, with the exclusive gateways behind it folded in."""
    choices, otherwise = drawing.choices(element.id)
    names = {word: node_name(drawing, target) for word, target in choices.items()}
    return node.goes(names, node_name(drawing, otherwise) if otherwise else "")


def start_event(drawing: Drawing, element: Element) -> Nodes:
    return {f"n_{element.id}": onward(drawing, element, nodes.Begin())}


def end_event(drawing: Drawing, element: Element) -> Nodes:
    return {f"n_{element.id}": nodes.Finish()}


def user_task(drawing: Drawing, element: Element) -> Nodes:
    step = element.step
    assert step is not None
    human = nodes.Human(
        step=step,
        entry=node_name(drawing, element.id),
        timers=tuple(f"n_{boundary.id}" for boundary in drawing.boundaries(element.id)),
        returns=bool(step.returns_to) and (step.cancels_siblings or not is_decided(drawing, element.id, OBSERVED)),
    )
    if not element.is_each:
        return {f"n_{element.id}": onward(drawing, element, human)}
    join = nodes.Join(if_nobody=ENDORSED if step.kind == StepKind.VISADO else "")
    return {
        f"each_{element.id}": nodes.Each(
            step=step,
            body=getattr(this, f"n_{element.id}"),
            join=getattr(this, f"join_{element.id}"),
            is_sequential=element.is_sequential,
        ),
        f"n_{element.id}": human.goes({}, f"join_{element.id}"),
        f"join_{element.id}": onward(drawing, element, join),
    }


def service_task(drawing: Drawing, element: Element) -> Nodes:
    service = nodes.Service(step_id=element.id, name=element.name, call=element.call)
    return {f"n_{element.id}": onward(drawing, element, service)}


def parallel_gateway(drawing: Drawing, element: Element) -> Nodes:
    if drawing.is_join(element):
        return {f"n_{element.id}": onward(drawing, element, nodes.Join())}
    split = nodes.Split()
    for flow in drawing.leaving(element.id):
        split.Next(getattr(this, node_name(drawing, _past_merges(drawing, flow.target))))
    return {f"n_{element.id}": split}


def _past_merges(drawing: Drawing, element_id: str) -> str:
    """Return what stands behind exclusive gateways that only bring arrows together."""
    while drawing.elements[element_id].tag == "exclusiveGateway":
        (only,) = drawing.leaving(element_id)
        element_id = only.target
    return element_id


def exclusive_gateway(drawing: Drawing, element: Element) -> Nodes:
    return {}


def boundary_event(drawing: Drawing, element: Element) -> Nodes:
    boundary = nodes.Boundary(host=element.host, days=element.days, is_interrupting=element.is_interrupting)
    return {f"n_{element.id}": onward(drawing, element, boundary)}


COMPILE: dict[str, Callable[[Drawing, Element], Nodes]] = {
    "startEvent": start_event,
    "endEvent": end_event,
    "userTask": user_task,
    "serviceTask": service_task,
    "parallelGateway": parallel_gateway,
    "exclusiveGateway": exclusive_gateway,
    "boundaryEvent": boundary_event,
}
