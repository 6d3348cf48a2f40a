"""What keeps an object of the S3 archive from deletion: the bucket, its locks, the sweep and the check."""

import io
import os
import secrets
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone
from minio.commonconfig import COMPLIANCE, GOVERNANCE
from minio.deleteobjects import DeleteObject
from minio.error import S3Error
from minio.objectlockconfig import DAYS
from minio.retention import Retention
from minio.versioningconfig import VersioningConfig

from config.checks import check_archive
from config.upkeep.checks import archive as compared
from config.upkeep.differences import Depth
from docs_store import services as docs
from docs_store.adapters.s3 import S3Archive
from docs_store.adapters.s3_bucket import FIRST_LOCK_DAYS
from docs_store.adapters.s3_store import Location
from docs_store.enums import ObjectFault
from docs_store.errors import ArchiveUnavailable, ObjectMissing
from docs_store.rules.digests import object_key
from docs_store.services import keeping
from tests.docs_store.conftest import Office, office  # noqa: F401 -- a fixture
from tests.factories import make_pdf
from tests.servers import backing, buckets
from tests.servers.buckets import plain

pytestmark = pytest.mark.servers
CONTENT = "Resolución que aprueba el plan".encode()
NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def bucket_url() -> Iterator[str]:
    """The URL of a bucket that ``prepare`` made; it goes away with all its versions."""
    with buckets.fresh("locks") as url:
        yield url


@pytest.fixture
def url(bucket_url: str) -> str:
    return backing._with_path(bucket_url, f"{Location.of(bucket_url).bucket}/t{secrets.token_hex(5)}")


@pytest.fixture
def archive(url: str) -> S3Archive:
    return S3Archive(url)


def beside(url: str, name: str) -> str:
    at = Location.of(url)
    return backing._with_path(url, f"{at.bucket}/{at.prefix}{name}")


def key_of(url: str, digest: str) -> str:
    return Location.of(url).prefix + object_key(digest)


def versions(url: str, digest: str) -> list[str]:
    at, client = plain(url)
    found = client.list_objects(at.bucket, prefix=key_of(url, digest), include_version=True)
    return [str(each.version_id) for each in found if not each.is_delete_marker]


def retention(url: str, digest: str) -> Retention:
    at, client = plain(url)
    found = client.get_object_retention(at.bucket, key_of(url, digest), version_id=versions(url, digest)[0])
    assert found
    return found


def put_with_short_lock(url: str, seconds: float) -> str:
    """Store the content as ``put`` would have done a week ago: its first lock is about to end."""
    import hashlib

    at, client = plain(url)
    digest = hashlib.sha256(CONTENT).hexdigest()
    lock = Retention(GOVERNANCE, datetime.now(UTC) + timedelta(seconds=seconds))
    client.put_object(at.bucket, key_of(url, digest), io.BytesIO(CONTENT), len(CONTENT), retention=lock)
    return digest


def eventually(is_so: Callable[[], bool], seconds: float = 10) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if is_so():
            return True
        time.sleep(0.2)
    return False


# The bucket


def test_make_bucket_makes_versions_and_locks_once(bucket_url: str) -> None:
    at, client = plain(bucket_url)

    assert S3Archive(bucket_url).prepare() == []
    assert S3Archive(bucket_url).weaknesses() == []
    assert client.get_bucket_versioning(at.bucket).status == "Enabled"
    lock = client.get_object_lock_config(at.bucket)
    assert (lock.mode, lock.duration, lock.duration_unit) == (GOVERNANCE, FIRST_LOCK_DAYS, DAYS)


def test_a_bucket_without_versions_or_lock_is_told_of(settings: Any) -> None:
    url = backing._with_path(os.environ["ARCHIVE_URL"], f"chasqui-bare-{secrets.token_hex(5)}")
    at, client = plain(url)
    client.make_bucket(at.bucket)
    try:
        assert "no guarda versiones" in S3Archive(url).weaknesses()[0]
        client.set_bucket_versioning(at.bucket, VersioningConfig("Enabled"))
        assert "no bloquea el borrado" in S3Archive(url).weaknesses()[0]
        settings.ARCHIVE = {**settings.ARCHIVE, "url": url}
        assert [fault.id for fault in check_archive(None)] == ["chasqui.W005"]
        digest = S3Archive(url).put(io.BytesIO(CONTENT))
        assert not S3Archive(url).lock(digest, at=NOW)
        assert not S3Archive(url).remove(digest, before=NOW + timedelta(days=9)), "no sweep is safe without locks"
    finally:
        found = client.list_objects(at.bucket, recursive=True, include_version=True)
        for each in list(found):
            client.remove_object(at.bucket, str(each.object_name), version_id=each.version_id)
        client.remove_bucket(at.bucket)


def test_a_bucket_that_locks_nothing_new_is_told_of_and_mended(bucket_url: str) -> None:
    at, client = plain(bucket_url)
    client.delete_object_lock_config(at.bucket)

    assert "no bloquea lo nuevo" in S3Archive(bucket_url).weaknesses()[0]
    assert len(S3Archive(bucket_url).prepare()) == 1
    assert S3Archive(bucket_url).weaknesses() == []


@pytest.mark.parametrize(
    "wrong", ["lock_days=0", "lock_days=ten", "lock=none", "sse=aes", "secure=maybe", "timeout=-1"]
)
def test_a_parameter_that_cannot_be_is_refused_at_the_start(wrong: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=wrong.partition("=")[0]):
        S3Archive(f"s3://a:b@127.0.0.1/bucket?{wrong}")


def test_credentials_may_come_from_their_own_variables(settings: Any, url: str) -> None:
    at = Location.of(url)
    settings.ARCHIVE_ACCESS_KEY, settings.ARCHIVE_SECRET_KEY = at.access_key, at.secret_key

    bare = S3Archive(url.replace(f"{at.access_key}:{at.secret_key}@", ""))

    bare.check()
    assert at.secret_key not in repr(Location.of(url))


def test_a_store_that_cannot_encrypt_refuses_and_says_why(url: str) -> None:
    with pytest.raises(ArchiveUnavailable) as refused:
        S3Archive(f"{url}&sse=s3").put(io.BytesIO(CONTENT))

    assert refused.value.reason == "NotImplemented"


# Locks


def test_a_new_object_is_locked_at_once_and_for_its_term_after_the_check(archive: S3Archive, url: str) -> None:
    digest = archive.put(io.BytesIO(CONTENT))
    first = retention(url, digest)

    assert archive.lock(digest, at=NOW)
    assert archive.lock(digest, at=NOW - timedelta(days=900)), "a longer lock stays"

    term = retention(url, digest)
    assert abs(first.retain_until_date - NOW - timedelta(days=FIRST_LOCK_DAYS)) < timedelta(hours=1)
    assert abs(term.retain_until_date - NOW - timedelta(days=3650)) < timedelta(hours=1)
    with pytest.raises(ObjectMissing):
        archive.lock("0" * 64, at=NOW)


def test_a_term_that_is_over_sets_no_lock(url: str) -> None:
    archive = S3Archive(f"{url}&lock_days=30")
    digest = archive.put(io.BytesIO(CONTENT))

    assert archive.lock(digest, at=NOW - timedelta(days=900)), "the first lock still holds it"

    assert retention(url, digest).retain_until_date < NOW + timedelta(days=FIRST_LOCK_DAYS + 1)


def test_another_store_that_was_filled_from_a_copy_is_locked_by_a_whole_check(
    office: Office,  # noqa: F811
    settings: Any,
    tmp_path: Any,
    url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(keeping, "LOOK_BACK", 0)
    settings.DATA_DIR, settings.ARCHIVE = tmp_path, {**settings.ARCHIVE, "url": beside(url, "first")}
    version = docs.attach_file(
        document=office.document(), name="a.pdf", content=io.BytesIO(make_pdf()), by=office.chief, at=NOW
    )
    keeping.check_archive(at=NOW)
    with docs.open_version(version) as content:
        S3Archive(beside(url, "second")).put(content)
    settings.ARCHIVE = {**settings.ARCHIVE, "url": beside(url, "second")}

    assert keeping.check_archive(at=NOW, is_whole=True).locked == 1

    assert retention(beside(url, "second"), version.sha256).retain_until_date > NOW + timedelta(days=3600)


def test_nobody_deletes_a_locked_version(archive: S3Archive, url: str) -> None:
    at, client = plain(url)
    digest = archive.put(io.BytesIO(CONTENT))

    with pytest.raises(S3Error, match=r"WORM|AccessDenied"):
        client.remove_object(at.bucket, key_of(url, digest), version_id=versions(url, digest)[0])
    assert not archive.remove(digest, before=NOW + timedelta(days=9))
    assert archive.has(digest)


def test_compliance_binds_the_stores_administrator_too(url: str) -> None:
    at, client = plain(url)
    key, until = f"{at.prefix}compliance", datetime.now(UTC) + timedelta(seconds=2)
    client.put_object(at.bucket, key, io.BytesIO(CONTENT), len(CONTENT), retention=Retention(COMPLIANCE, until))
    version = next(iter(client.list_objects(at.bucket, prefix=key, include_version=True))).version_id
    everything = [DeleteObject(key, version)]

    assert len(list(client.remove_objects(at.bucket, everything, bypass_governance_mode=True))) == 1

    assert eventually(lambda: not list(client.remove_objects(at.bucket, everything, bypass_governance_mode=True)))


# The sweep and the check


def test_an_orphan_goes_when_its_first_lock_has_ended(archive: S3Archive, url: str) -> None:
    digest = put_with_short_lock(url, 1.5)
    assert not archive.remove(digest, before=NOW + timedelta(days=2)), "still locked"

    assert eventually(lambda: archive.remove(digest, before=NOW + timedelta(days=2)))

    assert not archive.has(digest)
    assert versions(url, digest) == []


def test_an_orphan_that_is_put_again_is_locked_again(archive: S3Archive, url: str) -> None:
    digest = put_with_short_lock(url, 1.5)

    archive.put(io.BytesIO(CONTENT))

    assert retention(url, digest).retain_until_date > datetime.now(UTC) + timedelta(days=FIRST_LOCK_DAYS - 1)
    assert not eventually(lambda: archive.remove(digest, before=NOW + timedelta(days=2)), seconds=3)


@pytest.mark.django_db
def test_an_object_without_row_is_a_difference_only_when_the_sweep_could_take_it(
    settings: Any, tmp_path: Any, url: str
) -> None:
    settings.DATA_DIR, settings.ARCHIVE = tmp_path, {**settings.ARCHIVE, "url": url}
    digest = S3Archive(url).put(io.BytesIO(CONTENT))
    said: list[str] = []

    def found(days: float) -> list[str]:
        at = datetime.now(UTC) + timedelta(days=days)
        return [each.subject for each in compared.differences(Depth(), at=at, say=said.append)]

    assert [found(0), found(2), found(FIRST_LOCK_DAYS - 0.1)] == [[], [], []]
    assert len(said) == 3 and f"{timezone.localtime(NOW + timedelta(days=FIRST_LOCK_DAYS)):%d/%m/%Y}" in said[0]
    assert found(FIRST_LOCK_DAYS + 0.1) == [f"object:{digest}"]
    [orphan] = keeping.orphans(S3Archive(url), at=datetime.now(UTC) + timedelta(days=2))
    assert keeping.free_from(S3Archive(url), orphan) == S3Archive(url).locked_until(digest)


def test_the_check_locks_what_belongs_to_a_row_and_tells_of_a_delete_marker(
    office: Office,  # noqa: F811
    settings: Any,
    tmp_path: Any,
    url: str,
) -> None:
    settings.DATA_DIR, settings.ARCHIVE = tmp_path, {**settings.ARCHIVE, "url": url}
    version = docs.attach_file(
        document=office.document(), name="a.pdf", content=io.BytesIO(make_pdf()), by=office.chief, at=NOW
    )
    orphan = S3Archive(url).put(io.BytesIO(CONTENT))

    seen = keeping.check_archive(at=NOW)

    assert (seen.objects, seen.read, seen.locked, seen.faults) == (1, 1, 1, [])
    assert retention(url, version.sha256).retain_until_date > NOW + timedelta(days=3600)
    assert retention(url, orphan).retain_until_date < NOW + timedelta(days=8)

    at, client = plain(url)
    client.remove_object(at.bucket, key_of(url, version.sha256))
    alarm = keeping.check_archive(at=NOW)
    assert alarm.faults == [keeping.Fault(ObjectFault.COVERED, version.sha256, version.pk)]
    with docs.open_version(version) as content:
        assert content.read().startswith(b"%PDF")


@pytest.mark.parametrize("size", ["same", "other"])
def test_the_check_tells_of_bytes_that_were_written_over_the_right_ones(
    office: Office,  # noqa: F811
    settings: Any,
    tmp_path: Any,
    url: str,
    size: str,
) -> None:
    settings.DATA_DIR, settings.ARCHIVE = tmp_path, {**settings.ARCHIVE, "url": url}
    pdf = make_pdf()
    version = docs.attach_file(
        document=office.document(), name="a.pdf", content=io.BytesIO(pdf), by=office.chief, at=NOW
    )
    at, client = plain(url)
    other = pdf[::-1] if size == "same" else b"other"
    client.put_object(at.bucket, key_of(url, version.sha256), io.BytesIO(other), len(other))

    alarm = keeping.check_archive(at=NOW)

    assert alarm.faults == [keeping.Fault(ObjectFault.COVERED, version.sha256, version.pk)]
    with docs.open_version(version) as content:
        assert content.read() == pdf
