"""Parallel branches: what opens them and what joins them come in pairs.

A file in branches bears a token per branch. The check walks the arrows with the list of gateways that are open, as
the tokens will: an element that is reached with two different lists would mix tokens.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from workflows.ports import RouteFault
from workflows.rules.drawing import Drawing, Element
from workflows.rules.routes.paths import fault_at, label

Open = tuple[tuple[str, str], ...]


def check_branches(drawing: Drawing) -> list[RouteFault]:
    """Return the branches that no gateway joins, and the joins that get the wrong branches."""
    walk = walked(drawing)
    return [*walk.faults.values(), *_unpaired(drawing, walk)]


def walked(drawing: Drawing) -> "Walk":
    """Return which gateways are open at each element."""
    walk = Walk(drawing)
    walk.run()
    return walk


@dataclass
class Walk:
    """Goes along every arrow once."""

    drawing: Drawing
    open_at: dict[str, Open] = field(default_factory=dict)
    joins_of: dict[str, set[str]] = field(default_factory=dict)
    ends_in: set[str] = field(default_factory=set)
    faults: dict[str, RouteFault] = field(default_factory=dict)

    def run(self) -> None:
        waiting: list[tuple[Element, Open]] = [(element, ()) for element in self.drawing.of_tag("startEvent")]
        while waiting:
            element, is_open = waiting.pop()
            if self.drawing.is_join(element) and is_open:
                is_open = (*is_open[:-1], (is_open[-1][0], ""))
            known = self.open_at.get(element.id)
            if known is None:
                self.open_at[element.id] = is_open
                waiting.extend(self._onward(element, is_open))
            elif known != is_open and element.tag != "endEvent":
                self._mixed(element)
            if element.tag == "endEvent":
                self.ends_in.update(split for split, _arrow in is_open)

    def _onward(self, element: Element, is_open: Open) -> Iterator[tuple[Element, Open]]:
        after = self._after(element, is_open)
        for flow in self.drawing.leaving(element.id):
            branch = ((element.id, flow.id),) if self.drawing.is_split(element) else ()
            yield self.drawing.elements[flow.target], (*after, *branch)
        for boundary in self.drawing.boundaries(element.id):
            yield boundary, is_open if boundary.is_interrupting else ((boundary.id, ""),)

    def _after(self, element: Element, is_open: Open) -> Open:
        if not self.drawing.is_join(element):
            return is_open
        split = is_open[-1][0] if is_open else ""
        if not split or self.drawing.elements[split].tag != "parallelGateway":
            sentence = f"La compuerta {label(element)} junta ramas que ninguna compuerta paralela abrió; abra o quite."
            self.faults[element.id] = fault_at(element, sentence)
            return is_open
        self.joins_of.setdefault(split, set()).add(element.id)
        return is_open[:-1]

    def _mixed(self, element: Element) -> None:
        sentence = (
            f"A {label(element)} se llega por caminos con distintas ramas abiertas. Junte las ramas antes, "
            "o devuelva con returnsTo en el paso en vez de una flecha."
        )
        self.faults.setdefault(element.id, fault_at(element, sentence))


def _unpaired(drawing: Drawing, walk: Walk) -> Iterator[RouteFault]:
    for split in filter(drawing.is_split, drawing.elements.values()):
        joins = walk.joins_of.get(split.id, set())
        if len(joins) > 1:
            where = ", ".join(sorted(joins))
            yield fault_at(split, f"Las ramas de {label(split)} se juntan en compuertas distintas ({where}); use una.")
        elif joins and split.id in walk.ends_in:
            yield fault_at(
                split, f"Una rama de {label(split)} llega a un fin y otra a una compuerta; júntelas todas o ninguna."
            )
