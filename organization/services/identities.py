"""Accounts that the entity keeps elsewhere. They open a door to people whom the profile made; they make nobody."""

from collections.abc import MutableMapping
from datetime import datetime
from typing import Any

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db import transaction

from ledger import services as ledger
from organization.enums import IdKind
from organization.errors import NotAdmitted
from organization.identity import get_directory
from organization.models import Person
from organization.ports import Vouched
from organization.rules import sealing
from organization.rules.leaving import Farewell

FAREWELL = "farewell"
"""Where the session keeps what signs its person out at the institution's server, closed with ``SECRET_KEY``."""


def person_of(vouched: Vouched) -> Person | None:
    """Return the official whom these words mean, or nothing: none, several, or one who may not sign in any more."""
    officials = Person.objects.filter(is_active=True, username__isnull=False)
    if vouched.id_number:
        found = officials.filter(id_kind=IdKind.DNI, id_number=vouched.id_number)
    elif vouched.username:
        found = officials.filter(username__iexact=vouched.username)
    elif vouched.email:
        found = officials.filter(email__iexact=vouched.email)
    else:
        return None
    people = list(found[:2])
    return people[0] if len(people) == 1 else None


def person_by_directory(*, login: str, password: str) -> Person | None:
    """Return the official who signs in with the directory's password, or nothing; without a directory nobody does.

    :raises DirectoryUnavailable: nothing can be said.
    """
    directory = get_directory()
    vouched = directory.identify(login=login, password=password) if directory else None
    return person_of(vouched) if vouched else None


def is_confirmed_by_directory(*, person: Person, password: str) -> bool:
    """Return whether the directory's password is this person's: it may stand in before signing where settings say so.

    :raises DirectoryUnavailable: nothing can be said.
    """
    directory = get_directory() if settings.IDENTITY_CONFIRMS and person.is_active else None
    if directory is None:
        return False
    number = person.id_number if person.id_kind == IdKind.DNI else ""
    return directory.confirm(whom=Vouched(username=person.username or "", id_number=number), password=password)


def person_by_provider(*, issuer: str, subject: str, vouched: Vouched, at: datetime) -> Person:
    """Return the official whom a server's subject means. At first that is told by its words; from then on by the
    subject alone, which no server gives to anybody else.

    :raises NotAdmitted: nobody is meant, or one who may not sign in any more, or who is another subject already.
    """
    bound = SocialAccount.objects.filter(provider=issuer, uid=subject).select_related("user").first()
    person = bound.user if bound else person_of(vouched)
    if person is None or not (person.is_active and person.username):
        raise NotAdmitted("inactive" if person else "unknown", person)
    if bound is None:
        _bind(person, issuer, subject, at)
    assert isinstance(person, Person)
    return person


def _bind(person: Person, issuer: str, subject: str, at: datetime) -> None:
    with transaction.atomic():
        locked = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
        if SocialAccount.objects.filter(provider=issuer, user=locked).exists():
            raise NotAdmitted("other", person)
        account = SocialAccount.objects.create(provider=issuer, uid=subject, user=locked)
        facts = {"account": account.pk}
        ledger.record("identity.bound", subject=f"person:{locked.pk}", facts=facts, by=locked.actor, at=at)


def keep_farewell(session: MutableMapping[str, Any], *, person: Person, farewell: Farewell) -> None:
    """Keep in the session how the person, who has just come from the institution's server, signs out over there."""
    token = sealing.close(farewell.id_token, [settings.SECRET_KEY])
    session[FAREWELL] = [person.pk, farewell.endpoint, farewell.client_id, token]


def farewell_of(session: MutableMapping[str, Any], *, person: Person) -> Farewell | None:
    """Return how the person signs out over there, or nothing: they did not enter this session by that server."""
    whose, endpoint, client_id, token = session.get(FAREWELL, [None, "", "", ""])
    if whose != person.pk:
        return None
    try:
        opened = sealing.open_closed(token, [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS])
    except sealing.CannotOpen:
        return Farewell("", client_id, "")
    return Farewell(endpoint, client_id, opened)


def release(*, person: Person, by: str, at: datetime) -> int:
    """Forget which subjects the person is, so that the next one whom the words name is bound; return how many."""
    with transaction.atomic():
        accounts = SocialAccount.objects.filter(user=person)
        released = [account.pk for account in accounts]
        accounts.delete()
        for account in released:
            facts = {"account": account}
            ledger.record("identity.released", subject=f"person:{person.pk}", facts=facts, by=by, at=at)
    return len(released)
