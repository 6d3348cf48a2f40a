"""Opens a file for one more revision without making the library read every earlier one.

The library reads each revision's cross-reference table by itself, with its trailer: a file that bears fifty
signatures would take half as long again to sign. Here the tables are read as what they are, lines of fixed
width, and handed over as one. Only for files of our own making: validation reads every revision as it stands.
"""

import re
from dataclasses import dataclass, field
from io import BytesIO
from itertools import groupby

from pyhanko.pdf_utils.reader import PdfFileReader

FEW_REVISIONS = 3
LAST_START = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*\Z")
SECTION = re.compile(
    rb"xref\s+((?:\d+ \d+\s+(?:\d{10} \d{5} [fn]\s{1,2})+)+)trailer\s*<<(.*?)>>\s*startxref", re.DOTALL
)
PREVIOUS = re.compile(rb"/Prev (\d+)")
TAIL_BYTES = 200


class NotFlat(Exception):
    """The file has something that only the library understands."""


@dataclass
class Tables:
    """Where each object stands now, and the newest trailer."""

    start: int
    trailer: bytes = b""
    offsets: dict[int, int] = field(default_factory=dict)
    revisions: int = 0


def open_flat(pdf: bytes) -> PdfFileReader:
    """Return a reader of the file, ready for an incremental writer."""
    try:
        tables = _read_tables(pdf)
    except NotFlat:
        return PdfFileReader(BytesIO(pdf))
    if tables.revisions <= FEW_REVISIONS:
        return PdfFileReader(BytesIO(pdf))
    reader = PdfFileReader(BytesIO(pdf + _as_one(tables, at=len(pdf))))
    reader.stream, reader.last_startxref = BytesIO(pdf), tables.start
    return reader


def _read_tables(pdf: bytes) -> Tables:
    found = LAST_START.search(pdf, max(len(pdf) - TAIL_BYTES, 0))
    if found is None:
        raise NotFlat
    start = int(found.group(1))
    tables, seen = Tables(start), set[int]()
    while start not in seen:
        seen.add(start)
        section = SECTION.match(pdf, start)
        if section is None or b"/XRefStm" in section.group(2) or b"/Encrypt" in section.group(2):
            raise NotFlat
        _add(tables, section.group(1).split())
        tables.revisions += 1
        tables.trailer = tables.trailer or section.group(2)
        previous = PREVIOUS.search(section.group(2))
        if previous is None:
            return tables
        start = int(previous.group(1))
    raise NotFlat


def _add(tables: Tables, words: list[bytes]) -> None:
    """Add a table's objects; newer tables were added before and win."""
    place = 0
    while place < len(words):
        first, size = int(words[place]), int(words[place + 1])
        place += 2
        for number in range(first, first + size):
            offset, generation, mark = words[place : place + 3]
            place += 3
            if number and (mark != b"n" or generation != b"00000"):
                raise NotFlat
            if number:
                tables.offsets.setdefault(number, int(offset))


def _as_one(tables: Tables, *, at: int) -> bytes:
    """Return one table and trailer that say the same as all of them."""
    lines = [b"xref\n0 1\n0000000000 65535 f \n"]
    numbers = sorted(tables.offsets)
    for _gap, run in groupby(enumerate(numbers), lambda pair: pair[1] - pair[0]):
        together = [number for _index, number in run]
        lines.append(b"%d %d\n" % (together[0], len(together)))
        lines += [b"%010d 00000 n \n" % tables.offsets[number] for number in together]
    trailer = PREVIOUS.sub(b"", tables.trailer)
    lines.append(b"trailer\n<<%s>>\nstartxref\n%d\n%%%%EOF\n" % (trailer, at))
    return b"".join(lines)
