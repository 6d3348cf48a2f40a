"""The values that cross the border of the workflows room."""

from dataclasses import dataclass

from workflows.enums import StepKind


@dataclass(frozen=True)
class Who:
    """Who holds a step: exactly one field is given. ``each`` makes one task per post."""

    post: str = ""
    unit: str = ""
    drafter_head: bool = False
    role: str = ""
    each: tuple[str, ...] = ()


@dataclass(frozen=True)
class Step:
    """A user task of a route, as its BPMN file describes it.

    ``emits`` is the kind of the document that the step writes, numbers and signs by itself (``emits_on_observed``
    the one that it writes instead when it sends the file back); ``drafts`` the kind
    of the act that it only writes; ``key`` the part that document plays in the process; ``about`` the key of the
    document that the step works on (visado, number, sign, publish).
    """

    id: str
    name: str
    kind: StepKind
    verb: str
    who: Who
    term_days: int | None = None
    emits: str = ""
    emits_on_observed: str = ""
    drafts: str = ""
    key: str = ""
    about: str = ""
    visado: str = ""
    signer_order: int = 0
    outcomes: tuple[str, ...] = ()
    returns_to: tuple[str, ...] = ()
    cancels_siblings: bool = False
    per_deliverable: bool = False
