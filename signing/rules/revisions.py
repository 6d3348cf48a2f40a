"""What can be told of a file from its bytes alone: where its revisions end, and which signatures it holds."""

import re
from collections.abc import Iterator

END_OF_REVISION = re.compile(rb"%%EOF(?:\r\n|\n|\r)?")
CONTENTS = re.compile(rb"/Contents\s*<([0-9A-Fa-f]{64,})>")
REVISIONS_AT_MOST = 200


def revision_ends(pdf: bytes) -> list[int]:
    """Return where the file could end and be one that we stored: with and without the line end after each mark."""
    ends: set[int] = set()
    for mark in list(END_OF_REVISION.finditer(pdf))[-REVISIONS_AT_MOST:]:
        ends |= {mark.start() + len(b"%%EOF"), mark.end()}
    return sorted(ends)


def signatures_in(pdf: bytes) -> Iterator[bytes]:
    """Yield each signature (DER) that the file holds, without the zeros that fill its hole."""
    for hole in CONTENTS.finditer(pdf):
        digits = hole.group(1)
        der = bytes.fromhex(digits[: len(digits) // 2 * 2].decode())
        length = _der_length(der)
        if length:
            yield der[:length]


def _der_length(der: bytes) -> int:
    """Return how long the DER value at the start is, or 0 if there is none."""
    if len(der) < 2 or der[0] != 0x30:
        return 0
    if der[1] < 0x80:
        return 2 + der[1]
    size = der[1] & 0x7F
    if not 1 <= size <= 4:
        return 0
    length = 2 + size + int.from_bytes(der[2 : 2 + size], "big")
    return length if length <= len(der) else 0
