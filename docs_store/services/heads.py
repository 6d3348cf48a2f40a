"""Keeps the heads of the ledger's chain outside the database, so that a cut tail or an older backup shows.

A head is an object of the archive: JSON with the sequence, its hash, the moment, and the SHA-256 of the head kept
before. Objects are found by their hash alone, so the archive lists them too, by names that tell the place in the list,
the sequence and the object, and that nothing takes away; being bound to one another, none can be left out but the last.
All machines see the same list. It is not restored with the database. Somebody who can write database and archive can
still deceive: an auditor then needs a head that was written down elsewhere, and gives it to
``manage.py verify_ledger --head``.

Release 0.1.0 kept the list in ``heads.txt`` of ``DATA_DIR``: what is there still counts, and is taken over.
"""

import io
import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

from docs_store.archive import get_archive
from docs_store.errors import ArchiveUnavailable, ObjectDamaged, ObjectMissing
from docs_store.ports import Archive
from ledger import selectors as ledger
from ledger.enums import Tampering
from ledger.ports import Finding, Head

LIST_NAME = "heads.txt"
NAME = re.compile(r"(?P<place>\d{8})-(?P<sequence>\d+)-(?P<object>[0-9a-f]{64})")


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


def keep_head(*, at: datetime) -> Head | None:
    """Archive the end of the chain and return it; nothing if the chain is empty or this head is kept already.

    The object is stored before it is listed: a crash in between leaves an unlisted object, never the reverse.

    :raises ArchiveUnavailable: nothing was listed; the call may be repeated.
    """
    head = ledger.head()
    kept = take_over(of_this_machine())
    if head is None or (kept and kept[-1].sequence == head.sequence):
        return None
    previous = kept[-1].object_sha256 if kept else ""
    content = json.dumps(asdict(KeptHead(head.sequence, head.hash, at.isoformat(), previous)), sort_keys=True)
    digest = get_archive().put(io.BytesIO(content.encode()))
    take_over([ListedHead(head.sequence, digest)])
    return head


def kept_heads() -> tuple[list[Head], list[Finding]]:
    """Return the heads that the archive keeps, and a finding for each that is gone, damaged, or whose forerunner is.

    :raises ArchiveUnavailable: trying again later may help.
    """
    heads, findings, listed = [], [], _lines()
    objects = {"", *(line.object_sha256 for line in listed)}
    for line in listed:
        kept = _open(line)
        if kept is None or kept.previous not in objects:
            findings.append(Finding(Tampering.HEAD_LOST, line.sequence))
        if kept is not None:
            heads.append(Head(kept.sequence, kept.hash))
    return heads, findings


def kept_objects() -> list[str]:
    """Return the hashes of the archive's objects that hold this installation's heads, the oldest first.

    :raises ArchiveUnavailable: trying again later may help.
    """
    return [line.object_sha256 for line in _lines()]


def listed(archive: Archive, *, folder: Path) -> list[ListedHead]:
    """Return the heads that this archive lists, after those of a ``heads.txt`` that it does not list yet.

    :raises ArchiveUnavailable: trying again later may help.
    """
    found = [_listed(match) for match in _names(archive)]
    known = {line.object_sha256 for line in found}
    return [*(line for line in of_folder(folder) if line.object_sha256 not in known), *found]


def take_over(lines: Iterable[ListedHead]) -> list[ListedHead]:
    """Have the archive list these heads after its own, as far as it does not yet; return the list as it is then.

    :raises ArchiveUnavailable: some may be listed; the call may be repeated.
    """
    archive = get_archive()
    names = _names(archive)
    kept = [_listed(match) for match in names]
    known = {line.object_sha256 for line in kept}
    place = int(names[-1]["place"]) if names else 0
    for line in lines:
        if line.object_sha256 not in known:
            place += 1
            archive.list_head(f"{place:08d}-{line.sequence}-{line.object_sha256}")
            kept.append(line)
    return kept


def of_folder(folder: Path) -> list[ListedHead]:
    """Return the heads that release 0.1.0 listed in ``heads.txt`` of this ``DATA_DIR``, the oldest first.

    :raises ArchiveUnavailable: the file cannot be read.
    """
    path = folder / LIST_NAME
    try:
        return of_text(path.read_text()) if path.exists() else []
    except OSError as error:
        raise ArchiveUnavailable from error


def of_this_machine() -> list[ListedHead]:
    """Return those of the ``heads.txt`` that stands here, if one does."""
    return of_folder(Path(settings.DATA_DIR))


def of_text(text: str) -> list[ListedHead]:
    """Return the heads of a ``heads.txt``: moment, sequence, hash and object in each line.

    A line that a power cut left half written is passed over: its head was never kept.
    """
    split = [line.split() for line in text.splitlines()]
    return [ListedHead(int(words[1]), words[3]) for words in split if len(words) == 4 and len(words[3]) == 64]


def _names(archive: Archive) -> "list[re.Match[str]]":
    return [match for match in map(NAME.fullmatch, archive.listed_heads()) if match]


def _listed(match: "re.Match[str]") -> ListedHead:
    return ListedHead(int(match["sequence"]), match["object"])


def _open(line: ListedHead) -> KeptHead | None:
    try:
        with get_archive().open(line.object_sha256) as content:
            return KeptHead(**json.load(content))
    except (ObjectMissing, ObjectDamaged):
        return None


def _lines() -> list[ListedHead]:
    return listed(get_archive(), folder=Path(settings.DATA_DIR))
