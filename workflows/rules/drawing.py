"""A route as it is drawn: elements and arrows, without the engine."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from workflows.ports import Step

TASKS = ("userTask", "serviceTask")


@dataclass(frozen=True)
class Flow:
    """An arrow. ``condition`` is the outcome word that takes it."""

    id: str
    source: str
    target: str
    line: int
    condition: str = ""


@dataclass(frozen=True)
class Element:
    """A shape: what it is, and what our extension elements say of it.

    ``call`` names the service of a service task; ``host``, ``days`` and ``is_interrupting`` describe a boundary timer.
    """

    id: str
    tag: str
    name: str
    line: int
    step: Step | None = None
    is_each: bool = False
    is_sequential: bool = False
    call: str = ""
    host: str = ""
    days: int = 0
    is_interrupting: bool = True
    lane: str = ""


@dataclass(frozen=True)
class Drawing:
    """A whole route."""

    name: str
    elements: dict[str, Element]
    flows: tuple[Flow, ...]
    _leaving: dict[str, list[Flow]] = field(init=False, repr=False, compare=False)
    _arriving: dict[str, list[Flow]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        leaving: dict[str, list[Flow]] = {}
        arriving: dict[str, list[Flow]] = {}
        for flow in self.flows:
            leaving.setdefault(flow.source, []).append(flow)
            arriving.setdefault(flow.target, []).append(flow)
        object.__setattr__(self, "_leaving", leaving)
        object.__setattr__(self, "_arriving", arriving)

    def leaving(self, element_id: str) -> list[Flow]:
        """Return the arrows out of an element, as drawn."""
        return self._leaving.get(element_id, [])

    def arriving(self, element_id: str) -> list[Flow]:
        """Return the arrows into an element."""
        return self._arriving.get(element_id, [])

    def of_tag(self, *tags: str) -> list[Element]:
        """Return the elements of these kinds, in the file's order."""
        return [element for element in self.elements.values() if element.tag in tags]

    def boundaries(self, host: str) -> list[Element]:
        """Return the timers on the border of a step."""
        return [element for element in self.of_tag("boundaryEvent") if element.host == host]

    @property
    def steps(self) -> dict[str, Step]:
        """The user tasks by their id."""
        return {element.id: element.step for element in self.elements.values() if element.step is not None}

    def is_split(self, element: Element) -> bool:
        """Return whether a parallel gateway opens branches; else it joins them."""
        return element.tag == "parallelGateway" and len(self.leaving(element.id)) > 1

    def is_join(self, element: Element) -> bool:
        """Return whether a parallel gateway joins branches."""
        return element.tag == "parallelGateway" and not self.is_split(element)

    def nexts(self, element_id: str) -> Iterator[str]:
        """Yield where the file can go from an element, its border included."""
        yield from (flow.target for flow in self.leaving(element_id))
        yield from (boundary.id for boundary in self.boundaries(element_id))

    def choices(self, element_id: str) -> tuple[dict[str, str], str]:
        """Return where each outcome word leads from an element, and where all others do.

        Exclusive gateways on the way are folded in, so that they need no row of their own.
        """
        chosen: dict[str, str] = {}
        otherwise = ""
        for flow in self.leaving(element_id):
            target = self.elements[flow.target]
            words, rest = self.choices(target.id) if target.tag == "exclusiveGateway" else ({}, target.id)
            if not flow.condition:
                chosen = {**words, **chosen}
                otherwise = rest
            else:
                goes_to = words.get(flow.condition, rest)
                if goes_to:
                    chosen[flow.condition] = goes_to
        return chosen, otherwise
