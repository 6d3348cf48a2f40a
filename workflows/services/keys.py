"""Tracking keys: the secret with which a party follows its file. Only hashes are kept."""

import hashlib
import hmac
import secrets
from datetime import datetime

from django.db import transaction

from docs_store.models import Expediente
from docs_store.services.locking import lock_expediente
from ledger import services as ledger
from organization.models import Person
from workflows.errors import FilingNotFound
from workflows.models import Filing, TrackingKey

KEY_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
KEY_LENGTH = 16


def new_key() -> str:
    """Return a new key: 80 random bits in an alphabet without O, I, 0 and 1."""
    return "".join(secrets.choice(KEY_ALPHABET) for _place in range(KEY_LENGTH))


def hash_key(key: str) -> str:
    """Return the hash under which a key is kept, however the person typed it: spaces, hyphens, lower case."""
    plain = "".join(key.upper().replace("-", " ").split())
    return hashlib.sha256(plain.encode()).hexdigest()


def keep_key(expediente: Expediente, party: Person | None, key: str, at: datetime) -> None:
    TrackingKey.objects.create(expediente=expediente, party=party, key_sha256=hash_key(key), issued_at=at)


def issue_key(*, expediente: Expediente, party: Person | None, by: Person, at: datetime) -> str:
    """Give a party a new key for its expediente; the former one stops opening it."""
    key = new_key()
    with transaction.atomic():
        lock_expediente(expediente.pk)
        TrackingKey.objects.filter(expediente=expediente, party=party, revoked_at__isnull=True).update(revoked_at=at)
        keep_key(expediente, party, key, at)
        ledger.record("key.issued", subject=f"expediente:{expediente.pk}", facts={"replaced": True}, by=by.actor, at=at)
    return key


def track(*, label: str, key: str) -> TrackingKey:
    """Return the key row that opens this expediente.

    Unknown number and wrong key do the same work and raise the same error.

    :raises FilingNotFound: they do not fit together.
    """
    digest = hash_key(key)
    label = label.strip()
    by_file = Expediente.objects.filter(label=label).values_list("pk", flat=True).first()
    by_filing = Filing.objects.filter(label=label).values_list("expediente_id", flat=True).first()
    expediente_id = by_file or by_filing
    row = TrackingKey.objects.select_related("expediente", "party").filter(key_sha256=digest).first()
    is_right = hmac.compare_digest(str(row.expediente_id if row else -1), str(expediente_id or -2))
    if row is None or not is_right or row.revoked_at is not None:
        raise FilingNotFound
    return row
