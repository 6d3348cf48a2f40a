"""Second factors: codes of a phone, keys of a device, and the recovery codes for the day when both are away.

The seeds rest closed with ``SECRET_KEY``. Each change is an entry, which tells the factor and no secret.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.utils import decrypt, encrypt
from allauth.mfa.webauthn.internal import auth as webauthn
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from ledger import services as ledger
from organization.enums import FactorGroup
from organization.errors import FactorRefused, LastFactor
from organization.models import Entity, Person
from organization.rules import sealing
from organization.selectors import may_administer

PERIOD_SECONDS = 30
TOLERANCE = 1
"""Codes before and after the present one that still hold: telephones' clocks err."""
ENOUGH = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
"""Recovery codes alone are no factor: they lie beside others."""


@dataclass(frozen=True)
class Factors:
    """What a person can confirm with."""

    totp: Authenticator | None
    passkeys: tuple[Authenticator, ...]
    codes_left: int

    @property
    def has_any(self) -> bool:
        return self.totp is not None or bool(self.passkeys)


def must_enrol(person: Person, *, at: datetime) -> bool:
    """Return whether the person needs a second factor to enter, and has none."""
    return person.second_factor_since is None and _is_needed_to_enter(person, at)


def must_enrol_to_sign(person: Person) -> bool:
    """Return whether the person needs a second factor to sign, and has none. Only for who has none it may ask."""
    return person.second_factor_since is None and _is_needed(FactorGroup.SIGNERS)


def _is_needed_to_enter(person: Person, at: datetime) -> bool:
    if _is_needed():
        return True
    return _is_needed(FactorGroup.ADMINISTRATORS) and may_administer(person, timezone.localdate(at))


def _is_needed(*groups: FactorGroup) -> bool:
    """Return whether everybody needs one, or these groups: what the settings do not require, a profile still may."""
    if settings.DEMO:
        return False
    if settings.SECOND_FACTOR == "required":
        return True
    asked = Entity.objects.values_list("second_factor", flat=True).first() or ""
    return not {FactorGroup.EVERYBODY, *groups}.isdisjoint(asked.split())


def factors_of(person: Person) -> Factors:
    """Return what the person has set up."""
    rows = list(Authenticator.objects.filter(user=person).order_by("pk"))
    by_type = {row.type: row for row in rows}
    codes = by_type.get(Authenticator.Type.RECOVERY_CODES)
    return Factors(
        totp=by_type.get(Authenticator.Type.TOTP),
        passkeys=tuple(row for row in rows if row.type == Authenticator.Type.WEBAUTHN),
        codes_left=len(RecoveryCodes(codes).get_unused_codes()) if codes else 0,
    )


def new_seed() -> str:
    """Return a seed for a telephone: 32 letters of base 32."""
    return str(generate_totp_secret())


def closed(seed: str) -> str:
    """Return the seed as it may be kept until the telephone has shown a code of it."""
    return str(encrypt(seed))


def opened(kept: str) -> str:
    """Return the seed that ``closed`` closed."""
    return str(decrypt(kept))


def add_totp(*, person: Person, seed: str, code: str, at: datetime) -> None:
    """Let the person confirm with the codes of a telephone, once it has shown one.

    :raises FactorRefused: the code is not what this seed gives now.
    """
    step = _matching_step(seed, code, at, after=-1)
    if step is None:
        raise FactorRefused
    with transaction.atomic():
        locked = _locked(person)
        Authenticator.objects.filter(user=locked, type=Authenticator.Type.TOTP).delete()
        row = TOTP.activate(locked, seed).instance
        row.data["last_step"] = step
        row.save(update_fields=["data"])
        _added(locked, row, at)
    person.second_factor_since = locked.second_factor_since


def add_passkey(*, person: Person, name: str, credential: Mapping[str, Any], at: datetime) -> None:
    """Let the person confirm with a key or fingerprint of a device; the browser has just answered our challenge.

    :raises FactorRefused: the answer is not to our challenge.
    """
    try:
        webauthn.parse_registration_response(credential)
        webauthn.complete_registration(credential)
    except (ValidationError, ValueError, KeyError) as error:
        raise FactorRefused from error
    with transaction.atomic():
        locked = _locked(person)
        row = webauthn.WebAuthn.add(locked, name, credential).instance
        _added(locked, row, at)
    person.second_factor_since = locked.second_factor_since


def remove_factor(*, person: Person, factor_id: int, at: datetime) -> None:
    """Take one of the person's own factors away; recovery codes go with the last one.

    :raises LastFactor: here one must have one.
    """
    with transaction.atomic():
        locked = _locked(person)
        rows = Authenticator.objects.filter(user=locked, type__in=ENOUGH)
        row = rows.filter(pk=factor_id).first()
        if row is None:
            return
        is_last = rows.count() == 1
        if is_last and _is_needed_to_enter(locked, at):
            raise LastFactor
        facts = {"factor": row.pk, "kind": row.type}
        row.delete()
        if is_last:
            forget_all(locked)
        ledger.record("factor.removed", subject=f"person:{locked.pk}", facts=facts, by=locked.actor, at=at)
    person.second_factor_since = locked.second_factor_since


def forget_all(person: Person) -> None:
    """Take all factors of the person away, inside the transaction that records why."""
    Authenticator.objects.filter(user=person).delete()
    person.second_factor_since = None
    person.save(update_fields=["second_factor_since"])


def recovery_codes(person: Person) -> list[str]:
    """Return the codes that are still good, to be shown to the person alone."""
    row = Authenticator.objects.filter(user=person, type=Authenticator.Type.RECOVERY_CODES).first()
    return list(RecoveryCodes(row).get_unused_codes()) if row else []


def renew_recovery_codes(*, person: Person, at: datetime) -> list[str]:
    """Make the former codes useless and return ten new ones.

    :raises FactorRefused: there is no factor that they would stand in for.
    """
    with transaction.atomic():
        locked = _locked(person)
        if locked.second_factor_since is None:
            raise FactorRefused
        Authenticator.objects.filter(user=locked, type=Authenticator.Type.RECOVERY_CODES).delete()
        row = RecoveryCodes.activate(locked).instance
        facts = {"factor": row.pk}
        ledger.record("factor.codes_renewed", subject=f"person:{locked.pk}", facts=facts, by=locked.actor, at=at)
    return recovery_codes(person)


def check_code(*, person: Person, code: str, at: datetime, with_recovery: bool = True) -> Authenticator:
    """Return the factor whose code this is: six digits of the telephone, or a recovery code, which is used up.

    A code of the telephone holds once: who looks over a shoulder gains nothing.

    :raises FactorRefused: it is none, or was used before.
    """
    digits = "".join(filter(str.isalnum, code))
    with transaction.atomic():
        rows = {row.type: row for row in Authenticator.objects.select_for_update().filter(user=person)}
        totp, codes = rows.get(Authenticator.Type.TOTP), rows.get(Authenticator.Type.RECOVERY_CODES)
        codes = codes if with_recovery else None
        used = (_is_totp(totp, digits, at) and totp) or (codes and RecoveryCodes(codes).validate_code(digits) and codes)
        if not used:
            raise FactorRefused
        Authenticator.objects.filter(pk=used.pk).update(last_used_at=at)
    return used


def check_passkey(*, person: Person, answer: Mapping[str, Any], at: datetime) -> Authenticator:
    """Return the key that answered the challenge which the browser was given.

    :raises FactorRefused: none of the person's did.
    """
    try:
        row = webauthn.complete_authentication(person, dict(answer))
    except (ValidationError, ValueError, KeyError, TypeError) as error:
        raise FactorRefused from error
    Authenticator.objects.filter(pk=row.pk).update(last_used_at=at)
    assert isinstance(row, Authenticator)
    return row


def close_anew() -> int:
    """Close all seeds with the present ``SECRET_KEY``, and return how many a former one had closed.

    :raises CannotOpen: neither the present nor a former one opens one of them; nothing was changed.
    """
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    changed = 0
    with transaction.atomic():
        for row in Authenticator.objects.select_for_update().exclude(type=Authenticator.Type.WEBAUTHN):
            name = "secret" if row.type == Authenticator.Type.TOTP else "seed"
            if sealing.is_closed_with(row.data[name], settings.SECRET_KEY):
                continue
            row.data[name] = sealing.closed_anew(row.data[name], keys)
            row.save(update_fields=["data"])
            changed += 1
    return changed


def _locked(person: Person) -> Person:
    return Person.objects.select_for_update(no_key=True).get(pk=person.pk)


def _added(person: Person, row: Authenticator, at: datetime) -> None:
    """Record the new factor, and make the recovery codes that go with the first one."""
    RecoveryCodes.activate(person)
    if person.second_factor_since is None:
        person.second_factor_since = at
        person.save(update_fields=["second_factor_since"])
    facts = {"factor": row.pk, "kind": row.type}
    ledger.record("factor.added", subject=f"person:{person.pk}", facts=facts, by=person.actor, at=at)


def _is_totp(row: Authenticator | None, code: str, at: datetime) -> bool:
    if row is None:
        return False
    step = _matching_step(decrypt(row.data["secret"]), code, at, after=row.data.get("last_step", -1))
    if step is None:
        return False
    row.data["last_step"] = step
    row.save(update_fields=["data"])
    return True


def _matching_step(seed: str, code: str, at: datetime, *, after: int) -> int | None:
    """Return the 30 seconds whose code this is, among those that were not used yet."""
    now = _step_of(at)
    steps = [step for step in range(now - TOLERANCE, now + TOLERANCE + 1) if step > after]
    found = [step for step in steps if hmac.compare_digest(_code(seed, step).encode(), code.encode())]
    return found[0] if found else None


def _step_of(at: datetime) -> int:
    return int(at.timestamp()) // PERIOD_SECONDS


def _code(seed: str, step: int) -> str:
    return str(format_hotp_value(hotp_value(seed, step)))
