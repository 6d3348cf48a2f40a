"""The chain: how a row is spelled and hashed.

The hash of a seal is the SHA-256 of the previous hash, a line feed, and the row in JSON with sorted keys, as Python's
``json.dumps(row, sort_keys=True)`` prints it: anybody can compute it again with nothing but a copy of the tables.
"""

import hashlib
from datetime import UTC, datetime
from json.encoder import encode_basestring_ascii as quoted

from ledger.ports import Row

GENESIS = "0" * 64


def moment(at: datetime) -> str:
    """Return the moment as the chain spells it: UTC, always with microseconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


def spelling(*, row: Row, sequence: int, sealed_at: str) -> str:
    """Return the canonical JSON of the row in its place.

    Written by hand rather than with ``json.dumps``: three times as fast, and verification reads every row.
    """
    tail = f'"recorded_at": {quoted(row.recorded_at)}, "sealed_at": {quoted(sealed_at)}, "sequence": {sequence}, '
    if row.is_entry:
        return (
            f'{{"actor": {quoted(row.actor)}, "at": {quoted(row.at)}, "entry": {row.row_id}, "facts": {row.facts}, '
            f'"kind": {quoted(row.kind)}, {tail}"subject": {quoted(row.subject)}}}'
        )
    return f'{{"actor": {quoted(row.actor)}, "reading": {row.row_id}, {tail}"subject": {quoted(row.subject)}}}'


def link_hash(*, previous_hash: str, row: Row, sequence: int, sealed_at: str) -> str:
    """Return the hash that seals the row at this place of the chain."""
    text = f"{previous_hash}\n{spelling(row=row, sequence=sequence, sealed_at=sealed_at)}"
    return hashlib.sha256(text.encode()).hexdigest()
