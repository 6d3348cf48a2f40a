"""Keeps the heads of the ledger's chain outside the database, so that a cut tail or an older backup shows.

A head is an object of the archive: JSON with the sequence, its hash, the moment, and the SHA-256 of the head kept
before. Objects are found by their hash alone, so ``heads.txt`` in ``DATA_DIR`` lists them, one line each, only ever
appended; being bound to one another, none can be left out of the list but the last. Both live outside the database
and are not restored with it. Somebody who can write all three can still deceive: an auditor then needs a head that
was written down elsewhere, and gives it to ``manage.py verify_ledger --head``.
"""

import io
import json
import os
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

from docs_store.archive import get_archive
from docs_store.errors import ArchiveUnavailable, ObjectDamaged, ObjectMissing
from ledger import selectors as ledger
from ledger.enums import Tampering
from ledger.ports import Finding, Head

LIST_NAME = "heads.txt"


@dataclass(frozen=True)
class KeptHead:
    """A head as the archive keeps it; ``previous`` is the object of the head kept before, empty for the first."""

    sequence: int
    hash: str
    kept_at: str
    previous: str


@dataclass(frozen=True)
class ListedHead:
    """A line of the list: enough to find the object, and to say what is missing when it is gone."""

    sequence: int
    object_sha256: str
    text: str


def keep_head(*, at: datetime) -> Head | None:
    """Archive the end of the chain and return it; nothing if the chain is empty or this head is kept already.

    The object is stored before its line: a crash in between leaves an unlisted object, never a line without one.

    :raises ArchiveUnavailable: nothing was listed; the call may be repeated.
    """
    head = ledger.head()
    kept = _lines()
    if head is None or (kept and kept[-1].sequence == head.sequence):
        return None
    previous = kept[-1].object_sha256 if kept else ""
    content = json.dumps(asdict(KeptHead(head.sequence, head.hash, at.isoformat(), previous)), sort_keys=True)
    digest = get_archive().put(io.BytesIO(content.encode()))
    _append(f"{at.isoformat()} {head.sequence} {head.hash} {digest}\n")
    return head


def kept_heads() -> tuple[list[Head], list[Finding]]:
    """Return the heads that the archive keeps, and a finding for each that is listed but gone or damaged.

    :raises ArchiveUnavailable: trying again later may help.
    """
    heads, findings, previous = [], [], ""
    for line in _lines():
        kept = _open(line)
        if kept is None or kept.previous != previous:
            findings.append(Finding(Tampering.HEAD_LOST, line.sequence))
        if kept is not None:
            heads.append(Head(kept.sequence, kept.hash))
        previous = line.object_sha256
    return heads, findings


def read_list(path: Path) -> list[ListedHead]:
    """Return the lines of a list of heads, oldest first; nothing if there is no such file.

    A line that a power cut left half written is passed over: its head was never kept.

    :raises ArchiveUnavailable: the file cannot be read.
    """
    if not path.exists():
        return []
    try:
        lines = path.read_text().splitlines()
    except OSError as error:
        raise ArchiveUnavailable from error
    split = [(line, line.split()) for line in lines]
    return [
        ListedHead(int(words[1]), words[3], line) for line, words in split if len(words) == 4 and len(words[3]) == 64
    ]


def kept_objects() -> list[str]:
    """Return the hashes of the archive's objects that hold this installation's heads."""
    return [line.object_sha256 for line in _lines()]


def _open(line: ListedHead) -> KeptHead | None:
    try:
        with get_archive().open(line.object_sha256) as content:
            return KeptHead(**json.load(content))
    except (ObjectMissing, ObjectDamaged):
        return None


def _list_path() -> Path:
    return Path(settings.DATA_DIR) / LIST_NAME


def _lines() -> list[ListedHead]:
    return read_list(_list_path())


def _append(line: str) -> None:
    path = _list_path()
    try:
        is_torn = path.exists() and not path.read_bytes().endswith(b"\n")
        with path.open("a") as heads:
            heads.write(f"\n{line}" if is_torn else line)
            heads.flush()
            os.fsync(heads.fileno())
    except OSError as error:
        raise ArchiveUnavailable from error
