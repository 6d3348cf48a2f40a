"""The database and the archive: each row has its object, each object its row, and the bytes are what they were."""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from config.upkeep.checks.spool import Spool
from config.upkeep.differences import Depth, Difference, Kind
from docs_store.archive import get_archive
from docs_store.errors import ObjectDamaged, ObjectMissing
from docs_store.models import Version
from docs_store.ports import Stored
from docs_store.services import heads, keeping

TABLES = (
    "row_of (sha256 TEXT PRIMARY KEY, size INTEGER, version INTEGER) WITHOUT ROWID",
    "head (sha256 TEXT PRIMARY KEY) WITHOUT ROWID",
    "object (sha256 TEXT PRIMARY KEY, size INTEGER, stored_at TEXT) WITHOUT ROWID",
)


def differences(depth: Depth, *, at: datetime, say: Callable[[str], None]) -> Iterator[Difference]:
    """Yield what differs. Rows are read before the archive is listed: no row of now can seem to lack its object."""
    with Spool(*TABLES) as spool:
        rows = Version.objects.order_by().values_list("sha256", "size_bytes", "pk")
        spool.fill("row_of", rows.iterator())
        spool.fill("head", ((digest,) for digest in heads.kept_objects()))
        stored = get_archive().stored()
        spool.fill("object", ((each.sha256, each.size, each.stored_at.isoformat()) for each in stored))
        yield from _missing(spool)
        yield from _other_size(spool)
        yield from _unknown(spool, at, say)
        yield from _damaged(spool, depth)


def _missing(spool: Spool) -> Iterator[Difference]:
    without = "SELECT r.sha256, r.version FROM row_of r LEFT JOIN object o USING (sha256) WHERE o.sha256 IS NULL"
    for digest, version in spool.ask(without):
        yield Difference(
            Kind.OBJECT_MISSING,
            f"version:{version}",
            _("La versión %(version)d no tiene su archivo %(object)s.") % {"version": version, "object": digest},
        )


def _other_size(spool: Spool) -> Iterator[Difference]:
    other = (
        "SELECT r.sha256, r.version, r.size, o.size FROM row_of r JOIN object o USING (sha256) WHERE r.size <> o.size"
    )
    for digest, version, expected, found in spool.ask(other):
        yield Difference(
            Kind.OBJECT_SIZE,
            f"version:{version}",
            _("El archivo %(object)s de la versión %(version)d mide %(found)d bytes y debe medir %(expected)d.")
            % {"object": digest, "version": version, "found": found, "expected": expected},
        )


def _unknown(spool: Spool, at: datetime, say: Callable[[str], None]) -> Iterator[Difference]:
    """Yield what belongs to nothing and could have been swept; until then it is on its way, or the store keeps it."""
    unknown = """
        SELECT sha256, size, stored_at FROM object
        WHERE sha256 NOT IN (SELECT sha256 FROM row_of) AND sha256 NOT IN (SELECT sha256 FROM head)
    """
    waiting: list[datetime] = []
    for digest, size, stored_at in spool.ask(unknown):
        orphan = Stored(digest, size, datetime.fromisoformat(stored_at))
        free_from = keeping.free_from(get_archive(), orphan)
        if free_from is not None and free_from < at:
            yield Difference(
                Kind.OBJECT_UNKNOWN,
                f"object:{digest}",
                _("El archivo %(object)s no pertenece a ninguna versión; «manage.py sweep_archive» puede borrarlo.")
                % {"object": digest},
            )
        elif free_from is not None:
            waiting.append(free_from)
    if waiting:
        say(
            _("  sin versión todavía: %(count)d; se podrán borrar entre el %(first)s y el %(last)s si siguen así")
            % {"count": len(waiting), "first": _day(min(waiting)), "last": _day(max(waiting))}
        )


def _day(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%d/%m/%Y %H:%M}"


def _damaged(spool: Spool, depth: Depth) -> Iterator[Difference]:
    """Read objects to their last byte: all, or as many as the depth says, taken at random."""
    present = "SELECT r.sha256, r.version FROM row_of r JOIN object o USING (sha256) WHERE r.size = o.size"
    some = "" if depth.sample is None else f" ORDER BY random() LIMIT {depth.sample}"
    archive = get_archive()
    for digest, version in spool.ask(present + some):
        try:
            with closing(archive.open(digest)):
                pass
        except (ObjectDamaged, ObjectMissing):
            yield Difference(
                Kind.OBJECT_DAMAGED,
                f"version:{version}",
                _("El archivo %(object)s de la versión %(version)d está dañado: su resumen ya no es el suyo.")
                % {"object": digest, "version": version},
            )
