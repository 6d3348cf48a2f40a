"""Keeping the archive whole: the night's check of what is stored, and the sweep of what belongs to nothing.

Bytes are stored before their row is committed, so that a row never points to nothing; a transaction that ends otherwise
leaves an object without a row, an orphan. The check reads what is new and, each night, another hundredth of the rest,
and has the store lock what it read and belongs to something. The sweep deletes orphans that are older than a day.
See docs/archive.md.
"""

import json
import logging
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from heapq import merge
from itertools import groupby
from operator import itemgetter

from django.db import transaction
from django.db.models import Max

from docs_store.archive import get_archive
from docs_store.enums import ObjectFault
from docs_store.errors import ArchiveUnavailable, ObjectDamaged, ObjectMissing
from docs_store.models import Version
from docs_store.ports import Archive, Stored
from docs_store.services import heads
from ledger import selectors as ledger_selectors
from ledger import services as ledger

logger = logging.getLogger(__name__)
SUBJECT = "archive:objects"
CHECKED, FAULT, SWEPT = "archive.checked", "archive.fault", "archive.swept"
NIGHTS = 100
"""After so many nights every object was read."""
ROWS_AT_ONCE = 2_000
LOOK_BACK = 1_000
"""On PostgreSQL a row may be committed after others with higher ids."""
ON_ITS_WAY = timedelta(days=1)
MOST_RECORDED = 100
LARGEST_HEAD = 1_000


@dataclass(frozen=True)
class Wanted:
    """An object that belongs to versions, from the first to the last, or to a head of the ledger's chain.

    ``since``: when the last of them was stored, and its term begins; nothing for a head, whose term begins when seen.
    """

    sha256: str
    size: int | None
    first_version: int
    last_version: int
    since: datetime | None


@dataclass(frozen=True)
class Fault:
    """An object that is not as it must be. ``version`` is the first that needs it; 0: a head of the chain does."""

    kind: ObjectFault
    sha256: str
    version: int


@dataclass
class Checked:
    """What a check saw. ``faults`` are the first ``MOST_RECORDED`` of ``fault_count``."""

    objects: int = 0
    read: int = 0
    locked: int = 0
    orphans: int = 0
    fault_count: int = 0
    faults: list[Fault] = field(default_factory=list)


@dataclass
class Swept:
    """What a sweep found, and what the store let it delete."""

    found: int = 0
    removed: int = 0
    removed_bytes: int = 0


def check_archive(*, at: datetime, by: str = "system:worker", is_whole: bool = False) -> Checked:
    """Look for the object of each row; read those that are new and a hundredth of all; record faults in the ledger.

    It may be interrupted and repeated: what is new is counted from the last check that came to its end.

    :param is_whole: read every object.
    :raises ArchiveUnavailable: nothing was recorded; the call may be repeated.
    """
    last = _last_check()
    highest = Version.objects.aggregate(last=Max("pk"))["last"] or 0
    kept = heads.kept_objects()
    new_heads = set(kept[last["heads"] :])
    checker = _Checker(get_archive(), at, last["version"] - LOOK_BACK, new_heads, is_whole)
    for wanted, stored in _side_by_side(_wanted(kept), checker.archive.stored()):
        checker.look(wanted, stored)
    seen = checker.seen
    if seen.fault_count:
        logger.error("the archive is not whole", extra={"faults": seen.fault_count})
    with transaction.atomic():
        for fault in seen.faults:
            facts = {"fault": fault.kind, "sha256": fault.sha256, "version": fault.version}
            ledger.record(FAULT, subject=SUBJECT, facts=facts, by=by, at=at)
        counts = {name: value for name, value in asdict(seen).items() if name != "faults"}
        ledger.record(CHECKED, subject=SUBJECT, facts={**counts, "version": highest, "heads": len(kept)}, by=by, at=at)
    return seen


def orphans(archive: Archive, *, at: datetime) -> Iterator[Stored]:
    """Yield the objects that were stored more than a day before and belong to nothing, in the order of their hash.

    A head of the chain that its list lacks is none: the list may be what somebody shortened.

    :raises ArchiveUnavailable: trying again later may help.
    """
    for wanted, stored in _side_by_side(_wanted(heads.kept_objects()), archive.stored()):
        is_old = stored is not None and stored.stored_at < at - ON_ITS_WAY
        if wanted is None and stored is not None and is_old and not _is_head(archive, stored):
            yield stored


def free_from(archive: Archive, orphan: Stored) -> datetime | None:
    """Return from when a sweep may take what belongs to nothing; nothing for a head of the chain, which stays.

    :raises ArchiveUnavailable: trying again later may help.
    """
    if _is_head(archive, orphan):
        return None
    on_its_way = orphan.stored_at + ON_ITS_WAY
    return max(on_its_way, archive.locked_until(orphan.sha256) or on_its_way)


def sweep(archive: Archive, *, at: datetime, by: str = "system:worker") -> Swept:
    """Delete the orphans that the store lets go, and record it in the ledger.

    A content that is put again meanwhile stays: ``put`` renews it, and ``remove`` looks.

    :raises ArchiveUnavailable: trying again later may help.
    """
    swept, gone = Swept(), []
    for orphan in orphans(archive, at=at):
        swept.found += 1
        is_orphan = not Version.objects.filter(sha256=orphan.sha256).exists()
        if is_orphan and archive.remove(orphan.sha256, before=at - ON_ITS_WAY):
            swept.removed += 1
            swept.removed_bytes += orphan.size
            gone.append(orphan.sha256)
    if gone:
        facts = {**asdict(swept), "sha256": gone[:MOST_RECORDED]}
        ledger.record(SWEPT, subject=SUBJECT, facts=facts, by=by, at=at)
    return swept


class _Checker:
    """One run of the check."""

    def __init__(self, archive: Archive, at: datetime, since: int, new_heads: set[str], is_whole: bool) -> None:
        self.archive = archive
        self.seen = Checked()
        self._at = at
        self._since = since
        self._new_heads = new_heads
        self._is_whole = is_whole

    def look(self, wanted: Wanted | None, stored: Stored | None) -> None:
        if wanted is None:
            self.seen.orphans += stored is not None and stored.stored_at < self._at - ON_ITS_WAY
            return
        self.seen.objects += 1
        is_new = wanted.last_version > self._since or wanted.sha256 in self._new_heads
        is_odd = stored is None or wanted.size not in {None, stored.size}
        if not (is_odd or is_new or self._is_whole or self._is_tonights(wanted.sha256)):
            return
        self.seen.read += 1
        kind = self._read(wanted.sha256)
        if kind is None and is_odd:
            kind = ObjectFault.COVERED
        if kind is not None:
            self._note(Fault(kind, wanted.sha256, wanted.first_version))
        else:
            self.seen.locked += self.archive.lock(wanted.sha256, at=wanted.since or self._at)

    def _is_tonights(self, digest: str) -> bool:
        """Return whether it is this object's turn: each is once in ``NIGHTS`` days."""
        return int(digest[:8], 16) % NIGHTS == self._at.toordinal() % NIGHTS

    def _read(self, digest: str) -> ObjectFault | None:
        """Read the object to its last byte.

        :raises ArchiveUnavailable: the store itself does not answer.
        """
        try:
            self.archive.open(digest).close()
            is_covered = self.archive.is_covered(digest)
        except ObjectMissing:
            return ObjectFault.MISSING
        except ObjectDamaged:
            return ObjectFault.DAMAGED
        except ArchiveUnavailable:
            self.archive.check()
            return ObjectFault.UNREADABLE
        return ObjectFault.COVERED if is_covered else None

    def _note(self, fault: Fault) -> None:
        self.seen.fault_count += 1
        if len(self.seen.faults) < MOST_RECORDED:
            self.seen.faults.append(fault)


def _last_check() -> dict[str, int]:
    """Return how far the last check came: the last version, and how many heads there were."""
    last = ledger_selectors.entries_about([SUBJECT]).filter(kind=CHECKED).last()
    facts = last.facts if last else {}
    return {"version": facts.get("version", 0), "heads": facts.get("heads", 0)}


def _wanted(kept_heads: Iterable[str]) -> Iterator[Wanted]:
    """Yield what must be stored, in the order of the hash, from one snapshot of the rows."""
    columns = ("sha256", "size_bytes", "pk", "stored_at")
    rows = Version.objects.order_by("sha256", "pk").values_list(*columns).iterator(chunk_size=ROWS_AT_ONCE)
    of_heads = ((digest, None, 0, None) for digest in sorted(set(kept_heads)))
    both: Iterator[tuple[str, int | None, int, datetime | None]] = merge(rows, of_heads, key=itemgetter(0))
    for digest, same in groupby(both, key=itemgetter(0)):
        entries = list(same)
        sizes = [size for _, size, _, _ in entries if size is not None]
        versions = [version for _, _, version, _ in entries if version]
        moments = [moment for _, _, _, moment in entries if moment is not None]
        yield Wanted(
            digest,
            next(iter(sizes), None),
            min(versions, default=0),
            max(versions, default=0),
            max(moments, default=None),
        )


def _side_by_side(wanted: Iterator[Wanted], stored: Iterator[Stored]) -> Iterator[tuple[Wanted | None, Stored | None]]:
    """Yield both lists, each in the order of its hash, in pairs; nothing stands for what one of them lacks.

    The rows are asked for first: what is committed later cannot seem to lack its object.
    """
    row, found = next(wanted, None), next(stored, None)
    while row is not None or found is not None:
        if found is None or (row is not None and row.sha256 < found.sha256):
            yield row, None
            row = next(wanted, None)
        elif row is None or found.sha256 < row.sha256:
            yield None, found
            found = next(stored, None)
        else:
            yield row, found
            row, found = next(wanted, None), next(stored, None)


def _is_head(archive: Archive, stored: Stored) -> bool:
    """Return whether the object holds a head of the chain. One that cannot be read may be one."""
    if stored.size > LARGEST_HEAD:
        return False
    try:
        with archive.open(stored.sha256) as content:
            heads.KeptHead(**json.load(content))
    except (ValueError, TypeError):
        return False
    except (ObjectMissing, ObjectDamaged):
        return True
    return True
