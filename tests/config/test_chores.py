"""The chores of the night are done once each night, whichever worker does them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.sessions.models import Session

from config.chores import NIGHTLY, Chore, do_if_due, night_before
from ledger.models import Entry

LIMA = ZoneInfo("America/Lima")
pytestmark = pytest.mark.django_db


class Sweep:
    """A chore that counts how often it was done, and fails as often as told."""

    def __init__(self, failures: int = 0) -> None:
        self.done, self.failures = 0, failures
        self.chore = Chore("test", self.run)

    def run(self, at: datetime) -> Mapping[str, object]:
        if self.failures:
            self.failures -= 1
            raise ValueError
        self.done += 1
        return {"swept": self.done}


def lima(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=LIMA)


@pytest.mark.parametrize(
    ("at", "begins"),
    [(lima(3, 2), lima(3, 2)), (lima(3, 1, 59), lima(2, 2)), (lima(3, 23), lima(3, 2))],
)
def test_the_night_begins_at_two_by_the_clock_of_lima(at: datetime, begins: datetime) -> None:
    assert night_before(at) == begins


def test_a_chore_is_done_once_each_night() -> None:
    sweep = Sweep()
    moments = [lima(3, 2), lima(3, 2, 1), lima(3, 15), lima(4, 1, 59), lima(4, 2), lima(4, 9)]

    assert [do_if_due(sweep.chore, at=at) for at in moments] == [True, False, False, False, True, False]


def test_a_night_that_the_machine_slept_through_is_made_good() -> None:
    sweep = Sweep()
    do_if_due(sweep.chore, at=lima(3, 2))

    assert do_if_due(sweep.chore, at=lima(6, 10))
    assert not do_if_due(sweep.chore, at=lima(6, 11))


def test_what_was_done_is_in_the_ledger() -> None:
    do_if_due(Sweep().chore, at=lima(3, 2))

    entry = Entry.objects.get()
    assert (entry.kind, entry.subject, entry.facts) == ("chore.done", "chore:test", {"swept": 1})


def test_a_chore_that_failed_is_not_called_done() -> None:
    sweep = Sweep(failures=1)

    with pytest.raises(ValueError):
        do_if_due(sweep.chore, at=lima(3, 2))

    assert not Entry.objects.exists()
    assert do_if_due(sweep.chore, at=lima(3, 2, 1))


def test_a_clock_that_ran_ahead_does_not_end_the_chores_for_years() -> None:
    sweep = Sweep()
    do_if_due(sweep.chore, at=lima(3, 2) + timedelta(days=3652))

    assert do_if_due(sweep.chore, at=lima(3, 2))


def test_old_sessions_are_ended_each_night() -> None:
    Session.objects.create(session_key="old", session_data="", expire_date=lima(3, 2) - timedelta(days=1))
    [chore] = [chore for chore in NIGHTLY if chore.name == "end_old_sessions"]

    do_if_due(chore, at=lima(3, 2))

    assert not Session.objects.exists()
