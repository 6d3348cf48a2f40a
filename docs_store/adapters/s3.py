"""The archive on any store that speaks S3: content-addressed, written once, verified on read."""

import hashlib
import logging
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import IO, Any, BinaryIO, cast
from urllib.parse import parse_qs, unquote, urlsplit

import urllib3
from django.core.exceptions import ImproperlyConfigured
from minio import Minio
from minio.error import MinioException, S3Error, ServerError
from minio.sse import SseS3

from docs_store.errors import ArchiveUnavailable, ObjectDamaged, ObjectMissing
from docs_store.ports import Stored
from docs_store.rules.digests import REFERENCE_DIGITS, is_digest, object_key

CONNECT_SECONDS, READ_SECONDS = 2, 15
RETRIES = urllib3.Retry(
    total=2, read=0, backoff_factor=0.2, status_forcelist=(500, 502, 503, 504), raise_on_status=False
)
"""A request that may have arrived is not sent again: a person waits, and storing the same bytes anew is harmless."""
IN_MEMORY_BYTES = 1_000_000
CHUNK_BYTES = 256 * 1024
PART_BYTES = 8 * 1024 * 1024
ABSENT = {"NoSuchKey", "NoSuchObject", "MethodNotAllowed"}
"""The last one is the answer about an object whose newest version is a delete marker."""
STANDS_ALREADY = "PreconditionFailed"
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Location:
    """Where the objects are: ``s3://access:secret@host:port/bucket/prefix?secure=false&region=us-east-1&sse=s3``."""

    endpoint: str
    access_key: str
    secret_key: str
    bucket: str
    prefix: str
    is_secure: bool
    region: str
    is_encrypted: bool

    @classmethod
    def of(cls, url: str) -> "Location":
        """Read the URL.

        :raises ImproperlyConfigured: it names no bucket.
        """
        parts = urlsplit(url)
        bucket, _, prefix = unquote(parts.path).strip("/").partition("/")
        if not (parts.hostname and bucket):
            raise ImproperlyConfigured("ARCHIVE_URL must be s3://host/bucket: it names no host or no bucket")
        wanted = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        return cls(
            endpoint=f"{parts.hostname}:{parts.port}" if parts.port else parts.hostname,
            access_key=unquote(parts.username or ""),
            secret_key=unquote(parts.password or ""),
            bucket=bucket,
            prefix=f"{prefix}/" if prefix else "",
            is_secure=wanted.get("secure", "true") != "false",
            region=wanted.get("region", "us-east-1"),
            is_encrypted=wanted.get("sse") == "s3",
        )

    def client(self, pool: urllib3.PoolManager) -> Minio:
        """Return a client of the store. The region is given: asking for it would be one more request."""
        return Minio(
            self.endpoint,
            access_key=self.access_key,
            secret_key=self.secret_key,
            secure=self.is_secure,
            region=self.region,
            http_client=pool,
        )


class WriteOncePool(urllib3.PoolManager):
    """Asks the store to refuse an object whose key is taken: the SDK has no parameter for it."""

    def urlopen(self, method: str, url: str, redirect: bool = True, **options: Any) -> Any:  # type: ignore[override]
        query = parse_qs(urlsplit(url).query, keep_blank_values=True)
        makes_object = (method == "PUT" and "partNumber" not in query) or (method == "POST" and "uploadId" in query)
        if makes_object:
            options["headers"] = {**options.get("headers", {}), "If-None-Match": "*"}
        return super().urlopen(method, url, redirect, **options)


class S3Archive:
    """Keeps each content under ``prefix/ab/cd/<sha256>`` of one bucket, whose versions and locks keep it from deletion.

    Each request, and each part of a large object, carries the digest of its bytes, which the store checks; what comes
    back is hashed whole before the first byte is handed out.
    """

    def __init__(self, url: str) -> None:
        self._at = Location.of(url)
        timeout = urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS)
        self._client = self._at.client(WriteOncePool(timeout=timeout, retries=RETRIES, maxsize=8))

    def put(self, content: BinaryIO) -> str:
        with _staged(content) as (staged, digest, size), _told_as_domain_errors(digest):
            if not self._stands(digest, size):
                self._write(staged, digest, size)
        return digest

    def open(self, sha256: str) -> BinaryIO:
        if not is_digest(sha256):
            raise ObjectMissing(ref="?")
        with _told_as_domain_errors(sha256):
            answer = self._answer(self._key(sha256))
            try:
                return _verified(answer, sha256)
            finally:
                answer.close()
                answer.release_conn()

    def has(self, sha256: str) -> bool:
        if not is_digest(sha256):
            return False
        try:
            with _told_as_domain_errors(sha256):
                self._client.stat_object(self._at.bucket, self._key(sha256))
        except ObjectMissing:
            return False
        return True

    def stored(self) -> Iterator[Stored]:
        with _told_as_domain_errors(""):
            for each in self._client.list_objects(self._at.bucket, prefix=self._at.prefix, recursive=True):
                name = str(each.object_name).rpartition("/")[2]
                if is_digest(name) and each.last_modified is not None:
                    yield Stored(name, each.size or 0, each.last_modified)

    def check(self) -> None:
        with _told_as_domain_errors(""):
            if not self._client.bucket_exists(self._at.bucket):
                raise ArchiveUnavailable

    def _key(self, digest: str) -> str:
        return self._at.prefix + object_key(digest)

    def _answer(self, key: str) -> Any:
        """Return the object's bytes as they arrive; those under a delete marker are still there, and are an alarm."""
        try:
            return self._client.get_object(self._at.bucket, key)
        except S3Error as error:
            version = self._hidden_version(key) if error.code in ABSENT else None
            if version is None:
                raise
            logger.error("an object of the archive was hidden by a delete marker", extra={"object": key})
            return self._client.get_object(self._at.bucket, key, version_id=version)

    def _hidden_version(self, key: str) -> str | None:
        versions = self._client.list_objects(self._at.bucket, prefix=key, include_version=True)
        return next((each.version_id for each in versions if not each.is_delete_marker), None)

    def _stands(self, digest: str, size: int) -> bool:
        """Return whether the object is there already.

        :raises ObjectDamaged: something of another size stands in its place.
        """
        try:
            found = self._client.stat_object(self._at.bucket, self._key(digest))
        except S3Error as error:
            if error.code in ABSENT:
                return False
            raise
        if found.size != size:
            raise ObjectDamaged(ref=digest[:REFERENCE_DIGITS])
        return True

    def _write(self, staged: IO[bytes], digest: str, size: int) -> None:
        """Write the object; whoever wrote the same one meanwhile did it for us.

        One part at a time, so that memory does not grow with the file.
        """
        try:
            self._client.put_object(
                self._at.bucket,
                self._key(digest),
                cast(BinaryIO, staged),
                size,
                part_size=PART_BYTES,
                num_parallel_uploads=1,
                sse=SseS3() if self._at.is_encrypted else None,
            )
        except S3Error as error:
            if error.code != STANDS_ALREADY or not self._stands(digest, size):
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
            raise ArchiveUnavailable from error
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
            raise ArchiveUnavailable
        if hasher.hexdigest() != sha256:
            raise ObjectDamaged(ref=sha256[:REFERENCE_DIGITS])
        kept.seek(0)
        stack.pop_all()
    return cast(BinaryIO, kept)


@contextmanager
def _told_as_domain_errors(digest: str) -> Iterator[None]:
    """Turn what the SDK raises into the room's errors. Its own messages may bear addresses, so that none is kept."""
    try:
        yield
    except S3Error as error:
        if error.code in ABSENT:
            raise ObjectMissing(ref=digest[:REFERENCE_DIGITS]) from None
        raise ArchiveUnavailable from None
    except (MinioException, ServerError, urllib3.exceptions.HTTPError, OSError, ValueError):
        raise ArchiveUnavailable from None
