"""Accounts that the entity keeps elsewhere. They open a door to people whom the profile made; they make nobody."""

from django.conf import settings

from organization.enums import IdKind
from organization.identity import get_directory
from organization.models import Person
from organization.ports import Vouched


def person_of(vouched: Vouched) -> Person | None:
    """Return the official whom these words mean, or nothing: none, several, or one who may not sign in any more."""
    officials = Person.objects.filter(is_active=True, username__isnull=False)
    if vouched.id_number:
        found = officials.filter(id_kind=IdKind.DNI, id_number=vouched.id_number)
    elif vouched.username:
        found = officials.filter(username__iexact=vouched.username)
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
    if not settings.IDENTITY_CONFIRMS:
        return False
    names = [person.username or "", person.id_number if person.id_kind == IdKind.DNI else ""]
    return any(person_by_directory(login=name, password=password) == person for name in names if name)
