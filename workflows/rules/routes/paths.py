"""Arrows and paths: every element is reached, and every path ends."""

from collections.abc import Callable, Iterable

from workflows.ports import RouteFault
from workflows.rules.drawing import TASKS, Drawing, Element


def fault_at(element: Element, sentence: str) -> RouteFault:
    """Return a fault that points at the element."""
    return RouteFault(element.line, element.id, sentence)


def label(element: Element) -> str:
    """Return how a sentence names the element."""
    return f"{element.id} «{element.name}»" if element.name else element.id


def reached(starts: Iterable[str], step: Callable[[str], Iterable[str]], avoiding: Iterable[str] = ()) -> set[str]:
    """Return what can be reached from these elements without passing through those to avoid."""
    closed = set(avoiding)
    found: set[str] = set()
    waiting = [start for start in starts if start not in closed]
    while waiting:
        current = waiting.pop()
        if current not in found:
            found.add(current)
            waiting.extend(following for following in step(current) if following not in closed)
    return found


def check_arrows(drawing: Drawing) -> list[RouteFault]:
    """Return what is wrong with starts, ends, and the number of arrows at each element."""
    faults = []
    starts = drawing.of_tag("startEvent")
    if len(starts) != 1:
        line, identity = (starts[1].line, starts[1].id) if starts else (1, "")
        faults.append(RouteFault(line, identity, "La ruta debe tener un solo inicio."))
    if not drawing.of_tag("endEvent"):
        faults.append(RouteFault(1, "", "La ruta no tiene fin; dibuje al menos uno."))
    for element in drawing.elements.values():
        sentence = _arrows_fault(drawing, element)
        if sentence:
            faults.append(fault_at(element, sentence))
    faults += _gateway_rings(drawing)
    for flow in drawing.flows:
        if flow.condition and drawing.elements[flow.source].tag != "exclusiveGateway":
            sentence = f"La flecha {flow.id} lleva una decisión, pero no sale de una compuerta exclusiva; ponga una."
            faults.append(RouteFault(flow.line, flow.id, sentence))
    return faults


def _arrows_fault(drawing: Drawing, element: Element) -> str:
    arriving, leaving = len(drawing.arriving(element.id)), len(drawing.leaving(element.id))
    name = label(element)
    if element.tag == "endEvent":
        return f"Del fin {name} sale una flecha; quítela." if leaving else ""
    if leaving == 0:
        return f"El camino se corta en {name}: de ahí no sale ninguna flecha. Únalo con el paso que sigue o con un fin."
    if element.tag in {"startEvent", "boundaryEvent"} and arriving:
        return f"A {name} llega una flecha; ahí solo empieza un camino."
    if element.tag in {*TASKS, "startEvent", "boundaryEvent"} and leaving > 1:
        return f"De {name} salen varias flechas; ponga una compuerta, exclusiva o paralela, que las reparta."
    if element.tag == "parallelGateway":
        return _parallel_fault(name, arriving, leaving)
    return ""


def _parallel_fault(name: str, arriving: int, leaving: int) -> str:
    if arriving > 1 and leaving > 1:
        return f"La compuerta paralela {name} junta y abre a la vez; dibuje dos, una para cada cosa."
    if arriving <= 1 and leaving <= 1:
        return f"La compuerta paralela {name} ni abre ramas ni las junta; quítela."
    return ""


def _gateway_rings(drawing: Drawing) -> list[RouteFault]:
    """A ring of gateways alone would turn for ever."""
    gateways = {element.id for element in drawing.of_tag("exclusiveGateway")}

    def onward(element_id: str) -> list[str]:
        return [flow.target for flow in drawing.leaving(element_id) if flow.target in gateways]

    return [
        fault_at(drawing.elements[gateway], f"Desde la compuerta {gateway} se vuelve a ella sin pasar por ningún paso.")
        for gateway in sorted(gateways)
        if gateway in reached(onward(gateway), onward)
    ]


def check_paths(drawing: Drawing) -> list[RouteFault]:
    """Return the elements that no file reaches, and those from which it never ends."""
    ends = [element.id for element in drawing.of_tag("endEvent")]
    from_start = reached([element.id for element in drawing.of_tag("startEvent")], drawing.nexts)
    to_an_end = reached(ends, lambda element_id: [flow.source for flow in drawing.arriving(element_id)])
    faults = []
    for element in drawing.elements.values():
        if element.id not in from_start:
            faults.append(fault_at(element, f"A {label(element)} no llega ningún camino desde el inicio; únalo."))
        elif element.id not in to_an_end:
            faults.append(fault_at(element, f"Desde {label(element)} nunca se llega a un fin; dibuje la salida."))
    return faults
