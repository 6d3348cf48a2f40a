"""Decisions: every outcome of a step leads somewhere, and every word on an arrow is some step's outcome."""

from collections.abc import Iterator

from workflows.ports import RouteFault
from workflows.rules.drawing import Drawing, Element
from workflows.rules.routes.branches import walked
from workflows.rules.routes.paths import fault_at, label, reached

OBSERVED = "observed"
TIMEOUT = "timeout"


def is_decided(drawing: Drawing, element_id: str, outcome: str) -> bool:
    """Return whether an arrow says where this outcome of a step leads, at once or where its branches meet."""
    choices, otherwise = drawing.choices(element_id)
    if outcome in choices:
        return True
    following = drawing.elements.get(otherwise)
    return following is not None and drawing.is_join(following) and is_decided(drawing, following.id, outcome)


def check_decisions(drawing: Drawing) -> list[RouteFault]:
    """Return the exclusive gateways that leave a decision without arrow, and the observations that lead nowhere."""
    return [*_gateway_faults(drawing), *_observed_faults(drawing)]


def _gateway_faults(drawing: Drawing) -> Iterator[RouteFault]:
    for gateway in drawing.of_tag("exclusiveGateway"):
        leaving = drawing.leaving(gateway.id)
        if len(leaving) < 2:
            continue
        words = [flow.condition for flow in leaving if flow.condition]
        name = label(gateway)
        if len(words) < len(leaving) - 1:
            yield fault_at(gateway, f"De {name} sale más de una flecha sin decisión; escriba la decisión de cada una.")
        if len(set(words)) < len(words):
            yield fault_at(gateway, f"Dos flechas de {name} llevan la misma decisión; deje una.")
        yield from _word_faults(drawing, gateway, set(words), has_default=len(words) < len(leaving))


def _word_faults(drawing: Drawing, gateway: Element, words: set[str], *, has_default: bool) -> Iterator[RouteFault]:
    possible: set[str] = set()
    is_certain = True
    for feeder in feeders(drawing, gateway.id):
        if feeder.tag == "startEvent" or drawing.is_split(feeder):
            yield fault_at(gateway, f"Antes de {label(gateway)} ningún paso decide; ponga la compuerta tras un paso.")
            return
        is_certain = is_certain and feeder.tag == "userTask" and not feeder.is_each
        possible |= outcomes_of(drawing, feeder)
    for word in sorted(words - possible):
        said = ", ".join(sorted(possible)) or "ninguna"
        yield fault_at(
            gateway, f"La decisión «{word}» de {label(gateway)} no la da ningún paso anterior (dan: {said}); corríjala."
        )
    if not has_default and (not is_certain or possible - words):
        lacking = ", ".join(sorted(possible - words)) or "las demás"
        yield fault_at(gateway, f"{label(gateway)} no dice qué hacer con: {lacking}. Agregue una flecha por defecto.")


def feeders(drawing: Drawing, gateway_id: str) -> list[Element]:
    """Return the elements whose outcome arrives at an exclusive gateway, through others of its kind."""
    found: list[Element] = []
    seen: set[str] = set()
    waiting = [gateway_id]
    while waiting:
        for flow in drawing.arriving(waiting.pop()):
            source = drawing.elements[flow.source]
            if source.id in seen:
                continue
            seen.add(source.id)
            if source.tag == "exclusiveGateway":
                waiting.append(source.id)
            else:
                found.append(source)
    return found


def outcomes_of(drawing: Drawing, element: Element) -> set[str]:
    """Return the words that an element can go on with: a join, those of the steps that it joins."""
    if element.step is not None:
        return set(element.step.outcomes)
    if element.tag == "boundaryEvent":
        return {TIMEOUT}
    if not drawing.is_join(element):
        return {"done", OBSERVED}
    splits = [split for split, joins in walked(drawing).joins_of.items() if element.id in joins]
    inside = reached(
        [flow.source for flow in drawing.arriving(element.id)],
        lambda element_id: [flow.source for flow in drawing.arriving(element_id)],
        avoiding=splits,
    )
    steps = [drawing.elements[element_id].step for element_id in inside]
    return {word for step in steps if step is not None for word in step.outcomes}


def _observed_faults(drawing: Drawing) -> Iterator[RouteFault]:
    for element in drawing.of_tag("userTask"):
        step = element.step
        assert step is not None
        if OBSERVED in step.outcomes and not step.returns_to and not is_decided(drawing, element.id, OBSERVED):
            yield fault_at(
                element,
                f"El paso {label(element)} puede observar, pero la ruta no dice a dónde vuelve: "
                "agregue una compuerta con la decisión observed, o returnsTo.",
            )
