"""Names: what a step refers to is in the route, and in the entity."""

from collections.abc import Iterator
from dataclasses import dataclass

from workflows.enums import StepKind
from workflows.ports import RouteFault, Step
from workflows.rules.drawing import Drawing, Element
from workflows.rules.routes.branches import Open, walked
from workflows.rules.routes.paths import fault_at, label

ENDORSEMENTS = {"visto", "conformidad", "visado", "rubric"}
NEEDS_ABOUT = {StepKind.VISADO, StepKind.NUMBER, StepKind.SIGN, StepKind.PUBLISH, StepKind.NOTIFY}


@dataclass(frozen=True)
class Known:
    """What the entity has: slugs of posts, units and kinds of document; names of services."""

    posts: frozenset[str]
    units: frozenset[str]
    kinds: frozenset[str]
    services: frozenset[str]


def key_of(step: Step) -> str:
    """Return the name under which the process keeps what the step writes."""
    return step.key or step.drafts or step.emits


def check_references(drawing: Drawing) -> list[RouteFault]:
    """Return the references of a route to itself that lead nowhere."""
    keys = {key_of(step) for step in drawing.steps.values()} - {""}
    open_at = walked(drawing).open_at
    faults = []
    for element in drawing.of_tag("userTask"):
        faults += [fault_at(element, sentence) for sentence in _step_faults(element, keys)]
        faults += [fault_at(element, sentence) for sentence in _return_faults(drawing, element, open_at)]
    return faults


def _step_faults(element: Element, keys: set[str]) -> Iterator[str]:
    step, name = element.step, label(element)
    assert step is not None
    if step.about and step.about not in keys:
        yield f"El paso {name} trabaja sobre «{step.about}», que ningún paso escribe; corrija about o agregue key."
    if step.kind in NEEDS_ABOUT and not step.about:
        yield f"El paso {name} no dice sobre qué documento trabaja; agregue about."
    if step.kind == StepKind.VISADO and not (step.visado and set(step.visado.split()) <= ENDORSEMENTS):
        known = ", ".join(sorted(ENDORSEMENTS))
        yield f"El paso {name} no dice qué visado pide; use en visado: {known}."
    if step.kind == StepKind.DRAFT and not (step.emits or step.drafts):
        yield f"El paso {name} redacta, pero no dice qué clase de documento; agregue emits o drafts."
    if step.emits and step.drafts:
        yield f"El paso {name} dice emits y drafts a la vez; deje uno."
    if len(set(step.who.each)) < len(step.who.each):
        yield f"El paso {name} pide dos veces al mismo puesto; deje uno."


def _return_faults(drawing: Drawing, element: Element, open_at: dict[str, Open]) -> Iterator[str]:
    step, name = element.step, label(element)
    assert step is not None
    here = open_at.get(element.id, ())
    for target in step.returns_to:
        if target not in drawing.steps:
            yield f"El paso {name} devuelve a «{target}», que no es un paso de la ruta; corrija returnsTo."
        elif here[: len(open_at.get(target, ()))] != open_at.get(target, ()):
            yield f"El paso {name} devuelve a «{target}», que está en otra rama; devuelva a un paso anterior a ambas."
    if step.cancels_siblings and not (element.is_each or here):
        yield f"El paso {name} no tiene a quién cancelar: cancelsSiblings es para pasos en paralelo."


def check_known(drawing: Drawing, known: Known) -> list[RouteFault]:
    """Return the references of a route that the entity does not have."""
    faults = []
    for element in drawing.elements.values():
        faults += [
            fault_at(element, f"En {label(element)}, {what} «{slug}» no existe en la entidad; corríjalo o agréguelo.")
            for what, slug in _unknown(element, known)
        ]
    return faults


def _unknown(element: Element, known: Known) -> Iterator[tuple[str, str]]:
    if element.call and element.call not in known.services:
        yield "el servicio", element.call
    step = element.step
    if step is None:
        return
    for post in filter(None, (step.who.post, *step.who.each)):
        if post not in known.posts:
            yield "el puesto", post
    if step.who.unit and step.who.unit not in known.units:
        yield "la unidad", step.who.unit
    for kind in filter(None, (step.emits, step.emits_on_observed, step.drafts)):
        if kind not in known.kinds:
            yield "la clase de documento", kind
