"""The pieces of a backup: sealed parts, rows in COPY's text, streams of any size, the columns of every table."""

import io
import os
from itertools import islice
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from config.upkeep import copytext, streams
from config.upkeep.errors import BackupDamaged, NewerRelease
from config.upkeep.sealed import PLAIN_CHUNK, Derivation, Keys
from config.upkeep.tables import NOT_CARRIED, Column, ColumnKind, Table, _table, last_of_each_app, tables_at

KEYS = Keys("una frase bastante larga", Derivation("00" * 16, n=2**4))
EVERY_KIND = Table("t", tuple(Column(kind.value, kind) for kind in ColumnKind), "integer")
ROW: dict[ColumnKind, Any] = {
    ColumnKind.TEXT: "ñandú\ttab\nlínea\\N \\\\ fin\r",
    ColumnKind.INTEGER: -12,
    ColumnKind.DECIMAL: "12.5",
    ColumnKind.DAY: "2023-05-09",
    ColumnKind.TIME: "08:30:00",
    ColumnKind.UUID: "0123456789abcdef0123456789abcdef",
    ColumnKind.BOOLEAN: 1,
    ColumnKind.MOMENT: "2023-05-09 15:00:00.120000",
    ColumnKind.JSON: '{"a": "line\\nend", "b": [1, null]}',
    ColumnKind.BYTES: b"\x00\\\n\t\xff",
    ColumnKind.FLOAT: 12.625,
}


def sealed(plain: bytes, name: str = "part") -> bytes:
    return b"".join(KEYS.seal([plain], name=name))


def opened(part: bytes, name: str = "part") -> bytes:
    return b"".join(KEYS.unseal(io.BytesIO(part), name=name))


@pytest.mark.parametrize("size", [0, 1, PLAIN_CHUNK - 1, PLAIN_CHUNK, PLAIN_CHUNK + 1, 3 * PLAIN_CHUNK])
def test_a_sealed_part_opens_as_it_was(size: int) -> None:
    plain = os.urandom(size)

    assert opened(sealed(plain)) == plain


def test_a_sealed_part_shows_nothing_and_is_never_the_same() -> None:
    plain = b"secreto" * 1000

    assert b"secreto" not in sealed(plain)
    assert sealed(plain) != sealed(plain)


def test_a_part_that_was_changed_anywhere_does_not_open() -> None:
    part = sealed(b"x" * 400)
    for place in range(len(part)):
        spoilt = bytearray(part)
        spoilt[place] ^= 1
        with pytest.raises(BackupDamaged):
            opened(bytes(spoilt))


def test_a_part_that_was_cut_or_stands_in_for_another_does_not_open() -> None:
    part = sealed(b"x" * (2 * PLAIN_CHUNK + 5))

    for end in (0, 7, PLAIN_CHUNK, PLAIN_CHUNK + 28, len(part) - 1):
        with pytest.raises(BackupDamaged):
            opened(part[:end])
    with pytest.raises(BackupDamaged):
        opened(part, name="another")


def test_rows_come_back_from_copy_s_text_as_they_were() -> None:
    row = tuple(ROW[column.kind] for column in EVERY_KIND.columns)
    empty = (None,) * len(row)

    text = b"".join(copytext.spelled(EVERY_KIND, [row, empty]))

    assert text.count(b"\n") == 2
    assert list(copytext.read(EVERY_KIND, [text[:30], text[30:]], respells_json=False)) == [row, empty]


def test_what_postgresql_spells_otherwise_is_spelled_as_on_sqlite() -> None:
    table = Table("t", (Column("at", ColumnKind.MOMENT), Column("facts", ColumnKind.JSON)))
    line = b'2023-05-09 15:00:00.12+00\t{"b": 1, "a": "\xc3\xb1"}\n'

    assert list(copytext.read(table, [line], respells_json=True)) == [
        ("2023-05-09 15:00:00.120000", '{"a": "\\u00f1", "b": 1}')
    ]


def test_streams_hold_little_whatever_passes() -> None:
    chunks = (bytes([n % 256]) * 100_000 for n in range(100))
    packed = list(streams.compressed(chunks))

    plain = streams.decompressed(packed)

    assert max(map(len, islice(plain, 20))) <= streams.CHUNK
    with pytest.raises(EOFError):
        list(streams.decompressed([b"".join(packed)[:-9]]))


@pytest.mark.django_db
def test_every_column_of_every_table_can_travel() -> None:
    applied = list(MigrationRecorder(connection).applied_migrations())

    tables = tables_at(last_of_each_app(applied))

    existing = set(connection.introspection.table_names()) - NOT_CARRIED - {"django_migrations"}
    assert {table.name for table in tables} == existing
    assert {"mfa_authenticator", "account_emailaddress"} <= existing, "what people sign in by"
    assert not any("session" in name for name in existing)


def test_each_kind_of_field_that_a_table_has_is_spelled() -> None:
    for model in apps.get_models(include_auto_created=True):
        assert _table(model).columns


def test_the_tables_of_a_later_release_are_refused() -> None:
    with pytest.raises(NewerRelease, match=r"workflows\.0999_of_tomorrow"):
        tables_at([("workflows", "0999_of_tomorrow")])
