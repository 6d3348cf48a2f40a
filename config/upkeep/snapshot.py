"""An installation as it stands at one moment: what a backup writes down and a move carries over."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import psycopg

from config.upkeep.engines import Reading, engine
from config.upkeep.errors import NotMigrated
from config.upkeep.tables import Migration, Table, last_of_each_app, tables_at
from ledger.ports import Head

OBJECTS = "SELECT sha256, max(size_bytes) FROM docs_store_version GROUP BY sha256"
HEAD = "SELECT sequence, hash FROM ledger_seal ORDER BY sequence DESC LIMIT 1"


@dataclass
class Snapshot:
    """Its rows can be read as long as it is open. ``counts`` fills as they are."""

    engine: str
    made_at: datetime
    migrations: list[Migration]
    tables: list[Table]
    counters: Mapping[str, int]
    head: Head | None
    _reading: Reading
    counts: dict[str, int] = field(default_factory=dict)

    def rows(self, table: Table) -> Iterator[bytes]:
        """Yield the table in chunks of COPY's text: a line is a row."""
        self.counts[table.name] = 0
        for chunk in self._reading.rows(table):
            self.counts[table.name] += chunk.count(b"\n")
            yield chunk

    def objects(self) -> Iterator[tuple[str, int]]:
        """Yield hash and size of every content that a row speaks of."""
        for digest, size in self._reading.values(OBJECTS):
            yield str(digest), int(size)


@contextmanager
def taken(database: Mapping[str, Any], *, vendor: str, at: datetime) -> Iterator[Snapshot]:
    """Hold the database that Django's settings name at this moment. Others go on writing meanwhile.

    :raises NewerRelease: a later program migrated it.
    :raises NotMigrated: it has no tables.
    """
    with engine(vendor).reading(database) as reading:
        try:
            applied = reading.applied()
        except (sqlite3.OperationalError, psycopg.errors.UndefinedTable) as error:
            raise NotMigrated from error
        migrations = last_of_each_app(applied)
        tables = tables_at(migrations)
        counters = {table.name: reading.counter(table) for table in tables if table.counter}
        head = next((Head(int(row[0]), str(row[1])) for row in list(reading.values(HEAD))), None)
        yield Snapshot(vendor, at, migrations, tables, counters, head, reading)
