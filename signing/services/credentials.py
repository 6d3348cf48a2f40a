"""The keys of people: who has one, whether the PIN opens it, and how often it may be wrong."""

from datetime import datetime, timedelta

from cryptography import x509
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import ngettext

from ledger import services as ledger
from organization.enums import IdKind
from organization.models import Entity, Person
from signing.enums import TrustProblem
from signing.errors import (
    BackdatingRefused,
    CertificateExpired,
    CertificateForeign,
    CertificateNotYetValid,
    CertificateNotYours,
    CertificateRevoked,
    CredentialMissing,
    KeyLocked,
    KeyRefused,
    SigningError,
    WrongPin,
)
from signing.models import Credential
from signing.ports import CertificateFinding, Key, Secret
from signing.rules.passphrase import fingerprint, personal_passphrase
from signing.rules.wording import short_moment
from signing.services.authority import VALID_FROM, VALID_TO, Authority, Subject, demo_authority, trust_list
from signing.services.rotation import relock
from signing.signer import get_signer, get_validator, server_secret

DEMO_PIN = "123456"
MAX_WRONG_PINS = 5
LOCK_DURATION = timedelta(minutes=15)
CLOCK_TOLERANCE = timedelta(minutes=5)
ID_PREFIX = {IdKind.DNI: "IDCPE", IdKind.CE: "IDCPE", IdKind.PASSPORT: "PASPE", IdKind.RUC: "VATPE"}
REFUSALS: dict[str, type[SigningError]] = {
    TrustProblem.EXPIRED: CertificateExpired,
    TrustProblem.NOT_YET_VALID: CertificateNotYetValid,
    TrustProblem.REVOKED: CertificateRevoked,
}


class UnlockedKey:
    """A key whose PIN was right, ready to be used once or several times by the same call."""

    __slots__ = ("credential", "key", "secret")

    def __init__(self, credential: Credential, key: Key, secret: Secret) -> None:
        self.credential = credential
        self.key = key
        self.secret = secret


def ensure_credential(
    person: Person,
    pin: str | Secret = DEMO_PIN,
    *,
    valid_from: datetime = VALID_FROM,
    valid_to: datetime = VALID_TO,
    authority: Authority | None = None,
) -> Credential:
    """Return the person's certificate, issued by the demo's authority if there is none yet.

    :raises DemoOnly: this installation is not a demo.
    """
    secret = as_secret(pin)
    del pin
    known = _newest(person)
    if known is not None:
        return known
    issued = (authority or demo_authority()).issue(
        _subject_of(person),
        personal_passphrase(server_secret(), secret),
        valid_from=valid_from,
        valid_to=valid_to,
    )
    with transaction.atomic():
        Person.objects.select_for_update(no_key=True).get(pk=person.pk)
        return _newest(person) or Credential.objects.create(
            person=person,
            subject=x509.load_der_x509_certificate(issued.certificate).subject.rfc4514_string()[:300],
            certificate=issued.certificate,
            encrypted_key=issued.encrypted_key,
            locked_with=fingerprint(server_secret()),
            valid_from=valid_from,
            valid_to=valid_to,
        )


def check_pin(*, person: Person, pin: str | Secret, at: datetime) -> None:
    """Return if the PIN opens the person's key and the key may sign at that moment; nothing is signed.

    :raises WrongPin: it does not; the sentence says how many tries are left.
    :raises KeyLocked: too many tries; the sentence says until when.
    :raises SigningError: the certificate is expired, not yet valid, revoked, foreign or somebody else's.
    """
    secret = as_secret(pin)
    del pin
    unlock(person=person, pin=secret, at=at)


def unlock(*, person: Person, pin: Secret, at: datetime) -> UnlockedKey:
    """Return the person's key, opened with the PIN. Call it outside any transaction: a wrong try is counted.

    :raises WrongPin: it does not open; the sentence says how many tries are left.
    :raises KeyLocked: too many tries; the sentence says until when.
    :raises BackdatingRefused: outside the demo ``at`` is not now.
    :raises SigningError: the certificate is expired, not yet valid, revoked, foreign or somebody else's.
    """
    check_moment(at)
    credential = credential_of(person)
    _check_not_locked(credential, at)
    key, secret = _key_of(credential), personal_passphrase(server_secret(), pin)
    try:
        get_signer().check(key, secret)
    except KeyRefused:
        if not relock(credential, pin, at=at):
            raise _wrong_pin(credential, at) from None
        key = _key_of(credential)
    if credential.wrong_pins:
        Credential.objects.filter(pk=credential.pk).update(wrong_pins=0)
    _check_certificate(credential, at)
    return UnlockedKey(credential, key, secret)


def _key_of(credential: Credential) -> Key:
    return Key(f"credential:{credential.pk}", bytes(credential.certificate), bytes(credential.encrypted_key))


def credential_of(person: Person) -> Credential:
    """Return the person's newest certificate. In the demo it is made on first use, with the demo's PIN.

    :raises CredentialMissing: the person has none.
    """
    known = _newest(person)
    if known is None and settings.DEMO:
        known = ensure_credential(person)
    if known is None:
        raise CredentialMissing
    return known


def check_moment(at: datetime) -> None:
    """Return if one may sign at that moment: outside the demo, only now.

    :raises BackdatingRefused: nobody can date a real signature back, or forward.
    """
    if not settings.DEMO and abs(timezone.now() - at) > CLOCK_TOLERANCE:
        raise BackdatingRefused


def certificate_finding(credential: Credential, at: datetime) -> CertificateFinding:
    """Return what the person's certificate is worth at that moment."""
    return get_validator().certificate(bytes(credential.certificate), trust_list(), at=at)


def _newest(person: Person) -> Credential | None:
    return Credential.objects.filter(person=person).order_by("-pk").first()


def as_secret(pin: str | Secret) -> Secret:
    """Return the PIN wrapped, so that the caller can forget the plain one."""
    return pin if isinstance(pin, Secret) else Secret(pin)


def _subject_of(person: Person) -> Subject:
    entity = Entity.objects.first()
    return Subject(
        person.full_name,
        serial_number=serial_number_of(person),
        organization=entity.name if entity else "",
        organization_id=entity.ruc if entity else "",
    )


def serial_number_of(person: Person) -> str:
    """Return how a certificate names the person's identity document (ETSI EN 319 412-1, 5.1.3)."""
    return f"{ID_PREFIX.get(IdKind(person.id_kind), 'IDCPE')}-{person.id_number}"


def _check_not_locked(credential: Credential, at: datetime) -> None:
    if credential.locked_until is not None and credential.locked_until > at:
        raise _locked(credential.locked_until)


def _locked(until: datetime) -> KeyLocked:
    return KeyLocked(times=MAX_WRONG_PINS, hour=f"{timezone.localtime(until):%H:%M}")


def _wrong_pin(credential: Credential, at: datetime) -> SigningError:
    """Count the try in a transaction of its own, which stands although the call fails, and return the refusal."""
    with transaction.atomic(durable=True):
        locked = Credential.objects.select_for_update(no_key=True).get(pk=credential.pk)
        locked.wrong_pins += 1
        left = MAX_WRONG_PINS - locked.wrong_pins
        if left <= 0:
            locked.wrong_pins, locked.locked_until = 0, at + LOCK_DURATION
        locked.save(update_fields=["wrong_pins", "locked_until"])
        ledger.record(
            "signing.pin_refused",
            subject=f"credential:{locked.pk}",
            facts={"tries_left": max(left, 0)},
            by=f"person:{locked.person_id}",
            at=at,
        )
    if left <= 0:
        return _locked(at + LOCK_DURATION)
    return WrongPin(
        ngettext(
            "El PIN no es correcto. Le queda %(left)d intento. No se firmó.",
            "El PIN no es correcto. Le quedan %(left)d intentos. No se firmó.",
            left,
        )
        % {"left": left}
    )


def _check_certificate(credential: Credential, at: datetime) -> None:
    person = credential.person
    if person is not None and not _names(credential, person):
        raise CertificateNotYours
    finding = certificate_finding(credential, at)
    if finding.trust_problem:
        year = timezone.localtime(at).year
        raise REFUSALS.get(finding.trust_problem, CertificateForeign)(
            **{
                "to": short_moment(timezone.localtime(finding.valid_to), year=year),
                "from": short_moment(timezone.localtime(finding.valid_from), year=year),
            }
        )


def _names(credential: Credential, person: Person) -> bool:
    subject = x509.load_der_x509_certificate(bytes(credential.certificate)).subject
    numbers = subject.get_attributes_for_oid(x509.NameOID.SERIAL_NUMBER)
    return [name.value for name in numbers] == [serial_number_of(person)]
