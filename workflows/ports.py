"""The values that cross the border of the workflows room."""

from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from workflows.enums import StepKind


@dataclass(frozen=True)
class Who:
    """Who holds a step: exactly one field is given.

    ``each`` makes one task per post; ``each_from`` one per unit of a list that the process keeps under that name.
    """

    post: str = ""
    unit: str = ""
    drafter_head: bool = False
    role: str = ""
    each: tuple[str, ...] = ()
    each_from: str = ""


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


@dataclass(frozen=True)
class RouteFault:
    """What is wrong with a drawn route: where in its file, at which element, and what to do."""

    line: int
    element: str
    sentence: str


@dataclass(frozen=True)
class Hop:
    """Where a task goes on instead of where its arrow leads: the engine decides it, not the drawing."""

    node: Any
    token: Any
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Change:
    """A task that went from one status to another; a new one comes from nowhere."""

    task: Any
    source: str
    target: str


@dataclass
class Run:
    """One call of the engine: its moment, its actor, and what it changed so far.

    ``born`` are new tasks of persons and ``links`` pairs of a task and the one before it, each written together;
    ``known`` is what the call has looked up.
    """

    at: datetime
    by: Any = None
    changes: list[Change] = field(default_factory=list)
    born: list[Any] = field(default_factory=list)
    links: list[tuple[Any, Any]] = field(default_factory=list)
    known: dict[str, Any] = field(default_factory=dict)


running: ContextVar[Run | None] = ContextVar("running", default=None)
"""The run that the engine's rows belong to; outside of it rows are saved as they are."""
