"""What is read from the ledger: the chain as it is spelled, its head, what waits for its seal, what is due."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Max, Q, QuerySet

from ledger.models import Entry, Event, Seal
from ledger.ports import Head, Link, Row

ROWS_AT_ONCE = 2_000
LOOK_BACK = 2_000


def entries_about(subjects: Iterable[str]) -> QuerySet[Entry]:
    """Return the entries of these subjects in the order in which they were written."""
    return Entry.objects.filter(subject__in=list(subjects)).order_by("id")


def head() -> Head | None:
    """Return the end of the chain, or nothing while it is empty."""
    last = Seal.objects.order_by("-sequence").first()
    return Head(last.sequence, last.hash) if last else None


def links() -> Iterator[Link]:
    """Yield every seal with its row, in order, from one snapshot of the database."""
    query = f"""
        SELECT s.sequence, s.previous_hash, s.hash, {_moment("s.sealed_at")}, s.entry_id, s.reading_id,
               e.id, {_moment("e.recorded_at")}, e.actor, e.subject, {_moment("e.at")}, e.kind, {_json("e.facts")},
               r.id, {_moment("r.recorded_at")}, r.actor, r.subject
        FROM ledger_seal s
        LEFT JOIN ledger_entry e ON e.id = s.entry_id
        LEFT JOIN ledger_reading r ON r.id = s.reading_id
        ORDER BY s.sequence
    """
    with connection.chunked_cursor() as cursor:
        cursor.execute(query)
        while rows := cursor.fetchmany(ROWS_AT_ONCE):
            yield from map(_link, rows)


def _link(columns: tuple[Any, ...]) -> Link:
    if columns[6] is not None:
        return Link._make((*columns[:6], _entry(columns[6:13])))
    if columns[13] is not None:
        return Link._make((*columns[:6], Row._make((False, *columns[13:17], "", "", ""))))
    return Link._make((*columns[:6], None))


def _entry(columns: tuple[Any, ...]) -> Row:
    """Return the entry. SQLite kept the facts as they were spelled; PostgreSQL spells jsonb in its own way."""
    row = Row(True, *columns)
    if connection.vendor == "sqlite":
        return row
    return row._replace(facts=json.dumps(json.loads(row.facts), sort_keys=True))


def unsealed(*, limit: int, from_start: bool = False) -> list[Row]:
    """Return rows without a seal, entries first, each kind in the order of its ids.

    :param from_start: look at the whole tables, not only at the last ids. A transaction on PostgreSQL that stayed
        open while thousands of others were sealed leaves rows behind that only this finds.
    """
    entries = f"""
        SELECT t.id, {_moment("t.recorded_at")}, t.actor, t.subject, {_moment("t.at")}, t.kind, {_json("t.facts")}
        FROM ledger_entry t LEFT JOIN ledger_seal s ON s.entry_id = t.id
    """
    readings = f"""
        SELECT t.id, {_moment("t.recorded_at")}, t.actor, t.subject, '', '', ''
        FROM ledger_reading t LEFT JOIN ledger_seal s ON s.reading_id = t.id
    """
    entry_floor, reading_floor = (0, 0) if from_start else _floors()
    rows = _unsealed(entries, entry_floor, limit, is_entry=True)
    return rows + _unsealed(readings, reading_floor, limit - len(rows), is_entry=False)


def _unsealed(query: str, floor: int, limit: int, *, is_entry: bool) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(f"{query} WHERE s.sequence IS NULL AND t.id > %s ORDER BY t.id LIMIT %s", [floor, limit])
        return [_entry(row) if is_entry else Row(False, *row) for row in cursor.fetchall()]


def _floors() -> tuple[int, int]:
    last = Seal.objects.aggregate(entry=Max("entry_id"), reading=Max("reading_id"))
    return (last["entry"] or 0) - LOOK_BACK, (last["reading"] or 0) - LOOK_BACK


def are_ids_missing_at_end() -> bool:
    """Return whether the last entries or readings are gone: SQLite remembers the highest id that it gave out.

    PostgreSQL spends ids on transactions that were rolled back, so that nothing can be told from them.
    """
    if connection.vendor != "sqlite":
        return False
    with connection.cursor() as cursor:
        cursor.execute("""
            SELECT coalesce((SELECT max(seq) FROM sqlite_sequence WHERE name = 'ledger_entry'), 0)
                   > coalesce((SELECT max(id) FROM ledger_entry), 0)
                OR coalesce((SELECT max(seq) FROM sqlite_sequence WHERE name = 'ledger_reading'), 0)
                   > coalesce((SELECT max(id) FROM ledger_reading), 0)
        """)
        return bool(cursor.fetchone()[0])


def due_events(now: datetime) -> QuerySet[Event]:
    """Return the events whose turn has come and that nobody holds, oldest first."""
    free = Q(leased_until__isnull=True) | Q(leased_until__lt=now)
    due = Event.objects.filter(free, done_at__isnull=True, due_at__lte=now)
    return due.select_related("entry").order_by("due_at", "id")


def lease_holders() -> list[str]:
    """Return the workers that hold events."""
    held = Event.objects.filter(done_at__isnull=True).exclude(leased_by="")
    return list(held.order_by("leased_by").values_list("leased_by", flat=True).distinct())


def _moment(column: str) -> str:
    """Return SQL for the moment as the chain spells it."""
    if connection.vendor == "postgresql":
        return f"to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"
    return f"substr({column} || '.000000', 1, 26)"


def _json(column: str) -> str:
    return f"{column}::text" if connection.vendor == "postgresql" else column
