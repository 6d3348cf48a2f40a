"""A table on disk where two long lists are laid side by side: neither fits into memory at fifteen million rows."""

import sqlite3
from collections.abc import Generator, Iterable
from itertools import islice
from tempfile import NamedTemporaryFile
from types import TracebackType
from typing import Any, Self

from django.conf import settings

ROWS_AT_ONCE = 5_000


class Spool:
    """A SQLite file in ``DATA_DIR`` that ends with its ``with`` block."""

    def __init__(self, *tables: str) -> None:
        """``tables``: each as ``name (columns)``."""
        self._file = NamedTemporaryFile(prefix="spool-", dir=settings.DATA_DIR)  # noqa: SIM115 -- closed by __exit__
        self._connection = sqlite3.connect(self._file.name, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = OFF")
        self._connection.execute("PRAGMA synchronous = OFF")
        for table in tables:
            self._connection.execute(f"CREATE TABLE {table}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._connection.close()
        self._file.close()

    def fill(self, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """Add the rows; one that is there already is passed over."""
        left = iter(rows)
        while batch := list(islice(left, ROWS_AT_ONCE)):
            places = ", ".join("?" * len(batch[0]))
            self._connection.execute("BEGIN")
            self._connection.executemany(f"INSERT OR IGNORE INTO {table} VALUES ({places})", batch)
            self._connection.execute("COMMIT")

    def ask(self, query: str, *values: object) -> Generator[tuple[Any, ...]]:
        """Yield the rows of the answer. Who leaves before the last one closes it, while this is open."""
        yield from self._connection.execute(query, values)

    def count(self, table: str) -> int:
        return int(self._connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
