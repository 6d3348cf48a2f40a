"""The file of the index: one connection for each thread, whole transactions, and the form of its tables."""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from search.adapters.fts5.tables import SCHEMA_VERSION, Tables
from search.errors import SearchUnavailable

LOCK_WAIT_SECONDS = 20
LOG_PAGES = 1_000
"""So many pages of 4 kB gather in the log before they are synced and brought to their place."""


class File:
    """The SQLite file that ``sqlite://path`` names. Safe for threads; a forked process opens its own connections."""

    def __init__(self, url: str) -> None:
        self._path = Path(urlsplit(url).path)
        self._local = threading.local()

    def _connection(self) -> sqlite3.Connection:
        """Return this thread's connection; a process that was forked opens its own."""
        held: tuple[int, sqlite3.Connection] | None = getattr(self._local, "held", None)
        if held is None or held[0] != os.getpid() or not self._path.exists():
            held = (os.getpid(), _opened(self._path))
            self._local.held = held
        return held[1]

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        try:
            yield self._connection()
        except sqlite3.Error as error:
            raise SearchUnavailable from error

    @contextmanager
    def writing(self, *, log_pages: int = LOG_PAGES) -> Iterator[sqlite3.Connection]:
        """Give the connection inside one transaction: all of it is stored, or nothing.

        :param log_pages: a power cut may take back what was written since the last so many pages.
        """
        with self.reading() as connection:
            connection.execute(f"PRAGMA wal_autocheckpoint = {log_pages}")
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")


def _opened(path: Path) -> sqlite3.Connection:
    """Open the file, with its tables made anew if they are of another schema: it is only a projection."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SearchUnavailable from error
    connection = sqlite3.connect(path, timeout=LOCK_WAIT_SECONDS, isolation_level=None, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    if _schema_of(connection) != SCHEMA_VERSION:
        _make_tables(connection)
    return connection


def _schema_of(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _make_tables(connection: sqlite3.Connection) -> None:
    """Make the tables anew, unless another thread or process did so while this one waited for the lock."""
    connection.execute("BEGIN IMMEDIATE")
    if _schema_of(connection) != SCHEMA_VERSION:
        Tables(connection).make()
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    connection.execute("COMMIT")
