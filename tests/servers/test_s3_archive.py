"""The archive on a real S3 store, and on one that fails."""

import hashlib
import io
import os
import resource
import secrets
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, BinaryIO, cast

import pytest

from docs_store.adapters.s3 import S3Archive
from docs_store.adapters.s3_store import Location
from docs_store.errors import ArchiveUnavailable, DocsStoreError, ObjectDamaged
from docs_store.rules.digests import object_key
from tests.servers import backing
from tests.servers.proxy import FaultProxy, Mode

pytestmark = pytest.mark.servers
CONTENT = "Resolución que aprueba el plan".encode()
OTHER = "Resolución que aprueba el otro".encode()
PATIENT_SECONDS = 25
BUSY = b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/xml\r\nContent-Length: 0\r\n\r\n"
MISTAKEN = (
    b'HTTP/1.1 200 OK\r\nETag: "0123456789abcdef0123456789abcdef"\r\nContent-Length: 0\r\n'
    b"Last-Modified: Sat, 21 Nov 2026 13:12:57 GMT\r\n\r\n"
)


@pytest.fixture
def url() -> str:
    return backing.archive_place(os.environ["ARCHIVE_URL"], f"t{secrets.token_hex(5)}")


@pytest.fixture
def archive(url: str) -> S3Archive:
    return S3Archive(url)


@pytest.fixture
def proxy(url: str) -> Iterator[FaultProxy]:
    with FaultProxy(url) as proxy:
        yield proxy


def test_an_object_is_written_once_and_never_over(archive: S3Archive, url: str) -> None:
    digest = archive.put(io.BytesIO(CONTENT))
    archive.put(io.BytesIO(CONTENT))
    at, client, key = _plain_client(url, digest)

    assert len(list(client.list_objects(at.bucket, prefix=key, include_version=True))) == 1


def test_a_locked_version_is_not_deleted_with_the_credentials_of_the_application(archive: S3Archive, url: str) -> None:
    digest = archive.put(io.BytesIO(CONTENT))
    at, client, key = _plain_client(url, digest)
    version = next(iter(client.list_objects(at.bucket, prefix=key, include_version=True))).version_id
    _lock(client, at.bucket, key, version)

    with pytest.raises(Exception, match=r"WORM|AccessDenied"):
        client.remove_object(at.bucket, key, version_id=version)

    assert archive.has(digest)


def test_what_a_delete_marker_hides_is_still_there_and_told(
    archive: S3Archive, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    digest = archive.put(io.BytesIO(CONTENT))
    at, client, key = _plain_client(url, digest)
    client.remove_object(at.bucket, key)

    assert archive.has(digest)
    with archive.open(digest) as stored:
        assert stored.read() == CONTENT
    assert "covered by a later version" in caplog.text


def test_other_bytes_written_over_the_key_do_not_stand_in_the_way(
    archive: S3Archive, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    digest = archive.put(io.BytesIO(CONTENT))
    at, client, key = _plain_client(url, digest)
    client.put_object(at.bucket, key, io.BytesIO(OTHER), len(OTHER))

    with archive.open(digest) as stored:
        assert stored.read() == CONTENT
    assert "covered by a later version" in caplog.text


def test_a_content_of_which_only_other_bytes_are_left_is_damaged(archive: S3Archive, url: str) -> None:
    digest = hashlib.sha256(CONTENT).hexdigest()
    at, client, key = _plain_client(url, digest)
    client.put_object(at.bucket, key, io.BytesIO(OTHER), len(OTHER))

    with pytest.raises(ObjectDamaged, match=digest[:12]):
        archive.open(digest)


def test_other_bytes_of_the_same_size_under_the_key_are_not_taken_for_the_content(archive: S3Archive, url: str) -> None:
    at, client, key = _plain_client(url, hashlib.sha256(CONTENT).hexdigest())
    client.put_object(at.bucket, key, io.BytesIO(CONTENT[::-1]), len(CONTENT))

    with pytest.raises(ObjectDamaged):
        archive.put(io.BytesIO(CONTENT))


def test_a_shorter_object_under_the_key_is_not_taken_for_the_content(archive: S3Archive, url: str) -> None:
    digest = archive.put(io.BytesIO(CONTENT))
    at, client, key = _plain_client(url, digest)
    client.put_object(at.bucket, key, io.BytesIO(CONTENT[:5]), 5)

    with pytest.raises(ObjectDamaged):
        archive.put(io.BytesIO(CONTENT))


def test_memory_does_not_grow_with_the_file(archive: S3Archive) -> None:
    archive.put(io.BytesIO(b"warm"))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    with archive.open(archive.put(cast(BinaryIO, _Pattern(100_000_000)))) as stored:
        stored.read(1)

    grown_kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown_kilobytes < 64_000


@pytest.mark.parametrize(
    "fault",
    [
        {"mode": Mode.REFUSE},
        {"mode": Mode.ANSWER, "answer": BUSY},
    ],
    ids=["down", "503"],
)
def test_a_failing_store_is_told_and_a_retry_works(proxy: FaultProxy, fault: dict[str, Any]) -> None:
    archive = S3Archive(proxy.url)
    digest = archive.put(io.BytesIO(CONTENT))
    _set(proxy, fault)
    before = time.monotonic()

    for attempt in (lambda: archive.put(io.BytesIO(OTHER)), lambda: archive.open(digest), archive.check):
        with pytest.raises(ArchiveUnavailable):
            attempt()

    assert time.monotonic() - before < PATIENT_SECONDS
    proxy.mode = Mode.PASS
    with archive.open(archive.put(io.BytesIO(OTHER))) as stored:
        assert stored.read() == OTHER


@pytest.mark.parametrize("mode", [Mode.HANG, Mode.SLOW])
def test_a_store_that_does_not_answer_is_waited_for_once(proxy: FaultProxy, mode: Mode) -> None:
    archive = S3Archive(f"{proxy.url}&timeout=0.5")
    digest = archive.put(io.BytesIO(CONTENT))
    proxy.mode, proxy.delay = mode, 30.0
    before = time.monotonic()

    for attempt in (lambda: archive.put(io.BytesIO(OTHER)), lambda: archive.open(digest), archive.check):
        with pytest.raises(ArchiveUnavailable) as refused:
            attempt()
        assert refused.value.reason == "ReadTimeoutError"

    assert time.monotonic() - before < 3 * 0.5 + 2


def test_an_etag_that_was_altered_on_the_way_makes_the_object_be_read_back(proxy: FaultProxy) -> None:
    archive = S3Archive(proxy.url)
    expected = hashlib.md5(CONTENT).hexdigest().encode()
    proxy.mode, proxy.old, proxy.new = Mode.ALTER, expected, expected[::-1]

    digest = archive.put(io.BytesIO(CONTENT))

    with archive.open(digest) as stored:
        assert stored.read() == CONTENT


def test_a_store_that_claims_to_hold_something_else_is_not_believed(proxy: FaultProxy) -> None:
    proxy.mode, proxy.answer = Mode.ANSWER, MISTAKEN

    with pytest.raises((ArchiveUnavailable, ObjectDamaged)):
        S3Archive(f"{proxy.url}&timeout=2").put(io.BytesIO(CONTENT))


@pytest.mark.parametrize("body", [b"", b"<html>hello</html>", b"<?xml version='1.0'?><a", b"{}"])
def test_answers_that_are_no_s3_are_told_as_an_outage(proxy: FaultProxy, body: bytes) -> None:
    archive = S3Archive(f"{proxy.url}&timeout=2")
    proxy.mode = Mode.ANSWER
    proxy.answer = b"HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nContent-Length: %d\r\n\r\n%s" % (
        len(body),
        body,
    )
    digest = hashlib.sha256(CONTENT).hexdigest()

    for attempt in (lambda: archive.put(io.BytesIO(CONTENT)), lambda: archive.open(digest)):
        with pytest.raises((ArchiveUnavailable, ObjectDamaged)):
            attempt()
    for ask in (lambda: list(archive.stored()), archive.weaknesses, archive.prepare):
        with suppress(ArchiveUnavailable):
            ask()


def test_a_store_that_kept_the_object_but_whose_answer_was_lost_keeps_it_once(proxy: FaultProxy, url: str) -> None:
    archive = S3Archive(proxy.url)
    archive.put(io.BytesIO(CONTENT))
    proxy.mode = Mode.LOSE
    with pytest.raises(ArchiveUnavailable):
        archive.put(io.BytesIO(OTHER))
    proxy.mode = Mode.PASS

    digest = archive.put(io.BytesIO(OTHER))

    at, client, key = _plain_client(url, digest)
    assert len(list(client.list_objects(at.bucket, prefix=key, include_version=True))) == 1


def test_bytes_altered_on_the_way_are_never_handed_out(proxy: FaultProxy) -> None:
    archive = S3Archive(proxy.url)
    digest = archive.put(io.BytesIO(CONTENT))
    proxy.mode, proxy.old, proxy.new = Mode.ALTER, b"aprueba", b"deniega"

    with pytest.raises(ObjectDamaged):
        archive.open(digest)


def test_a_truncated_body_is_never_handed_out(proxy: FaultProxy) -> None:
    archive = S3Archive(proxy.url)
    digest = archive.put(cast(BinaryIO, _Pattern(3_000_000)))
    proxy.mode, proxy.cut_after = Mode.CUT, 1_000_000

    with pytest.raises(ArchiveUnavailable):
        archive.open(digest)
    proxy.cut_after = 40
    with pytest.raises(ArchiveUnavailable):
        archive.open(digest)


def test_no_error_tells_the_credentials(url: str) -> None:
    at = Location.of(url)
    archive = S3Archive(url.replace(at.secret_key, "another-secret"))

    with pytest.raises(ArchiveUnavailable) as refused:
        archive.put(io.BytesIO(CONTENT))

    told = f"{refused.value!r} {refused.value} {refused.value.__cause__!r}"
    assert "another-secret" not in told
    assert at.access_key not in told
    assert isinstance(refused.value, DocsStoreError)


def test_a_bucket_that_is_not_there_fails_the_check(url: str) -> None:
    archive = S3Archive(backing._with_path(url, f"no-such-bucket-{secrets.token_hex(4)}"))

    with pytest.raises(ArchiveUnavailable):
        archive.check()
    with pytest.raises(ArchiveUnavailable):
        archive.put(io.BytesIO(CONTENT))


class _Pattern(io.RawIOBase):
    """A content of any size that takes no memory."""

    def __init__(self, size: int) -> None:
        self._left = size

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        taken = min(size if size >= 0 else self._left, self._left)
        self._left -= taken
        return bytes([self._left % 251]) * taken


def _set(proxy: FaultProxy, fault: dict[str, Any]) -> None:
    for name, value in sorted(fault.items()):
        setattr(proxy, name, value)


def _plain_client(url: str, digest: str) -> tuple[Location, Any, str]:
    """Return somebody else's client of the same bucket, with the application's credentials."""
    import urllib3

    at = Location.of(url)
    return at, at.client(urllib3.PoolManager()), at.prefix + object_key(digest)


def _lock(client: Any, bucket: str, key: str, version: str | None) -> None:
    from datetime import UTC, datetime, timedelta

    from minio.commonconfig import GOVERNANCE
    from minio.retention import Retention

    until = datetime.now(UTC) + timedelta(days=8)  # beyond what the bucket may give by itself
    client.set_object_retention(bucket, key, Retention(GOVERNANCE, until), version_id=version)
