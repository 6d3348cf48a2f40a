"""The queue on real servers: killed workers, a broker that goes away, both brokers (quality, F2, F6)."""

import base64
import json
import os
import random
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from time import sleep
from typing import Any

import pytest
import redis

from ledger.enums import Queue
from tests.servers import databases, rabbit
from tests.servers.proxy import FaultProxy, Mode
from tests.servers.queue_town import CONSUMERS, Town, children_of, kill_group, wait_until

pytestmark = [pytest.mark.servers, pytest.mark.kill]
START_SECONDS = 60
LEASE_SECONDS = 60
MakeTown = Callable[..., Town]


@pytest.fixture
def make_town(tmp_path: Path) -> Iterator[MakeTown]:
    with ExitStack() as stack:

        def make(broker_url: str = os.environ.get("BROKER_URL", ""), **extra: str) -> Town:
            url = stack.enter_context(databases.on_server(os.environ["DATABASE_URL"]))
            if broker_url.startswith("redis"):
                forget_calls(broker_url)
            town = Town(tmp_path, url, broker_url, extra)
            stack.callback(town.close)
            return town

        yield make


def heard(town: Town) -> None:
    """Wait until the workers are up: one round of facts is delivered."""
    town.record(1)
    town.wait_until_delivered(START_SECONDS)


@pytest.mark.parametrize(
    ("kills", "facts"), [(10, 25), pytest.param(100, 250, marks=pytest.mark.long)], ids=["reduced", "whole"]
)
def test_killed_workers_lose_and_double_nothing(make_town: MakeTown, kills: int, facts: int) -> None:
    """Four effects for each fact. One kill in ten is a whole Celery worker, or the worker; the others are its children.

    A mail may go out once more for each process that was killed, and no more.
    """
    town = make_town()
    seed = random.randrange(10_000)
    dice = random.Random(seed)
    celery = town.start_celery()
    heard(town)
    killed, work = 0, town.start_work()
    for number in range(kills):
        town.record(facts // kills + (number < facts % kills))
        sleep(dice.uniform(0, 0.3))
        if number % 10 == 4:
            kill_group(work)
            killed, work = killed + 1, town.start_work()
        elif number % 10 == 9:
            killed += max(len(children_of(celery)), 1)
            kill_group(celery)
            celery = town.start_celery()
        else:
            celery = kept_running(town, celery)
            killed += kill_a_child(celery, dice)
    town.wait_until_delivered(3 * LEASE_SECONDS)

    found = town.effects()
    events = {name: town.events(f"test.{name}") for name in ("row", "object", "index", "mail")}
    assert sum(map(len, events.values())) == CONSUMERS * (facts + 1), f"seed {seed}"
    assert set(found.rows) == events["row"]
    assert set(found.rows.values()) == {1}
    assert found.objects == events["object"]
    assert found.entries == events["index"]
    assert set(found.mails) == events["mail"]
    assert found.mails.total() - len(events["mail"]) <= killed, f"seed {seed}"
    assert killed >= kills * 0.9
    print(f"{killed} processes killed, {found.mails.total() - len(events['mail'])} mails twice")


def kept_running(town: Town, celery: subprocess.Popen[str]) -> subprocess.Popen[str]:
    """Return the worker, started again if it ended: one whose children all die as it starts gives up, and whoever
    looks after it, systemd or Docker, starts another.
    """
    wait_until(lambda: bool(children_of(celery)) or celery.poll() is not None, START_SECONDS, town.told)
    if celery.poll() is None:
        return celery
    celery = town.start_celery()
    wait_until(lambda: bool(children_of(celery)), START_SECONDS, town.told)
    return celery


def kill_a_child(celery: subprocess.Popen[str], dice: random.Random) -> int:
    """SIGKILL one of the worker's children, and return how many that were."""
    children = children_of(celery)
    if children:
        os.kill(dice.choice(children), signal.SIGKILL)
    return min(len(children), 1)


def test_celery_alone_delivers_promptly_and_once_although_called_three_times(make_town: MakeTown) -> None:
    """Ten facts a second, four effects each; no worker polls, so that each was woken (B16: p99 at most 2 s).

    What waits at the broker meanwhile names a queue and nothing else.
    """
    town = make_town()
    town.record(5)
    call_three_times(town)
    calls = waiting_at_redis(town.broker_url)
    assert len(calls) > 3
    assert all(call == ["notices"] for call in calls)
    town.start_celery()
    town.wait_until_delivered(START_SECONDS)
    late = len(town.waits())

    for _ in range(30):
        town.record(1)
        sleep(0.1)
    town.wait_until_delivered(10)

    waits = town.waits(besides=late)
    print(f"median {waits[len(waits) // 2]:.3f} s, p99 {waits[int(len(waits) * 0.99)]:.3f} s")
    assert waits[int(len(waits) * 0.99)] <= 2
    found = town.effects()
    assert set(found.rows.values()) == set(found.mails.values()) == {1}
    assert len(found.rows) == len(found.mails) == len(found.entries) == len(found.objects) == 35


def call_three_times(town: Town) -> None:
    script = (
        "from tests.servers.queue_program import app\n"
        "for queue in 3 * ['signing', 'indexing', 'notices', 'maintenance']:\n"
        "    app.send_task('ledger.deliver_due', [queue], queue=queue)\n"
    )
    town.python("-c", script)


def waiting_at_redis(url: str) -> list[Any]:
    """Return the arguments of the calls that wait for the notices."""
    with redis.Redis.from_url(url) as server:
        messages = [json.loads(raw) for raw in server.lrange("chasqui:notices", 0, -1)]
    return [json.loads(base64.b64decode(message["body"]))[0] for message in messages]


def forget_calls(url: str) -> None:
    """Empty the queues of an earlier test."""
    with redis.Redis.from_url(url) as server:
        server.delete(*(f"chasqui:{queue}" for queue in Queue))


def test_slow_mail_does_not_delay_the_index(make_town: MakeTown) -> None:
    """Every mail takes a second; the worker alone delivers."""
    town = make_town(TEST_SLOW_MAIL_SECONDS="1")
    town.start_work()
    heard(town)

    town.record(10)

    wait_until(lambda: not pending_in(town, "indexing"), 2, town.told)
    assert pending_in(town, "notices") >= 5


def pending_in(town: Town, queue: str) -> int:
    found = town.query("SELECT count(*) FROM ledger_event WHERE done_at IS NULL AND queue = %s", queue)
    return int(found[0][0])


@pytest.mark.parametrize("mode", [Mode.REFUSE, Mode.HANG], ids=str)
def test_celery_comes_back_after_an_outage_of_the_broker(make_town: MakeTown, mode: Mode) -> None:
    """What is recorded meanwhile is delivered by the worker's poll; what comes after, by Celery again."""
    with FaultProxy(os.environ["BROKER_URL"]) as proxy:
        town = make_town(proxy.url)
        celery = town.start_celery()
        heard(town)
        proxy.mode = mode
        town.record(3)
        work = town.start_work()
        town.wait_until_delivered(START_SECONDS)
        kill_group(work)

        proxy.mode = Mode.PASS
        sleep(6)  # the bell rests for five seconds after a failure
        town.record(3)

        town.wait_until_delivered(START_SECONDS)
        assert celery.poll() is None
        assert len(town.effects().entries) == 7


def test_rabbitmq_delivers_fifty_events(make_town: MakeTown, tmp_path: Path) -> None:
    """A node of our own; no worker polls. Then its worker is killed: what it had not acknowledged is given again."""
    if not rabbit.is_installed():
        pytest.skip("needs RabbitMQ: apt-get install rabbitmq-server")
    with rabbit.running(tmp_path) as url:
        town = make_town(url)
        celery = town.start_celery()
        heard(town)

        town.record(11)
        kill_group(celery)
        town.start_celery()
        town.record(1)

        town.wait_until_delivered(START_SECONDS)
        found = town.effects()
        assert sum(map(len, (found.rows, found.mails, found.entries, found.objects))) == 52
        assert set(found.rows.values()) == {1}
