"""Rows as PostgreSQL's COPY spells them: the one spelling in which rows travel, whatever the engines.

PostgreSQL writes and reads it itself; SQLite's rows are translated here. A row is a line, fields are separated by
tabs, ``\\N`` is NULL, and backslash, tab and line ends are escaped (PostgreSQL manual, COPY, text format).
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

from config.upkeep.streams import lines_of
from config.upkeep.tables import ColumnKind, Table

NULL = b"\\N"
UTC = "+00"
MICROSECOND_DIGITS = 6
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
MEANINGS = {b"t": b"\t", b"n": b"\n", b"r": b"\r", b"b": b"\b", b"f": b"\f", b"v": b"\v"}

Spell = Callable[[Any], bytes]
Read = Callable[[bytes], Any]


def _text(value: Any) -> bytes:
    return str(value).translate(ESCAPES).encode()


SPELLED: dict[ColumnKind, Spell] = {
    ColumnKind.TEXT: _text,
    ColumnKind.JSON: _text,
    ColumnKind.INTEGER: lambda value: b"%d" % value,
    ColumnKind.BOOLEAN: lambda value: b"t" if value else b"f",
    ColumnKind.DECIMAL: lambda value: str(value).encode(),
    ColumnKind.DAY: lambda value: str(value).encode(),
    ColumnKind.TIME: lambda value: str(value).encode(),
    ColumnKind.UUID: lambda value: str(UUID(value)).encode(),
    ColumnKind.MOMENT: lambda value: f"{value}{UTC}".encode(),
    ColumnKind.BYTES: lambda value: b"\\\\x" + bytes(value).hex().encode(),
    ColumnKind.FLOAT: lambda value: repr(float(value)).encode(),
}


def spelled(table: Table, rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """Yield SQLite's rows as lines of COPY."""
    spells = [SPELLED[column.kind] for column in table.columns]
    for row in rows:
        fields = (NULL if value is None else spell(value) for spell, value in zip(spells, row, strict=True))
        yield b"\t".join(fields) + b"\n"


def _moment(field: bytes) -> str:
    """Return the moment as Django spells it on SQLite: UTC without saying so, and six digits or none."""
    moment, point, fraction = field.decode().removesuffix(UTC).partition(".")
    return f"{moment}.{fraction:0<{MICROSECOND_DIGITS}}" if point else moment


def _respelled(field: bytes) -> str:
    """Return JSON as the ledger spells it on SQLite: PostgreSQL keeps jsonb in its own order and spelling."""
    return json.dumps(json.loads(field), sort_keys=True)


READ: dict[ColumnKind, Read] = {
    ColumnKind.TEXT: bytes.decode,
    ColumnKind.JSON: bytes.decode,
    ColumnKind.INTEGER: int,
    ColumnKind.BOOLEAN: lambda field: int(field == b"t"),
    ColumnKind.DECIMAL: bytes.decode,  # the column makes a number of it
    ColumnKind.DAY: bytes.decode,
    ColumnKind.TIME: bytes.decode,
    ColumnKind.UUID: lambda field: UUID(field.decode()).hex,
    ColumnKind.MOMENT: _moment,
    ColumnKind.BYTES: lambda field: bytes.fromhex(field[2:].decode()),
    ColumnKind.FLOAT: float,
}


def read(table: Table, chunks: Iterable[bytes], *, respells_json: bool) -> Iterator[tuple[Any, ...]]:
    """Yield lines of COPY as SQLite's rows.

    :param respells_json: the rows come from PostgreSQL.
    """
    readers = {**READ, ColumnKind.JSON: _respelled} if respells_json else READ
    reads = [readers[column.kind] for column in table.columns]
    for line in lines_of(chunks):
        fields = line.split(b"\t")
        yield tuple(
            None if field == NULL else reading(_unescaped(field)) for reading, field in zip(reads, fields, strict=True)
        )


def _unescaped(field: bytes) -> bytes:
    if b"\\" not in field:
        return field
    first, *rest = field.split(b"\\")
    found, is_literal = [first], False
    for part in rest:
        if is_literal:
            found.append(part)
            is_literal = False
        elif part:
            found.append(MEANINGS.get(part[:1], part[:1]) + part[1:])
        else:
            found.append(b"\\")
            is_literal = True
    return b"".join(found)
