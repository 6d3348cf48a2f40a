"""The contract of the archive port, and what the embedded adapter promises beyond it."""

import hashlib
import io
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils.module_loading import import_string

from docs_store.archive import get_archive
from docs_store.errors import ArchiveUnavailable, ObjectDamaged, ObjectMissing
from docs_store.ports import Archive

CONTENT = b"Plan de gobierno digital"
DIGEST = hashlib.sha256(CONTENT).hexdigest()
ADAPTERS = {"filesystem": "docs_store.adapters.filesystem.FilesystemArchive"}


@pytest.fixture(params=sorted(ADAPTERS))
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Archive]:
    yield import_string(ADAPTERS[request.param])(f"file://{tmp_path}/archive%201")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "archive 1"


def path_of(folder: Path, digest: str) -> Path:
    return folder / digest[:2] / digest[2:4] / digest


def test_put_returns_the_sha256_and_open_the_same_bytes(archive: Archive) -> None:
    digest = archive.put(io.BytesIO(CONTENT))

    assert digest == DIGEST
    with archive.open(digest) as stored:
        assert stored.read() == CONTENT


def test_put_twice_changes_nothing(archive: Archive) -> None:
    archive.put(io.BytesIO(CONTENT))

    assert archive.put(io.BytesIO(CONTENT)) == DIGEST
    with archive.open(DIGEST) as stored:
        assert stored.read() == CONTENT


def test_an_empty_content_is_kept_too(archive: Archive) -> None:
    with archive.open(archive.put(io.BytesIO())) as stored:
        assert stored.read() == b""


def test_has_knows_what_is_stored(archive: Archive) -> None:
    assert not archive.has(DIGEST)

    archive.put(io.BytesIO(CONTENT))

    assert archive.has(DIGEST)


@pytest.mark.parametrize("digest", [DIGEST, "", "../../../etc/passwd", DIGEST.upper()])
def test_open_refuses_an_unknown_digest(archive: Archive, digest: str) -> None:
    with pytest.raises(ObjectMissing):
        archive.open(digest)
    assert not archive.has(digest)


def test_open_refuses_bytes_that_no_longer_match_their_hash(archive: Archive, folder: Path) -> None:
    archive.put(io.BytesIO(CONTENT))
    path_of(folder, DIGEST).chmod(0o644)
    path_of(folder, DIGEST).write_bytes(CONTENT.replace(b"Plan", b"Plam"))

    with pytest.raises(ObjectDamaged, match=DIGEST[:12]):
        archive.open(DIGEST)


def test_files_are_read_only_and_fanned_out(archive: Archive, folder: Path) -> None:
    archive.put(io.BytesIO(CONTENT))

    assert path_of(folder, DIGEST).stat().st_mode & 0o777 == 0o444


def test_nothing_stays_staged(archive: Archive, folder: Path) -> None:
    archive.put(io.BytesIO(CONTENT))
    archive.put(io.BytesIO(CONTENT))

    assert list((folder / ".staged").iterdir()) == []


class BrokenUpload(io.BytesIO):
    """An upload whose line breaks after the first bytes."""

    def read(self, size: int | None = -1) -> bytes:
        if self.tell():
            raise OSError("connection lost")
        return super().read(3)


def test_a_truncated_upload_leaves_nothing(archive: Archive, folder: Path) -> None:
    with pytest.raises(ArchiveUnavailable):
        archive.put(BrokenUpload(CONTENT))

    assert [path for path in folder.rglob("*") if path.is_file()] == []


def test_an_unwritable_folder_gets_a_sentence_and_a_retry_works(archive: Archive, folder: Path) -> None:
    folder.write_text("a file stands where the folder should be")

    with pytest.raises(ArchiveUnavailable, match="no se guardó nada"):
        archive.put(io.BytesIO(CONTENT))
    with pytest.raises(ArchiveUnavailable):
        archive.open(DIGEST)

    folder.unlink()
    assert archive.put(io.BytesIO(CONTENT)) == DIGEST


def test_a_new_process_sweeps_what_a_crash_left_staged(archive: Archive, folder: Path) -> None:
    archive.put(io.BytesIO(CONTENT))
    old, young = folder / ".staged" / "old", folder / ".staged" / "young"
    old.write_bytes(b"half")
    young.write_bytes(b"still being copied")
    os.utime(old, (time.time() - 90_000, time.time() - 90_000))

    import_string(ADAPTERS["filesystem"])(f"file://{folder}".replace(" ", "%20"))

    assert not old.exists()
    assert young.exists()


def test_the_archive_is_built_once(settings: object) -> None:
    assert get_archive() is get_archive()
