"""PostgreSQL: a repeatable-read transaction is the snapshot; COPY carries the rows out and in, needing no tools."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

import psycopg
from django.db import DatabaseError, connection, transaction
from psycopg import sql

from config.upkeep.engines import Rows
from config.upkeep.errors import DatabaseAway, RowsRefused
from config.upkeep.streams import gathered
from config.upkeep.tables import Migration, Table

ROWS_AT_ONCE = 5_000
PLAIN_SPELLING = ("SET TIME ZONE 'UTC'", "SET DateStyle = 'ISO'", "SET IntervalStyle = 'postgres'")
NO_HURRY = ("SET statement_timeout = 0", "SET idle_in_transaction_session_timeout = 0")
KNOWN_TO_LIBPQ = ("dbname", "user", "password", "host", "port")


class PostgresReading:
    def __init__(self, session: psycopg.Connection[Any]) -> None:
        self._session = session

    def applied(self) -> list[Migration]:
        return [(str(app), str(name)) for app, name in self.values("SELECT app, name FROM django_migrations")]

    def rows(self, table: Table) -> Iterator[bytes]:
        names = sql.SQL(", ").join(map(sql.Identifier, table.column_names))
        statement = sql.SQL("COPY {} ({}) TO STDOUT").format(sql.Identifier(table.name), names)
        with self._session.cursor() as cursor, cursor.copy(statement) as copy:
            yield from gathered(map(bytes, copy))

    def counter(self, table: Table) -> int:
        sequence = _sequence(self._session, table)
        if not sequence:
            return 0
        query = sql.SQL("SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END FROM {}")
        found = self._session.execute(query.format(sql.SQL(sequence))).fetchone()
        return int(found[0]) if found else 0

    def values(self, query: str) -> Iterator[tuple[Any, ...]]:
        with self._session.cursor(name="values") as cursor:
            cursor.itersize = ROWS_AT_ONCE
            yield from cursor.execute(query.encode())


@contextmanager
def reading(settings: Mapping[str, Any]) -> Iterator[PostgresReading]:
    try:
        session = psycopg.connect(**_parameters(settings), autocommit=True)
    except psycopg.OperationalError as error:
        raise DatabaseAway(error=type(error).__name__) from error
    with session:
        for statement in (*PLAIN_SPELLING, *NO_HURRY):
            session.execute(statement.encode())
        session.execute("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        session.execute("SELECT 1")
        yield PostgresReading(session)
        session.execute("ROLLBACK")


def _parameters(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return what libpq is told: Django's settings without what is Django's own."""
    options = {name: value for name, value in settings["OPTIONS"].items() if name != "pool"}
    given = dict(
        zip(KNOWN_TO_LIBPQ, (settings[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")), strict=True)
    )
    return {**options, **{name: value for name, value in given.items() if value}}


class _ForeignKey(NamedTuple):
    table: str
    name: str
    definition: str


def load(rows: Rows, *, before_commit: Callable[[], object]) -> None:
    """Foreign keys are taken away and made again, which checks all rows at once: one by one they would be remembered
    in memory until the end. Triggers that keep rows as they are let these in once.
    """
    with transaction.atomic():
        for statement in (*NO_HURRY, *PLAIN_SPELLING):
            _execute(statement.replace("SET ", "SET LOCAL ", 1))
        keys = _foreign_keys()
        for key in keys:
            _execute(f"ALTER TABLE {key.table} DROP CONSTRAINT {quoted(key.name)}")
        for table in rows.tables:
            _fill(table, rows)
        for key in keys:
            _execute(f"ALTER TABLE {key.table} ADD CONSTRAINT {quoted(key.name)} {key.definition}")
        before_commit()
    _execute("ANALYZE")


def _fill(table: Table, rows: Rows) -> None:
    name, names = quoted(table.name), ", ".join(map(quoted, table.column_names))
    try:
        _execute(f"ALTER TABLE {name} DISABLE TRIGGER USER")
        _execute(f"DELETE FROM {name}")
        with _session().cursor() as cursor, cursor.copy(f"COPY {name} ({names}) FROM STDIN".encode()) as copy:
            for chunk in rows.rows(table):
                copy.write(chunk)
        _execute(f"ALTER TABLE {name} ENABLE TRIGGER USER")
    except (psycopg.Error, DatabaseError) as error:
        raise RowsRefused(table=table.name, error=type(error).__name__) from error
    if table.counter:
        _set_counter(table, rows.counters.get(table.name, 0))


def _set_counter(table: Table, last: int) -> None:
    sequence = _sequence(_session(), table)
    if sequence:
        most = f"(SELECT coalesce(max({quoted(table.counter)}), 0) FROM {quoted(table.name)})"
        _execute(f"SELECT setval('{sequence}', greatest({last:d}, {most}, 1), greatest({last:d}, {most}) > 0)")


def _sequence(session: psycopg.Connection[Any], table: Table) -> str:
    found = session.execute("SELECT pg_get_serial_sequence(%s, %s)", [quoted(table.name), table.counter]).fetchone()
    return str(found[0]) if found and found[0] else ""


def _foreign_keys() -> list[_ForeignKey]:
    with connection.cursor() as cursor:
        cursor.execute("""
            SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
            WHERE contype = 'f' AND connamespace = current_schema()::regnamespace ORDER BY 1, 2
        """)
        return [_ForeignKey(*row) for row in cursor.fetchall()]


def _session() -> "psycopg.Connection[Any]":
    session: psycopg.Connection[Any] = connection.connection
    return session


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
