"""Making a backup while everybody works: rows first, of one moment; then the objects they speak of; then the keys."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from config import env
from config.upkeep import snapshot
from config.upkeep.belongings import Belongings
from config.upkeep.carrying import Carried, Say, carry
from config.upkeep.manifest import BELONGINGS, OBJECT_LIST, Manifest, Part, program_version, table_part
from config.upkeep.places import NAME_FORMAT, OBJECTS, Place, check_unmarked
from config.upkeep.sealed import Derivation, Keys
from config.upkeep.snapshot import Snapshot
from config.upkeep.streams import Stream, compressed, decompressed, gathered, lines_of
from docs_store.archive import get_archive
from docs_store.ports import Archive
from ledger import services as ledger


@dataclass(frozen=True)
class Made:
    """A finished backup."""

    name: str
    manifest: Manifest
    carried: Carried


@dataclass
class _Parts:
    """The parts that were written so far."""

    archive: Archive
    keys: Keys
    written: dict[str, Part] = field(default_factory=dict)

    def write(self, name: str, chunks: Iterable[bytes]) -> None:
        """Compress, seal and keep a part, whatever its size."""
        stream = Stream(self.keys.seal(compressed(chunks), name=name))
        digest = self.archive.put(stream)  # type: ignore[arg-type]
        self.written[name] = Part(digest, stream.size)

    def read(self, name: str) -> Iterator[bytes]:
        return decompressed(self.keys.unseal(self.archive.open(self.written[name].sha256), name=name))


def back_up(place: Place, *, passphrase: str, at: datetime, say: Say) -> Made:
    """Make one backup and return it; its manifest is written last, and until then it does not count.

    :raises UpkeepError: it was refused or broken off; the sentence says what to do.
    :raises ArchiveUnavailable: the archive or the place does not answer; the call may be repeated.
    """
    name = f"{at.astimezone(UTC):{NAME_FORMAT}}"
    derivation = Derivation.fresh()
    parts = _Parts(place.archive(name), Keys(passphrase, derivation))
    with snapshot.taken(connection.settings_dict, vendor=connection.vendor, at=at) as snap:
        _write_rows(snap, parts, say)
        parts.write(OBJECT_LIST, gathered(b"%s %d\n" % (digest.encode(), size) for digest, size in snap.objects()))
    check_unmarked(place)
    carried, size = _carry(snap, parts, place, say)
    manifest = Manifest(
        program=program_version(),
        entity=settings.ENTITY,
        made_at=at,
        finished_at=timezone.now(),
        engine=snap.engine,
        head=snap.head,
        migrations=snap.migrations,
        tables=snap.tables,
        counters=snap.counters,
        counts=snap.counts,
        objects=carried.objects,
        object_bytes=size,
        derivation=derivation,
        parts=parts.written,
    )
    place.write_manifest(name, manifest.signed(parts.keys))
    facts = {"backup": name, "sequence": snap.head.sequence if snap.head else 0, "objects": carried.objects}
    ledger.record(
        "system.backed_up", subject="installation:backup", facts=facts, by="system:backup", at=manifest.finished_at
    )
    return Made(name, manifest, carried)


def _write_rows(snap: Snapshot, parts: _Parts, say: Say) -> None:
    for position, table in enumerate(snap.tables, start=1):
        parts.write(table_part(table), snap.rows(table))
        told = {"n": position, "of": len(snap.tables), "table": table.name, "rows": snap.counts[table.name]}
        say(_("  base de datos: %(n)d/%(of)d %(table)s, %(rows)d filas") % told)


def _carry(snap: Snapshot, parts: _Parts, place: Place, say: Say) -> tuple[Carried, int]:
    """Copy the objects of the rows and of the heads, and seal what else the installation needs."""
    belongings = Belongings.of(
        Path(settings.DATA_DIR),
        get_archive(),
        sealed_up_to=snap.head.sequence if snap.head else 0,
        secret_key=settings.SECRET_KEY,
        variables=env.given(),
    )
    parts.write(BELONGINGS, [belongings.as_bytes()])
    sizes = 0

    def wanted() -> Iterator[tuple[str, int]]:
        nonlocal sizes
        for digest, size in listed_objects(parts.read(OBJECT_LIST)):
            sizes += size
            yield digest, size
        yield from ((digest, 0) for digest in belongings.head_objects)

    say(_("  archivo: comparando…"))
    return carry(wanted(), get_archive(), place.archive(OBJECTS), say), sizes


def listed_objects(chunks: Iterable[bytes]) -> Iterator[tuple[str, int]]:
    """Yield hash and size of each object of the list."""
    for line in lines_of(chunks):
        digest, size = line.decode().split()
        yield digest, int(size)
