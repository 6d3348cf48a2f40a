"""The tables of one version of the index, and of one that is being built beside it in the same file."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from operator import attrgetter

from search.ports import Held, IndexedDocument, IndexedPage, Named, StoredDocument, Tally
from search.rules.keys import LAST_PAGE, document_key, page_key, page_of

SCHEMA_VERSION = 2
TABLES = ("document", "page", "terms", "reader")
SCHEMA = (
    """CREATE TABLE {0}document (
        id INTEGER PRIMARY KEY, key INTEGER NOT NULL UNIQUE, expediente_id INTEGER NOT NULL,
        expediente_label TEXT NOT NULL, kind TEXT NOT NULL, kind_name TEXT NOT NULL, unit TEXT NOT NULL,
        unit_siglas TEXT NOT NULL, label TEXT NOT NULL, title TEXT NOT NULL, state TEXT NOT NULL,
        emitted_on TEXT NOT NULL, is_public INTEGER NOT NULL)""",
    "CREATE TABLE {0}page (id INTEGER PRIMARY KEY, text TEXT NOT NULL)",
    """CREATE VIRTUAL TABLE {0}terms USING fts5(head, body, marks, tokenize = "ascii tokenchars '-'")""",
    """CREATE TABLE {0}reader (
        expediente_id INTEGER NOT NULL, reader TEXT NOT NULL, PRIMARY KEY (expediente_id, reader)) WITHOUT ROWID""",
)
COLUMNS = (
    "key, emitted_on, id, expediente_id, expediente_label, kind, kind_name, unit, unit_siglas, label, title, state, "
    "is_public"
)
COPIED = (
    "document_id", "expediente_id", "expediente_label", "kind", "kind_name", "unit", "unit_siglas", "label", "title",
    "state", "is_public",
)  # fmt: skip
copied_from = attrgetter(*COPIED)
TERMS_IN_MEMORY = 8 * 1024 * 1024
"""FTS5 gathers so many bytes of a transaction's terms before it writes them sorted; of itself only 1 MB."""
MERGED_AT, WHEN_FULL = 4, 0
"""FTS5 joins pieces of its index when there are so many of a size; while a version is being built only when there are
sixteen, which it never lets pass: each term is written again half as often."""
SAID = ""
"""The reader that is nobody: its row says that an expediente's readers were told, even if there are none."""


class Tables:
    """The tables whose names begin with ``prefix``, on one connection, inside whatever transaction is open."""

    def __init__(self, connection: sqlite3.Connection, prefix: str = "") -> None:
        self._run = connection.execute
        self._run_many = connection.executemany
        self._prefix = prefix
        self._chosen = f"FROM {prefix}document WHERE id IN (SELECT value FROM json_each(?))"

    def make(self, *, merged_at: int = MERGED_AT) -> None:
        """Make the tables anew, empty."""
        self.drop()
        for statement in SCHEMA:
            self._run(statement.format(self._prefix))
        self._set("hashsize", TERMS_IN_MEMORY)
        self._set("automerge", merged_at)

    def drop(self) -> None:
        for table in TABLES:
            self._run(f"DROP TABLE IF EXISTS {self._prefix}{table}")

    def take_the_place_of_former(self) -> None:
        """Become the tables without prefix."""
        for table in TABLES:
            self._run(f"DROP TABLE IF EXISTS {table}")
            self._run(f"ALTER TABLE {self._prefix}{table} RENAME TO {table}")
        self._run("INSERT INTO terms (terms, rank) VALUES ('automerge', ?)", (MERGED_AT,))

    def clear(self) -> None:
        for table in TABLES:
            self._run(f"DELETE FROM {self._prefix}{table}")

    def those_held(self, document_ids: Sequence[int]) -> set[int]:
        """Return those of the ids whose documents are there."""
        found = self._run(f"SELECT id {self._chosen}", (json.dumps(document_ids),))
        return {int(row["id"]) for row in found}

    def insert(self, documents: Sequence[IndexedDocument]) -> None:
        """Store documents that are not there."""
        rows, texts, terms = [], [], []
        for document in documents:
            key = document_key(document)
            rows.append((key, document.emitted_on.isoformat(), *copied_from(document)))
            head, marks = " ".join(document.head), " ".join(document.marks)
            for page in document.pages:
                if page.page < LAST_PAGE:
                    place = page_key(key, page.page)
                    texts.append((place, page.text))
                    terms.append((place, head, " ".join(page.terms), marks))
        values = ", ".join("?" * len(COLUMNS.split(",")))
        self._run_many(f"INSERT INTO {self._prefix}document ({COLUMNS}) VALUES ({values})", rows)
        self._run_many(f"INSERT INTO {self._prefix}page VALUES (?, ?)", texts)
        self._run_many(f"INSERT INTO {self._prefix}terms (rowid, head, body, marks) VALUES (?, ?, ?, ?)", terms)

    def remove(self, document_id: int) -> None:
        row = self._row(document_id)
        if row is None:
            return
        span = (row["key"], row["key"] | LAST_PAGE)
        self._run(f"DELETE FROM {self._prefix}terms WHERE rowid BETWEEN ? AND ?", span)
        self._run(f"DELETE FROM {self._prefix}page WHERE id BETWEEN ? AND ?", span)
        self._run(f"DELETE FROM {self._prefix}document WHERE id = ?", (document_id,))

    def set_readers(self, expediente_id: int, readers: Iterable[str]) -> None:
        self._run(f"DELETE FROM {self._prefix}reader WHERE expediente_id = ?", (expediente_id,))
        self._run_many(
            f"INSERT INTO {self._prefix}reader VALUES (?, ?)",
            ((expediente_id, reader) for reader in sorted({SAID, *readers})),
        )

    def readers(self, expediente_id: int) -> frozenset[str] | None:
        """Return who may read the expediente; nothing if that was never said."""
        rows = self._run(f"SELECT reader FROM {self._prefix}reader WHERE expediente_id = ?", (expediente_id,))
        found = {str(row["reader"]) for row in rows}
        return frozenset(found - {SAID}) if found else None

    def count(self) -> int:
        return int(self._run(f"SELECT count(*) FROM {self._prefix}document").fetchone()[0])

    def ids_after(self, last: int, limit: int) -> list[int]:
        """Return the next ids of documents in ascending order."""
        rows = self._run(f"SELECT id FROM {self._prefix}document WHERE id > ? ORDER BY id LIMIT ?", (last, limit))
        return [int(row["id"]) for row in rows]

    def stored(self, document_id: int, page: int) -> tuple[StoredDocument, str] | None:
        """Return what is known of a document, and the text of one of its pages."""
        row = self._row(document_id)
        if row is None:
            return None
        text = self._run(f"SELECT text FROM {self._prefix}page WHERE id = ?", (page_key(row["key"], page),)).fetchone()
        return _stored(row), str(text["text"]) if text else ""

    def tally(self, document_ids: Sequence[int]) -> Tally:
        """Return how many of the documents are of each kind and unit, and in how many expedientes they lie."""
        ids = json.dumps(document_ids)
        kinds: Counter[Named] = Counter()
        units: Counter[Named] = Counter()
        named = f"SELECT kind, kind_name, unit, unit_siglas, count(*) {self._chosen} GROUP BY 1, 2, 3, 4"
        for kind, kind_name, unit, unit_siglas, count in self._run(named, (ids,)):
            kinds[Named(kind, kind_name)] += count
            units[Named(unit, unit_siglas)] += count
        (expedientes,) = self._run(f"SELECT count(DISTINCT expediente_id) {self._chosen}", (ids,)).fetchone()
        return Tally(kinds, units, expedientes)

    def held(self, document_id: int) -> Held | None:
        """Return a document as it is held, read back row by row."""
        row = self._row(document_id)
        if row is None:
            return None
        pages = self._run(
            f"SELECT terms.rowid AS key, head, body, marks, text FROM {self._prefix}terms AS terms "
            f"LEFT JOIN {self._prefix}page AS page ON page.id = terms.rowid "
            "WHERE terms.rowid BETWEEN ? AND ? ORDER BY terms.rowid DESC",
            (row["key"], row["key"] | LAST_PAGE),
        ).fetchall()
        return Held(_document(row, pages), self.readers(row["expediente_id"]) or frozenset())

    def _set(self, option: str, value: int) -> None:
        self._run(f"INSERT INTO {self._prefix}terms ({self._prefix}terms, rank) VALUES (?, ?)", (option, value))

    def _row(self, document_id: int) -> sqlite3.Row | None:
        statement = f"SELECT {COLUMNS} FROM {self._prefix}document WHERE id = ?"
        row: sqlite3.Row | None = self._run(statement, (document_id,)).fetchone()
        return row


def _document(row: sqlite3.Row, pages: list[sqlite3.Row]) -> IndexedDocument:
    stored = _stored(row)
    return IndexedDocument(
        **dict(zip(COPIED, copied_from(stored), strict=True)),
        emitted_on=stored.emitted_on,
        head=tuple(pages[0]["head"].split()) if pages else (),
        marks=tuple(pages[0]["marks"].split()) if pages else (),
        pages=tuple(IndexedPage(page_of(page["key"]), page["text"], tuple(page["body"].split())) for page in pages),
    )


def _stored(row: sqlite3.Row) -> StoredDocument:
    return StoredDocument(
        document_id=row["id"],
        expediente_id=row["expediente_id"],
        expediente_label=row["expediente_label"],
        kind=row["kind"],
        kind_name=row["kind_name"],
        unit=row["unit"],
        unit_siglas=row["unit_siglas"],
        label=row["label"],
        title=row["title"],
        state=row["state"],
        emitted_on=date.fromisoformat(row["emitted_on"]),
        is_public=bool(row["is_public"]),
    )
