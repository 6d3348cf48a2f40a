"""What waits for a consumer that takes several is delivered in one call, and one that fails holds up no other."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from ledger import services as ledger
from ledger.enums import Queue
from ledger.models import Event
from ledger.ports import Delivery
from ledger.services.outbox import unsubscribe
from ledger.services.subscriptions import consumer, subscribe_together
from tests.ledger.conftest import Ears

AT = datetime(2023, 5, 9, 15, tzinfo=UTC)
NAME = "test.together"
pytestmark = pytest.mark.django_db


class Crowd:
    """A consumer that remembers each call, and fails as long as one subject is among what it is given."""

    def __init__(self) -> None:
        self.calls: list[list[str]] = []
        self.bad = ""

    def hear(self, deliveries: Sequence[Delivery]) -> None:
        subjects = [delivery.subject for delivery in deliveries]
        self.calls.append(subjects)
        if self.bad in subjects:
            raise ValueError


@pytest.fixture
def crowd() -> Iterator[Crowd]:
    crowd = Crowd()
    subscribe_together(NAME, ["thing.done"], queue=Queue.INDEXING)(crowd.hear)
    yield crowd
    unsubscribe(NAME)


def record(*numbers: int, kind: str = "thing.done") -> None:
    for number in numbers:
        ledger.record(kind, subject=f"thing:{number}", facts={}, by="person:1", at=AT)


def make_due() -> None:
    Event.objects.filter(done_at__isnull=True).update(due_at=timezone.now() - timedelta(seconds=1))


def test_what_waits_is_delivered_in_one_call(crowd: Crowd) -> None:
    record(1, 2, 3)

    assert ledger.deliver_due(worker="w1") == 3

    assert crowd.calls == [["thing:1", "thing:2", "thing:3"]]
    assert not Event.objects.filter(done_at__isnull=True).exists()


def test_others_are_delivered_one_by_one_among_them(crowd: Crowd, ears: Ears) -> None:
    ears.subscribe("test.alone", ["other.done"], in_transaction=False)
    record(1)
    record(2, kind="other.done")
    record(3)
    record(4, kind="other.done")

    assert ledger.deliver_due(worker="w1") == 4

    assert crowd.calls == [["thing:1", "thing:3"]]
    assert [delivery.subject for delivery in ears.heard] == ["thing:2", "thing:4"]


def test_one_that_always_fails_holds_up_no_other(crowd: Crowd) -> None:
    crowd.bad = "thing:2"
    record(1, 2, 3)

    assert ledger.deliver_due(worker="w1") == 0
    make_due()
    assert ledger.deliver_due(worker="w1") == 2

    assert crowd.calls == [["thing:1", "thing:2", "thing:3"], ["thing:1"], ["thing:2"], ["thing:3"]]
    failing = Event.objects.get(done_at__isnull=True)
    assert (failing.entry.subject, failing.last_error, failing.attempts) == ("thing:2", "ValueError", 2)


def test_what_another_worker_took_meanwhile_is_left_to_it(crowd: Crowd) -> None:
    """A lease that ran out before its turn came is somebody else's by then."""
    record(1, 2)
    taken = Event.objects.order_by("id")[0]

    def lose_one() -> bool:
        Event.objects.filter(pk=taken.pk).update(leased_by="w2")
        return False

    assert ledger.deliver_due(worker="w1", is_stopping=lose_one) == 1

    assert crowd.calls == [["thing:2"]]
    assert Event.objects.get(pk=taken.pk).done_at is None


def test_a_worker_that_stops_puts_all_of_it_back(crowd: Crowd) -> None:
    record(1, 2)

    assert ledger.deliver_due(worker="w1", is_stopping=lambda: True) == 0

    assert crowd.calls == []
    assert set(Event.objects.values_list("leased_by", flat=True)) == {""}


def test_the_index_takes_several(crowd: Crowd) -> None:
    assert [consumer(f"search.{name}").takes_several for name in ("index_document", "refresh_access")] == [True, True]
