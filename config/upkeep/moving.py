"""Moving up: an embedded installation, as it lies in its folder, becomes one on the servers."""

import fcntl
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection

from config import backends, env
from config.upkeep import snapshot
from config.upkeep.belongings import SECRET_KEY, Belongings
from config.upkeep.errors import SameInstallation, SourceIsServed, SourceMissing
from config.upkeep.places import built_archive
from config.upkeep.snapshot import Snapshot
from config.upkeep.tables import Migration, Table
from docs_store.ports import Archive

DATABASE, ARCHIVE, SERVE_LOCK = "chasqui.sqlite3", "archive", "serve.lock"


@dataclass(frozen=True)
class Departing:
    """An installation that leaves its folder. What ``arriving.Bundle`` asks for."""

    identity: str
    snapshot: Snapshot
    archive: Archive
    belongings: Belongings

    @property
    def engine(self) -> str:
        return self.snapshot.engine

    @property
    def migrations(self) -> Sequence[Migration]:
        return self.snapshot.migrations

    @property
    def tables(self) -> Sequence[Table]:
        return self.snapshot.tables

    @property
    def counters(self) -> Mapping[str, int]:
        return self.snapshot.counters

    def rows(self, table: Table) -> Iterator[bytes]:
        return self.snapshot.rows(table)

    def objects(self) -> Iterator[tuple[str, int]]:
        return self.snapshot.objects()


@contextmanager
def departing(folder: Path, *, at: datetime) -> Iterator[Departing]:
    """Hold the embedded installation of this ``DATA_DIR``, which nobody may serve meanwhile. It stays as it is.

    :raises SourceMissing: there is none, or it lacks its secret key.
    :raises SourceIsServed: it is in use.
    :raises SameInstallation: it is this very installation.
    """
    database = folder / DATABASE
    if not database.is_file():
        raise SourceMissing(folder=folder, what=DATABASE)
    if folder.resolve() == Path(settings.DATA_DIR).resolve() or str(database) == str(connection.settings_dict["NAME"]):
        raise SameInstallation
    source = backends.database(f"sqlite://{database}")
    with _held(folder), snapshot.taken(source, vendor="sqlite", at=at) as snap:
        archive = built_archive(f"file://{quote(str(folder / ARCHIVE))}")
        belongings = Belongings.of(
            folder,
            archive,
            sealed_up_to=snap.head.sequence if snap.head else 0,
            secret_key=_secret_key(folder),
            variables={},
        )
        yield Departing(_identity(folder, snap), snap, archive, belongings)


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Keep ``manage.py serve`` out, which holds the same lock."""
    with (folder / SERVE_LOCK).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise SourceIsServed(folder=folder) from error
        yield


def _secret_key(folder: Path) -> str:
    path = folder / SECRET_KEY
    kept = path.read_text().strip() if path.exists() else ""
    found = kept or env.given().get("SECRET_KEY", "")
    if not found:
        raise SourceMissing(folder=folder, what="secret_key")
    return found


def _identity(folder: Path, snap: Snapshot) -> str:
    """The same folder with the same chain is the same installation."""
    end = f"{snap.head.sequence} {snap.head.hash}" if snap.head else ""
    return f"move:{hashlib.sha256(f'{folder.resolve()} {end}'.encode()).hexdigest()[:16]}"
