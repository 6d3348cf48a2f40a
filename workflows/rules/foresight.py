"""What a route still foresees from a step on, when nothing is observed."""

from dataclasses import dataclass

from workflows.enums import StepKind
from workflows.ports import Step
from workflows.rules.drawing import Drawing, Element


@dataclass(frozen=True)
class Stage:
    """Steps that run at the same time; most stages have one."""

    steps: tuple[Step, ...]


def foreseen(drawing: Drawing, step_id: str) -> tuple[Stage, ...]:
    """Return the stages after a step along the arrows without condition, up to the last signature if one comes.

    A step that is met again ends the way: a plan has no loops.
    """
    stages: list[Stage] = []
    seen = {step_id}
    at = _after(drawing, step_id)
    while at is not None and at.id not in seen:
        seen.add(at.id)
        if drawing.is_split(at):
            stage, at = _branches(drawing, at)
            stages.append(stage)
        else:
            if at.step is not None:
                stages.append(Stage((at.step,)))
            at = _after(drawing, at.id)
    return _until_signed(stages)


def _after(drawing: Drawing, element_id: str) -> Element | None:
    """Return where the file goes by default; of conditions alone, the first one."""
    flows = drawing.leaving(element_id)
    plain = [flow for flow in flows if not flow.condition]
    flow = next(iter(plain or flows), None)
    return drawing.elements.get(flow.target) if flow else None


def _branches(drawing: Drawing, split: Element) -> tuple[Stage, Element | None]:
    """Return the steps of all branches as one stage, and the join where they meet."""
    steps: list[Step] = []
    join: Element | None = None
    for flow in drawing.leaving(split.id):
        at = drawing.elements.get(flow.target)
        seen: set[str] = set()
        while at is not None and at.id not in seen and not drawing.is_join(at):
            seen.add(at.id)
            if at.step is not None:
                steps.append(at.step)
            at = _after(drawing, at.id)
        join = join or at
    return Stage(tuple(steps)), join


def _until_signed(stages: list[Stage]) -> tuple[Stage, ...]:
    signs = [place for place, stage in enumerate(stages) if any(s.kind == StepKind.SIGN for s in stage.steps)]
    kept = stages[: signs[-1] + 1] if signs else stages
    return tuple(stage for stage in kept if stage.steps)
