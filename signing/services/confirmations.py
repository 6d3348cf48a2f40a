"""Step-up: who signs confirms once more that it is they, for these documents and some minutes.

A proof is what a second factor leaves that was given for it: it names the person, the documents and until when, and is
signed with ``SECRET_KEY``. Nothing else makes one, and nobody's key is used without.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from allauth.mfa.models import Authenticator
from django.core import signing as sealed
from django.db import transaction

from ledger import services as ledger
from organization.models import Person
from organization.services import factors
from organization.services.identities import is_confirmed_by_directory
from signing.errors import ConfirmationMissing, FactorMissing

HOLDS = timedelta(minutes=5)
SALT = "chasqui: step-up"
DIRECTORY = "directory"


def needs_confirmation(person: Person) -> bool:
    """Return whether the person confirms before each signature: whoever has a second factor."""
    return person.second_factor_since is not None


def prove(*, person: Person, factor: Authenticator, documents: Iterable[int], at: datetime) -> str:
    """Return the proof that the person has just confirmed with this factor, for these documents.

    :param factor: as ``factors.check_code`` or ``factors.check_passkey`` returned it at this moment.
    :raises ConfirmationMissing: it is somebody else's, a recovery code, or was not used now.
    """
    used = Authenticator.objects.filter(pk=factor.pk, user=person, type__in=factors.ENOUGH, last_used_at=at)
    if not used.exists():
        raise ConfirmationMissing
    return _proof(person, sorted(set(documents)), factor.type, at)


def prove_by_directory(*, person: Person, password: str, documents: Iterable[int], at: datetime) -> str:
    """Return the proof by the directory's password, where the settings let it stand in.

    :raises ConfirmationMissing: it is not this person's, or may not stand in.
    :raises DirectoryUnavailable: nothing can be said.
    """
    if not is_confirmed_by_directory(person=person, password=password):
        raise ConfirmationMissing
    return _proof(person, sorted(set(documents)), DIRECTORY, at)


def check_confirmed(*, person: Person, document_id: int, proof: str, at: datetime) -> None:
    """Return if the person may sign this document now as far as step-up goes.

    No statement is sent for who has a second factor.

    :raises FactorMissing: here one needs a second factor to sign, and the person has none.
    :raises ConfirmationMissing: there is no proof, or it was for others, for other documents, or some time ago.
    """
    if factors.must_enrol_to_sign(person) and not proof:
        raise FactorMissing
    if needs_confirmation(person) and not is_proof(proof, person=person, documents=[document_id], at=at):
        raise ConfirmationMissing


def is_proof(proof: str, *, person: Person, documents: Iterable[int], at: datetime) -> bool:
    """Return whether the proof is the person's and covers all these documents at that moment."""
    try:
        who, covered, until = sealed.loads(proof, salt=SALT)
    except (sealed.BadSignature, ValueError, TypeError):
        return False
    begins = datetime.fromtimestamp(until, UTC) - HOLDS
    return who == person.pk and set(documents) <= set(covered) and begins <= at <= begins + HOLDS


def _proof(person: Person, documents: list[int], kind: str, at: datetime) -> str:
    with transaction.atomic():
        facts = {"documents": documents, "factor": kind}
        ledger.record("signing.confirmed", subject=f"person:{person.pk}", facts=facts, by=person.actor, at=at)
    return sealed.dumps([person.pk, documents, (at + HOLDS).timestamp()], salt=SALT)
