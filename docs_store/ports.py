"""Protocols of the document store and the values that cross its border."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any, BinaryIO, Protocol

from docs_store.enums import Refusal

DRAFT_TEXTS = ("subject", "addressee_name", "addressee_post", "addressee_place", "closing")
DRAFT_LISTS = ("references", "vistos", "considerandos", "copies", "attendees")


@dataclass(frozen=True)
class Stored:
    """One object of the archive as its store lists it. ``stored_at``: a file's is when it was last put, once more."""

    sha256: str
    size: int
    stored_at: datetime


class Archive(Protocol):
    """Write-once storage of byte strings, addressed by their SHA-256."""

    def put(self, content: BinaryIO) -> str:
        """Store the bytes and return their SHA-256 as 64 lower-case hex digits.

        Storing the same bytes twice is allowed and changes nothing.

        :raises ArchiveUnavailable: the bytes may or may not have been stored.
        """
        ...

    def open(self, sha256: str) -> BinaryIO:
        """Return the bytes, their hash verified before the first one is handed out.

        :raises ObjectMissing: nothing is stored under that hash.
        :raises ObjectDamaged: what is stored no longer matches its hash.
        :raises ArchiveUnavailable: trying again later may help.
        """
        ...

    def has(self, sha256: str) -> bool:
        """Return whether something is stored under that hash.

        :raises ArchiveUnavailable: trying again later may help.
        """
        ...

    def stored(self) -> Iterator[Stored]:
        """Yield every object in the order of its hash. What is stored meanwhile may or may not be among them.

        :raises ArchiveUnavailable: trying again later may help.
        """
        ...

    def check(self) -> None:
        """Return if the archive can be reached and written, within seconds and without storing anything.

        :raises ArchiveUnavailable: it cannot; ``reason`` says why in a word.
        """
        ...

    def lock(self, sha256: str, *, at: datetime) -> bool:
        """Have the store itself refuse the object's deletion for its whole term, and return whether it does so.

        :param at: the term begins then. A lock that lasts longer already stays, and a term that is over sets none.
        :raises ObjectMissing: nothing is stored under that hash.
        :raises ArchiveUnavailable: trying again later may help.
        """
        ...

    def locked_until(self, sha256: str) -> datetime | None:
        """Return until when the store itself refuses the object's deletion; nothing where it locks none.

        :raises ArchiveUnavailable: trying again later may help.
        """
        ...

    def is_covered(self, sha256: str) -> bool:
        """Return whether a deletion or another version was laid over what was stored: somebody overstepped.

        :raises ArchiveUnavailable: trying again later may help.
        """
        ...

    def remove(self, sha256: str, *, before: datetime) -> bool:
        """Delete an object that has no row, and return whether it is gone.

        It is not, if it was put since ``before`` or the store refuses.

        :raises ArchiveUnavailable: trying again later may help.
        """
        ...

    def list_head(self, name: str) -> None:
        """Add a name to the list of the ledger's heads, for ever; adding it twice changes nothing.

        :raises ArchiveUnavailable: trying again later may help.
        """
        ...

    def listed_heads(self) -> list[str]:
        """Return the names that were added, in alphabetical order, those that a deletion hides among them.

        :raises ArchiveUnavailable: trying again later may help.
        """
        ...

    def prepare(self) -> list[str]:
        """Make the place where objects are stored; return a sentence for each thing that was made.

        :raises ArchiveUnavailable: the store does not answer or does not allow it.
        """
        ...

    def admit(self, url: str) -> list[str]:
        """Give whoever comes by that URL the application's rights and no more; return a sentence for each thing made.

        :raises RightsNotGiven: this place cannot; the sentence says what the operator has to do.
        :raises ArchiveUnavailable: trying again later may help.
        """
        ...

    def weaknesses(self) -> list[str]:
        """Return a sentence for each promise of a write-once archive that this place does not keep.

        :raises ArchiveUnavailable: trying again later may help.
        """
        ...


@dataclass(frozen=True)
class Section:
    """A numbered section of a text; without heading its paragraphs stand alone."""

    heading: str = ""
    paragraphs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Article:
    """One article of an act: the verb in bold, then what it orders."""

    verb: str
    text: str


@dataclass(frozen=True)
class Draft:
    """A structured text. Every field is what a person typed: data, never markup.

    ``vistos`` and ``considerandos`` and ``articles`` are an act's; ``sections`` any other document's;
    ``attendees`` an acta's.
    """

    subject: str = ""
    addressee_name: str = ""
    addressee_post: str = ""
    addressee_place: str = ""
    references: tuple[str, ...] = ()
    vistos: tuple[str, ...] = ()
    considerandos: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    articles: tuple[Article, ...] = ()
    closing: str = ""
    copies: tuple[str, ...] = ()
    attendees: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the draft as JSON values: lists and mappings, in the order of the fields."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Draft":
        """Return the draft that ``as_json`` gave."""
        typed: dict[str, Any] = {name: values.get(name, "") for name in DRAFT_TEXTS}
        typed |= {name: tuple(values.get(name, ())) for name in DRAFT_LISTS}
        return cls(
            **typed,
            sections=tuple(Section(s.get("heading", ""), tuple(s["paragraphs"])) for s in values.get("sections", ())),
            articles=tuple(Article(a["verb"], a["text"]) for a in values.get("articles", ())),
        )


@dataclass(frozen=True)
class VisadoBlock:
    """A visado as it is printed."""

    post: str
    person: str
    kind: str
    given_at: datetime


@dataclass(frozen=True)
class AnnexLine:
    """An annex as the act prints it. ``pages`` is unknown for some outside files."""

    title: str
    pages: int | None
    sha256: str


@dataclass(frozen=True)
class SignerPlace:
    """Who will sign, in which order (from 1); the place itself comes back from typesetting."""

    order: int
    post: str
    person: str


@dataclass(frozen=True)
class Rubric:
    """A strip in the margin of every page of an annex."""

    initials: str
    siglas: str
    given_on: date


@dataclass(frozen=True)
class Frame:
    """All that surrounds a draft on paper. Empty ``label``: a draft's preview.

    ``verify_url`` is the address of the verification page: it is printed without its scheme, and the
    QR leads to it followed by ``/`` and the ``cvd``. ``motto`` is the official name of the year.
    """

    template: str
    kind_name: str
    entity_name: str
    entity_location: str
    ruc: str
    unit_name: str
    author_post: str = ""
    author_name: str = ""
    label: str = ""
    city: str = ""
    date_on: date | None = None
    expediente: str = ""
    cvd: str = ""
    verify_url: str = ""
    signers: tuple[SignerPlace, ...] = ()
    visados: tuple[VisadoBlock, ...] = ()
    annexes: tuple[AnnexLine, ...] = ()
    rubrics: tuple[Rubric, ...] = ()
    motto: str = ""


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


@dataclass(frozen=True)
class StampText:
    """What the visible stamp of a signature says. ``titular_post`` and ``act`` are a substitute's."""

    post: str
    person: str
    entity_name: str
    ruc: str
    reason: str
    signed_at: datetime
    titular_post: str = ""
    act: str = ""


@dataclass(frozen=True)
class SealText:
    """What the visible seal of the entity on a cargo says."""

    entity_name: str
    ruc: str
    received_by: str
    sealed_at: datetime


@dataclass(frozen=True)
class Place:
    """A rectangle reserved for a signature, in millimetres from the top left corner of its page (from 1)."""

    order: int
    page: int
    left_mm: float
    top_mm: float
    width_mm: float
    height_mm: float


@dataclass(frozen=True)
class Typeset:
    """A finished PDF/A-2a and PDF/UA-1 file, with the places of its signatures still empty paper."""

    pdf: bytes
    pages: int
    places: tuple[Place, ...]


@dataclass(frozen=True)
class FileReport:
    """What the reader found in a file: its pages, the text of each, and why it is refused, if it is.

    ``pages`` is unknown for a type that has none. ``texts`` may be shorter than ``pages``: the reader's time ran out.
    """

    pages: int | None
    texts: tuple[str, ...]
    refusal: Refusal | None = None
