"""Copies the played cases inside the database: ids, dates, numbers and codes are moved, all else stays as played.

The archive is by content: a copied version leads to the object of the played one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import psycopg

from benchmarks.scale.plan import Layout
from benchmarks.scale.tables import EVENTS, SCHEMA, TABLES, Column, Span, columns, remember_columns

OWNERS = {
    "document": "docs_store_document",
    "expediente": "docs_store_expediente",
    "filing": "workflows_filing",
}
MOVED_KINDS = {"date": "c.days", "timestamp with time zone": "make_interval(days => c.days)"}
CODE_SIGNS = "0123456789abcdef", "ACDEFGHJKLMNPQRT"
STREETS = (
    "Los Cedros|San Martín|Las Palmeras|Túpac Amaru|Bolognesi|Los Álamos|Grau|El Porvenir|Mariscal Cáceres|Vilcabamba|"
    "La Florida|Apurímac|Micaela Bastidas|Los Jazmines|Arequipa|Pachacútec|Santa Rosa|El Carmen|Huáscar|Alfonso Ugarte"
)

SETUP = f"""
CREATE TABLE {SCHEMA}.copy (
    k int PRIMARY KEY, is_open bool, year int, in_year int, in_all int, days int, has_ledger bool);
CREATE TABLE {SCHEMA}.done (first_k int PRIMARY KEY);
CREATE TABLE {SCHEMA}.number AS
SELECT n.id, n.document_id, n.owner, n.label, n.series_id, n.state, n.id > {{closed}} AS is_open,
       s.reset = 'yearly' AS is_yearly,
       n.year AS played_year, parts[1] AS head, min(length(parts[2])) OVER (PARTITION BY n.series_id) AS width,
       parts[3] AS tail,
       row_number() OVER (PARTITION BY n.series_id, n.id > {{closed}} ORDER BY n.value) AS rank,
       count(*) FILTER (WHERE n.id <= {{closed}}) OVER (PARTITION BY n.series_id) AS per_closed,
       count(*) FILTER (WHERE n.id > {{closed}}) OVER (PARTITION BY n.series_id) AS per_open
FROM docs_store_number n JOIN docs_store_series s ON s.id = n.series_id,
     regexp_match(n.label, '^(\\D*)(\\d+)(.*)$') parts
WHERE n.id > {{floor}};
CREATE FUNCTION {SCHEMA}.value(n {SCHEMA}.number, c {SCHEMA}.copy) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT n.rank + CASE
        WHEN c.is_open AND n.is_yearly
            THEN n.per_closed + n.per_open + {{closed_in_this_year}} * n.per_closed + c.in_year * n.per_open
        WHEN c.is_open THEN n.per_closed + n.per_open + {{closed_copies}} * n.per_closed + c.in_all * n.per_open
        WHEN NOT n.is_yearly THEN n.per_closed + n.per_open + c.in_all * n.per_closed
        WHEN c.year = n.played_year THEN n.per_closed + n.per_open + c.in_year * n.per_closed
        ELSE c.in_year * n.per_closed END
$$;
CREATE FUNCTION {SCHEMA}.label(n {SCHEMA}.number, c {SCHEMA}.copy) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT n.head || lpad({SCHEMA}.value(n, c)::text, greatest(n.width, length({SCHEMA}.value(n, c)::text)), '0')
        || replace(n.tail, '-' || n.played_year, '-' || c.year)
$$;
"""
NEXT_VALUES = """
INSERT INTO docs_store_seriesyear (series_id, year, next_value)
SELECT series_id, year, max(value) + 1 FROM docs_store_number GROUP BY 1, 2
ON CONFLICT (series_id, year) DO UPDATE SET next_value = excluded.next_value
"""


@dataclass(frozen=True)
class Multiplier:
    """Knows the columns, where the played rows lie, and how far apart copies are."""

    spans: Mapping[str, Span]
    columns: Mapping[str, Sequence[Column]]

    @classmethod
    def of(cls, connection: psycopg.Connection, spans: Mapping[str, Span]) -> "Multiplier":
        return cls(spans, {table: columns(connection, table) for table in (*TABLES, EVENTS)})

    def moved(self, table: str, expression: str) -> str:
        """Return SQL for an id in a copy; an id that was there before the cases stays."""
        span = self.spans[table]
        inside = f"{expression} > {span.floor} AND {expression} <= {span.top}"
        return f"CASE WHEN {inside} THEN {expression} + c.k * {span.top}::bigint ELSE {expression} END"

    def statement(self, table: str, *, is_open: bool, copies: tuple[int, int]) -> str:
        """Return the statement that makes these copies, the first and the last named, of the table's rows."""
        first, last = self.spans[table].of(is_open)
        names = ", ".join(f'"{column.name}"' for column in self.columns[table])
        values = ", ".join(self._value(table, column) for column in self.columns[table])
        condition = " AND c.has_ledger" if table == EVENTS else ""
        return (
            f"INSERT INTO {table} ({names}) SELECT {values} FROM {SCHEMA}.copy c "
            f"JOIN {SCHEMA}.{table} t ON t.id > {first} AND t.id <= {last}{_numbers(table)} "
            f"WHERE c.k BETWEEN {copies[0]} AND {copies[1]} AND c.is_open = {is_open}{condition}"
        )

    def _value(self, table: str, column: Column) -> str:
        own = f't."{column.name}"'
        special = self._special(table, column.name)
        if special:
            return special
        if column.name == "id":
            return f"t.id + c.k * {self.spans[table].top}::bigint"
        if column.refers_to in self.spans:
            return self.moved(column.refers_to, own)
        return f"{own} + {MOVED_KINDS[column.kind]}" if column.kind in MOVED_KINDS and table != EVENTS else own

    def _special(self, table: str, column: str) -> str:
        """Return SQL for what must not be doubled."""
        new_id = f"(t.id + c.k * {self.spans[table].top}::bigint)"
        label = f"{SCHEMA}.label(n, c)"
        street = f"(string_to_array('{STREETS}', '|'))[1 + (c.k * 7 + t.id) % 20]"
        return {
            "docs_store_expediente.label": label,
            "docs_store_expediente.subject": f"left(t.subject || ', ' || {street} || ' ' || c.k % 997, 300)",
            "docs_store_document.label": f"CASE WHEN n.id IS NULL THEN t.label ELSE {label} END",
            "docs_store_document.cvd": f"CASE WHEN t.cvd IS NOT NULL THEN {_code(new_id)} END",
            "docs_store_number.value": f"{SCHEMA}.value(n, c)",
            "docs_store_number.label": label,
            "docs_store_number.year": "CASE WHEN n.is_yearly THEN c.year ELSE 0 END",
            "docs_store_number.owner": self._owner(),
            "workflows_filing.label": label,
            "workflows_filing.token": "NULL",
            "workflows_process.token": "NULL",
            "workflows_process.data": self._filing_of_process(),
            "workflows_trackingkey.key_sha256": f"encode(sha256({new_id}::text::bytea), 'hex')",
            "workflows_notice.message_id": f"'<copy-' || {new_id} || '@scale.example>'",
            "organization_person.id_number": f"lpad(({new_id} % 100000000)::text, 8, '0')",
        }.get(f"{table}.{column}", "")

    def _owner(self) -> str:
        kind, number = "split_part(t.owner, ':', 1)", "split_part(t.owner, ':', 2)::bigint"
        cases = " ".join(f"WHEN '{name}' THEN {self.spans[table].top}::bigint" for name, table in OWNERS.items())
        return f"{kind} || ':' || ({number} + c.k * CASE {kind} {cases} END)"

    def _filing_of_process(self) -> str:
        top = self.spans["workflows_filing"].top
        moved = f"jsonb_set(t.data, '{{filing}}', to_jsonb((t.data->>'filing')::bigint + c.k * {top}::bigint))"
        return f"CASE WHEN t.data ? 'filing' THEN {moved} ELSE t.data END"


def _code(new_id: str) -> str:
    return f"translate(substr(md5({new_id}::text), 1, 16), '{CODE_SIGNS[0]}', '{CODE_SIGNS[1]}')"


def _numbers(table: str) -> str:
    """Return the join that brings the number of a row."""
    return {
        "docs_store_expediente": f" JOIN {SCHEMA}.number n ON n.owner = 'expediente:' || t.id AND n.label = t.label",
        "docs_store_document": f" LEFT JOIN {SCHEMA}.number n ON n.document_id = t.id AND n.state <> 'annulled'",
        "docs_store_number": f" JOIN {SCHEMA}.number n ON n.id = t.id",
        "workflows_filing": f" JOIN {SCHEMA}.number n ON n.id = t.number_id",
    }.get(table, "")


def prepare(connection: psycopg.Connection, layout: Layout, spans: Mapping[str, Span], *, ledger_from: int) -> None:
    """Keep the played rows apart, lay out the copies, and make the functions that number them.

    :param ledger_from: the first copy that is told of in the ledger.
    """
    numbers = spans["docs_store_number"]
    remember_columns(connection, (*TABLES, EVENTS))
    for table in (*TABLES, EVENTS, "ledger_entry"):
        span = spans[table]
        connection.execute(
            f"CREATE TABLE {SCHEMA}.{table} AS "
            f"SELECT * FROM {table} WHERE id > {span.floor} AND id <= {span.top} ORDER BY id"
        )
    setup = SETUP.format(
        floor=numbers.floor,
        closed=numbers.closed,
        closed_copies=layout.closed_copies,
        closed_in_this_year=layout.closed_in_this_year(),
    )
    connection.execute(setup)
    with connection.cursor().copy(f"COPY {SCHEMA}.copy FROM STDIN") as copy:
        for row in layout.copies():
            copy.write_row((*row, row[0] >= ledger_from))
