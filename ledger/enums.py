"""What verification can find wrong with the chain, and the queues in which facts wait for their consumers."""

from enum import StrEnum


class Tampering(StrEnum):
    """Kinds of findings. ``CLOCK_BACK`` alone is no proof: a clock that was set back looks the same."""

    EDITED = "edited"
    REWRITTEN = "rewritten"
    DELETED = "deleted"
    INSERTED = "inserted"
    SWAPPED = "swapped"
    TAIL_CUT = "tail_cut"
    OLDER_BACKUP = "older_backup"
    REPLACED = "replaced"
    HEAD_LOST = "head_lost"
    CLOCK_BACK = "clock_back"


class Queue(StrEnum):
    """Where an event waits: each queue is worked on its own, so that slow mail never delays the index."""

    SIGNING = "signing"
    INDEXING = "indexing"
    NOTICES = "notices"
    MAINTENANCE = "maintenance"
