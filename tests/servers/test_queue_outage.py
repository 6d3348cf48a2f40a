"""A broker that is away costs whoever commits nothing: the wake-up is another thread's business (quality, F6)."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from time import monotonic
from typing import Any

import pytest
import redis
from celery import Celery
from django.db import transaction

from ledger import services as ledger
from ledger.enums import Queue
from ledger.models import Event
from ledger.services.wake import bell
from tests.ledger.conftest import Ears, ears
from tests.servers.proxy import FaultProxy, Mode

__all__ = ["ears"]
pytestmark = [pytest.mark.servers, pytest.mark.django_db(transaction=True)]
AT = datetime(2023, 5, 9, 15, tzinfo=UTC)
COMMITS = 60


@pytest.fixture
def broker(settings: Any) -> Iterator[FaultProxy]:
    """The product's Celery on the real broker, through a proxy."""
    from config.celery import app, configuration

    with FaultProxy(os.environ["BROKER_URL"]) as proxy:
        settings.BROKER_URL = proxy.url
        through = Celery("through the proxy", set_as_current=False)
        through.config_from_object(configuration(proxy.url))
        through.set_default()
        bell.wake_up()
        yield proxy
        bell.wait()
        with through.connection() as connection:
            for queue in Queue:
                connection.default_channel.queue_purge(queue.value)
        through.close()
        bell.wake_up()
        app.set_default()


def commit_many() -> list[float]:
    """Record so many facts, each in a commit of its own, and return the seconds that each took, in order."""
    taken = []
    for number in range(COMMITS):
        start = monotonic()
        with transaction.atomic():
            ledger.record("thing.done", subject=f"thing:{number}", facts={}, by="person:1", at=AT)
        taken.append(monotonic() - start)
    return sorted(taken)


@pytest.mark.parametrize("mode", [Mode.REFUSE, Mode.HANG], ids=str)
def test_a_commit_takes_as_long_as_ever_while_the_broker_is_away(broker: FaultProxy, mode: Mode, ears: Ears) -> None:
    ears.subscribe("test.one", ["thing.done"])
    usual = commit_many()
    bell.wait()

    broker.mode = mode
    during = commit_many()

    middle = COMMITS // 2
    print(f"median {usual[middle] * 1000:.1f} ms, {mode}: {during[middle] * 1000:.1f} ms, longest {during[-1]:.3f} s")
    assert during[middle] <= 2 * usual[middle] + 0.005
    assert during[-1] < 1
    bell.wait()
    broker.mode = Mode.PASS
    while ledger.deliver_due(worker="w1"):
        pass
    assert Event.objects.filter(done_at__isnull=True).count() == 0
    assert len(ears.heard) == 2 * COMMITS


def test_wake_ups_go_out_again_once_the_broker_is_back(broker: FaultProxy, ears: Ears) -> None:
    ears.subscribe("test.one", ["thing.done"], queue=Queue.NOTICES)
    broker.mode = Mode.REFUSE
    commit_many()
    bell.wait()

    broker.mode = Mode.PASS
    bell.wake_up()
    commit_many()
    bell.wait()

    server = redis.Redis.from_url(os.environ["BROKER_URL"])
    assert server.llen("chasqui:notices") > 0
    server.close()
