"""What a person decides on a step."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Decision:
    """What the person decided on a step, as the form or the script says it.

    ``opinions`` gives an outcome for each deliverable by its id; ``units`` the slugs to derive to; ``return_to``
    the step that gets the file back; ``proof`` says that the person has just confirmed with a second factor.
    """

    outcome: str = "done"
    pin: str = field(default="", repr=False)
    proof: str = field(default="", repr=False)
    proveido: str = ""
    observation: str = ""
    opinions: Mapping[int, str] = field(default_factory=dict)
    return_to: str = ""
    units: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()
