"""What can be told of a file from its bytes alone: where its revisions end, and which signatures it holds."""

import re
from collections.abc import Iterator
from itertools import islice

END_MARK = b"%%EOF"
LINE_ENDS = (b"\r\n", b"\n", b"\r")
CONTENTS = re.compile(rb"/Contents\s*<([0-9A-Fa-f]{64,})>")
REVISIONS_AT_MOST = 200
SIGNATURES_AT_MOST = 100


def revision_ends(pdf: bytes) -> list[int]:
    """Return where the file could end and be one that we stored: with and without the line end after each mark."""
    ends: set[int] = set()
    mark = pdf.rfind(END_MARK)
    while mark >= 0 and len(ends) < REVISIONS_AT_MOST:
        end = mark + len(END_MARK)
        line_end = next((sign for sign in LINE_ENDS if pdf.startswith(sign, end)), b"")
        ends |= {end, end + len(line_end)}
        mark = pdf.rfind(END_MARK, 0, mark)
    return sorted(ends)


def signatures_in(pdf: bytes) -> Iterator[bytes]:
    """Yield each of the first signatures (DER) that the file holds, without the zeros that fill its hole."""
    for hole in islice(CONTENTS.finditer(pdf), SIGNATURES_AT_MOST):
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
