"""What PostgreSQL knows of the tables that are filled: columns, keys, indexes; and where their rows lie."""

from collections.abc import Sequence
from dataclasses import dataclass

import psycopg
from psycopg import sql

SCHEMA = "scale"
EVENTS = "ledger_event"
LEDGER = ("ledger_entry", EVENTS)
TABLES = (
    "docs_store_expediente",
    "docs_store_access",
    "docs_store_document",
    "docs_store_version",
    "docs_store_number",
    "docs_store_annex",
    "docs_store_leaf",
    "docs_store_publication",
    "signing_slot",
    "signing_signature",
    "signing_visado",
    "workflows_process",
    "workflows_deliverable",
    "workflows_task",
    "workflows_task_previous",
    "workflows_processdocument",
    "workflows_movement",
    "workflows_opinion",
    "workflows_observation",
    "workflows_filing",
    "workflows_filingitem",
    "workflows_trackingkey",
    "workflows_clock",
    "workflows_boundarytimer",
    "workflows_notice",
    "organization_person",
)
"""Those whose rows a case brings. The ledger's are written apart, as each of its rows seals the one before."""

MEASURED = (*TABLES, *LEDGER, "ledger_seal", "docs_store_pagetext")
WITHOUT_KEYS = (*TABLES, *LEDGER, "ledger_seal", "docs_store_pagetext")


@dataclass(frozen=True)
class Column:
    """``refers_to``: the table that the column points at, or nothing."""

    name: str
    kind: str
    refers_to: str


@dataclass(frozen=True)
class Span:
    """Ids of the cases that were played: the closed ones in (floor, closed], the open ones in (closed, top]."""

    floor: int
    closed: int
    top: int

    def of(self, is_open: bool) -> tuple[int, int]:
        return (self.closed, self.top) if is_open else (self.floor, self.closed)


def remember_columns(connection: psycopg.Connection, names: Sequence[str]) -> None:
    """Note the columns of these tables while their foreign keys still tell where they lead."""
    connection.execute(
        f"""
        CREATE TABLE {SCHEMA}.column_of AS
        SELECT a.attrelid::regclass::text AS of_table, a.attnum AS place, a.attname::text AS name,
               format_type(a.atttypid, NULL) AS kind,
               coalesce((SELECT c.confrelid::regclass::text FROM pg_constraint c WHERE c.contype = 'f'
                         AND c.conrelid = a.attrelid AND c.conkey = ARRAY[a.attnum]), '') AS leads_to
        FROM pg_attribute a
        WHERE a.attrelid = ANY(%s::regclass[]) AND a.attnum > 0 AND NOT a.attisdropped
        """,
        [list(names)],
    )


def columns(connection: psycopg.Connection, table: str) -> list[Column]:
    """Return the columns of a table in their order, as they were noted."""
    rows = connection.execute(
        f"SELECT name, kind, leads_to FROM {SCHEMA}.column_of WHERE of_table = %s ORDER BY place", [table]
    ).fetchall()
    return [Column(*row) for row in rows]


def last_id(connection: psycopg.Connection, table: str) -> int:
    row = connection.execute(sql.SQL("SELECT coalesce(max(id), 0) FROM {}").format(sql.Identifier(table))).fetchone()
    return int(row[0]) if row else 0


# Keys and indexes: taken away before the rows come, and made anew at the end, which proves every row.

DEFINITIONS = """
    SELECT format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass, conname, pg_get_constraintdef(oid)),
           format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),
           CASE contype WHEN 'f' THEN 3 WHEN 'p' THEN 1 ELSE 2 END
    FROM pg_constraint
    WHERE contype IN ('f', 'p', 'u')
      AND (conrelid = ANY(%(tables)s::regclass[]) OR confrelid = ANY(%(tables)s::regclass[]))
    UNION ALL
    SELECT pg_get_indexdef(i.indexrelid), format('DROP INDEX %%s', i.indexrelid::regclass), 2
    FROM pg_index i
    WHERE i.indrelid = ANY(%(tables)s::regclass[])
      AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid AND c.contype IN ('p', 'u'))
"""


def take_keys_away(connection: psycopg.Connection) -> None:
    """Drop keys, indexes and triggers, and remember them."""
    with connection.transaction():
        connection.execute(f"CREATE TABLE {SCHEMA}.definition (id serial, make text, drop text, stage int)")
        connection.execute(
            f"INSERT INTO {SCHEMA}.definition (make, drop, stage) {DEFINITIONS}", {"tables": list(WITHOUT_KEYS)}
        )
        drops = connection.execute(f"SELECT drop FROM {SCHEMA}.definition ORDER BY stage DESC, id").fetchall()
        for (statement,) in drops:
            connection.execute(statement)
        for table in WITHOUT_KEYS:
            connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")


def statements_to_put_back(connection: psycopg.Connection, stage: int) -> list[tuple[int, str]]:
    """Return what makes keys and indexes again: 1 primary keys, 2 indexes, 3 foreign keys; each with its number."""
    rows = connection.execute(
        f"SELECT id, make FROM {SCHEMA}.definition WHERE stage = %s ORDER BY id", [stage]
    ).fetchall()
    return [(int(row[0]), str(row[1])) for row in rows]


def put_back(connection: psycopg.Connection, number: int, statement: str) -> None:
    """Make one key or index, and forget it: what was made is not made again after an interruption."""
    with connection.transaction():
        connection.execute("SET LOCAL maintenance_work_mem = '512MB'")
        connection.execute(statement)
        connection.execute(f"DELETE FROM {SCHEMA}.definition WHERE id = %s", [number])


def wake_triggers(connection: psycopg.Connection) -> None:
    for table in WITHOUT_KEYS:
        connection.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def set_sequences(connection: psycopg.Connection) -> None:
    """Let each table's next id follow its last."""
    for table in (*TABLES, *LEDGER, "docs_store_pagetext"):
        connection.execute(
            sql.SQL("SELECT setval(pg_get_serial_sequence({name}, 'id'), greatest(max(id), 1)) FROM {table}").format(
                name=table, table=sql.Identifier(table)
            )
        )
