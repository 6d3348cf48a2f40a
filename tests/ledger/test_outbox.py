import logging
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from ledger import selectors
from ledger import services as ledger
from ledger.errors import ConsumerNameTaken
from ledger.models import Entry, Event, Reading
from ledger.ports import Delivery
from ledger.rules.patience import retry_delay
from ledger.services.outbox import LEASE, subscribe, unsubscribe
from tests.ledger.conftest import Ears

AT = datetime(2023, 5, 9, 15, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def record(kind: str = "thing.done", **facts: Any) -> Entry:
    return ledger.record(kind, subject="thing:1", facts=facts, by="person:1", at=AT)


def make_due() -> None:
    Event.objects.filter(done_at__isnull=True).update(due_at=timezone.now() - timedelta(seconds=1))


@pytest.fixture(params=[True, False], ids=["in_transaction", "outside"])
def both(request: pytest.FixtureRequest, ears: Ears) -> Ears:
    ears.subscribe("test.one", ["thing.done"], in_transaction=request.param)
    return ears


def test_a_fact_is_delivered_once_to_its_consumer(both: Ears) -> None:
    entry = record(document=7)

    assert ledger.deliver_due(worker="w1") == 1
    assert ledger.deliver_due(worker="w1") == 0

    event = Event.objects.get()
    assert both.heard == [Delivery(event.pk, entry.pk, "thing.done", "thing:1", {"document": 7}, AT)]
    assert event.done_at is not None
    assert (event.leased_by, event.leased_until, event.attempts) == ("", None, 1)


def test_what_fails_is_put_back_and_tried_again(both: Ears) -> None:
    both.failures = [ValueError("DNI 12345678")]
    record()

    assert ledger.deliver_due(worker="w1") == 0
    event = Event.objects.get()
    assert (event.last_error, event.leased_by, event.leased_until) == ("ValueError", "", None)
    assert event.due_at > timezone.now()
    assert ledger.deliver_due(worker="w1") == 0

    make_due()
    assert ledger.deliver_due(worker="w1") == 1
    assert Event.objects.get().last_error == ""
    assert len(both.heard) == 2


def test_the_log_names_the_error_and_its_place_but_not_its_message(
    both: Ears, caplog: pytest.LogCaptureFixture
) -> None:
    both.failures = [ValueError("DNI 12345678")]
    record()

    with caplog.at_level(logging.WARNING):
        ledger.deliver_due(worker="w1")

    [line] = caplog.records
    assert line.error == "ValueError"  # type: ignore[attr-defined]
    assert "conftest.py:" in line.place  # type: ignore[attr-defined]
    assert "12345678" not in caplog.text + str(vars(line))


def test_what_a_failed_consumer_wrote_is_undone_in_its_transaction(ears: Ears) -> None:
    def write_and_fail(delivery: Delivery) -> None:
        ledger.read("thing:1", by="system:test")
        raise ValueError

    subscribe("test.writes", ["thing.done"])(write_and_fail)
    record()

    ledger.deliver_due(worker="w1")
    unsubscribe("test.writes")

    assert not Reading.objects.exists()


def test_one_failure_does_not_hold_up_the_others(both: Ears) -> None:
    both.failures = [ValueError()]
    record()
    record()

    assert ledger.deliver_due(worker="w1") == 1


def test_no_more_than_the_limit_is_delivered_at_once(both: Ears) -> None:
    for _ in range(3):
        record()

    assert ledger.deliver_due(worker="w1", limit=2) == 2
    assert ledger.deliver_due(worker="w1", limit=2) == 1


def test_an_event_of_a_consumer_that_is_gone_waits(ears: Ears) -> None:
    ears.subscribe("test.gone", ["thing.done"])
    record()
    unsubscribe("test.gone")

    assert ledger.deliver_due(worker="w1") == 0

    assert Event.objects.get().last_error == "UnknownConsumer"


def test_a_leased_event_is_left_to_its_worker_until_the_lease_ends(both: Ears) -> None:
    record()
    Event.objects.update(leased_by="w0", leased_until=timezone.now() + LEASE)
    assert ledger.deliver_due(worker="w1") == 0

    Event.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    assert ledger.deliver_due(worker="w1") == 1


def test_an_event_that_another_worker_took_meanwhile_is_left_alone(both: Ears) -> None:
    record()
    record()
    heard = both.heard

    class Taking(list[Delivery]):
        def append(self, delivery: Delivery) -> None:
            super().append(delivery)
            Event.objects.filter(done_at__isnull=True).exclude(pk=delivery.event_id).update(leased_by="w2")

    both.heard = Taking()

    assert ledger.deliver_due(worker="w1") == 1

    assert len(both.heard) == 1
    assert heard == []
    assert Event.objects.filter(leased_by="w2", done_at__isnull=True).count() == 1


def test_a_worker_that_is_stopping_puts_the_rest_back(both: Ears) -> None:
    for _ in range(3):
        record()

    assert ledger.deliver_due(worker="w1", is_stopping=lambda: bool(both.heard)) == 1

    assert Event.objects.filter(done_at__isnull=True, leased_by="").count() == 2
    assert ledger.deliver_due(worker="w2") == 2


def test_the_leases_of_dead_workers_are_released(both: Ears) -> None:
    record()
    Event.objects.update(leased_by="w0", leased_until=timezone.now() + LEASE)
    assert selectors.lease_holders() == ["w0"]

    assert ledger.release_leases(workers=["w0"]) == 1

    assert selectors.lease_holders() == []
    assert ledger.deliver_due(worker="w1") == 1


def test_two_consumers_cannot_share_a_name(ears: Ears) -> None:
    ears.subscribe("test.one", ["thing.done"])
    ears.subscribe("test.one", ["thing.undone"])

    with pytest.raises(ConsumerNameTaken):
        subscribe("test.one", ["thing.done"])(lambda delivery: None)


def test_the_wait_doubles_up_to_an_hour() -> None:
    waits = [retry_delay(attempts=attempts).total_seconds() for attempts in (1, 2, 3, 12, 13, 4_000)]

    assert waits == [1, 2, 4, 2048, 3600, 3600]
