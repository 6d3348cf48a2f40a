"""Bringing an installation into an empty system: the common way of a restore and of a move.

The order makes a kill harmless at any moment: objects, then keys, then all rows in one transaction, then the index.
Until the rows stand the system is empty, and the command may be repeated: what is copied is not copied again.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Protocol

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from django.utils.translation import gettext as _

from config import roles
from config.upkeep.belongings import Belongings
from config.upkeep.carrying import Say, carry
from config.upkeep.engines import engine
from config.upkeep.errors import NotEmpty, OtherTables
from config.upkeep.tables import NOT_CARRIED, Migration, Table, all_up_to
from docs_store.archive import get_archive
from docs_store.ports import Archive
from ledger import services as ledger
from ledger.models import Entry

MARK = "unfinished_arrival"
MADE_BY_MIGRATIONS = {"django_content_type", "auth_permission", "django_migrations", *NOT_CARRIED}
MADE_BY_ARRIVAL = "system.arrived"


class Bundle(Protocol):
    """An installation on its way: rows, objects and belongings."""

    @property
    def identity(self) -> str:
        """What tells it from any other, and stays the same when the command is repeated."""
        ...

    @property
    def engine(self) -> str: ...

    @property
    def migrations(self) -> Sequence[Migration]: ...

    @property
    def tables(self) -> Sequence[Table]: ...

    @property
    def counters(self) -> Mapping[str, int]: ...

    @property
    def archive(self) -> Archive: ...

    @property
    def belongings(self) -> Belongings: ...

    def rows(self, table: Table) -> Iterator[bytes]:
        """Yield the table in chunks of COPY's text."""
        ...

    def objects(self) -> Iterator[tuple[str, int]]:
        """Yield hash and size of every content that a row speaks of."""
        ...


@dataclass(frozen=True)
class Arrived:
    """What the operator must know at the end."""

    advice: list[str]
    objects: int


def bring(bundle: Bundle, *, say: Say) -> Arrived:
    """Bring the bundle into this empty system, and build its index.

    :raises UpkeepError: the system is not empty, or something does not fit; the sentence says what to do.
    :raises ArchiveUnavailable: an archive does not answer; the call may be repeated.
    """
    bundle.belongings.check_secret_key()
    if not _check_target(bundle):
        say(_("Las filas ya estaban cargadas de la vez anterior; se sigue con el índice."))
        _finish(say)
        return Arrived([], 0)
    _mark(bundle)
    say(_("Archivo: copiando y verificando cada objeto…"))
    heads = ((digest, 0) for digest in bundle.belongings.head_objects)
    carried = carry(chain(bundle.objects(), heads), bundle.archive, get_archive(), say)
    advice = bundle.belongings.lay_down()
    say(_("Base de datos: preparando las tablas y cargando las filas…"))
    _load(bundle)
    _finish(say)
    return Arrived(advice, carried.objects)


def _check_target(bundle: Bundle) -> bool:
    """Return whether there is anything to load; no: the same bundle was loaded before and its index is missing.

    Tables that an interrupted arrival made are gone on with.

    :raises NotEmpty: there is something else.
    :raises OtherTables: the tables are those of another release.
    """
    known = set(connection.introspection.table_names())
    if Entry._meta.db_table in known and Entry.objects.exists():
        if _mark_path().exists() and _has_arrived(bundle):
            return False
        raise NotEmpty(what=connection.settings_dict["NAME"])
    ours = {model._meta.db_table for model in apps.get_models(include_auto_created=True)} & known
    for table in sorted(ours - MADE_BY_MIGRATIONS):
        if _has_rows(table):
            raise NotEmpty(what=table)
    if not set(_applied()) <= all_up_to(bundle.migrations):
        raise OtherTables
    return True


def _has_rows(table: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM {connection.ops.quote_name(table)} LIMIT 1")
        return cursor.fetchone() is not None


def _applied() -> list[Migration]:
    return list(MigrationExecutor(connection).loader.applied_migrations)


def _has_arrived(bundle: Bundle) -> bool:
    arrived = Entry.objects.filter(kind=MADE_BY_ARRIVAL).order_by("-id").first()
    return arrived is not None and arrived.facts.get("identity") == bundle.identity


def _load(bundle: Bundle) -> None:
    """Make the tables as they were, and load all rows in one transaction."""
    with roles.owner():
        MigrationExecutor(connection).migrate(list(bundle.migrations))
        engine(connection.vendor).load(bundle, before_commit=lambda: _record(bundle))


def _record(bundle: Bundle) -> None:
    facts = {"identity": bundle.identity, "engine": bundle.engine}
    ledger.record(MADE_BY_ARRIVAL, subject="installation:arrival", facts=facts, by="system:arrival", at=timezone.now())


def _finish(say: Say) -> None:
    """Bring tables and rows to this release, and build the index."""
    call_command("migrate", interactive=False, verbosity=0, skip_checks=True)
    say(_("Índice: construyendo…"))
    call_command("reindex", stdout=_Teller(say))
    _mark_path().unlink(missing_ok=True)


class _Teller:
    """Passes on what a command prints."""

    def __init__(self, say: Say) -> None:
        self._say = say

    def write(self, text: str) -> None:
        if text.strip():
            self._say(f"  {text.strip()}")

    def flush(self) -> None:
        pass


def is_unfinished() -> bool:
    """Return whether an arrival was broken off here."""
    return _mark_path().exists()


def _mark(bundle: Bundle) -> None:
    path = _mark_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"identity": bundle.identity}))


def _mark_path() -> Path:
    return Path(settings.DATA_DIR) / MARK


def lasted(since: datetime) -> str:
    """Return how long something took, in words."""
    return told((timezone.now() - since).total_seconds())


def told(seconds: float) -> str:
    """Return seconds in words: ``3 h 12 min``, ``2 min 5 s``, ``4.2 s``."""
    whole = int(seconds)
    if whole >= 3600:
        return f"{whole // 3600} h {whole % 3600 // 60} min"
    if whole >= 60:
        return f"{whole // 60} min {whole % 60} s"
    return f"{seconds:.1f} s"
