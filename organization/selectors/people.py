"""Who signs in, and who looks after how they do."""

from datetime import date

from django.db.models import Prefetch

from organization.enums import Role
from organization.models import Appointment, Enrolment, Person
from organization.selectors.roles import roles_of
from organization.selectors.rows import COUNTS, in_force

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


def closed_people(on: date) -> list[tuple[Person, list[str]]]:
    """Return the officials whose access is closed, each with the posts that they hold that day all the same."""
    held = Appointment.objects.filter(in_force(on), COUNTS).select_related("post").order_by("post__title")
    people = Person.objects.filter(username__isnull=False, is_active=False)
    found = people.prefetch_related(Prefetch("appointments", queryset=held))
    return [(person, [row.post.title for row in person.appointments.all()]) for person in found]


def open_enrolments() -> list[Enrolment]:
    """Return the links that wait for an approval or for their use, the newest first."""
    waiting = Enrolment.objects.filter(used_at__isnull=True, withdrawn_at__isnull=True)
    return list(waiting.select_related("person", "asked_by", "approved_by"))
