"""Every write of the ledger: entries and readings, their seals, the outbox."""

from ledger.services.outbox import deliver_due, mend_moments, release_leases, subscribe
from ledger.services.recording import read, record, record_each
from ledger.services.sealing import seal_pending
from ledger.services.subscriptions import subscribe_together

__all__ = [
    "deliver_due",
    "mend_moments",
    "read",
    "record",
    "record_each",
    "release_leases",
    "seal_pending",
    "subscribe",
    "subscribe_together",
]
