"""Closing the access of who leaves, or whose account is in danger, at once; and opening it again.

It says nothing of posts: those end by their own acts, and what was signed stays signed.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from ledger import services as ledger
from organization.errors import AccessRefused
from organization.models import Person
from organization.services import sessions
from organization.services.enrolments import withdraw_open
from organization.services.people import check_administers


def close_access(*, person: Person, by: Person, at: datetime) -> None:
    """Let the person neither enter nor go on, with whatever account: sessions and links end with it.

    :raises NotAdministrator: ``by`` does not look after access, or is the person.
    :raises AccessRefused: it is closed already.
    """
    check_administers(by=by, person=person, at=at)
    with transaction.atomic():
        locked = _locked(person, is_active=True, otherwise=_("Ese acceso ya está cerrado."))
        locked.is_active = False
        locked.save(update_fields=["is_active"])
        withdraw_open(locked, by=by, at=at)
        sessions.end_all(person=locked, by=by.actor, at=at)
        ledger.record("access.closed", subject=f"person:{locked.pk}", facts={}, by=by.actor, at=at)


def open_access(*, person: Person, by: Person, at: datetime) -> None:
    """Let the person enter again, with the password and the factors that they had.

    :raises NotAdministrator: ``by`` does not look after access, or is the person.
    :raises AccessRefused: it is open.
    """
    check_administers(by=by, person=person, at=at)
    with transaction.atomic():
        locked = _locked(person, is_active=False, otherwise=_("Ese acceso ya está abierto."))
        locked.is_active = True
        locked.save(update_fields=["is_active"])
        ledger.record("access.opened", subject=f"person:{locked.pk}", facts={}, by=by.actor, at=at)


def _locked(person: Person, *, is_active: bool, otherwise: str) -> Person:
    locked = Person.objects.select_for_update(no_key=True).filter(pk=person.pk, username__isnull=False).first()
    if locked is None or locked.is_active != is_active:
        raise AccessRefused(otherwise)
    return locked
