"""A full disk under the servers (quality, F9): told in a sentence, nothing lost, and nothing to be mended by hand."""

import io
import json
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from docs_store import services as docs
from docs_store.adapters.s3 import S3Archive
from docs_store.adapters.s3_store import Location
from docs_store.errors import ArchiveUnavailable
from docs_store.models import Version
from docs_store.services import keeping
from tests.cases.conftest import MONDAY, Town, town  # noqa: F401 -- a fixture
from tests.config.upkeep_installations import SECONDS, Installation, current
from tests.docs_store.conftest import Office, office  # noqa: F401 -- a fixture
from tests.factories import make_pdf
from tests.servers import buckets
from tests.servers.small_disk import may_mount, small_disk

pytestmark = pytest.mark.servers
WHOLE = "El sistema está íntegro."
ROOM = 4_000
"""Bytes that the store still takes: less than any signed act."""
PLENTY = 1_000_000_000

if may_mount():  # no other machine can give PostgreSQL a disk of its own: there the test is none

    def test_a_full_disk_of_postgresql_refuses_loses_nothing_and_needs_no_repair(tmp_path: Path) -> None:
        embedded = current(tmp_path / "embedded")
        with small_disk(tmp_path) as disk:
            here = Installation(tmp_path / "here", {"DATABASE_URL": disk.url})
            here.folder.mkdir()
            here.manage("move", "--from", str(embedded.folder))

            at_work = here.start("-m", "tests.servers.full_disk_program")
            assert at_work.stdout is not None
            done = int(at_work.stdout.readline())
            disk.fill()
            out, err = at_work.communicate(timeout=SECONDS)
            told: dict[str, Any] = json.loads(out.splitlines()[-1]) if at_work.returncode == 0 else {"trace": err}
            assert told.get("is_told"), told
            assert told["steps"] >= done

            disk.free()
            assert WHOLE in here.manage("verify_system", "--all")
            assert len(here.works("go_on")["completed"]) == 3


@pytest.fixture
def small_store(settings: Any, tmp_path: Path) -> Iterator[str]:
    """The archive in a bucket that the store itself lets grow no further than a few bytes."""
    with buckets.fresh("full") as url:
        settings.DATA_DIR, settings.ARCHIVE = tmp_path, {**settings.ARCHIVE, "url": url}
        yield url


def give_room(url: str, size: int) -> None:
    _at, admin = buckets.administrator(url)
    admin.bucket_quota_set(Location.of(url).bucket, size)


def test_a_full_s3_store_refuses_an_upload_and_takes_it_once_there_is_room(office: Office, small_store: str) -> None:  # noqa: F811
    document, content = office.document(), make_pdf() + secrets.token_bytes(2 * ROOM)

    def attach() -> Version:
        return docs.attach_file(
            document=document, name="informe.pdf", content=io.BytesIO(content), by=office.chief, at=MONDAY
        )

    give_room(small_store, ROOM)
    with pytest.raises(ArchiveUnavailable) as refused:
        attach()
    assert "no se guardó nada" in str(refused.value)
    assert not Version.objects.exists()
    assert list(S3Archive(small_store).stored()) == []

    give_room(small_store, PLENTY)
    assert attach().number == 1
    assert keeping.check_archive(at=MONDAY, is_whole=True).faults == []


def test_a_full_s3_store_signs_nothing_and_the_same_step_signs_later(town: Town, small_store: str) -> None:  # noqa: F811
    process = town.opens("resolucion", "ois", "jefe-ois")
    task, before = town.task(process, "informar"), Version.objects.count()
    town.writes(task, "jefe-ois")

    give_room(small_store, ROOM)
    with pytest.raises(ArchiveUnavailable):
        town.decides(task, "jefe-ois", "done")
    assert town.steps(process) == ["informar"]
    assert Version.objects.count() >= before

    give_room(small_store, PLENTY)
    town.decides(task, "jefe-ois", "done")
    assert town.steps(process) != ["informar"]
    assert keeping.check_archive(at=MONDAY, is_whole=True).faults == []
