"""The contract of the archive port, and what the embedded adapter promises beyond it."""

import hashlib
import io
import os
import secrets
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest
from django.utils.module_loading import import_string

from config import backends
from docs_store.adapters.filesystem import FilesystemArchive
from docs_store.adapters.s3 import S3Archive
from docs_store.adapters.s3_store import Location
from docs_store.archive import get_archive
from docs_store.errors import ArchiveUnavailable, ObjectDamaged, ObjectMissing
from docs_store.ports import Archive
from tests.servers import backing, buckets

CONTENT = b"Plan de gobierno digital"
DIGEST = hashlib.sha256(CONTENT).hexdigest()


ON_SERVERS = [pytest.param(name, marks=pytest.mark.servers) for name in ("s3", "app")]


@pytest.fixture(scope="module")
def app_url() -> Iterator[str]:
    """A locked bucket as the application sees it, with no right but those that ``make_bucket`` gives it."""
    with buckets.fresh("contract") as owner_url, buckets.application(owner_url) as url:
        S3Archive(owner_url).admit(url)
        yield url


@pytest.fixture(params=["file", *ON_SERVERS])
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Archive:
    """An empty archive: each promise of the port is kept by every adapter, and under the application's own rights."""
    url = f"file://{tmp_path}/archive%201"
    if request.param == "s3":
        url = backing.archive_place(os.environ["ARCHIVE_URL"], f"t{secrets.token_hex(5)}/archive%201")
    if request.param == "app":
        bucket_url: str = request.getfixturevalue("app_url")
        url = backing._with_path(bucket_url, f"{Location.of(bucket_url).bucket}/t{secrets.token_hex(5)}/archive%201")
    chosen = backends.adapter("ARCHIVE_URL", url)
    return cast(Archive, import_string(chosen["class"])(url))


@pytest.fixture
def files(tmp_path: Path) -> Archive:
    return FilesystemArchive(f"file://{tmp_path}/archive%201")


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


def test_a_content_of_many_parts_comes_back_whole(archive: Archive) -> None:
    large = os.urandom(1024) * 20_000

    digest = archive.put(io.BytesIO(large))

    assert digest == hashlib.sha256(large).hexdigest()
    with archive.open(digest) as stored:
        assert stored.read() == large


def test_what_is_stored_is_listed_in_the_order_of_its_hash(archive: Archive) -> None:
    assert list(archive.stored()) == []
    contents = [f"oficio {number}".encode() for number in range(12)]
    for content in contents:
        archive.put(io.BytesIO(content))

    listed = list(archive.stored())

    assert [(each.sha256, each.size) for each in listed] == sorted(
        (hashlib.sha256(content).hexdigest(), len(content)) for content in contents
    )
    assert all(abs(each.stored_at - datetime.now(UTC)) < timedelta(minutes=1) for each in listed)


def test_an_archive_that_works_passes_its_check(archive: Archive) -> None:
    archive.check()


def test_the_same_content_stored_by_many_at_once_is_stored_once(archive: Archive) -> None:
    with ThreadPoolExecutor(8) as pool:
        digests = set(pool.map(lambda _: archive.put(io.BytesIO(CONTENT)), range(16)))

    assert digests == {DIGEST}
    assert [each.sha256 for each in archive.stored()] == [DIGEST]


def test_open_refuses_bytes_that_no_longer_match_their_hash(files: Archive, folder: Path) -> None:
    files.put(io.BytesIO(CONTENT))
    path_of(folder, DIGEST).chmod(0o644)
    path_of(folder, DIGEST).write_bytes(CONTENT.replace(b"Plan", b"Plam"))

    with pytest.raises(ObjectDamaged, match=DIGEST[:12]):
        files.open(DIGEST)


def test_a_folder_that_cannot_be_made_fails_its_check(files: Archive, folder: Path) -> None:
    folder.write_text("a file stands where the folder should be")

    with pytest.raises(ArchiveUnavailable):
        files.check()


def test_files_are_read_only_and_fanned_out(files: Archive, folder: Path) -> None:
    files.put(io.BytesIO(CONTENT))

    assert path_of(folder, DIGEST).stat().st_mode & 0o777 == 0o444


def test_nothing_stays_staged(files: Archive, folder: Path) -> None:
    files.put(io.BytesIO(CONTENT))
    files.put(io.BytesIO(CONTENT))

    assert list((folder / ".staged").iterdir()) == []


class BrokenUpload(io.BytesIO):
    """An upload whose line breaks after the first bytes."""

    def read(self, size: int | None = -1) -> bytes:
        if self.tell():
            raise OSError("connection lost")
        return super().read(3)


def test_a_truncated_upload_leaves_nothing(files: Archive, folder: Path) -> None:
    with pytest.raises(ArchiveUnavailable):
        files.put(BrokenUpload(CONTENT))

    assert [path for path in folder.rglob("*") if path.is_file()] == []


def test_an_unwritable_folder_gets_a_sentence_and_a_retry_works(files: Archive, folder: Path) -> None:
    folder.write_text("a file stands where the folder should be")

    with pytest.raises(ArchiveUnavailable, match="no se guardó nada"):
        files.put(io.BytesIO(CONTENT))
    with pytest.raises(ArchiveUnavailable):
        files.open(DIGEST)

    folder.unlink()
    assert files.put(io.BytesIO(CONTENT)) == DIGEST


def test_a_new_process_sweeps_what_a_crash_left_staged(files: Archive, folder: Path) -> None:
    files.put(io.BytesIO(CONTENT))
    old, young = folder / ".staged" / "old", folder / ".staged" / "young"
    old.write_bytes(b"half")
    young.write_bytes(b"still being copied")
    os.utime(old, (time.time() - 90_000, time.time() - 90_000))

    FilesystemArchive(f"file://{folder}".replace(" ", "%20"))

    assert not old.exists()
    assert young.exists()


def test_the_archive_is_built_once(settings: object) -> None:
    assert get_archive() is get_archive()


def test_the_list_of_heads_grows_and_is_told_in_order(archive: Archive) -> None:
    assert archive.listed_heads() == []
    second, first = f"00000002-9-{DIGEST}", f"00000001-4-{DIGEST}"

    for name in (second, first, second):
        archive.list_head(name)

    assert archive.listed_heads() == [first, second]
    assert list(archive.stored()) == []


def test_an_object_is_locked_by_the_store_or_not_at_all(archive: Archive) -> None:
    until = archive.locked_until(archive.put(io.BytesIO(CONTENT)))

    assert until is None or until > datetime.now(UTC) + timedelta(days=6)
    assert archive.locked_until("0" * 64) is None
