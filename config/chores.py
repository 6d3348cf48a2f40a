"""The chores of the night.

That one was done is a fact of the ledger: a worker that takes over knows it, and so does an auditor.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from docs_store.services import keeping
from ledger import selectors as ledger_selectors
from ledger import services as ledger
from organization.services import sessions
from workflows.services import notified, observations, recounts, silences, standstills, successions, term_changes

NIGHT_BEGINS = time(2)
"""By the entity's clock: nobody works, and the day's last head is kept."""


@dataclass(frozen=True)
class Chore:
    """Something that is done once each night. ``run`` gets the moment and returns facts for the ledger."""

    name: str
    run: Callable[[datetime], Mapping[str, object]]


def do_if_due(chore: Chore, *, at: datetime) -> bool:
    """Do the chore unless it was done since the night began, and return whether it was.

    One that was missed, as the machine was off, is done at once. Done "later than now" counts for nothing: the clock
    was wrong then.
    """
    subject = f"chore:{chore.name}"
    last = ledger_selectors.entries_about([subject]).last()
    if last is not None and night_before(at) <= last.at <= at:
        return False
    facts = chore.run(at)
    ledger.record("chore.done", subject=subject, facts=facts, by="system:worker", at=at)
    return True


def night_before(at: datetime) -> datetime:
    """Return when the night that is nearest in the past began."""
    here = timezone.localtime(at)
    begins = here.replace(hour=NIGHT_BEGINS.hour, minute=NIGHT_BEGINS.minute, second=0, microsecond=0)
    return begins if begins <= here else begins - timedelta(days=1)


def _end_old_sessions(at: datetime) -> Mapping[str, object]:
    SessionStore.clear_expired()
    return {"sessions": sessions.forget_expired(at=at)}


def _check_archive(at: datetime) -> Mapping[str, object]:
    seen = keeping.check_archive(at=at)
    return {"objects": seen.objects, "read": seen.read, "faults": seen.fault_count}


def _reach_open_clocks(at: datetime) -> Mapping[str, object]:
    return {"moved": recounts.run_ready(at=at)}


def _escalate_vacancies(at: datetime) -> Mapping[str, object]:
    return {"escalated": successions.escalate_vacancies(at)}


def _lapse_terms(at: datetime) -> Mapping[str, object]:
    """Notices first: what they say of a day decides whether silence has taken effect."""
    return {
        "notices": notified.lapse_due(at),
        "not_presented": observations.lapse_due(at),
        "resumed": term_changes.resume_due(at),
        "silences": silences.lapse_due(at),
        "abandonments": standstills.propose_due(at),
    }


NIGHTLY = (
    Chore("end_old_sessions", _end_old_sessions),
    Chore("lapse_terms", _lapse_terms),
    Chore("check_archive", _check_archive),
    Chore("reach_open_clocks", _reach_open_clocks),
    Chore("escalate_vacancies", _escalate_vacancies),
)
