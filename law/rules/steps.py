"""What a derivation is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class DerivationStep:
    """One reason for the due day: the rule applied, the day that came of it, the norm where there is one, a note.

    The note is a plain Spanish sentence, as the law is: it is kept with the clock it explains. ``inputs`` are what the
    rule took, as JSON has it.
    """

    rule: str
    day: date
    norm: str
    note: str
    inputs: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Derivation:
    """When a term is due and how that was counted. Without ``due_on`` it is suspended."""

    due_on: date | None
    first_day: date | None
    steps: tuple[DerivationStep, ...]

    @property
    def state(self) -> str:
        """Return ``running`` or ``suspended``."""
        return "suspended" if self.due_on is None else "running"


def as_json(step: DerivationStep) -> dict[str, object]:
    """Return a step as it is kept and sent: the norm only where there is one."""
    told: dict[str, object] = {"rule": step.rule, "day": step.day.isoformat()}
    if step.norm:
        told["norm"] = step.norm
    told["note"] = step.note
    if step.inputs:
        told["inputs"] = dict(step.inputs)
    return told
