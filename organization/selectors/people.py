"""Who signs in, and who looks after how they do."""

from datetime import date

from organization.enums import Role
from organization.models import Enrolment, Person
from organization.selectors.roles import roles_of

ADMINISTERING = frozenset({Role.SYSTEMS, Role.SECRETARIAT})
"""Whose posts look after access: two offices, so that one of a single seat is no dead end."""


def person_named(name: str) -> Person | None:
    """Return the active person who signs in with that user name or DNI."""
    try:
        return Person.objects.get_by_natural_key(name)
    except Person.DoesNotExist:
        return None


def may_administer(person: Person, on: date) -> bool:
    """Return whether the person holds a post that day that looks after how others sign in."""
    return bool(roles_of(person, on) & ADMINISTERING)


def open_enrolments() -> list[Enrolment]:
    """Return the links that wait for an approval or for their use, the newest first."""
    waiting = Enrolment.objects.filter(used_at__isnull=True, withdrawn_at__isnull=True)
    return list(waiting.select_related("person", "asked_by", "approved_by"))
