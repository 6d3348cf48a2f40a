"""What a route must hold before it may be published: checked on the drawing, without the engine.

Each check is a function from the drawing to the faults it finds; a fault says at which element, and what to do.
"""

from workflows.ports import RouteFault
from workflows.rules.drawing import Drawing
from workflows.rules.routes.branches import check_branches
from workflows.rules.routes.decisions import check_decisions, is_decided
from workflows.rules.routes.order import check_order
from workflows.rules.routes.paths import check_arrows, check_paths
from workflows.rules.routes.references import Known, check_known, check_references

__all__ = ["Known", "check_known", "check_route", "is_decided"]


def check_route(drawing: Drawing) -> tuple[RouteFault, ...]:
    """Return every fault of the drawing, in the file's order; none means that it may run.

    What is said of the arrows comes first: where they are wrong, the other checks would only repeat it.
    """
    faults = check_arrows(drawing)
    if not faults:
        checks = (check_paths, check_branches, check_decisions, check_references, check_order)
        faults = [fault for check in checks for fault in check(drawing)]
    return tuple(sorted(faults, key=lambda fault: fault.line))
