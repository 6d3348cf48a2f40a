from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.utils import timezone

from ledger import selectors
from ledger import services as ledger
from ledger.errors import FactsRefused
from ledger.models import Entry, Event, Reading
from tests.ledger.conftest import Ears

AT = datetime(2023, 5, 9, 15, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def record(kind: str = "thing.done", **facts: Any) -> Entry:
    return ledger.record(kind, subject="thing:1", facts=facts, by="person:1", at=AT)


def test_an_entry_bears_the_moment_of_the_fact_and_the_server_s_own() -> None:
    before = timezone.now()

    entry = Entry.objects.get(pk=record(document=7).pk)

    assert (entry.at, entry.actor, entry.kind, entry.subject) == (AT, "person:1", "thing.done", "thing:1")
    assert entry.facts == {"document": 7}
    assert before <= entry.recorded_at <= timezone.now()


def test_facts_are_kept_with_their_keys_in_order() -> None:
    entry = record(b={"z": 1, "a": [2, None, True]}, a="ñ")

    stored = Entry.objects.get(pk=entry.pk).facts

    assert list(stored) == ["a", "b"]
    assert list(stored["b"]) == ["a", "z"]


def test_days_moments_and_exact_numbers_become_text() -> None:
    entry = record(day=date(2023, 5, 9), at=AT, amount=Decimal("1.50"), key=UUID(int=1))

    assert entry.facts == {
        "amount": "1.50", "at": "2023-05-09T15:00:00Z", "day": "2023-05-09",
        "key": "00000000-0000-0000-0000-000000000001",
    }  # fmt: skip


@pytest.mark.parametrize("value", [1.5, float("nan"), "\0", object()])
def test_facts_that_engines_would_spell_differently_are_refused(value: object) -> None:
    with pytest.raises(FactsRefused):
        record(value=value)

    assert not Entry.objects.exists()


def test_one_event_is_written_for_each_consumer_of_the_kind(ears: Ears) -> None:
    ears.subscribe("test.one", ["thing.done", "thing.undone"])
    ears.subscribe("test.two", ["thing.done"])
    ears.subscribe("test.three", ["thing.undone"])

    entry = record("thing.done")

    assert list(entry.events.values_list("consumer", flat=True)) == ["test.one", "test.two"]
    assert {event.due_at for event in entry.events.all()} == {entry.recorded_at}


def test_entry_and_events_vanish_with_the_change_that_failed(ears: Ears) -> None:
    ears.subscribe("test.one", ["thing.done"])

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        record("thing.done")
        raise ZeroDivisionError

    assert not Entry.objects.exists()
    assert not Event.objects.exists()


def test_a_reading_is_written() -> None:
    reading = ledger.read("expediente:7", by="person:3")

    assert Reading.objects.get() == reading
    assert (reading.subject, reading.actor) == ("expediente:7", "person:3")
    assert timezone.now() - reading.recorded_at < timedelta(seconds=10)


def test_entries_are_found_by_what_they_are_about() -> None:
    first = record()
    ledger.record("thing.done", subject="thing:2", facts={}, by="person:1", at=AT)
    second = record()

    assert list(selectors.entries_about(["thing:1", "thing:9"])) == [first, second]


def test_rows_print_as_what_they_are(ears: Ears) -> None:
    ears.subscribe("test.one", ["thing.done"])
    entry = record()
    reading = ledger.read("thing:1", by="person:2")
    ledger.seal_pending()

    assert str(entry) == "thing.done thing:1"
    assert str(reading) == "person:2 thing:1"
    assert str(entry.seal).startswith("1 ")
    assert str(entry.events.get()) == f"test.one {entry.pk}"
