"""The chain's heads in the archive, and ``verify_ledger`` over a real database."""

import io
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from config import backends
from docs_store.archive import get_archive
from docs_store.errors import ArchiveUnavailable
from docs_store.rules.digests import object_key
from docs_store.services import heads
from ledger import selectors
from ledger import services as ledger
from ledger.enums import Tampering
from ledger.models import Entry, Seal
from ledger.ports import Finding, Head

AT = datetime(2023, 5, 9, 15, tzinfo=UTC)
CUT = (
    "Final cortado: la cadena termina en la secuencia {} y llegó a la {}."
    if connection.vendor == "sqlite"
    else "Copia anterior: la cadena termina en la secuencia {} y el archivo guarda la cabeza {};"
)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.DATA_DIR = tmp_path
    settings.ARCHIVE = backends.adapter("ARCHIVE_URL", f"file://{tmp_path}/archive")
    return tmp_path


@pytest.fixture
def unguarded(db: None) -> Iterator[None]:
    """The rights of somebody who may write the database as he likes."""
    from importlib import import_module

    append_only = import_module("ledger.migrations.0002_append_only")
    for statement in append_only.unlocks(connection.vendor):
        run(statement)
    yield


def run(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def record(count: int = 1) -> None:
    for _ in range(count):
        ledger.record("thing.done", subject="thing:1", facts={}, by="person:1", at=AT)
    ledger.seal_pending()


def verified(*arguments: str) -> tuple[int, str]:
    out = io.StringIO()
    try:
        call_command("verify_ledger", *arguments, stdout=out, stderr=out)
    except SystemExit as end:
        return int(str(end.code)), out.getvalue()
    return 0, out.getvalue()


def test_a_head_is_kept_once_and_read_back() -> None:
    assert heads.keep_head(at=AT) is None
    record(2)

    assert heads.keep_head(at=AT) == selectors.head()
    assert heads.keep_head(at=AT) is None
    record()
    assert heads.keep_head(at=AT) == selectors.head()

    assert heads.kept_heads() == ([Head(seal.sequence, seal.hash) for seal in Seal.objects.exclude(sequence=1)], [])


def test_a_head_that_is_gone_from_the_archive_is_named(folder: Path) -> None:
    record()
    heads.keep_head(at=AT)
    record()
    heads.keep_head(at=AT)
    (folder / "archive" / object_key(heads.kept_objects()[0])).unlink()

    kept, findings = heads.kept_heads()

    assert [head.sequence for head in kept] == [2]
    assert findings == [Finding(Tampering.HEAD_LOST, 1)]
    assert verified()[0] == 1


def test_a_head_that_was_left_out_of_the_list_is_noticed(folder: Path) -> None:
    for _ in range(3):
        record()
        heads.keep_head(at=AT)
    [_first, second, _third] = sorted((folder / "archive" / "heads").iterdir())
    second.unlink()

    assert heads.kept_heads()[1] == [Finding(Tampering.HEAD_LOST, 3)]


def old_list(folder: Path) -> Path:
    """Put the list where release 0.1.0 kept it."""
    lines = [f"{AT.isoformat()} {head.sequence} {head.hash} " for head in heads.kept_heads()[0]]
    objects = heads.kept_objects()
    shutil.rmtree(folder / "archive" / "heads")
    path = folder / "heads.txt"
    path.write_text("".join(f"{line}{digest}\n" for line, digest in zip(lines, objects, strict=True)))
    return path


def test_the_list_of_the_first_release_counts_and_is_taken_over(folder: Path) -> None:
    for _ in range(2):
        record()
        heads.keep_head(at=AT)
    path = old_list(folder)
    assert [head.sequence for head in heads.kept_heads()[0]] == [1, 2]

    record()
    heads.keep_head(at=AT)
    path.unlink()

    kept, findings = heads.kept_heads()
    assert [head.sequence for head in kept] == [1, 2, 3]
    assert findings == []


def test_a_line_that_a_power_cut_left_half_written_does_no_harm(folder: Path) -> None:
    record()
    heads.keep_head(at=AT)
    with old_list(folder).open("a") as lines:
        lines.write("2023-05-09T15:00:00+00:00 2 abc")
    record()

    assert heads.keep_head(at=AT) == selectors.head()

    kept, findings = heads.kept_heads()
    assert [head.sequence for head in kept] == [1, 2]
    assert findings == []


def test_an_old_list_that_cannot_be_read_keeps_nothing(folder: Path) -> None:
    record()
    (folder / "heads.txt").mkdir()

    with pytest.raises(ArchiveUnavailable):
        heads.keep_head(at=AT)


def test_an_unwritable_list_keeps_nothing(folder: Path) -> None:
    record()
    (folder / "archive").mkdir()
    (folder / "archive" / "heads").write_text("a file stands where the folder should be")

    with pytest.raises(ArchiveUnavailable):
        heads.keep_head(at=AT)


def test_another_machine_sees_the_same_heads_and_goes_on_with_them(settings: Any, tmp_path: Path) -> None:
    record()
    heads.keep_head(at=AT)
    settings.DATA_DIR = tmp_path / "another machine"
    record()
    heads.keep_head(at=AT)

    settings.DATA_DIR = tmp_path

    kept, findings = heads.kept_heads()
    assert [head.sequence for head in kept] == [1, 2]
    assert findings == []


def test_two_machines_that_keep_a_head_at_once_lose_none(folder: Path) -> None:
    record()
    heads.keep_head(at=AT)
    record()
    heads.keep_head(at=AT)
    [first, second] = heads.kept_objects()
    rival = get_archive().put(
        io.BytesIO((folder / "archive" / object_key(second)).read_bytes().replace(b"15:", b"16:"))
    )

    get_archive().list_head(f"{2:08d}-2-{rival}")

    kept, findings = heads.kept_heads()
    assert [head.sequence for head in kept] == [1, 2, 2]
    assert findings == []
    assert heads.kept_objects()[0] == first


def test_the_head_is_an_object_of_the_archive(folder: Path) -> None:
    record()
    heads.keep_head(at=AT)

    assert get_archive().has(heads.kept_objects()[0])


def test_a_whole_ledger_is_clean() -> None:
    record(3)
    ledger.read("thing:1", by="person:2")
    ledger.seal_pending()
    heads.keep_head(at=AT)
    ledger.record("thing.done", subject="thing:1", facts={}, by="person:1", at=AT)

    assert verified() == (
        0,
        "Sellados: 4; por sellar: 1; cabezas guardadas que coinciden: 1.\nEl libro está íntegro.\n",
    )


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("UPDATE ledger_entry SET actor = 'person:9' WHERE id = {third}", "Alterado: secuencia 3, asiento {third}"),
        ("DELETE FROM ledger_entry WHERE id = {third}", "Borrado: secuencia 3, asiento {third}"),
        ("DELETE FROM ledger_seal WHERE sequence = 3", "Borrado: faltan las secuencias 3 a 3"),
        (
            "DELETE FROM ledger_seal WHERE sequence = 5",
            "Final cortado: la cadena termina en la secuencia 4 y llegó a la 5",
        ),
        (
            "UPDATE ledger_seal SET entry_id = CASE entry_id WHEN {third} THEN {second} + 100 ELSE {third} + 100 END "
            "WHERE sequence IN (2, 3)",
            "Intercambiado: secuencia 2",
        ),
    ],
)
def test_tampering_is_found_and_placed(unguarded: None, statement: str, sentence: str) -> None:
    record(5)
    heads.keep_head(at=AT)
    ids = list(Entry.objects.values_list("pk", flat=True))
    places = {"second": ids[1], "third": ids[2]}
    if connection.vendor == "sqlite":
        run("PRAGMA defer_foreign_keys = ON")
    run(statement.format(**places))
    run("UPDATE ledger_seal SET entry_id = entry_id - 100 WHERE entry_id > 100 + %s", ids[0] - 1)

    code, text = verified()

    assert code == 1
    assert sentence.format(**places) in text
    run("DELETE FROM ledger_seal")


def test_an_insertion_is_found_and_placed(unguarded: None) -> None:
    record(3)
    run("UPDATE ledger_seal SET sequence = sequence + 100 WHERE sequence >= 2")
    run("UPDATE ledger_seal SET sequence = sequence - 99 WHERE sequence > 100")
    entry = Entry.objects.create(at=AT, recorded_at=AT, actor="x", kind="x", subject="x")
    first = Seal.objects.get(sequence=1)
    Seal.objects.create(sequence=2, entry=entry, previous_hash=first.hash, hash="f" * 64, sealed_at=AT)

    code, text = verified()

    assert code == 1
    assert f"Intercalado: secuencia 2, asiento {entry.pk}." in text


def test_a_cut_tail_is_found_and_placed(unguarded: None) -> None:
    record(5)
    heads.keep_head(at=AT)
    last = Entry.objects.order_by("-pk")[1].pk
    run("DELETE FROM ledger_seal WHERE sequence > 3")
    run("DELETE FROM ledger_entry WHERE id >= %s", last)

    code, text = verified()

    assert code == 1
    assert CUT.format(3, 5) in text


@pytest.mark.embedded  # PostgreSQL spends ids on what was rolled back
def test_a_tail_cut_that_no_head_covers_is_found(unguarded: None) -> None:
    record(2)
    run("DELETE FROM ledger_seal WHERE sequence > 1")
    run("DELETE FROM ledger_entry WHERE id = (SELECT max(id) FROM ledger_entry)")

    code, text = verified()

    assert code == 1
    assert "Final cortado: faltan asientos después de la secuencia 1." in text


def test_an_older_backup_is_found_and_placed() -> None:
    from django.db import transaction

    record(2)
    with transaction.atomic():
        record(3)
        heads.keep_head(at=AT)
        transaction.set_rollback(True)

    code, text = verified()

    assert code == 1
    assert "Copia anterior: la cadena termina en la secuencia 2 y el archivo guarda la cabeza 5;" in text

    record(4)
    assert "Cadena repuesta: entre las secuencias 1 y 5 no es la que guarda el archivo;" in verified()[1]


def test_a_head_noted_elsewhere_can_be_given() -> None:
    record(2)
    head = selectors.head()
    assert head is not None

    assert verified("--head", f"{head.sequence}:{head.hash}")[0] == 0
    assert verified("--head", f"{head.sequence}:{'0' * 64}")[0] == 1


def test_an_archive_that_does_not_answer_is_told(folder: Path) -> None:
    record()
    heads.keep_head(at=AT)
    for path in (folder / "archive").iterdir():
        path.rename(folder / f"gone-{path.name}")
    (folder / "archive").rmdir()
    (folder / "archive").write_text("")

    code, text = verified()

    assert code == 1
    assert "archivo" in text
