"""What is read from the ledger: the chain as it is spelled, its head, what waits for its seal, what is due."""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Max, Q, QuerySet

from ledger.enums import Queue
from ledger.models import Entry, Event, Seal
from ledger.ports import Backlog, Head, Link, Row

ROWS_AT_ONCE = 2_000
LOOK_BACK = 2_000
MOST_COUNTED = 10_000


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
               {_entry_columns()}, {_reading_columns()}
        FROM ledger_seal s
        LEFT JOIN ledger_entry e ON e.id = s.entry_id
        LEFT JOIN ledger_reading r ON r.id = s.reading_id
        ORDER BY s.sequence
    """
    make_row = _row_maker()
    with connection.chunked_cursor() as cursor:
        cursor.execute(query)
        while rows := cursor.fetchmany(ROWS_AT_ONCE):
            for columns in rows:
                yield _link(columns, make_row)


def _link(columns: tuple[Any, ...], make_row: Callable[[Iterable[Any]], Row]) -> Link:
    if columns[7] is not None:
        return Link._make((*columns[:6], make_row(columns[6:14])))
    if columns[15] is not None:
        return Link._make((*columns[:6], make_row(columns[14:])))
    return Link._make((*columns[:6], None))


def unsealed(*, limit: int, from_start: bool = False) -> list[Row]:
    """Return rows without a seal, entries first, each kind in the order of its ids.

    :param from_start: look at the whole tables, not only at the last ids. A transaction on PostgreSQL that stayed
        open while thousands of others were sealed leaves rows behind that only this finds.
    """
    entry_floor, reading_floor = (0, 0) if from_start else _floors()
    entries = f"{_entry_columns()} FROM ledger_entry e LEFT JOIN ledger_seal s ON s.entry_id = e.id"
    rows = _unsealed(entries, "e", entry_floor, limit)
    readings = f"{_reading_columns()} FROM ledger_reading r LEFT JOIN ledger_seal s ON s.reading_id = r.id"
    return rows + _unsealed(readings, "r", reading_floor, limit - len(rows))


def _unsealed(columns: str, table: str, floor: int, limit: int) -> list[Row]:
    query = f"SELECT {columns} WHERE s.sequence IS NULL AND {table}.id > %s ORDER BY {table}.id LIMIT %s"
    with connection.cursor() as cursor:
        cursor.execute(query, [floor, limit])
        return list(map(_row_maker(), cursor.fetchall()))


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


def seal_lag(now: datetime) -> timedelta:
    """Return how long the first row without a seal has waited for it; nothing waits: zero."""
    rows = unsealed(limit=1)
    if not rows:
        return timedelta(0)
    recorded_at = datetime.fromisoformat(rows[0].recorded_at).replace(tzinfo=UTC)
    return max(now - recorded_at, timedelta(0))


def due_events(now: datetime, queue: Queue | None = None) -> QuerySet[Event]:
    """Return the events whose turn has come and that nobody holds, oldest first: of one queue, or of all."""
    free = Q(leased_until__isnull=True) | Q(leased_until__lt=now)
    due = Event.objects.filter(free, done_at__isnull=True, due_at__lte=now)
    if queue is not None:
        due = due.filter(queue=queue)
    return due.select_related("entry").order_by("due_at", "id")


def outbox_backlog(now: datetime) -> dict[Queue, Backlog]:
    """Return what each queue still has to do; cheap however much it is."""
    return {queue: _backlog(queue, now) for queue in Queue}


def _backlog(queue: Queue, now: datetime) -> Backlog:
    waiting = Event.objects.filter(queue=queue, done_at__isnull=True)
    oldest = waiting.filter(due_at__lte=now).order_by("due_at", "id").values_list("due_at", flat=True).first()
    failing = failing_events(queue)
    since = failing.values_list("failing_since", flat=True).first()
    return Backlog(_count(waiting), oldest, _count(failing), since)


def failing_events(queue: Queue | None = None) -> QuerySet[Event]:
    """Return the events whose last attempt failed, the one that fails longest first: of one queue, or of all."""
    failing = Event.objects.filter(done_at__isnull=True, failing_since__isnull=False)
    if queue is not None:
        failing = failing.filter(queue=queue)
    return failing.order_by("failing_since")


def _count(events: QuerySet[Event]) -> int:
    return events.order_by()[:MOST_COUNTED].count()


def lease_holders() -> list[str]:
    """Return the workers that hold events."""
    held = Event.objects.filter(done_at__isnull=True).exclude(leased_by="")
    return list(held.order_by("leased_by").values_list("leased_by", flat=True).distinct())


def _entry_columns() -> str:
    """Return SQL for the columns of ``Row``, in its order."""
    facts = "e.facts::text" if connection.vendor == "postgresql" else "e.facts"
    moments = _moment("e.recorded_at"), _moment("e.at")
    return f"1, e.id, {moments[0]}, e.actor, e.subject, {moments[1]}, e.kind, {facts}"


def _reading_columns() -> str:
    return f"0, r.id, {_moment('r.recorded_at')}, r.actor, r.subject, '', '', ''"


def _moment(column: str) -> str:
    """Return SQL for the moment as the chain spells it."""
    if connection.vendor == "postgresql":
        return f"to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"
    return f"substr({column} || '.000000', 1, 26)"


def _row_maker() -> Callable[[Iterable[Any]], Row]:
    """Return what turns columns into a row: chosen once, as verification makes one for each row of the ledger."""
    return Row._make if connection.vendor == "sqlite" else _respelled


def _respelled(columns: Iterable[Any]) -> Row:
    """Return the row with its facts as they were spelled when recorded: PostgreSQL spells jsonb in its own way."""
    row = Row._make(columns)
    return row._replace(facts=json.dumps(json.loads(row.facts), sort_keys=True)) if row.facts else row
