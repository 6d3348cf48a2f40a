"""Where bytes are kept, and what is said of a file before it is kept."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Protocol

from docs_store.enums import Refusal


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
class FileReport:
    """What the reader found in a file: its pages, the text of each, and why it is refused, if it is.

    ``pages`` is unknown for a type that has none. ``texts`` may be shorter than ``pages``: the reader's time ran out.
    """

    pages: int | None
    texts: tuple[str, ...]
    refusal: Refusal | None = None
