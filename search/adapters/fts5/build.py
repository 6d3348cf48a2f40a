"""A new version of the index beside the one that answers, in the same file."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence

from search.adapters.fts5.file import File
from search.adapters.fts5.tables import WHEN_FULL, Tables
from search.errors import SearchUnavailable
from search.ports import Held, IndexedDocument

NEXT = "next_"
PROGRESS = "next_progress"
IDS_AT_ONCE = 1_000
LOG_PAGES = 8_000
"""Pages that many documents change reach their place once instead of eight times; a build that a power cut took back a
little goes on from there."""


class Fts5Build:
    """Tables of their own, which take the others' place in one transaction."""

    def __init__(self, file: File) -> None:
        self._file = file
        with file.writing() as connection:
            if not is_building(connection):
                Tables(connection, NEXT).make(merged_at=WHEN_FULL)
                connection.execute(f"CREATE TABLE {PROGRESS} (last INTEGER NOT NULL)")
                connection.execute(f"INSERT INTO {PROGRESS} VALUES (0)")

    @property
    def last(self) -> int:
        with self._file.reading() as connection:
            return int(connection.execute(f"SELECT last FROM {PROGRESS}").fetchone()[0])

    def add(self, documents: Sequence[IndexedDocument], readers: Mapping[int, frozenset[str]]) -> None:
        with self._file.writing(log_pages=LOG_PAGES) as connection:
            tables = self._tables(connection)
            for expediente_id, names in readers.items():
                if tables.readers(expediente_id) is None:
                    tables.set_readers(expediente_id, names)
            there = tables.those_held([document.document_id for document in documents])
            tables.insert([document for document in documents if document.document_id not in there])
            last = max(document.document_id for document in documents)
            connection.execute(f"UPDATE {PROGRESS} SET last = max(last, ?)", (last,))

    def ids(self) -> Iterator[int]:
        with self._file.reading() as connection:
            yield from ids_of(self._tables(connection))

    def held(self, document_id: int) -> Held | None:
        with self._file.reading() as connection:
            return self._tables(connection).held(document_id)

    def remove(self, document_id: int) -> None:
        with self._file.writing() as connection:
            self._tables(connection).remove(document_id)

    def publish(self) -> None:
        with self._file.writing(log_pages=LOG_PAGES) as connection:
            self._tables(connection).take_the_place_of_former()
            connection.execute(f"DROP TABLE {PROGRESS}")

    def drop(self) -> None:
        with self._file.writing() as connection:
            self._tables(connection).drop()
            connection.execute(f"DROP TABLE {PROGRESS}")

    def _tables(self, connection: sqlite3.Connection) -> Tables:
        """Return the tables being built.

        :raises SearchUnavailable: another process has finished the build.
        """
        if not is_building(connection):
            raise SearchUnavailable
        return Tables(connection, NEXT)


def is_building(connection: sqlite3.Connection) -> bool:
    """Return whether a new version is being built."""
    found = connection.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (PROGRESS,))
    return found.fetchone() is not None


def ids_of(tables: Tables) -> Iterator[int]:
    """Yield the ids of the documents in ascending order, some at a time: whoever reads them may write as well."""
    last = 0
    while ids := tables.ids_after(last, IDS_AT_ONCE):
        yield from ids
        last = ids[-1]
