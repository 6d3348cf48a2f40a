"""What a typeset sheet shows beside its text, and what typesetting gives back."""

from dataclasses import dataclass
from datetime import date, datetime


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
