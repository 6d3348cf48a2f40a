"""SQLite: a read transaction of the write-ahead log is the snapshot; rows are translated one by one."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from itertools import islice
from typing import Any

from django.db import DatabaseError, connection, transaction

from config.upkeep import copytext
from config.upkeep.engines import Rows
from config.upkeep.errors import RowsRefused
from config.upkeep.streams import gathered
from config.upkeep.tables import Migration, Table

ROWS_AT_ONCE = 2_000
WAIT_SECONDS = 20


class SqliteReading:
    def __init__(self, raw: sqlite3.Connection) -> None:
        self._raw = raw

    def applied(self) -> list[Migration]:
        return [(str(app), str(name)) for app, name in self.values("SELECT app, name FROM django_migrations")]

    def rows(self, table: Table) -> Iterator[bytes]:
        columns = ", ".join(map(quoted, table.column_names))
        found = self.values(f"SELECT {columns} FROM {quoted(table.name)}")
        return gathered(copytext.spelled(table, found))

    def counter(self, table: Table) -> int:
        found = self._raw.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", [table.name]).fetchone()
        return int(found[0]) if found else 0

    def values(self, query: str) -> Iterator[tuple[Any, ...]]:
        yield from self._raw.execute(query)


@contextmanager
def reading(settings: Mapping[str, Any]) -> Iterator[SqliteReading]:
    with closing(sqlite3.connect(str(settings["NAME"]), timeout=WAIT_SECONDS, isolation_level=None)) as raw:
        raw.execute("PRAGMA query_only = ON")
        raw.execute("BEGIN")
        raw.execute("SELECT 1 FROM sqlite_master").fetchone()  # the snapshot begins with the first read
        yield SqliteReading(raw)


def load(rows: Rows, *, before_commit: Callable[[], object]) -> None:
    connection.ensure_connection()
    connection.disable_constraint_checking()
    try:
        with transaction.atomic():
            triggers = _lift_triggers()
            for table in rows.tables:
                _fill(table, rows)
            connection.check_constraints()
            for statement in triggers:
                _execute(statement)
            before_commit()
    finally:
        connection.enable_constraint_checking()


def _fill(table: Table, rows: Rows) -> None:
    columns, places = ", ".join(map(quoted, table.column_names)), ", ".join("?" * len(table.columns))
    insert = f"INSERT INTO {quoted(table.name)} ({columns}) VALUES ({places})"
    found = copytext.read(table, rows.rows(table), respells_json=rows.engine == "postgresql")
    try:
        _execute(f"DELETE FROM {quoted(table.name)}")
        while batch := list(islice(found, ROWS_AT_ONCE)):
            _raw().executemany(insert, batch)
    except (sqlite3.Error, DatabaseError) as error:
        raise RowsRefused(table=table.name, error=type(error).__name__) from error
    if table.counter:
        _set_counter(table, rows)


def _set_counter(table: Table, rows: Rows) -> None:
    """Go on counting where the other database stood.

    PostgreSQL spends values on transactions that were rolled back; here they would look like deleted rows.
    """
    raw = _raw()
    last = raw.execute(f"SELECT coalesce(max({quoted(table.counter)}), 0) FROM {quoted(table.name)}").fetchone()[0]
    if rows.engine == "sqlite":
        last = max(last, rows.counters.get(table.name, 0))
    raw.execute("DELETE FROM sqlite_sequence WHERE name = ?", [table.name])
    raw.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", [table.name, last])


def _lift_triggers() -> list[str]:
    """Take the triggers away and return what makes them again: rows that are kept must come in once."""
    found = _raw().execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _sql in found:
        _execute(f"DROP TRIGGER {quoted(name)}")
    return [sql for _name, sql in found]


def _raw() -> sqlite3.Connection:
    raw: sqlite3.Connection = connection.connection
    return raw


def _execute(statement: str) -> None:
    _raw().execute(statement)


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
