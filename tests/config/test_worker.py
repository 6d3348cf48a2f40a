"""The worker's loop; what a kill does to it is shown in tests/ledger/test_kill.py."""

import logging
import os
import socket
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from django.utils import timezone

from config.worker import Job, dead_workers
from ledger import services as ledger
from ledger.models import Event

AT = datetime(2023, 5, 9, 15, tzinfo=UTC)


def test_a_job_that_fails_is_logged_without_its_message_and_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    calls = []

    def fail() -> None:
        calls.append(1)
        raise ValueError("DNI 12345678")

    job = Job("seal", 0, fail)
    with caplog.at_level(logging.ERROR):
        job.run_if_due()
        job.run_if_due()

    assert len(calls) == 1
    [line] = caplog.records
    assert (line.job, line.error) == ("seal", "ValueError")  # type: ignore[attr-defined]
    assert "12345678" not in str(vars(line))

    job.next_at = 0
    job.run_if_due()
    assert len(calls) == 2


def test_a_job_waits_for_its_time() -> None:
    calls = []
    job = Job("seal", 60, lambda: calls.append(1))

    job.run_if_due()
    job.run_if_due()

    assert len(calls) == 1


@pytest.mark.django_db
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells of a process that ended and was not collected")
def test_a_killed_worker_is_dead_before_anybody_collected_it() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as killed:
        name = f"{socket.gethostname()}:{killed.pid}:a"
        entry = ledger.record("thing.done", subject="thing:1", facts={}, by="person:1", at=AT)
        Event.objects.create(entry=entry, consumer="test", due_at=AT, leased_by=name, leased_until=timezone.now())
        assert dead_workers() == []

        killed.kill()
        os.waitid(os.P_PID, killed.pid, os.WEXITED | os.WNOWAIT)  # it has ended; its entry stays

        assert dead_workers() == [name]


@pytest.mark.django_db
def test_only_dead_workers_of_this_machine_lose_their_leases() -> None:
    here = socket.gethostname()
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    names = {
        f"{here}:{gone.pid}:a": True,
        f"{here}:{os.getpid()}:b": True,  # ours, but of the one that had our id before
        f"{here}:{os.getppid()}:c": False,
        f"{here}:1:d": False,
        f"elsewhere:{gone.pid}:e": False,
        "oddly named": False,
    }
    for name in names:
        entry = ledger.record("thing.done", subject="thing:1", facts={}, by="person:1", at=AT)
        Event.objects.create(entry=entry, consumer="test", due_at=AT, leased_by=name, leased_until=timezone.now())

    assert sorted(dead_workers()) == sorted(name for name, is_dead in names.items() if is_dead)
    assert dead_workers(besides=f"{here}:{os.getpid()}:b") == [f"{here}:{gone.pid}:a"]


def test_a_job_of_the_baton_is_left_to_its_holder_and_done_at_once_by_a_new_one() -> None:
    calls, holds = [], [False]
    job = Job("timers", 60, lambda: calls.append(1), is_mine=lambda: holds[0])

    job.run_if_due()
    assert calls == []

    holds[0] = True
    job.run_if_due()
    job.run_if_due()
    assert calls == [1]
