"""The tables of an installation as its migrations made them: the same on every engine, also of an earlier release."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import models
from django.db.migrations.loader import MigrationLoader

from config.upkeep.errors import NewerRelease

NOT_CARRIED = {Session._meta.db_table, UserSession._meta.db_table}
"""Sessions, and what is known of them, let anybody in who holds their key; people sign in again."""


class ColumnKind(StrEnum):
    """How a value is spelled; the engines differ in the last six."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DAY = "day"
    TIME = "time"
    UUID = "uuid"
    BOOLEAN = "boolean"
    MOMENT = "moment"
    JSON = "json"
    BYTES = "bytes"
    FLOAT = "float"


KINDS: "dict[type[models.Field[Any, Any]], ColumnKind]" = {
    models.BooleanField: ColumnKind.BOOLEAN,
    models.DateTimeField: ColumnKind.MOMENT,
    models.DateField: ColumnKind.DAY,
    models.TimeField: ColumnKind.TIME,
    models.UUIDField: ColumnKind.UUID,
    models.JSONField: ColumnKind.JSON,
    models.BinaryField: ColumnKind.BYTES,
    models.FloatField: ColumnKind.FLOAT,
    models.DecimalField: ColumnKind.DECIMAL,
    models.IntegerField: ColumnKind.INTEGER,
    models.CharField: ColumnKind.TEXT,
    models.GenericIPAddressField: ColumnKind.TEXT,
    models.TextField: ColumnKind.TEXT,
}


@dataclass(frozen=True)
class Column:
    name: str
    kind: ColumnKind


@dataclass(frozen=True)
class Table:
    """A table with its columns in their order. ``counter``: the column that the engine numbers; empty: none."""

    name: str
    columns: tuple[Column, ...]
    counter: str = ""

    @property
    def column_names(self) -> list[str]:
        return [column.name for column in self.columns]


Migration = tuple[str, str]


def tables_at(applied: Iterable[Migration]) -> list[Table]:
    """Return the tables that these migrations make, by name.

    :raises NewerRelease: this program does not know one of the migrations.
    """
    loader = MigrationLoader(None)
    state = loader.project_state(_known(loader, applied))
    tables = [_table(model) for model in state.apps.get_models(include_auto_created=True) if model._meta.managed]
    return sorted((table for table in tables if table.name not in NOT_CARRIED), key=lambda table: table.name)


def last_of_each_app(applied: Iterable[Migration]) -> list[Migration]:
    """Return those migrations that no other one of the same app follows: as far as a database must be migrated.

    :raises NewerRelease: this program does not know one of the migrations.
    """
    loader = MigrationLoader(None)
    known = set(_known(loader, applied))
    nodes = loader.graph.node_map
    return sorted(
        key for key in known if not any(child.key in known and child.key[0] == key[0] for child in nodes[key].children)
    )


def all_up_to(last: Iterable[Migration]) -> set[Migration]:
    """Return these migrations and all that come before them."""
    graph = MigrationLoader(None).graph
    return {before for key in last for before in graph.forwards_plan(tuple(key))}


def _known(loader: MigrationLoader, applied: Iterable[Migration]) -> list[Migration]:
    nodes = sorted({(app, name) for app, name in applied})
    unknown = [key for key in nodes if key not in loader.graph.nodes]
    if unknown:
        raise NewerRelease(migration=".".join(unknown[0]))
    return nodes


def _table(model: type[models.Model]) -> Table:
    fields: Sequence[models.Field[Any, Any]] = model._meta.local_concrete_fields
    counters = [field.column for field in fields if isinstance(field, models.AutoField | models.BigAutoField)]
    columns = tuple(Column(str(field.column), _kind(field)) for field in fields)
    return Table(model._meta.db_table, columns, str(counters[0]) if counters else "")


def _kind(field: "models.Field[Any, Any]") -> ColumnKind:
    target: Any = field
    while isinstance(target, models.ForeignKey):
        target = target.target_field
    for known in type(target).__mro__:
        if known in KINDS:
            return KINDS[known]
    raise TypeError(f"{field.model._meta.db_table}.{field.column}: no spelling is known for {type(target).__name__}")
