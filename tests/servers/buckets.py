"""Buckets with locks and users of their own on the real S3 store; each goes away with all that is in it."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import urllib3
from minio import Minio, MinioAdmin
from minio.credentials.providers import StaticProvider
from minio.deleteobjects import DeleteObject

from docs_store.adapters.s3 import S3Archive
from docs_store.adapters.s3_store import Location
from tests.servers import backing


def plain(url: str) -> tuple[Location, Minio]:
    """Return where the URL leads, and a client without any of our care."""
    at = Location.of(url)
    return at, at.client(urllib3.PoolManager())


@contextmanager
def fresh(name: str, *, is_locked: bool = True) -> Iterator[str]:
    """The URL, with the owner's key, of a bucket that ``prepare`` made, or of one without versions and locks."""
    url = backing._with_path(os.environ["ARCHIVE_URL"], f"chasqui-{name}-{secrets.token_hex(5)}")
    at, client = plain(url)
    if is_locked:
        S3Archive(url).prepare()
    else:
        client.make_bucket(at.bucket)
    yield url
    everything = client.list_objects(at.bucket, recursive=True, include_version=True)
    gone = [DeleteObject(str(each.object_name), each.version_id) for each in everything]
    assert list(client.remove_objects(at.bucket, gone, bypass_governance_mode=is_locked)) == []
    client.remove_bucket(at.bucket)


def as_user(owner_url: str, name: str, secret: str) -> str:
    """Return the same URL for somebody else."""
    at = Location.of(owner_url)
    return owner_url.replace(f"{at.access_key}:{at.secret_key}@", f"{name}:{secret}@")


@contextmanager
def application(owner_url: str) -> Iterator[str]:
    """The same URL for a user that does not exist yet, and that is taken away at the end."""
    name = f"app-{secrets.token_hex(5)}"
    yield as_user(owner_url, name, secrets.token_urlsafe(20))
    at, admin = administrator(owner_url)
    admin.user_remove(name)
    admin.policy_remove(f"{at.bucket}-app")


def administrator(owner_url: str) -> tuple[Location, MinioAdmin]:
    at = Location.of(owner_url)
    owner = StaticProvider(at.access_key, at.secret_key)
    return at, MinioAdmin(endpoint=at.endpoint, credentials=owner, secure=at.is_secure, region=at.region)
