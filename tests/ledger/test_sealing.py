import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection

from ledger import selectors
from ledger import services as ledger
from ledger.models import Entry, Seal
from ledger.ports import Head
from ledger.rules.chain import GENESIS
from ledger.rules.verification import verify

AT = datetime(2023, 5, 9, 15, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def record(at: datetime = AT, **facts: Any) -> Entry:
    return ledger.record("thing.done", subject="thing:1", facts=facts, by="person:1", at=at)


def test_rows_get_a_sequence_without_gap_each_bound_to_the_one_before() -> None:
    entries = [record(), record()]
    reading = ledger.read("thing:1", by="person:2")

    assert ledger.seal_pending() == 3
    entries.append(record())
    assert ledger.seal_pending() == 1
    assert ledger.seal_pending() == 0

    seals = list(Seal.objects.all())
    assert [seal.sequence for seal in seals] == [1, 2, 3, 4]
    assert [seal.entry_id for seal in seals] == [entries[0].pk, entries[1].pk, None, entries[2].pk]
    assert seals[2].reading_id == reading.pk
    assert [seal.previous_hash for seal in seals] == [GENESIS, *(seal.hash for seal in seals[:3])]
    assert selectors.head() == Head(4, seals[3].hash)


def test_no_more_than_the_limit_is_sealed_at_once() -> None:
    record()
    record()
    ledger.read("thing:1", by="person:2")

    assert ledger.seal_pending(limit=2) == 2
    assert ledger.seal_pending(limit=2) == 1


def test_what_was_sealed_verifies_whatever_was_written() -> None:
    record(text='comillas " y \\ y ñ y \n y 漢', nothing=None, many=[1, {"b": 2, "a": 1}], big=10**24)
    record(at=datetime(2023, 5, 9, 15, 0, 0, 1, tzinfo=UTC))
    ledger.read("expediente:7", by='person:"2"')
    ledger.seal_pending()
    record()

    result = verify(
        selectors.links(), unsealed=selectors.unsealed(limit=10), ids_missing_at_end=selectors.are_ids_missing_at_end()
    )

    assert result.findings == ()
    assert (result.head, result.unsealed) == (selectors.head(), 1)


def test_anybody_can_compute_the_chain_from_the_tables_with_plain_json() -> None:
    import hashlib

    entry = record(b=1, a="ñ")
    ledger.seal_pending()
    seal = Seal.objects.get()
    spell = "%Y-%m-%d %H:%M:%S.%f"
    row = {
        "actor": entry.actor, "at": entry.at.strftime(spell), "entry": entry.pk, "facts": entry.facts,
        "kind": entry.kind, "recorded_at": entry.recorded_at.strftime(spell),
        "sealed_at": seal.sealed_at.strftime(spell), "sequence": 1, "subject": entry.subject,
    }  # fmt: skip

    text = f"{seal.previous_hash}\n{json.dumps(row, sort_keys=True)}"

    assert seal.hash == hashlib.sha256(text.encode()).hexdigest()


def test_a_straggler_far_behind_is_found_from_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selectors, "LOOK_BACK", 1)
    Entry.objects.bulk_create(
        Entry(pk=pk, at=AT, recorded_at=AT, actor="person:1", kind="thing.done", subject="thing:1") for pk in (8, 9)
    )
    ledger.seal_pending()
    Entry.objects.create(pk=1, at=AT, recorded_at=AT, actor="person:1", kind="thing.done", subject="thing:1")

    assert ledger.seal_pending() == 0
    assert ledger.seal_pending(from_start=True) == 1


@pytest.mark.embedded  # PostgreSQL spends ids on what was rolled back
def test_ids_that_were_given_out_and_have_no_row_are_noticed() -> None:
    record()
    last = record()
    assert not selectors.are_ids_missing_at_end()

    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER ledger_entry_no_delete")
        cursor.execute("DELETE FROM ledger_entry WHERE id = %s", [last.pk])

    assert selectors.are_ids_missing_at_end()


def test_facts_that_the_engine_spells_in_its_own_way_are_spelled_as_recorded() -> None:
    columns = (1, 7, "m", "person:1", "thing:1", "m", "thing.done", '{"b": 1, "a": "ñ"}')

    assert selectors._respelled(columns).facts == '{"a": "\\u00f1", "b": 1}'
    assert selectors._respelled((0, 7, "m", "person:1", "thing:1", "", "", "")).facts == ""
