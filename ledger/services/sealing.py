"""The sealer: gives each row its place in the chain."""

from django.db import connection, transaction
from django.utils import timezone

from ledger import selectors
from ledger.models import Seal
from ledger.ports import Head
from ledger.rules.chain import GENESIS, link_hash, moment

SEALER_LOCK = 0x5EA1


def seal_pending(*, limit: int = 1_000, from_start: bool = False) -> int:
    """Seal rows that have no seal yet, at most ``limit``, and return how many.

    Writers do not wait for it. Two sealers cannot interleave: the second does nothing and returns 0.

    :param from_start: look for rows without seal in the whole tables, not only at their ends; once an hour will do.
    """
    if not selectors.unsealed(limit=1, from_start=from_start):
        return 0
    with transaction.atomic():
        if not _is_alone():
            return 0
        rows = selectors.unsealed(limit=limit, from_start=from_start)
        head = selectors.head() or Head(0, GENESIS)
        sealed_at = timezone.now()
        seals = []
        for row in rows:
            sequence = head.sequence + 1
            digest = link_hash(previous_hash=head.hash, row=row, sequence=sequence, sealed_at=moment(sealed_at))
            ids = {"entry_id": row.row_id} if row.is_entry else {"reading_id": row.row_id}
            seals.append(Seal(sequence=sequence, previous_hash=head.hash, hash=digest, sealed_at=sealed_at, **ids))
            head = Head(sequence, digest)
        Seal.objects.bulk_create(seals)
    return len(seals)


def _is_alone() -> bool:
    """Return whether this transaction is the sealer until it ends.

    SQLite's IMMEDIATE transaction already lets nobody else write; PostgreSQL has a lock for it.
    """
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [SEALER_LOCK])
        return bool(cursor.fetchone()[0])
