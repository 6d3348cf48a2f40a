"""What the verification of the whole installation can find, and how deep it looks."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What does not fit together."""

    OBJECT_MISSING = "object_missing"
    OBJECT_DAMAGED = "object_damaged"
    OBJECT_SIZE = "object_size"
    OBJECT_UNKNOWN = "object_unknown"
    ROW_UNRECORDED = "row_unrecorded"
    ROW_MISSING = "row_missing"
    ROW_CHANGED = "row_changed"
    INDEX_MISSING = "index_missing"
    INDEX_STALE = "index_stale"
    INDEX_UNKNOWN = "index_unknown"
    LEDGER = "ledger"
    NUMBER_DOUBLED = "number_doubled"
    NUMBER_GAP = "number_gap"
    NUMBER_MISPLACED = "number_misplaced"
    SIGNATURE_BYTES = "signature_bytes"


@dataclass(frozen=True)
class Difference:
    """One thing that does not fit. ``subject`` names the row or object: ``version:7``, ``object:ab12…``."""

    kind: Kind
    subject: str
    sentence: str


@dataclass(frozen=True)
class Depth:
    """How many objects and signatures are read to their last byte; nothing: all of them.

    Whether they are there, of their size, and known to the ledger is looked at for all in any case.
    """

    sample: int | None = None
