"""With a broker a commit wakes the workers; without one nothing of Celery is touched."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from time import monotonic
from typing import Any

import pytest
from django.db import transaction

from ledger import services as ledger
from ledger import tasks
from ledger.models import Seal
from ledger.services.wake import bell
from tests.ledger.conftest import Ears

AT = datetime(2023, 5, 9, 15, tzinfo=UTC)


def record() -> None:
    ledger.record("thing.done", subject="thing:1", facts={}, by="person:1", at=AT)


@pytest.fixture
def queue(settings: Any) -> Iterator[Any]:
    """The queue of a broker that lives in this process."""
    from config.celery import app

    settings.BROKER_URL = "memory://"
    app.set_default()
    app.set_current()
    with app.connection() as connection, connection.SimpleQueue("celery") as queue:
        queue.clear()
        yield queue
        queue.clear()


@pytest.fixture
def broker_away(settings: Any) -> Iterator[None]:
    from celery import Celery

    from config.celery import PUBLISH_OPTIONS, app

    settings.BROKER_URL = "amqp://127.0.0.1:1//"
    away = Celery("away", broker=settings.BROKER_URL, set_as_current=False)
    away.conf.broker_transport_options = PUBLISH_OPTIONS
    away.set_default()
    yield
    bell.wait()
    app.set_default()


@pytest.mark.django_db(transaction=True)
def test_one_wake_up_is_published_for_each_commit(queue: Any, ears: Ears) -> None:
    ears.subscribe("test.one", ["thing.done"])

    with transaction.atomic():
        record()
        record()
        assert queue.qsize() == 0

    bell.wait()
    assert queue.qsize() == 1
    assert queue.get(block=False).headers["task"] == "ledger.deliver_due"


@pytest.mark.django_db(transaction=True)
def test_a_change_that_failed_wakes_nobody(queue: Any, ears: Ears) -> None:
    ears.subscribe("test.one", ["thing.done"])

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        record()
        raise ZeroDivisionError

    bell.wait()
    assert queue.qsize() == 0


@pytest.mark.django_db(transaction=True)
def test_a_fact_that_nobody_acts_on_wakes_nobody(queue: Any) -> None:
    record()

    bell.wait()
    assert queue.qsize() == 0


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_away_does_not_hold_up_the_commit(broker_away: None, ears: Ears) -> None:
    ears.subscribe("test.one", ["thing.done"])

    start = monotonic()
    record()
    record()

    assert monotonic() - start < 1
    assert ledger.deliver_due(worker="w1") == 2


@pytest.mark.django_db
def test_the_tasks_deliver_and_seal(ears: Ears) -> None:
    ears.subscribe("test.one", ["thing.done"])
    record()

    tasks.deliver_due()
    tasks.seal_pending()

    assert len(ears.heard) == 1
    assert Seal.objects.count() == 1


def test_without_a_broker_celery_is_not_even_imported() -> None:
    script = (
        "import django, sys; django.setup()\n"
        "from ledger.services.wake import wake_after_commit\n"
        "wake_after_commit()\n"
        "sys.exit('celery' in sys.modules or 'kombu' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", script], check=False, timeout=60).returncode == 0
