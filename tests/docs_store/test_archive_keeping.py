"""The night's check of the archive and the sweep of what belongs to nothing, on whatever the installation uses."""

import hashlib
import io
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from config import backends
from docs_store import services as docs
from docs_store.adapters.filesystem import FilesystemArchive
from docs_store.archive import get_archive
from docs_store.enums import ObjectFault, Stage
from docs_store.errors import ArchiveUnavailable
from docs_store.models import Version
from docs_store.services import heads, keeping
from docs_store.services.versions import NewContent, append_version
from ledger import services as ledger
from ledger.models import Entry
from tests.docs_store.conftest import Office
from tests.factories import make_draft, make_pdf

NOW = datetime.now(UTC)
LATER = NOW + timedelta(days=2)
ORPHAN = b"bytes whose transaction was rolled back"
ORPHAN_DIGEST = hashlib.sha256(ORPHAN).hexdigest()


@pytest.fixture(autouse=True)
def _own_place(settings: Any, tmp_path: Path, fresh_archive: str) -> None:
    settings.DATA_DIR = tmp_path


@pytest.fixture
def files(settings: Any, tmp_path: Path) -> FilesystemArchive:
    """An archive of files for this installation, whatever it uses otherwise."""
    url = f"file://{tmp_path}/files"
    settings.ARCHIVE = {"class": "docs_store.adapters.filesystem.FilesystemArchive", "url": url}
    return FilesystemArchive(url)


def attach(office: Office, content: bytes) -> Version:
    return docs.attach_file(
        document=office.document(), name="informe.pdf", content=io.BytesIO(content), by=office.chief, at=NOW
    )


def lose(office: Office, content: bytes = b"never stored") -> Version:
    """Write a row whose bytes are nowhere."""
    stored = NewContent(Stage.FILE, hashlib.sha256(content).hexdigest(), len(content), "text/plain", "a.txt")
    return append_version(office.document(), stored, kind="document.file_attached", by=office.chief, at=NOW)


def path_of(version: Version, tmp_path: Path) -> Path:
    return tmp_path / "files" / version.sha256[:2] / version.sha256[2:4] / version.sha256


def entries(kind: str) -> list[dict[str, Any]]:
    return [entry.facts for entry in Entry.objects.filter(kind=kind).order_by("id")]


# The check


def test_a_whole_archive_has_no_fault_and_the_check_is_recorded(office: Office) -> None:
    attach(office, make_pdf())
    docs.save_draft(document=office.document(), content=make_draft(), by=None, at=NOW)

    seen = keeping.check_archive(at=NOW)

    assert (seen.objects, seen.read, seen.faults, seen.orphans) == (2, 2, [], 0)
    assert [facts["fault_count"] for facts in entries(keeping.CHECKED)] == [0]


def test_an_empty_archive_is_whole(office: Office) -> None:
    assert keeping.check_archive(at=NOW).fault_count == 0


def test_a_row_without_its_object_is_an_alarm_in_the_ledger(office: Office) -> None:
    attach(office, make_pdf())
    lost = lose(office)

    seen = keeping.check_archive(at=NOW)

    assert seen.faults == [keeping.Fault(ObjectFault.MISSING, lost.sha256, lost.pk)]
    assert entries(keeping.FAULT) == [{"fault": "missing", "sha256": lost.sha256, "version": lost.pk}]


def test_a_file_whose_bytes_changed_is_found(office: Office, files: FilesystemArchive, tmp_path: Path) -> None:
    version = attach(office, make_pdf())
    path = path_of(version, tmp_path)
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[::-1])

    assert [fault.kind for fault in keeping.check_archive(at=NOW).faults] == [ObjectFault.DAMAGED]


def test_a_file_that_was_cut_is_found_on_any_night(
    office: Office, files: FilesystemArchive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "LOOK_BACK", 0)
    version = attach(office, make_pdf())
    keeping.check_archive(at=NOW)
    path = path_of(version, tmp_path)
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-1])

    for night in range(3):
        seen = keeping.check_archive(at=NOW + timedelta(days=night))
        assert [fault.kind for fault in seen.faults] == [ObjectFault.DAMAGED]


def test_what_was_read_once_is_read_again_within_a_hundred_nights(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "LOOK_BACK", 0)
    attach(office, make_pdf())
    assert keeping.check_archive(at=NOW).read == 1

    read = [keeping.check_archive(at=NOW + timedelta(days=night)).read for night in range(keeping.NIGHTS)]

    assert sum(read) == 1


def test_a_row_that_is_committed_during_the_check_lacks_nothing(office: Office) -> None:
    attach(office, make_pdf())
    wanted, stored = keeping._wanted([]), get_archive().stored()
    pairs = keeping._side_by_side(wanted, stored)

    assert [(row is not None, found is not None) for row, found in pairs] == [(True, True)]


def test_two_rows_with_the_same_bytes_are_one_object(office: Office) -> None:
    content = make_pdf()
    first, second = attach(office, content), attach(office, content)

    seen = keeping.check_archive(at=NOW)

    assert first.sha256 == second.sha256
    assert (seen.objects, seen.fault_count) == (1, 0)


def test_heads_of_the_chain_are_wanted_too(office: Office) -> None:
    ledger.record("thing.done", subject="thing:1", facts={}, by="person:1", at=NOW)
    ledger.seal_pending()
    heads.keep_head(at=NOW)
    assert keeping.check_archive(at=NOW).objects == 1

    get_archive().list_head(f"{2:08d}-2-{'0' * 64}")

    assert [fault.version for fault in keeping.check_archive(at=NOW).faults] == [0]


def test_a_store_that_is_down_records_nothing(office: Office, files: FilesystemArchive, tmp_path: Path) -> None:
    attach(office, make_pdf())
    (tmp_path / "files").rename(tmp_path / "away")
    (tmp_path / "files").write_text("a file stands where the folder should be")

    with pytest.raises(ArchiveUnavailable):
        keeping.check_archive(at=NOW)

    assert entries(keeping.CHECKED) == entries(keeping.FAULT) == []


# The sweep


def test_bytes_without_a_row_are_orphans_after_a_day(office: Office) -> None:
    attach(office, make_pdf())
    get_archive().put(io.BytesIO(ORPHAN))

    assert list(keeping.orphans(get_archive(), at=NOW)) == []
    assert [orphan.sha256 for orphan in keeping.orphans(get_archive(), at=LATER)] == [ORPHAN_DIGEST]
    assert keeping.check_archive(at=LATER).orphans == 1


def test_a_head_that_its_list_lacks_is_no_orphan(office: Office, settings: Any, tmp_path: Path) -> None:
    ledger.record("thing.done", subject="thing:1", facts={}, by="person:1", at=NOW)
    ledger.seal_pending()
    head = heads.keep_head(at=NOW)
    assert head
    with get_archive().open(heads.kept_objects()[0]) as kept:
        content = kept.read()
    settings.ARCHIVE = backends.adapter("ARCHIVE_URL", f"file://{tmp_path}/unlisted")
    get_archive().put(io.BytesIO(content))

    assert list(keeping.orphans(get_archive(), at=LATER)) == []


def test_a_sweep_takes_the_orphans_and_nothing_else(office: Office, files: FilesystemArchive) -> None:
    version = attach(office, make_pdf())
    files.put(io.BytesIO(ORPHAN))

    swept = keeping.sweep(files, at=LATER)

    assert (swept.found, swept.removed, swept.removed_bytes) == (1, 1, len(ORPHAN))
    assert [each.sha256 for each in files.stored()] == [version.sha256]
    assert entries(keeping.SWEPT)[0]["sha256"] == [ORPHAN_DIGEST]
    assert keeping.sweep(files, at=LATER) == keeping.Swept()


def test_an_orphan_that_is_put_again_is_young_again(files: FilesystemArchive, tmp_path: Path) -> None:
    digest = files.put(io.BytesIO(ORPHAN))
    path = tmp_path / "files" / digest[:2] / digest[2:4] / digest
    os.utime(path, (0, 0))

    files.put(io.BytesIO(ORPHAN))

    assert not files.remove(digest, before=NOW - timedelta(minutes=1))
    os.utime(path, (0, 0))
    assert files.remove(digest, before=NOW - timedelta(minutes=1))
    assert files.remove(digest, before=NOW)
    assert not files.has(digest)


# The commands


def test_verify_archive_says_what_it_saw_and_ends_with_1_on_a_fault(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    attach(office, make_pdf())
    call_command("verify_archive")
    assert "El archivo está íntegro." in capsys.readouterr().out
    lost = lose(office)

    with pytest.raises(SystemExit) as ended:
        call_command("verify_archive", "--all")

    told = capsys.readouterr()
    assert ended.value.code == 1
    assert f"Falta: {lost.sha256}, de la versión {lost.pk}." in told.out
    assert "El archivo NO está íntegro: 1 hallazgos." in told.err


def test_sweep_archive_deletes_only_when_told(
    office: Office, files: FilesystemArchive, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    digest = files.put(io.BytesIO(ORPHAN))
    os.utime(tmp_path / "files" / digest[:2] / digest[2:4] / digest, (0, 0))

    call_command("sweep_archive")
    assert f"{digest} {len(ORPHAN)} " in capsys.readouterr().out
    assert files.has(digest)

    call_command("sweep_archive", "--delete")
    assert "Borrados: 1," in capsys.readouterr().out
    assert not files.has(digest)


def test_make_bucket_can_be_repeated(files: FilesystemArchive, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("make_bucket")
    call_command("make_bucket")

    told = capsys.readouterr()
    assert told.out.splitlines()[-1] == "Todo estaba hecho."
    assert "quien administra la máquina puede borrar" in told.err
