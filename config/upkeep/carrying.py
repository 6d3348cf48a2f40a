"""Objects on their way from one archive to another: only what is missing there, each verified by its hash."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from itertools import islice
from time import monotonic

from django.utils.translation import gettext as _

from config.upkeep.checks.spool import Spool
from config.upkeep.errors import BackupDamaged
from docs_store.errors import ObjectDamaged, ObjectMissing
from docs_store.ports import Archive

AT_ONCE = 4
BATCH = 64
TOLD_EVERY_SECONDS = 5.0
WANTED = "wanted (sha256 TEXT PRIMARY KEY, size INTEGER) WITHOUT ROWID"
PRESENT = "present (sha256 TEXT PRIMARY KEY) WITHOUT ROWID"

Say = Callable[[str], None]


@dataclass(frozen=True)
class Carried:
    """How many objects were wanted, and how many of them were not there yet."""

    objects: int
    new: int


def carry(wanted: Iterable[tuple[str, int]], source: Archive, target: Archive, say: Say) -> Carried:
    """Copy what the target does not hold yet. Repeated after an interruption, it goes on from there.

    :raises BackupDamaged: the source lacks an object, or its bytes are not its own any more.
    :raises ArchiveUnavailable: one of the two does not answer.
    """
    with Spool(WANTED, PRESENT) as spool:
        spool.fill("wanted", wanted)
        spool.fill("present", ((each.sha256,) for each in target.stored()))
        total = spool.count("wanted")
        asked = spool.ask("SELECT sha256 FROM wanted WHERE sha256 NOT IN (SELECT sha256 FROM present)")
        copied = size = 0
        told = monotonic()
        with closing(asked) as missing, ThreadPoolExecutor(AT_ONCE) as pool:
            for digests in _batches(digest for (digest,) in missing):
                size += sum(pool.map(partial(_copy, source, target), digests))
                copied += len(digests)
                if monotonic() - told > TOLD_EVERY_SECONDS:
                    say(_("  archivo: %(count)d copiados, %(size)d MB") % {"count": copied, "size": size // 1_000_000})
                    told = monotonic()
    return Carried(total, copied)


def _batches(digests: Iterator[str]) -> Iterator[list[str]]:
    while batch := list(islice(digests, BATCH)):
        yield batch


def _copy(source: Archive, target: Archive, digest: str) -> int:
    try:
        with source.open(digest) as content:
            stored = target.put(content)
            if stored != digest:
                raise BackupDamaged(part=digest)
            return content.tell()
    except (ObjectMissing, ObjectDamaged) as error:
        raise BackupDamaged(part=digest) from error
