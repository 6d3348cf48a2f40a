"""The archive on any store that speaks S3: content-addressed, written once, verified on read, locked."""

import hashlib
import io
import logging
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from typing import IO, Any, BinaryIO, cast

from minio.datatypes import Object
from minio.error import S3Error
from minio.retention import Retention
from minio.sse import SseS3

from docs_store.adapters import minio_users
from docs_store.adapters.s3_bucket import FIRST_LOCK_DAYS, S3Bucket
from docs_store.adapters.s3_store import ABSENT, PART_BYTES, Location, etag, told_as_domain_errors
from docs_store.errors import ArchiveUnavailable, ObjectDamaged, ObjectMissing
from docs_store.ports import Stored
from docs_store.rules.digests import REFERENCE_DIGITS, is_digest, object_key

IN_MEMORY_BYTES = 1_000_000
CHUNK_BYTES = 256 * 1024
STANDS_ALREADY = {"PreconditionFailed", "ConditionalRequestConflict"}
"""The key is taken; somebody is taking it at this moment."""
WITHOUT_LOCKS = {"InvalidRequest", "InvalidBucketState", "NotImplemented"}
"""What stores answer about a lock in a bucket that was made without."""
TIME_TO_COMMIT = timedelta(days=1)
"""Bytes are stored before their row; for so long no sweep may take them."""
HEADS = "heads/"
LOCKED_UNTIL = "x-amz-object-lock-retain-until-date"
logger = logging.getLogger(__name__)


class S3Archive:
    """Keeps each content under ``prefix/ab/cd/<sha256>`` of one bucket, whose versions and locks keep it from deletion.

    Each request, and each part of a large object, carries the digest of its bytes, which the store checks; what it
    answers is compared; what comes back is hashed whole before the first byte is handed out.
    """

    def __init__(self, url: str) -> None:
        self._at = Location.of(url)
        self._client = self._at.patient_client()
        self._bucket = S3Bucket(self._at, self._client)

    # What the rooms use

    def put(self, content: BinaryIO) -> str:
        with _staged(content) as (staged, digest, size), told_as_domain_errors():
            if not self._stands(staged, digest, size):
                self._write(staged, digest, size)
        return digest

    def open(self, sha256: str) -> BinaryIO:
        if not is_digest(sha256):
            raise ObjectMissing(ref="?")
        with told_as_domain_errors(sha256):
            try:
                return self._read(sha256)
            except (ObjectDamaged, S3Error) as error:
                if isinstance(error, S3Error) and error.code not in ABSENT:
                    raise
                return self._uncovered(sha256, error)

    def has(self, sha256: str) -> bool:
        if not is_digest(sha256):
            return False
        with told_as_domain_errors():
            return self._seen(sha256) is not None or any(self._versions(sha256))

    def stored(self) -> Iterator[Stored]:
        with told_as_domain_errors():
            for each in self._client.list_objects(self._at.bucket, prefix=self._at.prefix, recursive=True):
                name = str(each.object_name).rpartition("/")[2]
                is_ours = is_digest(name) and each.object_name == self._key(name)
                if is_ours and each.last_modified is not None:
                    yield Stored(name, each.size or 0, each.last_modified)

    def check(self) -> None:
        with told_as_domain_errors():
            if not self._client.bucket_exists(self._at.bucket):
                raise ArchiveUnavailable("NoSuchBucket")

    # What keeps it whole

    def lock(self, sha256: str, *, at: datetime) -> bool:
        with told_as_domain_errors(sha256):
            found = self._seen(sha256)
            if found is None:
                raise ObjectMissing(ref=sha256[:REFERENCE_DIGITS])
            until, held = at + timedelta(days=self._at.lock_days), _locked_until(found)
            if until <= datetime.now(UTC) or (held is not None and held >= until):
                return held is not None
            try:
                self._hold(found, until)
            except S3Error as error:
                if error.code in WITHOUT_LOCKS:
                    return False
                raise
            return True

    def locked_until(self, sha256: str) -> datetime | None:
        with told_as_domain_errors():
            found = [self._seen(sha256, each.version_id) for each in self._versions(sha256)]
            return max((until for each in found if each and (until := _locked_until(each))), default=None)

    def is_covered(self, sha256: str) -> bool:
        """What is written once has one version and no delete marker."""
        with told_as_domain_errors():
            return len(self._every_version(sha256)) > 1

    def remove(self, sha256: str, *, before: datetime) -> bool:
        """Delete each version by its id: a deletion without it would only hide the object, locked or not.

        Only where the store locks: the lock, renewed by ``put``, is what keeps a sweep from taking a new row's bytes.
        """
        with told_as_domain_errors():
            found = [self._seen(sha256, each.version_id) for each in self._versions(sha256)]
            if not all(each and _is_free(each, before) for each in found):
                return False
            try:
                for each in self._every_version(sha256):
                    self._client.remove_object(self._at.bucket, self._key(sha256), version_id=each.version_id)
            except S3Error as error:
                logger.info("the store keeps an object from deletion", extra={"reason": error.code})
                return False
            return True

    def list_head(self, name: str) -> None:
        """An empty object, locked for the whole term at once: no head is ever an orphan."""
        until = datetime.now(UTC) + timedelta(days=self._at.lock_days)
        with told_as_domain_errors():
            try:
                self._write_head(name, Retention(self._at.mode, until))
            except S3Error as error:
                if error.code not in WITHOUT_LOCKS:
                    raise
                self._write_head(name, None)

    def listed_heads(self) -> list[str]:
        with told_as_domain_errors():
            prefix = self._at.prefix + HEADS
            found = self._client.list_objects(self._at.bucket, prefix=prefix, include_version=True)
            return sorted({str(each.object_name)[len(prefix) :] for each in found if not each.is_delete_marker})

    def prepare(self) -> list[str]:
        with told_as_domain_errors():
            return self._bucket.prepare()

    def admit(self, url: str) -> list[str]:
        return minio_users.admit(self._at, Location.of(url))

    def weaknesses(self) -> list[str]:
        with told_as_domain_errors():
            return self._bucket.weaknesses()

    # Objects

    def _key(self, digest: str) -> str:
        return self._at.prefix + object_key(digest)

    def _seen(self, digest: str, version: str | None = None) -> Object | None:
        """Return what the store says of the object, or of one of its versions."""
        try:
            return self._client.stat_object(self._at.bucket, self._key(digest), version_id=version)
        except S3Error as error:
            if error.code in ABSENT:
                return None
            raise

    def _every_version(self, digest: str) -> list[Object]:
        return list(self._client.list_objects(self._at.bucket, prefix=self._key(digest), include_version=True))

    def _versions(self, digest: str) -> list[Object]:
        return [each for each in self._every_version(digest) if not each.is_delete_marker]

    def _stands(self, staged: IO[bytes], digest: str, size: int) -> bool:
        """Return whether the object is there already, and will be when its row is committed.

        :raises ObjectDamaged: something else stands in its place.
        """
        found = self._seen(digest)
        if found is None:
            return False
        if found.size != size:
            raise ObjectDamaged(ref=digest[:REFERENCE_DIGITS])
        self._prove(str(found.etag), staged, digest, size)
        return self._is_held(found)

    def _prove(self, given: str, staged: IO[bytes], digest: str, size: int) -> None:
        """Compare the store's own digest; where it is another, as an encrypting store's is, read the object back.

        :raises ObjectDamaged: the store holds other bytes.
        """
        staged.seek(0)
        expected = etag(staged, size)
        staged.seek(0)
        if given != expected:
            self._read(digest).close()

    def _is_held(self, found: Object) -> bool:
        """Return whether no sweep can take the object before its row is committed; its first lock is renewed for that.

        Not if a sweep was faster. Without locks there is no sweep.
        """
        held, now = _locked_until(found), datetime.now(UTC)
        if held is None or held > now + TIME_TO_COMMIT:
            return True
        try:
            self._hold(found, now + timedelta(days=FIRST_LOCK_DAYS))
        except S3Error as error:
            if error.code in ABSENT:
                return False
            raise
        return True

    def _hold(self, found: Object, until: datetime) -> None:
        retention = Retention(self._at.mode, until)
        self._client.set_object_retention(
            self._at.bucket, str(found.object_name), retention, version_id=found.version_id
        )

    def _write(self, staged: IO[bytes], digest: str, size: int) -> None:
        """Write the object; whoever wrote the same one meanwhile did it for us.

        One part at a time, so that memory does not grow with the file.
        """
        try:
            written = self._client.put_object(
                self._at.bucket,
                self._key(digest),
                cast(BinaryIO, staged),
                size,
                part_size=PART_BYTES,
                num_parallel_uploads=1,
                sse=SseS3() if self._at.is_encrypted else None,
            )
        except S3Error as error:
            if error.code not in STANDS_ALREADY or not self._stands(staged, digest, size):
                raise
        else:
            self._prove(str(written.etag), staged, digest, size)

    def _read(self, digest: str, version: str | None = None) -> BinaryIO:
        answer = self._client.get_object(self._at.bucket, self._key(digest), version_id=version)
        try:
            return _verified(answer, digest)
        finally:
            answer.close()
            answer.release_conn()

    def _uncovered(self, digest: str, error: Exception) -> BinaryIO:
        """Return the content from a version that a deletion or another version covers: it is still there.

        :raises ObjectDamaged: no version has the right bytes.
        """
        for each in self._versions(digest):
            try:
                content = self._read(digest, each.version_id)
            except ObjectDamaged as other:
                error = other
                continue
            logger.error("an object of the archive was covered by a later version", extra={"object": digest})
            return content
        raise error

    def _write_head(self, name: str, retention: Retention | None) -> None:
        key = f"{self._at.prefix}{HEADS}{name}"
        try:
            self._client.put_object(self._at.bucket, key, io.BytesIO(), 0, retention=retention)
        except S3Error as error:
            if error.code not in STANDS_ALREADY:
                raise


@contextmanager
def _staged(content: BinaryIO) -> Iterator[tuple[IO[bytes], str, int]]:
    """Give the content as a file at its beginning, its digest and its size: the key must be known before the upload."""
    hasher = hashlib.sha256()
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES) as staged:
        try:
            while chunk := content.read(CHUNK_BYTES):
                hasher.update(chunk)
                staged.write(chunk)
            size = staged.tell()
            staged.seek(0)
        except OSError as error:
            raise ArchiveUnavailable(type(error).__name__) from error
        yield staged, hasher.hexdigest(), size


def _verified(answer: Any, sha256: str) -> BinaryIO:
    """Return the answer's bytes as a file, after their hash was found right.

    :raises ArchiveUnavailable: the answer broke off: what is stored may well be whole.
    """
    hasher, size = hashlib.sha256(), 0
    with ExitStack() as stack:
        kept = stack.enter_context(tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES))
        for chunk in answer.stream(CHUNK_BYTES):
            hasher.update(chunk)
            size += kept.write(chunk)
        if answer.headers.get("Content-Length") != str(size):
            raise ArchiveUnavailable("IncompleteRead")
        if hasher.hexdigest() != sha256:
            raise ObjectDamaged(ref=sha256[:REFERENCE_DIGITS])
        kept.seek(0)
        stack.pop_all()
    return cast(BinaryIO, kept)


def _locked_until(found: Object) -> datetime | None:
    """Return until when the store refuses to delete this version; nothing where it locks none."""
    told = (found.metadata or {}).get(LOCKED_UNTIL)
    return datetime.fromisoformat(told) if told else None


def _is_free(found: Object, before: datetime) -> bool:
    """Return whether the version is old enough and its lock has ended."""
    until = _locked_until(found)
    is_old = found.last_modified is not None and found.last_modified < before
    return is_old and until is not None and until < datetime.now(UTC)
