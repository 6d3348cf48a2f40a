"""The embedded index: one SQLite file with FTS5.

The engine gets our terms, already analysed, in columns that it only splits at spaces; the page's own text lies beside
them for the extracts. The key of a page is its row id: day, document and page, so that the newest come first without
sorting and a span of days is a span of keys. Who may read an expediente is a table of its own.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from search.adapters.fts5.build import NEXT, Fts5Build, ids_of, is_building
from search.adapters.fts5.file import File
from search.adapters.fts5.queries import IN_TEXT, statement_of, text_expression
from search.adapters.fts5.tables import Tables
from search.ports import Build, Details, Held, IndexedDocument, PageMatch, Question, StoredDocument


class Fts5Index:
    """Keeps the index in the file that ``sqlite://path`` names. Safe for threads and for several processes."""

    def __init__(self, url: str) -> None:
        self._file = File(url)

    def replace(
        self, documents: Sequence[IndexedDocument], readers: Mapping[int, frozenset[str]] | None = None
    ) -> None:
        last = list({document.document_id: document for document in documents}.values())

        def change(tables: Tables) -> None:
            for expediente_id, names in (readers or {}).items():
                tables.set_readers(expediente_id, names)
            for document in last:
                tables.remove(document.document_id)
            tables.insert(last)

        self._write(change)

    def remove(self, document_id: int) -> None:
        self._write(lambda tables: tables.remove(document_id))

    def set_readers(self, expediente_id: int, readers: frozenset[str]) -> None:
        self._write(lambda tables: tables.set_readers(expediente_id, readers))

    def clear(self) -> None:
        self._write(lambda tables: tables.clear())

    def matches(self, question: Question) -> list[PageMatch]:
        statement, values = statement_of(question)
        in_text = text_expression(question)
        with self._file.reading() as connection:
            cursor = connection.cursor()
            cursor.row_factory = None  # bare tuples: there may be very many
            rows = cursor.execute(statement, values).fetchall()
            if not in_text or not rows:
                return [PageMatch(place, score, bool(is_in_text)) for place, score, is_in_text in rows]
            found = {row[0] for row in cursor.execute(IN_TEXT, (in_text, rows[-1][0], rows[0][0]))}
        return [PageMatch(place, score, place in found) for place, score, _unknown in rows]

    def details(self, document_ids: Sequence[int], places: Sequence[tuple[int, int]]) -> Details:
        documents: dict[int, StoredDocument] = {}
        with self._file.reading() as connection:
            tables = Tables(connection)
            for document_id, page in places:
                stored = tables.stored(document_id, page)
                if stored is not None:
                    documents.setdefault(document_id, stored[0]).texts[page] = stored[1]
            return Details(documents, tables.tally(document_ids))

    def count(self) -> int:
        with self._file.reading() as connection:
            return Tables(connection).count()

    def ids(self) -> Iterator[int]:
        with self._file.reading() as connection:
            yield from ids_of(Tables(connection))

    def held(self, document_id: int) -> Held | None:
        with self._file.reading() as connection:
            return Tables(connection).held(document_id)

    def is_current(self) -> bool:
        return True  # a file of another form is made anew when it is opened

    def build(self) -> Build:
        return Fts5Build(self._file)

    def _write(self, change: Callable[[Tables], None]) -> None:
        """Change the tables that answer, and those being built if there are any, in one transaction."""
        with self._file.writing() as connection:
            change(Tables(connection))
            if is_building(connection):
                change(Tables(connection, NEXT))
