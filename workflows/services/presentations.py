"""What a citizen hands in, and what they leave with."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from docs_store.models import Document, Expediente
from organization.models import Person
from workflows.enums import Channel, DesistimientoEffect, NoticeMeans
from workflows.models import Filing

GENERIC_ROUTE = "tramite"


@dataclass(frozen=True)
class PartyData:
    """Who presents: as the form or the identity document says. ``place`` is where they live, by the code that a
    distance table gives it; empty: here, or no table has it."""

    id_kind: str
    id_number: str
    given_names: str
    surnames: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""
    place: str = ""

    @classmethod
    def of(cls, person: Person) -> "PartyData":
        """Return the data of somebody who presented before, as a later paper of theirs repeats it."""
        return cls(
            id_kind=person.id_kind,
            id_number=person.id_number,
            given_names=person.given_names,
            surnames=person.surnames,
            email=person.email,
            phone=person.phone,
            address=person.address,
            place=person.place,
        )


@dataclass(frozen=True)
class UploadedPaper:
    """One file that is handed in."""

    name: str
    content: BinaryIO
    title: str = ""


@dataclass(frozen=True)
class Presentation:
    """A filing as it comes in. ``token`` names the form: sent twice, it gives one filing.

    ``procedure`` is the code of an entry of the TUPA, with its own route and term; without one the general term runs,
    or that of ``term``. ``notify_by`` is how the person asks to be notified.
    ``defects`` is what mesa de partes sees missing as it receives: the filing is observed at once.
    ``desists`` is what a later paper desists of.
    ``key`` is the tracking key that the form brings along, so that the same form answered twice shows the same one;
    empty: a new one is made.
    """

    channel: Channel
    party: PartyData
    subject: str
    text: str = ""
    on_behalf_of: str = ""
    files: Sequence[UploadedPaper] = ()
    paper_folios: int = 0
    token: str = ""
    key: str = field(default="", repr=False)
    route: str = GENERIC_ROUTE
    procedure: str = ""
    term: str = ""
    notify_by: NoticeMeans = NoticeMeans.PERSONAL
    defects: Sequence[str] = ()
    deliverables: Sequence[str] = ()
    document_label: str = ""
    desists: DesistimientoEffect | None = None


@dataclass(frozen=True)
class FilingReceipt:
    """What the person leaves with. ``key`` is empty when none was issued now; it is kept nowhere in clear."""

    filing: Filing
    expediente: Expediente
    cargo: Document
    key: str = field(default="", repr=False)
