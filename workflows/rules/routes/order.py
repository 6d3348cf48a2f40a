"""The order that paper asks for: visados before the number, the number before the signatures, these in their order."""

from collections.abc import Iterator

from workflows.enums import StepKind
from workflows.ports import RouteFault, Step
from workflows.rules.drawing import Drawing
from workflows.rules.routes.paths import fault_at, label, reached
from workflows.rules.routes.references import key_of


def check_order(drawing: Drawing) -> list[RouteFault]:
    """Return the steps that a file can reach before what must come first."""
    return [*_signs(drawing), *_visados(drawing), *_publications(drawing)]


def _ids(drawing: Drawing, kind: StepKind, about: str) -> list[str]:
    return [step.id for step in drawing.steps.values() if step.kind == kind and step.about == about]


def _can_skip(drawing: Drawing, step_id: str, first: list[str]) -> bool:
    """Return whether a file can come to the step without passing through any of those that must come first."""
    starts = [element.id for element in drawing.of_tag("startEvent")]
    return step_id in reached(starts, drawing.nexts, avoiding=first)


def _of_kind(drawing: Drawing, kind: StepKind) -> Iterator[Step]:
    return (step for step in drawing.steps.values() if step.kind == kind and step.about)


def _signs(drawing: Drawing) -> Iterator[RouteFault]:
    for step in _of_kind(drawing, StepKind.SIGN):
        element = drawing.elements[step.id]
        if _can_skip(drawing, step.id, _ids(drawing, StepKind.NUMBER, step.about)):
            yield fault_at(element, f"Se puede llegar a {label(element)} sin número; ponga antes un paso de numerar.")
        before = [other for other in _of_kind(drawing, StepKind.SIGN) if other.about == step.about and other != step]
        if any(other.signer_order == step.signer_order for other in before):
            yield fault_at(element, f"En {label(element)}, signerOrder se repite; dé a cada firmante su orden.")
        earlier = [other.id for other in before if other.signer_order < step.signer_order]
        if any(_can_skip(drawing, step.id, [signer]) for signer in earlier):
            yield fault_at(element, f"Se puede llegar a {label(element)} antes que a un firmante anterior; ordénelos.")


def _visados(drawing: Drawing) -> Iterator[RouteFault]:
    for step in _of_kind(drawing, StepKind.VISADO):
        numbers = _ids(drawing, StepKind.NUMBER, step.about)
        drafts = [other.id for other in drawing.steps.values() if other.drafts and key_of(other) == step.about]
        if step.id in reached(numbers, drawing.nexts, avoiding=drafts):
            element = drawing.elements[step.id]
            yield fault_at(element, f"{label(element)} se visa después de numerar; ponga el visado antes.")


def _publications(drawing: Drawing) -> Iterator[RouteFault]:
    drafted = {key_of(step) for step in drawing.steps.values() if step.drafts}
    for step in _of_kind(drawing, StepKind.PUBLISH):
        if step.about in drafted and _can_skip(drawing, step.id, _ids(drawing, StepKind.SIGN, step.about)):
            element = drawing.elements[step.id]
            yield fault_at(element, f"Se puede llegar a {label(element)} sin firma; ponga antes el paso de firmar.")
