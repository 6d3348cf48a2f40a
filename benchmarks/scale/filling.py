"""Fills an installation: plays a few cases, copies their rows, writes their ledger, indexes their texts.

Each stage is remembered in the database: broken off, the same command goes on where it stopped.
"""

import json
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from time import monotonic
from typing import Any

from django.utils import timezone

from benchmarks.scale import cases, chain, multiply, tables, texts
from benchmarks.scale.places import Place
from benchmarks.scale.plan import Layout
from benchmarks.scale.tables import SCHEMA, Span

COPIES_AT_ONCE = 100
PROCESSES = 2
LEDGER_SHARE = 0.05
TEXTS = 200_000


@dataclass(frozen=True)
class Wanted:
    """How much is filled in.

    :param expedientes: 0: the played cases alone, for others to take them over.
    :param ledger_share: of the closed copies, the newest ones, so many are told of in the ledger; the open ones all.
    :param texts: so many emitted documents have a text and stand in the index, the newest ones.
    """

    expedientes: int
    ledger_share: float = LEDGER_SHARE
    texts: int = TEXTS


class Filling:
    """One installation on its way. Django is set up on it."""

    def __init__(self, place: Place, wanted: Wanted, tell: Callable[[str], None]) -> None:
        self._place = place
        self._wanted = wanted
        self._tell = tell
        self._connection = place.connect()

    def run(self) -> None:
        """Do the stages that are not done yet."""
        self._connection.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
        self._connection.execute(f"CREATE TABLE IF NOT EXISTS {SCHEMA}.stage (name text PRIMARY KEY, facts jsonb)")
        self._do("cases", self._play)
        if not self._wanted.expedientes:
            return
        self._do("layout", self._lay_out)
        self._do("keys taken away", lambda: tables.take_keys_away(self._connection))
        self._do("rows", self._copy)
        self._do("ledger", self._write_ledger)
        self._do("keys", self._put_keys_back)
        self._do("texts", self._write_texts)
        self._do("index", lambda: texts.index(first=self._fact("first text")))

    # Stages

    def _play(self) -> None:
        now = cases.template_moment()
        floors = {table: tables.last_id(self._connection, table) for table in (*tables.TABLES, *tables.LEDGER)}
        closed = list(cases.play_closed(now))
        cases.settle()  # or what follows from them by the outbox would lie among the open ones
        middles = {table: tables.last_id(self._connection, table) for table in floors}
        opened = list(cases.play_open(now))
        cases.settle()
        spans = {
            table: asdict(Span(floors[table], middles[table], tables.last_id(self._connection, table)))
            for table in floors
        }
        self._remember("spans", spans)
        self._remember("counts", {"closed": len(closed), "open": len(opened)})
        self._remember("begins", min(timezone.localdate(each.expediente.opened_at) for each in closed).isoformat())

    def _lay_out(self) -> None:
        from datetime import date

        counts = self._fact("counts")
        layout = Layout.for_total(
            self._wanted.expedientes,
            closed=counts["closed"],
            open=counts["open"],
            begins_on=date.fromisoformat(self._fact("begins")),
            today=timezone.localdate(cases.template_moment()),
        )
        ledger_from = round(layout.closed_copies * (1 - self._wanted.ledger_share)) + 1
        with self._connection.transaction():
            multiply.prepare(self._connection, layout, self._spans(), ledger_from=ledger_from)

    def _copy(self) -> None:
        """Copy in two processes, some hundred copies at a time."""
        total = self._number(f"SELECT coalesce(max(k), 0) FROM {SCHEMA}.copy")
        done = {row[0] for row in self._connection.execute(f"SELECT first_k FROM {SCHEMA}.done").fetchall()}
        missing = [first for first in range(1, total + 1, COPIES_AT_ONCE) if first not in done]
        spans = self._spans()
        with ProcessPoolExecutor(PROCESSES) as pool:
            running = [pool.submit(copy_some, self._place, spans, first) for first in missing]
            for number, each in enumerate(as_completed(running), start=1):
                each.result()
                if number % 10 == 0:
                    self._tell(f"  {number} / {len(missing)}")
        self._connection.execute(multiply.NEXT_VALUES)
        tables.set_sequences(self._connection)

    def _write_ledger(self) -> None:
        with self._connection.transaction():
            chain.write(self._connection, self._spans())

    def _write_texts(self) -> None:
        with self._connection.transaction():
            self._remember("first text", texts.write(self._connection, texts=self._wanted.texts))

    def _put_keys_back(self) -> None:
        for stage in (1, 2, 3):
            statements = tables.statements_to_put_back(self._connection, stage)
            with ProcessPoolExecutor(PROCESSES if stage < 3 else 1) as pool:
                for each in [pool.submit(make_key, self._place, *statement) for statement in statements]:
                    each.result()
        tables.wake_triggers(self._connection)
        tables.set_sequences(self._connection)
        for table in tables.MEASURED:
            self._connection.execute(f"ANALYZE {table}")

    # What is remembered

    def _do(self, name: str, act: Callable[[], object]) -> None:
        """Do a stage, unless it was done before."""
        if self._has(f"stage {name}"):
            return
        began = monotonic()
        act()
        self._remember(f"stage {name}", {"seconds": round(monotonic() - began, 1)})
        self._tell(f"{name}: {monotonic() - began:.1f} s")

    def _has(self, name: str) -> bool:
        query = f"SELECT 1 FROM {SCHEMA}.stage WHERE name = %s"
        return self._connection.execute(query, [name]).fetchone() is not None

    def _remember(self, name: str, facts: Any) -> None:
        self._connection.execute(
            f"INSERT INTO {SCHEMA}.stage VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET facts = excluded.facts",
            [name, json.dumps(facts)],
        )

    def _fact(self, name: str) -> Any:
        row = self._connection.execute(f"SELECT facts FROM {SCHEMA}.stage WHERE name = %s", [name]).fetchone()
        assert row is not None, name
        return row[0]

    def _spans(self) -> dict[str, Span]:
        return {table: Span(**values) for table, values in self._fact("spans").items()}

    def _number(self, query: str) -> int:
        row = self._connection.execute(query).fetchone()
        assert row is not None
        return int(row[0])


def copy_some(place: Place, spans: dict[str, Span], first: int) -> None:
    """Make a hundred copies of all rows in one transaction. Runs in a process of its own."""
    with place.connect() as connection, connection.transaction():
        connection.execute("SET LOCAL synchronous_commit = off; SET LOCAL work_mem = '64MB'; SET LOCAL jit = off")
        multiplier = multiply.Multiplier.of(connection, spans)
        copies = (first, first + COPIES_AT_ONCE - 1)
        for table in (*tables.TABLES, tables.EVENTS):
            for is_open in (False, True):
                connection.execute(multiplier.statement(table, is_open=is_open, copies=copies))
        connection.execute(f"INSERT INTO {SCHEMA}.done VALUES (%s)", [first])


def make_key(place: Place, number: int, statement: str) -> None:
    with place.connect() as connection:
        tables.put_back(connection, number, statement)
