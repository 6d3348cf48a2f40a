"""Where an S3 store is, how it is spoken to, and what its failures mean."""

import hashlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import TracebackType
from typing import IO, Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

import urllib3
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from minio import Minio
from minio.commonconfig import COMPLIANCE, GOVERNANCE
from minio.error import MinioException, S3Error

from docs_store.errors import ArchiveUnavailable, ObjectMissing
from docs_store.rules.digests import REFERENCE_DIGITS

CONNECT_SECONDS, READ_SECONDS = 2, 30
RETRIES = 2
LOCK_DAYS = 3650
PART_BYTES = 8 * 1024 * 1024
ABSENT = {"NoSuchKey", "NoSuchObject", "NoSuchVersion", "MethodNotAllowed"}
"""The last one is the answer about an object whose newest version is a delete marker."""
MODES = {"governance": GOVERNANCE, "compliance": COMPLIANCE}
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Location:
    """Where the objects are, and how they are kept.

    ``s3://access:secret@host:port/bucket/prefix``, then ``?secure=false`` for plain HTTP, ``region=us-east-1``,
    ``lock_days=3650`` and ``lock=governance|compliance`` for how long and how firmly a version is kept from deletion,
    ``sse=s3`` for encryption by the store, ``timeout=30`` for the seconds that an answer may take.
    """

    endpoint: str
    access_key: str = field(repr=False)
    secret_key: str = field(repr=False)
    bucket: str
    prefix: str
    is_secure: bool
    region: str
    lock_days: int
    mode: str
    is_encrypted: bool
    read_seconds: float

    @classmethod
    def of(cls, url: str) -> Self:
        """Read the URL. Credentials that it leaves out are ``ARCHIVE_ACCESS_KEY`` and ``ARCHIVE_SECRET_KEY``.

        :raises ImproperlyConfigured: it names no bucket, or a parameter says what cannot be.
        """
        parts = urlsplit(url)
        bucket, _, prefix = unquote(parts.path).strip("/").partition("/")
        if not (parts.hostname and bucket):
            raise ImproperlyConfigured("ARCHIVE_URL must be s3://host/bucket: it names no host or no bucket")
        wanted = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        return cls(
            endpoint=f"{host}:{parts.port}" if parts.port else host,
            access_key=unquote(parts.username or "") or settings.ARCHIVE_ACCESS_KEY,
            secret_key=unquote(parts.password or "") or settings.ARCHIVE_SECRET_KEY,
            bucket=bucket,
            prefix=f"{prefix}/" if prefix else "",
            is_secure=_one_of(wanted, "secure", {"true": True, "false": False}),
            region=wanted.get("region", "us-east-1"),
            lock_days=int(_number(wanted, "lock_days", LOCK_DAYS)),
            mode=_one_of(wanted, "lock", MODES),
            is_encrypted=_one_of(wanted, "sse", {"": False, "s3": True}),
            read_seconds=_number(wanted, "timeout", READ_SECONDS),
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

    def patient_client(self) -> Minio:
        """Return a client that writes each key once and gives up in time."""
        return self.client(self.pool())

    def pool(self) -> urllib3.PoolManager:
        """Return connections that give up in time, and write each key once."""
        timeout = urllib3.Timeout(connect=CONNECT_SECONDS, read=self.read_seconds)
        retries = Patience(
            total=RETRIES, backoff_factor=0.2, status_forcelist=(500, 502, 503, 504), raise_on_status=False
        )
        return WriteOncePool(timeout=timeout, retries=retries, maxsize=8)


class WriteOncePool(urllib3.PoolManager):
    """Asks the store to refuse an object whose key is taken: the SDK has no parameter for it."""

    def urlopen(self, method: str, url: str, redirect: bool = True, **options: Any) -> Any:  # type: ignore[override]
        parts = urlsplit(url)
        query = parse_qs(parts.query, keep_blank_values=True)
        is_object = "/" in parts.path.strip("/")  # our keys have folders; a bucket's path has none
        if is_object and ((method == "PUT" and not query) or (method == "POST" and "uploadId" in query)):
            options["headers"] = {**options.get("headers", {}), "If-None-Match": "*"}
        return super().urlopen(method, url, redirect, **options)


class Patience(urllib3.Retry):
    """Tries again what broke off, never what was waited for in vain: that would be the same wait once more."""

    def increment(
        self,
        method: str | None = None,
        url: str | None = None,
        response: urllib3.BaseHTTPResponse | None = None,
        error: Exception | None = None,
        _pool: Any = None,
        _stacktrace: TracebackType | None = None,
    ) -> Self:
        if isinstance(error, urllib3.exceptions.ReadTimeoutError):
            raise error
        return super().increment(method, url, response, error, _pool, _stacktrace)


def etag(content: IO[bytes], size: int) -> str:
    """Return the ETag that S3 gives these bytes, in parts of ``PART_BYTES``; an encrypting store gives another."""
    if size <= PART_BYTES:
        return _md5(content.read())
    parts = [bytes.fromhex(_md5(part)) for part in iter(lambda: content.read(PART_BYTES), b"")]
    return f"{_md5(b''.join(parts))}-{len(parts)}"


@contextmanager
def told_as_domain_errors(digest: str = "") -> Iterator[None]:
    """Turn what the SDK raises into the room's errors. Its own messages may bear addresses, so that none is kept."""
    try:
        yield
    except S3Error as error:
        if error.code in ABSENT and digest:
            raise ObjectMissing(ref=digest[:REFERENCE_DIGITS]) from None
        raise _unavailable(str(error.code)) from None
    except (MinioException, urllib3.exceptions.HTTPError, OSError, ValueError, SyntaxError) as error:
        # SyntaxError: XML that is none.
        raise _unavailable(type(error).__name__) from None


def _unavailable(reason: str) -> ArchiveUnavailable:
    logger.warning("the archive's store failed", extra={"reason": reason})
    return ArchiveUnavailable(reason)


def _md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def _one_of(wanted: dict[str, str], name: str, values: dict[str, Any]) -> Any:
    """Return what the parameter's word stands for; the first where it is not given."""
    word = wanted.get(name, next(iter(values)))
    if word not in values:
        known = ", ".join(value for value in values if value)
        raise ImproperlyConfigured(f"ARCHIVE_URL: {name} must be one of {known}, not {word!r}")
    return values[word]


def _number(wanted: dict[str, str], name: str, default: float) -> float:
    word = wanted.get(name, str(default))
    try:
        number = float(word)
    except ValueError:
        number = 0
    if number <= 0:
        raise ImproperlyConfigured(f"ARCHIVE_URL: {name} must be a number above 0, not {word!r}")
    return number
