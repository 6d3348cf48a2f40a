"""``kill -9`` at any moment loses nothing and doubles nothing."""

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from config.worker import POLL_SECONDS
from tests.servers.installations import own_servers

pytestmark = pytest.mark.kill
ROOT = Path(__file__).resolve().parents[2]
SLACK_SECONDS = 0.6


@pytest.fixture(scope="module")
def nursery(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("nursery")
    seed = str(random.randrange(10_000))
    with own_servers() as servers:  # its chain's heads are listed in its archive: nobody else's may stand there
        done = subprocess.run(
            [sys.executable, "-m", "tests.ledger.nursery", seed],
            cwd=ROOT, env=os.environ | servers | {"DATA_DIR": str(folder), "BROKER_URL": ""},
            capture_output=True, text=True, timeout=240, check=False,
        )  # fmt: skip
    assert done.returncode == 0, f"seed {seed}: {done.stdout}{done.stderr}"
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_twenty_kills_of_the_worker_lose_and_double_nothing(nursery: dict[str, Any]) -> None:
    kills = nursery["kills"]

    assert kills["deaths"] == [-9] * 20
    assert kills["rounds_that_left_events"] > 10
    assert (kills["pending"], kills["lost"], kills["lost_outside"]) == (0, 0, 0)
    assert kills["effects"] == kills["events"] == 601
    assert kills["seals"] == kills["rows"]


def test_a_kill_leaves_leases_that_the_next_worker_takes_over_at_once(nursery: dict[str, Any]) -> None:
    assert nursery["kills"]["rounds_that_left_leases"] > 5


def test_a_worker_that_is_asked_to_stop_ends_well(nursery: dict[str, Any]) -> None:
    assert nursery["kills"]["last_ended_with"] == 0
    assert nursery["crash"]["worker_ended_with"] == 0


def test_a_crash_between_commit_and_publish_delivers_within_two_polls(nursery: dict[str, Any]) -> None:
    crash = nursery["crash"]

    assert crash["died_of"] == 9
    assert len(crash["waits_seconds"]) == 2
    assert max(crash["waits_seconds"]) <= 2 * POLL_SECONDS + SLACK_SECONDS
