"""The ledger of the copies: each entry as the services would have written it, sealed one after another."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import psycopg

from benchmarks.scale.tables import SCHEMA, Span
from ledger.ports import Row
from ledger.rules.chain import link_hash, moment

ROWS_AT_ONCE = 20_000
SUBJECTS = {"document": "docs_store_document", "expediente": "docs_store_expediente", "person": "organization_person"}
IDS = {
    "document": "docs_store_document",
    "expediente": "docs_store_expediente",
    "filing": "workflows_filing",
    "notice": "workflows_notice",
    "number": "docs_store_number",
    "person": "organization_person",
    "process": "workflows_process",
    "publication": "docs_store_publication",
    "signature": "signing_signature",
    "task": "workflows_task",
    "version": "docs_store_version",
    "visado": "signing_visado",
}
"""Facts that are ids, and the table that they lead to."""

VALUES = ("value", "year")
"""What a number's entries tell of it."""


@dataclass(frozen=True)
class Played:
    """An entry of a played case, its ids cut out: ``facts % ids`` and so on give it for a copy.

    ``numbered``: the number whose value and year are its last two facts, or 0.
    """

    id: int
    at: datetime
    actor: str
    kind: str
    subject: str
    facts: str
    ids: tuple[tuple[int, int], ...]
    subject_id: tuple[int, int]
    actor_id: tuple[int, int]
    numbered: int

    def row(self, k: int, days: timedelta, top: int, recorded_at: str, numbers: Mapping[int, tuple[int, int]]) -> Row:
        number, step = self.subject_id
        person, person_step = self.actor_id
        ids = tuple(number + k * step for number, step in self.ids)
        if self.numbered:
            ids = (*ids[:-2], *numbers[self.numbered])
        return Row(
            True,
            self.id + k * top,
            recorded_at,
            self.actor + str(person + k * person_step) if person else self.actor,
            self.subject + str(number + k * step),
            moment(self.at + days),
            self.kind,
            self.facts % ids,
        )


class Cutter:
    """Cuts the ids out of played entries."""

    def __init__(self, spans: Mapping[str, Span]) -> None:
        self._spans = spans

    def cut(self, row: tuple[Any, ...]) -> Played:
        number, at, actor, kind, subject, facts = row
        ids: list[tuple[int, int]] = []
        template = json.dumps(self._marked(facts, ids), sort_keys=True).replace("%", "%%")
        for place in range(len(ids)):
            template = template.replace(f'"<{place}>"', "%d", 1)
        subject_kind, _colon, subject_id = subject.partition(":")
        actor_kind, _colon, actor_id = actor.partition(":")
        is_person = actor_kind == "person" and self._step("organization_person", int(actor_id)) > 0
        return Played(
            number,
            at,
            "person:" if is_person else actor,
            kind,
            f"{subject_kind}:",
            template,
            tuple(ids),
            (int(subject_id), self._step(SUBJECTS[subject_kind], int(subject_id))),
            (int(actor_id), self._step("organization_person", int(actor_id))) if is_person else (0, 0),
            facts["number"] if kind.startswith("number.") else 0,
        )

    def _marked(self, value: Any, ids: list[tuple[int, int]]) -> Any:
        """Return the value with a mark for each id, numbered in the order in which JSON with sorted keys prints."""
        if isinstance(value, dict):
            return {key: self._fact(key, value[key], ids) for key in sorted(value)}
        if isinstance(value, list):
            return [self._marked(each, ids) for each in value]
        return value

    def _fact(self, key: str, value: Any, ids: list[tuple[int, int]]) -> Any:
        is_id = key in IDS and isinstance(value, int)
        if is_id or key in VALUES:
            ids.append((value, self._step(IDS[key], value) if is_id else 0))
            return f"<{len(ids) - 1}>"
        return self._marked(value, ids)

    def _step(self, table: str, number: int) -> int:
        span = self._spans[table]
        return span.top if span.floor < number <= span.top else 0


def write(connection: psycopg.Connection, spans: Mapping[str, Span]) -> int:
    """Write the entries and seals of all copies that are told of in the ledger; return how many."""
    recorded_at = datetime.now(UTC)
    previous = connection.execute("SELECT sequence, hash FROM ledger_seal ORDER BY sequence DESC LIMIT 1").fetchone()
    assert previous is not None
    sequence, digest = previous
    rows = _rows(connection, spans, moment(recorded_at))
    written = 0
    while batch := list(islice(rows, ROWS_AT_ONCE)):
        seals = []
        for row in batch:
            sequence, before = sequence + 1, digest
            digest = link_hash(previous_hash=before, row=row, sequence=sequence, sealed_at=moment(recorded_at))
            seals.append((sequence, row.row_id, before, digest, recorded_at))
        _copy(connection, batch, seals)
        written += len(batch)
    return written


def _copy(connection: psycopg.Connection, rows: Iterable[Row], seals: Iterable[Sequence[Any]]) -> None:
    entries = "COPY ledger_entry (id, recorded_at, actor, subject, at, kind, facts) FROM STDIN"
    with connection.cursor().copy(entries) as copy:
        for row in rows:
            copy.write_row(
                (row.row_id, f"{row.recorded_at}+00", row.actor, row.subject, f"{row.at}+00", row.kind, row.facts)
            )
    sealed = "COPY ledger_seal (sequence, entry_id, previous_hash, hash, sealed_at) FROM STDIN"
    with connection.cursor().copy(sealed) as copy:
        for seal in seals:
            copy.write_row(seal)


def _rows(connection: psycopg.Connection, spans: Mapping[str, Span], recorded_at: str) -> Iterator[Row]:
    """Yield the entries of every copy, the oldest copy first."""
    cutter, span = Cutter(spans), spans["ledger_entry"]
    query = (
        f"SELECT id, at, actor, kind, subject, facts FROM {SCHEMA}.ledger_entry WHERE id > %s AND id <= %s ORDER BY id"
    )
    played = {
        is_open: [cutter.cut(row) for row in connection.execute(query, span.of(is_open)).fetchall()]
        for is_open in (False, True)
    }
    copies = connection.execute(f"""
        SELECT c.k, c.is_open, c.days,
               jsonb_object_agg(n.id, jsonb_build_array(
                   {SCHEMA}.value(n, c), CASE WHEN n.is_yearly THEN c.year ELSE 0 END))
        FROM {SCHEMA}.copy c JOIN {SCHEMA}.number n USING (is_open) WHERE c.has_ledger GROUP BY c.k ORDER BY c.k
    """).fetchall()
    for k, is_open, days, numbered in copies:
        moved, numbers = timedelta(days=days), {int(number): tuple(pair) for number, pair in numbered.items()}
        for each in played[is_open]:
            yield each.row(k, moved, span.top, recorded_at, numbers)
