"""Changing ``SECRET_KEY``, which locks the keys that this server holds.

The server's own are locked anew at once. A person's needs the PIN as well, which nobody here knows: it is locked anew
the next time the person signs. Until then the former ``SECRET_KEY`` must stay among ``SECRET_KEY_FALLBACKS``.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from asn1crypto import pem
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_der_private_key,
)
from django.db import transaction

from ledger import services as ledger
from signing.errors import KeyRefused
from signing.models import Credential
from signing.ports import Secret
from signing.rules.passphrase import fingerprint, personal_passphrase
from signing.signer import former_secrets, keys_folder, server_secret

ROTATOR = "system:rotation"
SERVER_KEYS = ("root.key", "tsa.key", "seal.pem")
KEY_KIND = "ENCRYPTED PRIVATE KEY"


@dataclass(frozen=True)
class Rotated:
    """What was locked anew: names of the server's keys, and how many people's keys still wait for their PIN."""

    changed: tuple[str, ...]
    waiting: int


def rotate(*, at: datetime) -> Rotated:
    """Lock the server's own keys with the present ``SECRET_KEY``. May be repeated: what is locked with it stays.

    :raises KeyRefused: neither the present nor a former ``SECRET_KEY`` opens one of them; that one is as it was.
    """
    changed = tuple(name for name in SERVER_KEYS if _relock_file(keys_folder() / name))
    waiting = Credential.objects.exclude(locked_with=fingerprint(server_secret())).count()
    if changed:
        with transaction.atomic():
            facts = {"keys": list(changed), "waiting": waiting}
            ledger.record("signing.keys_rotated", subject="installation:keys", facts=facts, by=ROTATOR, at=at)
    return Rotated(changed, waiting)


def relock(credential: Credential, pin: Secret, *, at: datetime) -> bool:
    """Lock the person's key with the present ``SECRET_KEY`` if a former one and the PIN open it, and return whether."""
    olds = [personal_passphrase(former, pin) for former in former_secrets()]
    locked = _relocked(bytes(credential.encrypted_key), olds, personal_passphrase(server_secret(), pin))
    if locked is None:
        return False
    credential.encrypted_key, credential.locked_with = locked, fingerprint(server_secret())
    with transaction.atomic():
        credential.save(update_fields=["encrypted_key", "locked_with"])
        subject, by = f"credential:{credential.pk}", f"person:{credential.person_id}"
        ledger.record("signing.key_relocked", subject=subject, facts={}, by=by, at=at)
    return True


def _relock_file(path: Path) -> bool:
    """Lock the key in the file anew, in one step that a crash leaves undone or done, and return whether it had to."""
    if not path.exists():
        return False
    parts = list(pem.unarmor(path.read_bytes(), multiple=True))
    here = next(place for place, (kind, _headers, _der) in enumerate(parts) if kind == KEY_KIND)
    if _opens(parts[here][2], server_secret()):
        return False
    locked = _relocked(parts[here][2], former_secrets(), server_secret())
    if locked is None:
        raise KeyRefused(path.name)
    parts[here] = (KEY_KIND, {}, locked)
    staged = path.with_suffix(f".{os.getpid()}")
    staged.touch(mode=0o600)
    with staged.open("wb") as file:
        file.write(b"".join(pem.armor(kind, der, headers) for kind, headers, der in parts))
        os.fsync(file.fileno())
    staged.replace(path)
    return True


def _relocked(locked: bytes, olds: Sequence[Secret], new: Secret) -> bytes | None:
    """Return the key under the new passphrase, or nothing if none of the old ones opens it."""
    for old in olds:
        if _opens(locked, old):
            return load_der_private_key(locked, old.reveal()).private_bytes(
                Encoding.DER, PrivateFormat.PKCS8, BestAvailableEncryption(new.reveal())
            )
    return None


def _opens(locked: bytes, secret: Secret) -> bool:
    try:
        load_der_private_key(locked, secret.reveal())
    except (ValueError, TypeError):
        return False
    return True
