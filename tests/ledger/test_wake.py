"""With a broker a commit wakes the workers; without one nothing of Celery is touched."""

import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from time import monotonic
from typing import Any

import pytest
from django.db import transaction

from ledger import services as ledger
from ledger import tasks
from ledger.enums import Queue
from ledger.services.wake import ENOUGH_CALLS, bell
from tests.ledger.conftest import Ears

AT = datetime(2023, 5, 9, 15, tzinfo=UTC)


def record() -> None:
    ledger.record("thing.done", subject="thing:1", facts={}, by="person:1", at=AT)


@pytest.fixture
def broker(settings: Any) -> Iterator[Any]:
    """The product's Celery on a broker that lives in this process, with empty queues."""
    with celery_on("memory://", settings) as app:
        with app.connection() as connection:
            for name in Queue:
                connection.SimpleQueue(app.amqp.queues[name]).clear()
        yield app


@pytest.fixture
def queue(broker: Any) -> Iterator[Any]:
    """The notices' queue of that broker."""
    with broker.connection() as connection:
        yield connection.SimpleQueue(broker.amqp.queues[Queue.NOTICES])


@pytest.fixture
def broker_away(settings: Any) -> Iterator[None]:
    with celery_on("amqp://127.0.0.1:1//", settings):
        yield


@contextmanager
def celery_on(broker_url: str, settings: Any) -> Iterator[Any]:
    from celery import Celery

    from config.celery import app, configuration

    settings.BROKER_URL = broker_url
    here = Celery("here", set_as_current=False)
    here.config_from_object(configuration(broker_url))
    here.set_default()
    bell.wake_up()
    yield here
    bell.wait()
    bell.wake_up()
    app.set_default()


@pytest.mark.django_db(transaction=True)
def test_one_wake_up_is_published_for_each_commit(queue: Any, ears: Ears) -> None:
    ears.subscribe("test.one", ["thing.done"], queue=Queue.NOTICES)

    with transaction.atomic():
        record()
        record()
        assert queue.qsize() == 0

    bell.wait()
    assert queue.qsize() == 1
    message = queue.get(block=False)
    assert message.headers["task"] == "ledger.deliver_due"
    assert message.payload[0] == ["notices"]


@pytest.mark.django_db(transaction=True)
def test_a_wake_up_goes_to_the_queues_of_those_who_act_on_the_fact(broker: Any, ears: Ears) -> None:
    ears.subscribe("test.index", ["thing.done"], queue=Queue.INDEXING)
    ears.subscribe("test.rest", ["thing.done"])

    record()

    bell.wait()
    with broker.connection() as connection:
        sizes = {name.value: connection.SimpleQueue(broker.amqp.queues[name]).qsize() for name in Queue}
    assert sizes == {"signing": 0, "indexing": 1, "notices": 0, "maintenance": 1}


@pytest.mark.django_db(transaction=True)
def test_wake_ups_that_nobody_hears_do_not_pile_up(queue: Any, ears: Ears) -> None:
    ears.subscribe("test.one", ["thing.done"], queue=Queue.NOTICES)

    for _ in range(ENOUGH_CALLS + 20):
        record()
        bell.wait()

    assert queue.qsize() == ENOUGH_CALLS


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


@pytest.mark.django_db(transaction=True)
def test_an_outage_is_told_once_and_not_for_each_commit(
    broker_away: None, ears: Ears, caplog: pytest.LogCaptureFixture
) -> None:
    ears.subscribe("test.one", ["thing.done"])

    with caplog.at_level(logging.WARNING, logger="ledger"):
        for _ in range(5):
            record()
            bell.wait()

    assert len(caplog.records) == 1


@pytest.mark.django_db
def test_the_task_delivers_what_is_due_in_its_queue(ears: Ears) -> None:
    ears.subscribe("test.one", ["thing.done"], queue=Queue.NOTICES)
    record()

    tasks.deliver_due("indexing")
    assert ears.heard == []

    tasks.deliver_due("notices")
    assert len(ears.heard) == 1


@pytest.mark.django_db
def test_a_task_whose_shift_is_over_calls_for_another(queue: Any, ears: Ears, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "SHIFT_SECONDS", -1)
    ears.subscribe("test.one", ["thing.done"], queue=Queue.NOTICES)
    record()

    tasks.deliver_due("notices")

    bell.wait()
    assert ears.heard == []
    assert queue.qsize() == 1


def test_without_a_broker_celery_is_not_even_imported() -> None:
    script = (
        "import django, sys; django.setup()\n"
        "from ledger.services.wake import wake_after_commit\n"
        "wake_after_commit([])\n"
        "sys.exit('celery' in sys.modules or 'kombu' in sys.modules)"
    )

    environment = os.environ | {"BROKER_URL": ""}
    assert subprocess.run([sys.executable, "-c", script], env=environment, check=False, timeout=60).returncode == 0
