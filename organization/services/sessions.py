"""When somebody begins and ends to be signed in: each is an entry, and the person ends their own."""

from collections.abc import Sequence
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction

from ledger import services as ledger
from organization.models import Person

WORKER = "system:worker"


def record_start(*, session_key: str, person: Person, by_means_of: Sequence[str], at: datetime) -> None:
    """Record that the person signed in, and by which means: ``password``, ``totp``, ``webauthn``…"""
    started = UserSession.objects.filter(session_key=session_key).first()
    with transaction.atomic():
        facts = {"session": started.pk if started else None, "by_means_of": list(by_means_of)}
        ledger.record("session.started", subject=f"person:{person.pk}", facts=facts, by=person.actor, at=at)


def record_end(*, session_key: str, person: Person, at: datetime) -> None:
    """Record that the person signs out of this session, and forget it."""
    ended = UserSession.objects.filter(session_key=session_key, user=person).first()
    with transaction.atomic():
        facts = {"session": ended.pk if ended else None}
        if ended is not None:
            ended.end()
        ledger.record("session.ended", subject=f"person:{person.pk}", facts=facts, by=person.actor, at=at)


def end_session(*, person: Person, session_id: int, at: datetime) -> bool:
    """End one of the person's own sessions, on whatever device; return whether there was one."""
    with transaction.atomic():
        found = UserSession.objects.filter(user=person, pk=session_id).first()
        if found is None:
            return False
        found.end()
        facts = {"session": session_id}
        ledger.record("session.ended", subject=f"person:{person.pk}", facts=facts, by=person.actor, at=at)
    return True


def forget_expired(*, at: datetime) -> int:
    """Forget the sessions that have ended by themselves, with an entry for each, and return how many."""
    living = Session.objects.values("session_key")
    with transaction.atomic():
        ended = list(UserSession.objects.exclude(session_key__in=living).values_list("pk", "user_id"))
        facts = [(f"person:{person}", {"session": session, "why": "expired"}) for session, person in ended]
        ledger.record_each("session.ended", facts=facts, by=WORKER, at=at)
        UserSession.objects.filter(pk__in=[session for session, _person in ended]).delete()
    return len(ended)


def end_all(*, person: Person, by: str, at: datetime, besides: str = "") -> int:
    """End all sessions of the person but the one with that key, and return how many.

    :param by: the actor, as the ledger names it.
    """
    ended = 0
    with transaction.atomic():
        for session in UserSession.objects.filter(user=person).exclude(session_key=besides):
            facts = {"session": session.pk}
            session.end()
            ledger.record("session.ended", subject=f"person:{person.pk}", facts=facts, by=by, at=at)
            ended += 1
    return ended
