"""Backups in a bucket of an S3 store: made, made again, and restored; nothing of the address is told."""

import io
import os
import re
import secrets
from pathlib import Path

import pytest

from config.upkeep import restoring
from config.upkeep.errors import NoBackupHere, NoSuchBackup, PlaceFails
from config.upkeep.places import OBJECTS, place_of
from tests.config.upkeep_installations import PASSPHRASE, Installation, current
from tests.servers import backing, buckets

pytestmark = pytest.mark.servers


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    return current(tmp_path_factory.mktemp("bucket") / "here")


@pytest.fixture
def address() -> str:
    return backing.archive_place(os.environ["ARCHIVE_URL"], f"copies-{secrets.token_hex(5)}")


def test_a_backup_in_a_bucket_is_restored_and_a_second_one_copies_nothing_again(
    here: Installation, address: str, tmp_path: Path
) -> None:
    printed = here.manage("backup", address) + here.manage("backup", address)
    there = Installation(tmp_path / "there")
    there.folder.mkdir()
    restored = there.manage("restore", address)

    first, second = re.findall(r"\((\d+) nuevos\)", printed)
    assert int(first) > 100
    assert int(second) == 0
    assert "El sistema está íntegro." in restored
    assert len(place_of(address).names()) == 2
    assert "chasqui-secret" not in printed + restored


def test_a_bucket_without_a_backup_and_a_name_that_is_not_there_are_told(here: Installation, address: str) -> None:
    with pytest.raises(NoBackupHere) as refused:
        restoring.opened(place_of(address), name="", passphrase=PASSPHRASE)
    assert "secret" not in str(refused.value)

    here.manage("backup", address)
    with pytest.raises(NoSuchBackup):
        restoring.opened(place_of(address), name="2001-01-01T000000Z", passphrase=PASSPHRASE)


def test_a_store_that_refuses_is_told_in_a_sentence(address: str) -> None:
    with pytest.raises(PlaceFails) as refused:
        place_of(address.replace("chasqui-secret", "another-secret")).names()

    assert "another-secret" not in str(refused.value)


def test_older_backups_in_a_bucket_go_and_what_a_lock_keeps_stays_whole(here: Installation) -> None:
    with buckets.fresh("copies") as locked:
        here.manage("backup", locked)
        refused = here.manage("backup", locked, "--keep", "1")
        assert "no deja borrar todavía" in refused
        assert len(place_of(locked).names()) == 2
        restoring.opened(place_of(locked), name=place_of(locked).names()[0], passphrase=PASSPHRASE).check(print)


def test_older_backups_in_a_bucket_without_locks_go_with_what_none_needs(here: Installation) -> None:
    with buckets.fresh("copies", is_locked=False) as address:
        place = place_of(address)
        here.manage("backup", address)
        place.archive(OBJECTS).put(io.BytesIO(b"of a backup that was broken off"))

        printed = here.manage("backup", address, "--keep", "1")

        assert "y 1 objetos" in printed
        [left] = place.names()
        assert place.unfinished() == [] and place.marked_at() is None
        restoring.opened(place, name=left, passphrase=PASSPHRASE).check(lambda line: None)
