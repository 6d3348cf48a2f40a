"""The values that cross the ledger's border."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from ledger.enums import Tampering


@dataclass(frozen=True)
class Delivery:
    """A fact, as a consumer receives it."""

    event_id: int
    entry_id: int
    kind: str
    subject: str
    facts: Mapping[str, Any]
    at: datetime


@dataclass(frozen=True)
class Backlog:
    """What one queue still has to do. Counts end at ``selectors.MOST_COUNTED``: that many or more.

    ``oldest_due_at`` is the longest wait of those whose turn has come. ``failing`` are those whose last attempt
    failed, the first of them since ``failing_since``.
    """

    pending: int
    oldest_due_at: datetime | None
    failing: int
    failing_since: datetime | None


Handler = Callable[[Delivery], None]
HandlerOfSeveral = Callable[[Sequence[Delivery]], None]


class Row(NamedTuple):
    """What a seal covers: an entry, or a reading (no ``at``, no ``kind``, no ``facts``).

    Moments are UTC text and ``facts`` is JSON text with sorted keys: the spelling that is hashed, the same on
    every engine. A tuple, because verification makes one for each row of the ledger.
    """

    is_entry: bool
    row_id: int
    recorded_at: str
    actor: str
    subject: str
    at: str
    kind: str
    facts: str


class Link(NamedTuple):
    """One seal and the row that it covers; no row if somebody took it away."""

    sequence: int
    previous_hash: str
    hash: str
    sealed_at: str
    entry_id: int | None
    reading_id: int | None
    row: Row | None


@dataclass(frozen=True)
class Head:
    """The end of the chain at some moment, as it was kept outside the database."""

    sequence: int
    hash: str


@dataclass(frozen=True)
class Finding:
    """What is wrong, and where. ``other`` is the second place of a swap, or the last of a stretch."""

    kind: Tampering
    sequence: int | None = None
    entry_id: int | None = None
    reading_id: int | None = None
    other: int | None = None

    @property
    def is_proof(self) -> bool:
        """Return whether the finding alone shows that somebody changed what was recorded."""
        return self.kind != Tampering.CLOCK_BACK


@dataclass(frozen=True)
class Verification:
    """What verification saw: findings, how far the chain goes, how many rows still wait for their seal."""

    findings: tuple[Finding, ...]
    head: Head | None
    heads_agreeing: int
    unsealed: int

    @property
    def is_clean(self) -> bool:
        return not any(finding.is_proof for finding in self.findings)
