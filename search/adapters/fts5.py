"""The embedded index: one SQLite file with FTS5.

The engine gets our terms, already analysed, in columns that it only splits at spaces; the page's own text lies beside
them for the extracts. The key of a page is its row id: day, document and page, so that the newest come first without
sorting and a span of days is a span of keys. Who may read an expediente is a table of its own.
"""

import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from search.errors import SearchUnavailable
from search.ports import (
    EVERYONE,
    SEES_ALL,
    Clause,
    IndexedDocument,
    PageMatch,
    Query,
    Question,
    StoredDocument,
)
from search.rules.keys import (
    DOCUMENT_MASK,
    LAST_PAGE,
    PAGE_BITS,
    document_key,
    key_of_document,
    key_span,
    page_key,
    page_of,
)

SCHEMA_VERSION = 1
LOCK_WAIT_SECONDS = 20
NEAR_TERMS = 10
WEIGHTS = "8.0, 1.0, 0.0"
"""A hit in number, title, kind or unit counts for more than one in the text."""
TEXT_ONLY = "0.0, 1.0, 0.0"

TABLES = ("document", "page", "terms", "reader")
SCHEMA = (
    """CREATE TABLE document (
        id INTEGER PRIMARY KEY, key INTEGER NOT NULL, expediente_id INTEGER NOT NULL, expediente_label TEXT NOT NULL,
        kind TEXT NOT NULL, kind_name TEXT NOT NULL, unit TEXT NOT NULL, unit_siglas TEXT NOT NULL,
        label TEXT NOT NULL, title TEXT NOT NULL, state TEXT NOT NULL, emitted_on TEXT NOT NULL,
        is_public INTEGER NOT NULL)""",
    "CREATE UNIQUE INDEX document_by_key ON document (key)",
    "CREATE TABLE page (id INTEGER PRIMARY KEY, text TEXT NOT NULL)",
    """CREATE VIRTUAL TABLE terms USING fts5(head, body, marks, tokenize = "ascii tokenchars '-'")""",
    """CREATE TABLE reader (
        expediente_id INTEGER NOT NULL, reader TEXT NOT NULL, PRIMARY KEY (expediente_id, reader)) WITHOUT ROWID""",
)
COLUMNS = (
    "id, key, expediente_id, expediente_label, kind, kind_name, unit, unit_siglas, label, title, state, emitted_on, "
    "is_public"
)
BY_TERMS = f"""
SELECT terms.rowid AS key, bm25(terms, {WEIGHTS}) AS score, bm25(terms, {TEXT_ONLY}) AS text_score, document.*
FROM terms JOIN document ON document.id = ((terms.rowid >> {PAGE_BITS}) & {DOCUMENT_MASK})
WHERE terms MATCH :match AND terms.rowid BETWEEN :lowest AND :highest {{conditions}}
ORDER BY terms.rowid DESC LIMIT :limit
"""
WITHOUT_TERMS = """
SELECT document.key AS key, 0.0 AS score, 0.0 AS text_score, document.*
FROM document WHERE document.key BETWEEN :lowest AND :highest {conditions}
ORDER BY document.key DESC LIMIT :limit
"""


class Fts5Index:
    """Keeps the index in the file that ``sqlite://path`` names. Safe for threads and for several processes."""

    def __init__(self, url: str) -> None:
        self._path = Path(urlsplit(url).path)
        self._local = threading.local()

    def replace(self, documents: Sequence[IndexedDocument]) -> None:
        with self._writing() as connection:
            for document in documents:
                _remove(connection, document.document_id)
                _insert(connection, document)

    def remove(self, document_id: int) -> None:
        with self._writing() as connection:
            _remove(connection, document_id)

    def set_readers(self, expediente_id: int, readers: frozenset[str]) -> None:
        with self._writing() as connection:
            connection.execute("DELETE FROM reader WHERE expediente_id = ?", (expediente_id,))
            connection.executemany(
                "INSERT INTO reader VALUES (?, ?)", ((expediente_id, reader) for reader in sorted(readers))
            )

    def matches(self, question: Question) -> list[PageMatch]:
        match = _match_expression(question.query)
        conditions, values = _conditions(question)
        statement = (BY_TERMS if match else WITHOUT_TERMS).format(conditions=conditions)
        lowest, highest = key_span(question)
        values |= {"match": match, "limit": question.limit, "lowest": lowest, "highest": highest}
        with self._reading() as connection:
            return [_page_match(row) for row in connection.execute(statement, values)]

    def texts(self, places: Sequence[tuple[int, int]]) -> dict[int, StoredDocument]:
        found: dict[int, StoredDocument] = {}
        with self._reading() as connection:
            for document_id, page in places:
                row = connection.execute(f"SELECT {COLUMNS} FROM document WHERE id = ?", (document_id,)).fetchone()
                if row is None:
                    continue
                held = found.setdefault(document_id, _stored(row))
                text = connection.execute(
                    "SELECT text FROM page WHERE id = ?", (page_key(row["key"], page),)
                ).fetchone()
                held.texts[page] = text["text"] if text else ""
        return found

    def clear(self) -> None:
        with self._writing() as connection:
            for table in TABLES:
                connection.execute(f"DELETE FROM {table}")

    def count(self) -> int:
        with self._reading() as connection:
            return int(connection.execute("SELECT count(*) FROM document").fetchone()[0])

    def _connection(self) -> sqlite3.Connection:
        """Return this thread's connection; a process that was forked opens its own."""
        held: tuple[int, sqlite3.Connection] | None = getattr(self._local, "held", None)
        if held is None or held[0] != os.getpid() or not self._path.exists():
            held = (os.getpid(), _opened(self._path))
            self._local.held = held
        return held[1]

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        try:
            yield self._connection()
        except sqlite3.Error as error:
            raise SearchUnavailable from error

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """Give the connection inside one transaction: all of it is stored, or nothing."""
        with self._reading() as connection:
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
        for table in TABLES:
            connection.execute(f"DROP TABLE IF EXISTS {table}")
        for statement in SCHEMA:
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    connection.execute("COMMIT")


def _insert(connection: sqlite3.Connection, document: IndexedDocument) -> None:
    key = document_key(document)
    connection.execute(
        f"INSERT INTO document ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            document.document_id,
            key,
            document.expediente_id,
            document.expediente_label,
            document.kind,
            document.kind_name,
            document.unit,
            document.unit_siglas,
            document.label,
            document.title,
            document.state,
            document.emitted_on.isoformat(),
            document.is_public,
        ),
    )
    pages = [page for page in document.pages if page.page < LAST_PAGE]
    connection.executemany("INSERT INTO page VALUES (?, ?)", ((page_key(key, page.page), page.text) for page in pages))
    head, marks = " ".join(document.head), " ".join(document.marks)
    connection.executemany(
        "INSERT INTO terms (rowid, head, body, marks) VALUES (?, ?, ?, ?)",
        ((page_key(key, page.page), head, " ".join(page.terms), marks) for page in pages),
    )


def _remove(connection: sqlite3.Connection, document_id: int) -> None:
    row = connection.execute("SELECT key FROM document WHERE id = ?", (document_id,)).fetchone()
    if row is None:
        return
    span = (row["key"], row["key"] | LAST_PAGE)
    connection.execute("DELETE FROM terms WHERE rowid BETWEEN ? AND ?", span)
    connection.execute("DELETE FROM page WHERE id BETWEEN ? AND ?", span)
    connection.execute("DELETE FROM document WHERE id = ?", (document_id,))


def _match_expression(query: Query) -> str:
    """Return the query in FTS5's own language; empty if it names no term."""
    wanted = [_clause_expression(clause) for clause in query.clauses]
    wanted += [f'marks : "{mark}"' for mark in query.marks]
    if not wanted:
        return ""
    expression = " AND ".join(wanted)
    for clause in query.excluded:
        expression = f"({expression}) NOT {_clause_expression(clause)}"
    return expression


def _clause_expression(clause: Clause) -> str:
    if clause.is_near:
        return f"NEAR({' '.join(_quoted(term) for term in clause.terms)}, {NEAR_TERMS})"
    return _quoted(" ".join(clause.terms))


def _quoted(terms: str) -> str:
    return '"' + terms.replace('"', '""') + '"'


def _conditions(question: Question) -> tuple[str, dict[str, object]]:
    """Return what must hold of the document besides its terms: the facets, and that the asker may read it."""
    filters = question.filters
    conditions: list[str] = []
    values: dict[str, object] = {}
    if filters.kind:
        conditions.append("document.kind = :kind")
        values["kind"] = filters.kind
    if filters.unit:
        conditions.append("document.unit = :unit")
        values["unit"] = filters.unit
    if filters.is_published:
        conditions.append("document.is_public")
    if SEES_ALL not in question.readers:
        conditions.append(_readable(question.readers, values))
    return "".join(f" AND {condition}" for condition in conditions), values


def _readable(readers: frozenset[str], values: dict[str, object]) -> str:
    names = [f"reader_{position}" for position, _reader in enumerate(sorted(readers))]
    values.update(zip(names, sorted(readers), strict=True))
    listed = ", ".join(f":{name}" for name in names)
    allowed = (
        "EXISTS (SELECT 1 FROM reader WHERE reader.expediente_id = document.expediente_id "
        f"AND reader.reader IN ({listed}))"
    )
    return f"(document.is_public OR {allowed})" if EVERYONE in readers else allowed


def _page_match(row: sqlite3.Row) -> PageMatch:
    key = int(row["key"])
    return PageMatch(
        key=key_of_document(key),
        document_id=row["id"],
        page=page_of(key),
        score=row["score"],
        expediente_id=row["expediente_id"],
        kind=row["kind"],
        kind_name=row["kind_name"],
        unit=row["unit"],
        unit_siglas=row["unit_siglas"],
        emitted_on=date.fromisoformat(row["emitted_on"]),
        is_in_text=row["text_score"] < 0,
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
