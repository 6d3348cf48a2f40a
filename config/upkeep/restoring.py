"""Restoring a backup: everything is verified before a row is loaded."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from config.upkeep.belongings import Belongings
from config.upkeep.carrying import Say
from config.upkeep.checks.spool import Spool
from config.upkeep.errors import BackupDamaged, NoBackupHere, NoSuchBackup
from config.upkeep.making import listed_objects
from config.upkeep.manifest import BELONGINGS, OBJECT_LIST, Manifest, table_part
from config.upkeep.places import OBJECTS, Place
from config.upkeep.sealed import Keys
from config.upkeep.streams import decompressed
from config.upkeep.tables import Migration, Table, last_of_each_app
from docs_store.errors import ObjectDamaged, ObjectMissing
from docs_store.ports import Archive


@dataclass(frozen=True)
class Backup:
    """A finished backup, opened with its passphrase. What ``arriving.Bundle`` asks for."""

    place: Place
    name: str
    manifest: Manifest
    keys: Keys

    @property
    def identity(self) -> str:
        return f"backup:{self.name}:{self.manifest.derivation.salt}"

    @property
    def engine(self) -> str:
        return self.manifest.engine

    @property
    def migrations(self) -> Sequence[Migration]:
        return self.manifest.migrations

    @property
    def tables(self) -> Sequence[Table]:
        return self.manifest.tables

    @property
    def counters(self) -> Mapping[str, int]:
        return self.manifest.counters

    @cached_property
    def archive(self) -> Archive:
        return self.place.archive(OBJECTS)

    @cached_property
    def belongings(self) -> Belongings:
        return Belongings.from_bytes(b"".join(self._part(BELONGINGS)))

    def rows(self, table: Table) -> Iterator[bytes]:
        return self._part(table_part(table))

    def objects(self) -> Iterator[tuple[str, int]]:
        return listed_objects(self._part(OBJECT_LIST))

    def check(self, say: Say) -> None:
        """Look at all that the backup consists of, before anything is written anywhere.

        The bytes of the objects are verified one by one when they are copied, still before the first row.

        :raises NewerRelease: a later program made it.
        :raises BackupDamaged: a part is not what the manifest says, or an object is gone or of another size.
        """
        last_of_each_app(self.migrations)
        say(_("Copia %(name)s: verificando %(parts)d partes…") % {"name": self.name, "parts": len(self.manifest.parts)})
        parts = self.place.archive(self.name)
        for name, part in self.manifest.parts.items():
            try:
                with closing(parts.open(part.sha256)):
                    pass
            except (ObjectMissing, ObjectDamaged) as error:
                raise BackupDamaged(part=name) from error
        say(_("Copia %(name)s: comparando %(n)d objetos…") % {"name": self.name, "n": self.manifest.objects})
        self._check_objects()

    def _check_objects(self) -> None:
        with Spool(
            "wanted (sha256 TEXT PRIMARY KEY, size INTEGER)", "kept (sha256 TEXT PRIMARY KEY, size INTEGER)"
        ) as spool:
            spool.fill("wanted", self.objects())
            spool.fill("kept", ((each.sha256, each.size) for each in self.archive.stored()))
            for (digest,) in spool.ask("SELECT sha256 FROM (SELECT * FROM wanted EXCEPT SELECT * FROM kept)"):
                raise BackupDamaged(part=digest)

    def _part(self, name: str) -> Iterator[bytes]:
        part = self.manifest.parts[name]
        sealed = self.place.archive(self.name).open(part.sha256)
        return decompressed(self.keys.unseal(sealed, name=name))


def opened(place: Place, *, name: str, passphrase: str) -> Backup:
    """Return the backup of this name, or the newest.

    :raises NoBackupHere: none was finished here.
    :raises NoSuchBackup: none of this name was.
    :raises WrongPassphrase: the passphrase does not open it.
    """
    names = place.names()
    if not names:
        raise NoBackupHere(place=place.shown)
    if name and name not in names:
        raise NoSuchBackup(place=place.shown, name=name, names=", ".join(names))
    chosen = name or names[-1]
    manifest, keys = Manifest.opened(place.manifest(chosen), passphrase)
    return Backup(place, chosen, manifest, keys)
