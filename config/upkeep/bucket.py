"""The few named objects of a backup in a bucket: its manifests, and what is deleted with an old one."""

import io
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings
from minio import Minio
from minio.error import MinioException, S3Error
from urllib3.exceptions import HTTPError

FAILURES = (MinioException, HTTPError, OSError)
MISSING = "NoSuchKey"
REFUSED = {"AccessDenied", "InvalidRequest", "ObjectLocked"}
"""What stores answer to the deletion of a locked version, or by credentials without that right."""


def write(url: str, name: str, content: bytes) -> None:
    client, bucket, prefix = _at(url)
    client.put_object(bucket, f"{prefix}{name}", io.BytesIO(content), len(content), content_type="application/json")


def read(url: str, name: str) -> bytes:
    client, bucket, prefix = _at(url)
    answer = client.get_object(bucket, f"{prefix}{name}")
    try:
        return bytes(answer.read())
    finally:
        answer.close()
        answer.release_conn()


def has(url: str, name: str) -> bool:
    client, bucket, prefix = _at(url)
    try:
        client.stat_object(bucket, f"{prefix}{name}")
    except S3Error as error:
        if error.code == MISSING:
            return False
        raise
    return True


def names(url: str, folder: str) -> list[str]:
    """Return what lies in the folder, at any depth, that a deletion does not hide."""
    client, bucket, prefix = _at(url)
    return [
        str(each.object_name)[len(prefix) :]
        for each in client.list_objects(bucket, prefix=f"{prefix}{folder}/", recursive=True)
    ]


def remove(url: str, name: str) -> bool:
    """Delete an object with all its versions, and return whether it is gone: a lock may keep it."""
    client, bucket, prefix = _at(url)
    versions = list(client.list_objects(bucket, prefix=f"{prefix}{name}", include_version=True))
    try:
        for each in versions:
            if each.object_name == f"{prefix}{name}":
                client.remove_object(bucket, each.object_name, version_id=each.version_id)
    except S3Error as error:
        if error.code in REFUSED:
            return False
        raise
    return True


def folders(url: str) -> list[str]:
    """Return the names that stand directly under the URL's prefix, as far as they are folders."""
    client, bucket, prefix = _at(url)
    found = client.list_objects(bucket, prefix=prefix)
    return [str(each.object_name)[len(prefix) :].rstrip("/") for each in found if each.is_dir]


def _at(url: str) -> tuple[Minio, str, str]:
    """Return a client, the bucket, and the prefix with its slash. The URL is read as ``ARCHIVE_URL`` is."""
    parts = urlsplit(url)
    options: dict[str, Any] = {name: values[0] for name, values in parse_qs(parts.query).items()}
    bucket, _slash, prefix = unquote(parts.path).strip("/").partition("/")
    client = Minio(
        f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname),
        access_key=unquote(parts.username or "") or settings.ARCHIVE_ACCESS_KEY,
        secret_key=unquote(parts.password or "") or settings.ARCHIVE_SECRET_KEY,
        secure=options.get("secure", "true") != "false",
        region=options.get("region", "us-east-1"),
    )
    return client, bucket, f"{prefix}/" if prefix else ""
