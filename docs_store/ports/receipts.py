"""Papers that the system writes by itself: cargos, talones and cédulas."""

from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True)
class CargoFile:
    """One thing that was handed in: its folios or pages, and its hash where it is a file."""

    title: str
    folios: int | None
    sha256: str


@dataclass(frozen=True)
class Cargo:
    """A receipt. ``is_automatic`` tells the constancia from the clerk's cargo. Never the tracking key.

    ``answer_by`` is the day to answer, where a term runs; ``term`` and ``why_unanswered`` give it and what silence
    means in a sentence each. ``missing`` is what must still be handed in, ``cure_by`` until when.
    """

    is_automatic: bool
    register_label: str
    expediente: str
    presented_at: datetime
    counts_from: date
    party: str
    party_id: str
    on_behalf_of: str
    subject: str
    destination: str
    notified_by: str
    received_by: str
    files: tuple[CargoFile, ...] = field(default_factory=tuple)
    procedure: str = ""
    answer_by: date | None = None
    term: str = ""
    if_unanswered: str = ""
    why_unanswered: str = ""
    missing: tuple[str, ...] = ()
    cure_by: date | None = None


@dataclass(frozen=True)
class CedulaRecourse:
    """What can be done against an act: the recourse, before whom, within which term."""

    name: str
    organ: str
    term: str


@dataclass(frozen=True)
class Cedula:
    """What goes with the text of a document when it is notified on paper. ``norm`` gives what it must say.

    ``decides``, ``takes_effect``, ``route`` and ``recourses`` are an act's; ``pages`` may be unknown.
    """

    label: str
    means: str
    party: str
    party_id: str
    place: str
    procedure: str
    document: str
    pages: int | None
    authority: str
    authority_address: str
    counts_when: str
    decides: str = ""
    takes_effect: str = ""
    recourses: tuple[CedulaRecourse, ...] = ()
    route: str = ""
    norm: str = ""


@dataclass(frozen=True)
class Talon:
    """The talón, with the tracking key, handed over beside the cargo and never kept.

    ``key_url`` is what its QR opens, key included; ``site`` is printed for whoever types.
    """

    entity_name: str
    unit_name: str
    label: str
    key: str
    key_url: str
    site: str
