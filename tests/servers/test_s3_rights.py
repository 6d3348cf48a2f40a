"""Who may do what in the S3 archive: the user and the policy that ``make_bucket`` makes on MinIO."""

import io
import json
import os
import re
import secrets
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings as project
from django.core.management import call_command
from minio import Minio
from minio.commonconfig import GOVERNANCE
from minio.deleteobjects import DeleteObject
from minio.error import S3Error
from minio.objectlockconfig import DAYS, ObjectLockConfig
from minio.retention import Retention
from minio.versioningconfig import VersioningConfig

from docs_store.adapters.minio_users import app_policy
from docs_store.adapters.s3 import S3Archive
from docs_store.adapters.s3_store import Location
from docs_store.errors import ArchiveUnavailable, RightsNotGiven
from docs_store.rules.digests import object_key
from tests.servers import buckets
from tests.servers.buckets import as_user, plain
from tests.servers.proxy import FaultProxy, Mode

pytestmark = pytest.mark.servers
CONTENT = "Resolución que aprueba el plan".encode()
NOW = datetime.now(UTC)


@pytest.fixture
def owner_url() -> Iterator[str]:
    with buckets.fresh("rights") as url:
        yield url


@pytest.fixture
def app_url(owner_url: str, settings: Any) -> Iterator[str]:
    """The environment of ``make_bucket``: the site's URL, whose user does not exist yet, and the owner's."""
    with buckets.application(owner_url) as url:
        settings.ARCHIVE_OWNER_URL, settings.ARCHIVE = owner_url, {**settings.ARCHIVE, "url": url}
        yield url


def make_bucket() -> tuple[list[str], str]:
    out, err = io.StringIO(), io.StringIO()
    call_command("make_bucket", stdout=out, stderr=err)
    return out.getvalue().splitlines(), err.getvalue()


def test_the_command_makes_user_and_policy_once(app_url: str) -> None:
    with pytest.raises(ArchiveUnavailable):
        S3Archive(app_url).check()

    assert [len(make_bucket()[0]) for _ in range(2)] == [3, 1], "then everything is done"

    S3Archive(app_url).check()


def test_the_command_gives_the_site_its_new_key_and_takes_back_a_right_too_many(app_url: str, settings: Any) -> None:
    make_bucket()
    at, admin = buckets.administrator(settings.ARCHIVE_OWNER_URL)
    name = Location.of(app_url).access_key
    admin.policy_set("consoleAdmin", user=name)
    admin.policy_add(f"{at.bucket}-app", policy=app_policy("another"))
    renewed = as_user(settings.ARCHIVE_OWNER_URL, name, secrets.token_urlsafe(20))
    settings.ARCHIVE = {**settings.ARCHIVE, "url": renewed}

    assert len(make_bucket()[0]) == 3

    S3Archive(renewed).check()
    assert json.loads(admin.user_info(name))["policyName"] == f"{at.bucket}-app"
    with pytest.raises(ArchiveUnavailable):
        S3Archive(app_url).check()


def test_a_site_that_comes_with_the_owners_key_is_warned_of(app_url: str, settings: Any) -> None:
    settings.ARCHIVE = {**settings.ARCHIVE, "url": settings.ARCHIVE_OWNER_URL}
    make_bucket_told = make_bucket()[1]
    settings.ARCHIVE = {**settings.ARCHIVE, "url": app_url}
    make_bucket()

    assert "la clave del dueño" in make_bucket_told


def test_a_store_without_such_users_says_what_the_operator_does(owner_url: str) -> None:
    answer = b"HTTP/1.1 501 Not Implemented\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    with FaultProxy(owner_url, mode=Mode.ANSWER, answer=answer) as proxy, pytest.raises(RightsNotGiven) as refused:
        S3Archive(proxy.url).admit(as_user(proxy.url, "app-x", "secret-secret"))

    assert "docs/archive.md" in str(refused.value)


def test_a_store_in_trouble_is_told_as_such(owner_url: str) -> None:
    answer = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    with FaultProxy(owner_url, mode=Mode.ANSWER, answer=answer) as proxy, pytest.raises(ArchiveUnavailable):
        S3Archive(proxy.url).admit(as_user(proxy.url, "app-x", "secret-secret"))


def test_the_manual_shows_the_policy_that_is_made() -> None:
    told = re.search(r"```json\n(.*?)```", (project.BASE_DIR / "docs" / "archive.md").read_text(), re.DOTALL)

    assert told and json.loads(told.group(1)) == app_policy("chasqui")


def test_the_application_can_neither_delete_nor_shorten_nor_destroy_by_writing_over(app_url: str) -> None:
    make_bucket()
    archive, (at, client) = S3Archive(app_url), plain(app_url)
    digest = archive.put(io.BytesIO(CONTENT))
    assert archive.lock(digest, at=NOW) and archive.weaknesses() == []
    key = at.prefix + object_key(digest)
    version = _only_version(client, at.bucket, key)

    for name, attempt in _attempts(client, at.bucket, key, version).items():
        with pytest.raises(S3Error, match=r"AccessDenied|WORM"):
            pytest.fail(f"{name} was allowed: {attempt()}")
    assert len(list(client.remove_objects(at.bucket, [DeleteObject(key, version)], bypass_governance_mode=True))) == 1
    assert not archive.remove(digest, before=NOW + timedelta(days=9))

    client.put_object(at.bucket, key, io.BytesIO(CONTENT[::-1]), len(CONTENT))
    with archive.open(digest) as stored:
        assert stored.read() == CONTENT, "another version covers it, and it is still there"
    assert archive.is_covered(digest)


def test_the_application_sees_no_other_bucket(app_url: str) -> None:
    make_bucket()
    _at, client = plain(app_url)
    other = Location.of(os.environ["ARCHIVE_URL"]).bucket

    with pytest.raises(S3Error, match="AccessDenied"):
        list(client.list_objects(other))
    assert other not in [each.name for each in client.list_buckets()]


def _attempts(client: Minio, bucket: str, key: str, version: str) -> dict[str, Callable[[], object]]:
    soon = Retention(GOVERNANCE, datetime.now(UTC) + timedelta(minutes=1))
    return {
        "delete": lambda: client.remove_object(bucket, key),
        "delete the version": lambda: client.remove_object(bucket, key, version_id=version),
        "shorten": lambda: client.set_object_retention(bucket, key, soon, version_id=version),
        "unlock the bucket": lambda: client.set_object_lock_config(bucket, ObjectLockConfig(GOVERNANCE, 1, DAYS)),
        "stop versions": lambda: client.set_bucket_versioning(bucket, VersioningConfig("Suspended")),
        "remove the bucket": lambda: client.remove_bucket(bucket),
    }


def _only_version(client: Minio, bucket: str, key: str) -> str:
    [only] = client.list_objects(bucket, prefix=key, include_version=True)
    return str(only.version_id)


def test_the_list_of_heads_is_locked_for_its_term_and_a_deletion_hides_none(app_url: str, owner_url: str) -> None:
    make_bucket()
    name = f"00000001-4-{'a' * 64}"
    S3Archive(app_url).list_head(name)
    at, as_owner = plain(owner_url)
    key = f"{at.prefix}heads/{name}"
    version = _only_version(as_owner, at.bucket, key)

    with pytest.raises(S3Error, match="AccessDenied"):
        plain(app_url)[1].remove_object(at.bucket, key)
    with pytest.raises(S3Error, match=r"WORM|AccessDenied"):
        as_owner.remove_object(at.bucket, key, version_id=version)
    as_owner.remove_object(at.bucket, key)

    assert S3Archive(app_url).listed_heads() == [name]
    held = as_owner.get_object_retention(at.bucket, key, version_id=version)
    assert held and held.retain_until_date > NOW + timedelta(days=3600)
