"""Tries are counted for all web servers together; while Redis is away, each machine counts for itself."""

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from django.core.cache import caches
from django.test import RequestFactory

from config import backends, counts
from desk.views import enter
from organization.services.entrance import BY_PAIR
from portal import services as portal
from tests.servers.proxy import FaultProxy, Mode

pytestmark = pytest.mark.servers


@pytest.fixture
def redis(settings: Any, tmp_path: Path) -> Iterator[FaultProxy]:
    """Redis as the installation's counts, through a proxy; the name before each count is this test's own."""
    with FaultProxy(os.environ["BROKER_URL"]) as proxy:
        found = backends.cache(proxy.url, tmp_path / "counts")
        settings.CACHES = {"default": {**found, "KEY_PREFIX": f"chasqui-test-{secrets.token_hex(4)}"}}
        yield proxy
        proxy.mode = Mode.PASS
        _redis_is_back()
        caches["default"].clear()


def _redis_is_back() -> None:
    """Let the seconds pass for which a Redis that failed is not asked again."""
    counts._rests_until.clear()


def miss(times: int) -> list[bool]:
    """Miss as often from one address, and say before each whether one would have had to wait."""
    waits = []
    for _ in range(times):
        waits.append(portal.has_to_wait("10.0.0.1"))
        portal.count_miss("10.0.0.1")
    return waits


def test_what_one_process_counts_another_one_knows(redis: FaultProxy, settings: Any) -> None:
    miss(portal.TRIES)
    script = (
        "import django, json, sys; from django.conf import settings; settings.CACHES = json.loads(sys.argv[1])\n"
        "django.setup()\n"
        "from portal import services\n"
        "print(services.has_to_wait('10.0.0.1'), services.has_to_wait('10.0.0.2'))"
    )
    elsewhere = {**settings.CACHES["default"], "OPTIONS": {"folder": "/nowhere"}}
    done = subprocess.run(
        [sys.executable, "-c", script, json.dumps({"default": elsewhere}, default=str)],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip

    assert done.stdout.split() == ["True", "False"]


@pytest.mark.parametrize("mode", [Mode.REFUSE, Mode.HANG], ids=str)
def test_an_outage_of_redis_neither_locks_everybody_out_nor_lets_anybody_guess_on(
    redis: FaultProxy, mode: Mode
) -> None:
    assert miss(5) == [False] * 5
    redis.mode = mode

    waits = miss(2 * portal.TRIES)

    assert waits == [False] * portal.TRIES + [True] * portal.TRIES
    assert not portal.has_to_wait("10.0.0.2")


def test_an_outage_costs_one_short_wait_and_not_one_for_each_request(redis: FaultProxy) -> None:
    redis.mode = Mode.HANG

    before = monotonic()
    miss(10)

    assert monotonic() - before < 4 * backends.COUNTS_WAIT_SECONDS


def test_counts_go_on_in_redis_once_it_is_back(redis: FaultProxy) -> None:
    miss(portal.TRIES)
    redis.mode = Mode.REFUSE
    assert not portal.has_to_wait("10.0.0.1")

    redis.mode = Mode.PASS
    _redis_is_back()

    assert portal.has_to_wait("10.0.0.1")


@pytest.mark.django_db
@pytest.mark.parametrize("mode", [Mode.PASS, Mode.REFUSE], ids=str)
def test_guessing_a_password_ends_after_five_tries_with_and_without_redis(
    redis: FaultProxy, rf: RequestFactory, mode: Mode
) -> None:
    redis.mode = mode

    tries = BY_PAIR.tries
    sentences = [enter._checked(rf.post("/entrar/"), "ana", f"guess {number}")[1] for number in range(tries + 1)]

    assert ["Queda" in sentence for sentence in sentences] == [True] * (tries - 1) + [False, False]
    assert all("Espere hasta las" in sentence for sentence in sentences[-2:])


def test_forgetting_the_counts_leaves_the_queue_alone(redis: FaultProxy) -> None:
    import redis as library

    server = library.Redis.from_url(os.environ["BROKER_URL"])
    server.set("kept-by-another", 1, ex=60)
    miss(1)

    caches["default"].clear()

    assert server.exists("kept-by-another")
    assert not portal.has_to_wait("10.0.0.1")
    server.delete("kept-by-another")
    server.close()
