"""The people who sign in."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ledger import services as ledger
from organization import selectors
from organization.enums import IdKind
from organization.errors import NotAdministrator, UsernameTaken
from organization.models import Person


class Actor(Protocol):
    """Whoever does something, as the ledger names them: a person, or the console of the server."""

    @property
    def actor(self) -> str: ...


class Console:
    """Whoever sits at the server itself."""

    actor = "system:console"


@dataclass(frozen=True)
class PersonData:
    """Who a person is, as a form or a profile says it."""

    username: str
    given_names: str
    surnames: str
    id_kind: IdKind
    id_number: str
    initials: str
    email: str = ""


def check_administers(*, by: Person, person: Person, at: datetime) -> None:
    """Return if the one looks after access today, and the other is not they.

    :raises NotAdministrator: the sentence says which.
    """
    if by.pk == person.pk:
        raise NotAdministrator(_("Nadie administra su propio acceso: pídalo a otra persona que lo administre."))
    if not selectors.may_administer(by, timezone.localdate(at)):
        raise NotAdministrator


def add_person(*, data: PersonData, by: Person, at: datetime) -> Person:
    """Add an official who may sign in once a password was set, and return the person.

    :raises UsernameTaken: somebody else signs in with that name.
    """
    with transaction.atomic():
        person = Person(**vars(data))
        person.set_unusable_password()
        try:
            with transaction.atomic():
                person.save()
        except IntegrityError as error:
            if not Person.objects.filter(username=data.username).exists():
                raise
            raise UsernameTaken(_("El usuario «%(name)s» ya existe. Elija otro.") % {"name": data.username}) from error
        ledger.record("person.added", subject=f"person:{person.pk}", facts={}, by=by.actor, at=at)
    return person
