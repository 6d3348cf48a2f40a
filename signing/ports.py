"""Protocols of the signing room and the values that cross its border.

A signature is made in two phases, so that the key may be anywhere: ``Envelope.prepare`` leaves a hole in the
file and tells the digest of the rest, a ``Signer`` answers that digest with a CMS, ``Envelope.embed`` fills
the hole. The official's own signing program will be one more ``Signer``; nothing else changes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from docs_store.ports import Place


class Secret:
    """A PIN or passphrase that no message, log or traceback shows. Hold it; never unwrap it into a local."""

    __slots__ = ("_value",)

    def __init__(self, value: str | bytes) -> None:
        self._value = value.encode() if isinstance(value, str) else value

    def __repr__(self) -> str:
        return "Secret(…)"

    def __reduce__(self) -> str:
        raise TypeError("a secret is never stored")

    def reveal(self) -> bytes:
        """Return the secret, to be passed on at once."""
        return self._value


@dataclass(frozen=True)
class FieldPlace:
    """A signature field to reserve: technical name, the name that is read aloud, rectangle (none: unseen)."""

    name: str
    spoken_name: str
    place: Place | None


@dataclass(frozen=True)
class SigningOrder:
    """What is written beside a signature: its field, its stamp (a one-page PDF), why, and when."""

    field_name: str
    at: datetime
    reason: str
    signer_name: str = ""
    stamp: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class Prepared:
    """A file whose last revision has a hole where the signature goes, and the SHA-256 of all but the hole."""

    pdf: bytes = field(repr=False)
    digest: bytes
    hole_start: int
    hole_end: int


@dataclass(frozen=True)
class Key:
    """A certificate and its private key, locked under a passphrase. ``identity`` names it in the cache."""

    identity: str
    certificate: bytes = field(repr=False)
    encrypted_key: bytes = field(repr=False)
    chain: tuple[bytes, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Made:
    """A CMS and the PAdES level that it reaches: B-T with a seal of time, B-B without."""

    cms: bytes = field(repr=False)
    level: str


@dataclass(frozen=True)
class TrustList:
    """Whom we believe: roots, certificates between them and the signers, and what was revoked. All DER."""

    roots: tuple[bytes, ...] = field(repr=False)
    intermediates: tuple[bytes, ...] = field(repr=False)
    crls: tuple[bytes, ...] = field(repr=False)
    sha256: str = ""


@dataclass(frozen=True)
class CertificateFinding:
    """What a certificate says, and why it is not believed (empty: it is). See ``enums.TrustProblem``."""

    subject: str
    issuer: str
    serial: str
    sha256: str
    valid_from: datetime
    valid_to: datetime
    trust_problem: str = ""


@dataclass(frozen=True)
class WidgetBox:
    """Where a widget stands: page from 1, rectangle in points from the bottom left corner."""

    page: int
    left: float
    bottom: float
    right: float
    top: float


@dataclass(frozen=True)
class SignatureFinding:
    """What one signature of a file shows, in the order in which they were made."""

    field_name: str
    is_intact: bool
    is_genuine: bool
    is_bottom_line: bool
    covers_file: bool
    covers_revision: bool
    changes: str
    changed_fields: tuple[str, ...]
    certificate: CertificateFinding
    claimed_at: datetime | None
    sealed_at: datetime | None
    has_seal_of_time: bool
    mechanism: str = ""
    time_authority: str = ""
    problem: str = ""


@dataclass(frozen=True)
class FileFinding:
    """What a file shows without asking the database. ``problem``: why it cannot be read (empty: it can)."""

    problem: str = ""
    signatures: tuple[SignatureFinding, ...] = ()


class Envelope(Protocol):
    """Puts places and signatures into a PDF, each as one appended revision."""

    def reserve(self, pdf: bytes, fields: Sequence[FieldPlace]) -> bytes:
        """Return the file with the empty fields and their place in the structure tree, in one revision.

        :raises NotASignablePdf: the file cannot be read, or is encrypted.
        """
        ...

    def prepare(self, pdf: bytes, order: SigningOrder) -> Prepared:
        """Return the file with the stamp drawn and the hole left in the reserved field.

        :raises NotASignablePdf: there is no such empty field.
        """
        ...

    def embed(self, prepared: Prepared, cms: bytes) -> bytes:
        """Return the file with the hole filled; nothing else changes.

        :raises SignatureTooLarge: the CMS does not fit.
        """
        ...

    def boxes(self, pdf: bytes) -> Sequence[WidgetBox]:
        """Return where the visible widgets of the file stand.

        :raises NotASignablePdf: the file cannot be read, or is encrypted.
        """
        ...


class Timestamper(Protocol):
    """A time-stamping authority (RFC 3161)."""

    def token(self, digest: bytes, *, at: datetime) -> bytes:
        """Return the time-stamp token (DER) over this SHA-256.

        ``at`` is the moment of the demo's own authority; a real one has its own clock.

        :raises TimestampUnavailable: it did not answer; trying again later may help.
        """
        ...


class Signer(Protocol):
    """Answers a digest with a signature. The server's own keys, or the official's signing program."""

    def check(self, key: Key, secret: Secret) -> None:
        """Return if the secret opens the key.

        :raises KeyRefused: it does not.
        """
        ...

    def sign(self, digest: bytes, key: Key, secret: Secret, *, at: datetime) -> Made:
        """Return a PAdES signature (CMS) over the digest of a prepared file, with a seal of time where possible.

        :raises KeyRefused: the secret does not open the key.
        :raises ClockDisagrees: the seal of time is of another moment.
        """
        ...

    def sign_detached(self, content: bytes, key: Key, secret: Secret, *, at: datetime) -> Made:
        """Return a detached CAdES signature (CMS) over the content.

        :raises KeyRefused: the secret does not open the key.
        :raises ClockDisagrees: the seal of time is of another moment.
        """
        ...


class Validator(Protocol):
    """Says what a file or a detached signature shows. Never fetches anything, never raises over a bad file."""

    def inspect(self, pdf: bytes, trust: TrustList) -> FileFinding:
        """Return what a file of our own making shows under this trust list."""
        ...

    def inspect_stranger(self, pdf: bytes, trust: TrustList) -> FileFinding:
        """Return the same of a file that may be hostile: another process reads it, with limits."""
        ...

    def inspect_detached(self, content: bytes, cms: bytes, trust: TrustList) -> SignatureFinding | None:
        """Return what a detached signature shows, or nothing if it cannot be read."""
        ...

    def certificate(self, der: bytes, trust: TrustList, *, at: datetime) -> CertificateFinding:
        """Return what a certificate is worth at a moment."""
        ...


class Paper(Protocol):
    """Reads what is printed on the pages."""

    def sizes(self, pdf: bytes) -> Sequence[tuple[float, float]]:
        """Return width and height of each page, in points.

        :raises NotASignablePdf: the file cannot be read, or is encrypted.
        """
        ...

    def text_in(self, pdf: bytes, boxes: Sequence[WidgetBox]) -> Sequence[str]:
        """Return the text that stands inside each rectangle, without the appearance of widgets.

        :raises NotASignablePdf: the file cannot be read, or is encrypted.
        """
        ...


# What a verification answers


@dataclass(frozen=True)
class Check:
    """One thing that was looked at: how it came out (nothing: it does not apply), its title and its sentence."""

    ok: bool | None
    title: str
    sentence: str


@dataclass(frozen=True)
class SignerLine:
    """Who signed, as what, when, with which certificate, and whether it stands."""

    person: str
    post: str
    capacity: str
    signed_at: datetime | None
    is_intact: bool
    is_trusted: bool
    problem: str
    has_seal_of_time: bool
    certificate_subject: str
    certificate_issuer: str


@dataclass(frozen=True)
class Report:
    """A verdict in words. ``status`` is one of ``enums.Status``; ``about`` names the document."""

    status: str
    sentence: str
    about: str = ""
    checks: tuple[Check, ...] = ()
    advice: str = ""
    signatures: tuple[SignerLine, ...] = ()
    detail: tuple[str, ...] = ()
    document_id: int | None = None
    version_id: int | None = None
    sha256: str = ""
