"""One-time links with which people set up how they sign in: the first time, and after a loss.

The first is given by one who looks after access. After a loss two such people approve, neither of them the person, who
stands before them. Only a digest of the link is kept.
"""

import re
import secrets
from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from ledger import services as ledger
from organization.enums import EnrolmentKind
from organization.errors import EnrolmentRefused, NotAdministrator, PasswordRefused
from organization.models import Enrolment, Person
from organization.rules.sealing import token_digest
from organization.services import factors, sessions
from organization.services.people import Console, check_administers

FIRST_LASTS = timedelta(days=3)
APPROVAL_WAITS = timedelta(hours=8)
LOST_LASTS = timedelta(hours=1)
"""In person: who got the link stands there with it."""


def invite(*, person: Person, by: Person | None, at: datetime) -> str:
    """Return the token of a link with which the person signs in for the first time; a former unused one dies.

    :param by: who looks after access; none: the console of the server.
    :raises EnrolmentRefused: the person can sign in already, or has no user name.
    :raises NotAdministrator: ``by`` does not look after access, or is the person.
    """
    _check_by(by, person, at)
    with transaction.atomic():
        locked = _locked(person)
        if (locked.password and locked.has_usable_password()) or locked.second_factor_since is not None:
            raise EnrolmentRefused(_("Esa persona ya entra. Si perdió su acceso, pida su recuperación."))
        withdraw_open(locked, by=by, at=at)
        enrolment = Enrolment(person=locked, kind=EnrolmentKind.FIRST, asked_by=by, asked_at=at)
        return _issue(enrolment, FIRST_LASTS, "enrolment.issued", by=by, at=at)


def ask_recovery(*, person: Person, by: Person, at: datetime) -> Enrolment:
    """Ask that the person, who is there, set up anew how they sign in; somebody else approves it.

    :raises NotAdministrator: ``by`` does not look after access, or is the person.
    :raises EnrolmentRefused: the person has no user name.
    """
    _check_by(by, person, at)
    with transaction.atomic():
        locked = _locked(person)
        withdraw_open(locked, by=by, at=at)
        enrolment = Enrolment.objects.create(
            person=locked, kind=EnrolmentKind.LOST, asked_by=by, asked_at=at, expires_at=at + APPROVAL_WAITS
        )
        _record("enrolment.asked", enrolment, by=by, at=at)
    return enrolment


def approve_recovery(*, enrolment_id: int, by: Person, at: datetime) -> str:
    """Approve what somebody else asked for, and return the token of the link, to be given in person.

    :raises NotAdministrator: ``by`` does not look after access, is the person, or asked for it.
    :raises EnrolmentRefused: it was approved, withdrawn or is too old.
    """
    with transaction.atomic():
        enrolment = Enrolment.objects.select_for_update(of=("self",)).select_related("person").get(pk=enrolment_id)
        _check_by(by, enrolment.person, at)
        if enrolment.asked_by_id == by.pk:
            raise NotAdministrator(_("Lo pidió usted: debe aprobarlo otra persona que administre el acceso."))
        if enrolment.kind != EnrolmentKind.LOST or enrolment.token_sha256 or not _is_open(enrolment, at):
            raise EnrolmentRefused(_("Ese pedido ya no espera aprobación. Pida la recuperación otra vez."))
        enrolment.approved_by, enrolment.approved_at = by, at
        return _issue(enrolment, LOST_LASTS, "enrolment.approved", by=by, at=at)


def recover_from_console(*, person: Person, at: datetime) -> str:
    """Return the token of a link for who cannot enter, given at the console of the server, which can do anything."""
    with transaction.atomic():
        locked = _locked(person)
        withdraw_open(locked, by=None, at=at)
        enrolment = Enrolment(person=locked, kind=EnrolmentKind.LOST, asked_at=at)
        return _issue(enrolment, LOST_LASTS, "enrolment.issued", by=None, at=at)


def withdraw_enrolment(*, enrolment_id: int, by: Person, at: datetime) -> None:
    """Make a link useless, or let a request rest.

    :raises NotAdministrator: ``by`` does not look after access.
    :raises EnrolmentRefused: it was used or withdrawn.
    """
    with transaction.atomic():
        enrolment = Enrolment.objects.select_for_update(of=("self",)).select_related("person").get(pk=enrolment_id)
        _check_by(by, enrolment.person, at)
        if not _is_unused(enrolment):
            raise EnrolmentRefused(_("Ese enlace ya se usó o se retiró."))
        _withdraw(enrolment, by=by, at=at)


def link_path(token: str) -> str:
    """Return where the link leads on this site. Browsers tell no server what stands behind the ``#``."""
    return f"{reverse('desk:enrolment')}#{token}"


def pasted_token(text: str) -> str:
    """Return the token of what somebody pasted: the token alone, or the whole link."""
    return re.split(r"[#/\s]", text.strip().rstrip("/"))[-1]


def enrolment_of(token: str, *, at: datetime) -> Enrolment | None:
    """Return whose link this is, while it holds."""
    found = Enrolment.objects.filter(token_sha256=token_digest(token)).values_list("pk", flat=True).first()
    return open_enrolment(found, at=at) if token and found else None


def open_enrolment(enrolment_id: int, *, at: datetime) -> Enrolment | None:
    """Return the enrolment whose link was given, while it holds."""
    given = Enrolment.objects.exclude(token_sha256="").select_related("person")
    found = given.filter(pk=enrolment_id, person__is_active=True).first()
    return found if found is not None and _is_open(found, at) else None


def use_enrolment(*, enrolment_id: int, password: str, at: datetime) -> Person:
    """Set the person's password by their link, which is used up. After a loss all factors and sessions end with it.

    :param enrolment_id: of whose token was brought: the caller has asked ``enrolment_of``.
    :raises EnrolmentRefused: the link holds no longer.
    :raises PasswordRefused: the sentences say what the password lacks; the link still holds.
    """
    with transaction.atomic():
        list(Enrolment.objects.select_for_update().filter(pk=enrolment_id))
        enrolment = open_enrolment(enrolment_id, at=at)
        if enrolment is None:
            raise EnrolmentRefused(_("Este enlace ya se usó o venció. Pida otro a Informática o a Secretaría General."))
        person = _locked(enrolment.person)
        check_password_strength(password, person)
        person.set_password(password)
        person.save(update_fields=["password"])
        if enrolment.kind == EnrolmentKind.LOST:
            factors.forget_all(person)
            sessions.end_all(person=person, by=person.actor, at=at)
        enrolment.used_at = at
        enrolment.save(update_fields=["used_at"])
        _record("enrolment.used", enrolment, by=person, at=at)
    return person


def change_password(*, person: Person, password: str, keep_session: str, at: datetime) -> None:
    """Give the person another password, and end their other sessions.

    :raises PasswordRefused: the sentences say what it lacks.
    """
    check_password_strength(password, person)
    with transaction.atomic():
        person.set_password(password)
        person.save(update_fields=["password"])
        ledger.record("password.changed", subject=f"person:{person.pk}", facts={}, by=person.actor, at=at)
        sessions.end_all(person=person, by=person.actor, at=at, besides=keep_session)


def check_password_strength(password: str, person: Person) -> None:
    """Return if the password is strong enough for this person.

    :raises PasswordRefused: the sentence says what it lacks first.
    """
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise PasswordRefused(error.messages[0]) from error


def _check_by(by: Person | None, person: Person, at: datetime) -> None:
    if not person.username or not person.is_active:
        raise EnrolmentRefused(_("Esa persona no tiene usuario. Asígnele uno en los datos de la entidad."))
    if by is not None:
        check_administers(by=by, person=person, at=at)


def _locked(person: Person) -> Person:
    return Person.objects.select_for_update(no_key=True).get(pk=person.pk)


def _issue(enrolment: Enrolment, lasts: timedelta, kind: str, *, by: Person | None, at: datetime) -> str:
    token = secrets.token_urlsafe(32)
    enrolment.token_sha256, enrolment.expires_at = token_digest(token), at + lasts
    enrolment.save()
    _record(kind, enrolment, by=by, at=at)
    return token


def withdraw_open(person: Person, *, by: Person | None, at: datetime) -> None:
    """Make every link of the person useless, inside the transaction that says why."""
    for enrolment in Enrolment.objects.filter(person=person, used_at__isnull=True, withdrawn_at__isnull=True):
        _withdraw(enrolment, by=by, at=at)


def _withdraw(enrolment: Enrolment, *, by: Person | None, at: datetime) -> None:
    enrolment.withdrawn_at = at
    enrolment.save(update_fields=["withdrawn_at"])
    _record("enrolment.withdrawn", enrolment, by=by, at=at)


def _is_unused(enrolment: Enrolment) -> bool:
    return enrolment.used_at is None and enrolment.withdrawn_at is None


def _is_open(enrolment: Enrolment, at: datetime) -> bool:
    return _is_unused(enrolment) and enrolment.asked_at <= at < enrolment.expires_at


def _record(kind: str, enrolment: Enrolment, *, by: Person | None, at: datetime) -> None:
    facts = {"enrolment": enrolment.pk, "kind": enrolment.kind}
    actor = (by or Console()).actor
    ledger.record(kind, subject=f"person:{enrolment.person_id}", facts=facts, by=actor, at=at)
