"""Wrong tries at the entrance: who guesses waits, and the owner of the account does not.

Tries are counted by account together with the address they come from, or with the device, where it has signed in to
this account before: somebody elsewhere who types a name and wrong passwords makes only themselves wait. An address
that tries many accounts waits as a whole; devices that are known to the account do not wait with it. Codes of the
second factor are counted by account too, on devices that are not known: whoever asks for one knows the password.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.core.cache import cache
from django.db import transaction

from ledger import services as ledger
from organization.models import Person

WATCH = "system:entrance"


class Step(StrEnum):
    """Where somebody tries."""

    PASSWORD = "password"
    FACTOR = "factor"
    INSTITUTIONAL = "institutional"


@dataclass(frozen=True)
class Limit:
    """So many wrong tries within a span are followed by a wait."""

    tries: int
    within: timedelta
    wait: timedelta


BY_PAIR = Limit(5, timedelta(minutes=15), timedelta(minutes=5))
BY_ADDRESS = Limit(60, timedelta(minutes=15), timedelta(minutes=15))
BY_ACCOUNT = Limit(30, timedelta(hours=1), timedelta(minutes=30))


@dataclass(frozen=True)
class Attempt:
    """Who tries to be whom: the name as typed, and where from. ``device`` is empty unless the account knows it."""

    step: Step
    account: str
    address: str
    device: str = ""

    def limits(self) -> Iterator[tuple[str, Limit]]:
        """Return under which keys its failures are counted, the narrowest first."""
        who = self.account.strip().casefold()
        yield _key(self.step, who, f"device:{self.device}" if self.device else self.address), BY_PAIR
        if not self.device:
            yield _key("address", self.address), BY_ADDRESS
            if self.step is Step.FACTOR:
                yield _key(self.step, who), BY_ACCOUNT


@dataclass(frozen=True)
class Refusal:
    """What a wrong try leaves: tries before a wait, or until when to wait."""

    tries_left: int
    until: datetime | None = None


def held_until(attempt: Attempt, *, at: datetime) -> datetime | None:
    """Return until when this one has to wait, or nothing."""
    waits = [cache.get(f"{key}:wait") for key, _limit in attempt.limits()]
    return max((until for until in waits if isinstance(until, datetime) and until > at), default=None)


def record_failure(attempt: Attempt, *, person: Person | None, at: datetime, why: str = "") -> Refusal:
    """Count a wrong try and record it; whose account it is, if it is one, and nothing else of what was typed.

    :param why: in one word, where there is more to tell than that something did not match.

    :return: how many tries are left, or until when the wait lasts that begins now.
    """
    left, until = BY_PAIR.tries, None
    for key, limit in attempt.limits():
        cache.add(f"{key}:tries", 0, timeout=limit.within.total_seconds())
        remaining = limit.tries - cache.incr(f"{key}:tries")
        left = min(left, max(remaining, 0))
        if remaining <= 0:
            until = max(at + limit.wait, until or at)
            cache.set(f"{key}:wait", at + limit.wait, timeout=limit.wait.total_seconds())
            cache.delete(f"{key}:tries")
    subject = f"person:{person.pk}" if person else "entrance:unknown"
    facts = {"step": attempt.step, "held": until is not None, "known_device": bool(attempt.device)}
    facts |= {"why": why} if why else {}
    with transaction.atomic():
        ledger.record("session.refused", subject=subject, facts=facts, by=WATCH, at=at)
    return Refusal(left, until)


def forget_failures(attempt: Attempt) -> None:
    """Begin the count of this account from this place anew: the owner was there."""
    key, _limit = next(attempt.limits())
    cache.delete_many([f"{key}:tries", f"{key}:wait"])


def _key(*parts: str) -> str:
    return f"entrance:{hashlib.sha256('|'.join(parts).encode()).hexdigest()}"
