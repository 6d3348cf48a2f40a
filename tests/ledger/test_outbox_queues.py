"""Queues of the outbox: each on its own, what fails in sight, and a clock that jumps."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from ledger import selectors
from ledger import services as ledger
from ledger.enums import Queue
from ledger.models import Entry, Event, Seal
from ledger.ports import Backlog
from ledger.rules.verification import verify
from ledger.services import outbox, recording, sealing
from tests.ledger.conftest import Ears

AT = datetime(2023, 5, 9, 15, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def record(kind: str = "thing.done", number: int = 1) -> Entry:
    return ledger.record(kind, subject=f"thing:{number}", facts={}, by="person:1", at=AT)


def set_clock(monkeypatch: pytest.MonkeyPatch, by: timedelta) -> None:
    """Let the server's clock go wrong by so much, for everything that reads it in the ledger."""
    right = timezone.now
    for module in (outbox, recording, sealing):
        clock = type("Clock", (), {"now": staticmethod(lambda: right() + by)})
        monkeypatch.setattr(module, "timezone", clock)


def test_an_event_waits_in_the_queue_of_its_consumer_and_in_maintenance_if_that_names_none(ears: Ears) -> None:
    ears.subscribe("test.mail", ["thing.done"], queue=Queue.NOTICES)
    ears.subscribe("test.rest", ["thing.done"])

    record()

    assert dict(Event.objects.values_list("consumer", "queue")) == {
        "test.mail": "notices",
        "test.rest": "maintenance",
    }


def test_a_queue_is_delivered_without_the_others(ears: Ears) -> None:
    ears.subscribe("test.mail", ["mail.due"], queue=Queue.NOTICES)
    ears.subscribe("test.index", ["thing.done"], queue=Queue.INDEXING)
    record("mail.due")
    record()

    assert ledger.deliver_due(worker="w1", queue=Queue.INDEXING) == 1

    assert [delivery.kind for delivery in ears.heard] == ["thing.done"]
    assert ledger.deliver_due(worker="w1") == 1


def test_the_consumers_of_the_product_wait_where_they_belong() -> None:
    from ledger.services.subscriptions import consumer

    assert consumer("search.index_document").queue == Queue.INDEXING
    assert consumer("workflows.send_notice").queue == Queue.NOTICES


def test_the_backlog_tells_what_waits_since_when_and_what_fails(ears: Ears) -> None:
    ears.subscribe("test.mail", ["thing.done"], queue=Queue.NOTICES)
    for _ in range(3):
        record()
    first_due = Event.objects.earliest("due_at").due_at

    found = selectors.outbox_backlog(timezone.now())

    assert found[Queue.NOTICES] == Backlog(3, first_due, 0, None)
    assert found[Queue.INDEXING] == Backlog(0, None, 0, None)

    ears.failures = [ValueError()]
    ledger.deliver_due(worker="w1")
    failed = Event.objects.get(done_at__isnull=True)
    assert selectors.outbox_backlog(timezone.now())[Queue.NOTICES] == Backlog(1, None, 1, failed.failing_since)


def test_the_backlog_is_counted_only_so_far(ears: Ears, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selectors, "MOST_COUNTED", 2)
    ears.subscribe("test.rest", ["thing.done"])
    for _ in range(3):
        record()

    assert selectors.outbox_backlog(timezone.now())[Queue.MAINTENANCE].pending == 2


def test_what_always_fails_is_seen_with_the_moment_of_its_first_failure_and_holds_up_nobody(ears: Ears) -> None:
    ears.failures = [ValueError()] * 3
    ears.subscribe("test.poison", ["thing.done"])
    record()
    for _ in range(3):
        Event.objects.filter(done_at__isnull=True).update(due_at=timezone.now())
        ledger.deliver_due(worker="w1")
        [poison] = selectors.failing_events()

    assert poison.attempts == 3
    assert poison.failing_since is not None
    assert poison.failing_since < poison.due_at - timedelta(seconds=3)
    record()
    assert ledger.deliver_due(worker="w1") == 1


def test_what_failed_and_was_done_at_last_fails_no_more(ears: Ears) -> None:
    ears.failures = [ValueError()]
    ears.subscribe("test.one", ["thing.done"])
    record()
    ledger.deliver_due(worker="w1")
    Event.objects.update(due_at=timezone.now())

    ledger.deliver_due(worker="w1")

    assert not selectors.failing_events().exists()
    assert Event.objects.get().failing_since is None


def test_the_same_event_delivered_three_times_is_done_once(ears: Ears) -> None:
    ears.subscribe("test.one", ["thing.done"])
    record()

    done = [ledger.deliver_due(worker=f"w{number}") for number in range(3)]

    assert done == [1, 0, 0]
    assert len(ears.heard) == 1


def test_the_seal_lag_is_the_wait_of_the_first_row_without_a_seal() -> None:
    assert selectors.seal_lag(timezone.now()) == timedelta(0)
    entry = record()

    assert selectors.seal_lag(entry.recorded_at + timedelta(seconds=3)) == timedelta(seconds=3)
    assert selectors.seal_lag(entry.recorded_at - timedelta(days=1)) == timedelta(0)

    ledger.seal_pending()
    assert selectors.seal_lag(entry.recorded_at + timedelta(seconds=3)) == timedelta(0)


@pytest.mark.parametrize("by", [timedelta(hours=25), timedelta(days=3652)], ids=["a_day", "ten_years"])
def test_a_clock_that_is_set_back_strands_no_event(by: timedelta, ears: Ears, monkeypatch: pytest.MonkeyPatch) -> None:
    """Recorded, and one of them taken, while the clock ran ahead; then it is set right."""
    ears.subscribe("test.one", ["thing.done"])
    with monkeypatch.context() as ahead:
        set_clock(ahead, by)
        record()
        record()
        Event.objects.filter(pk=Event.objects.earliest("id").pk).update(
            leased_by="w0", leased_until=timezone.now() + by + outbox.LEASE
        )
    assert ledger.deliver_due(worker="w1") == 0

    assert ledger.mend_moments(now=timezone.now()) == 3  # one lease, two dues

    assert ledger.deliver_due(worker="w1") == 2


def test_mending_leaves_alone_what_is_as_it_should_be(ears: Ears) -> None:
    ears.subscribe("test.one", ["thing.done"])
    ears.failures = [ValueError()]
    record()
    ledger.deliver_due(worker="w1")
    Event.objects.update(leased_by="w1", leased_until=timezone.now() + outbox.HANDLING)

    assert ledger.mend_moments(now=timezone.now()) == 0


def test_the_order_of_the_chain_is_that_of_its_sequence_whatever_the_clock_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    jumps = [timedelta(0), timedelta(days=3652), timedelta(hours=-25), timedelta(0)]
    written = []
    for number, by in enumerate(jumps):
        with monkeypatch.context() as wrong:
            set_clock(wrong, by)
            written.append(record(number=number).pk)
            ledger.seal_pending()

    sealed = list(Seal.objects.order_by("sequence").values_list("sequence", "entry_id"))

    assert sealed == list(enumerate(written, start=1))
    assert all(not finding.is_proof for finding in verify(selectors.links()).findings)
    assert list(selectors.entries_about([f"thing:{number}" for number in range(4)]).values_list("pk", flat=True)) == (
        written
    )
