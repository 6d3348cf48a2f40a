"""Backups in a bucket of an S3 store: made, made again, and restored; nothing of the address is told."""

import os
import re
import secrets
from pathlib import Path

import pytest

from config.upkeep import restoring
from config.upkeep.errors import NoBackupHere, NoSuchBackup, PlaceFails
from config.upkeep.places import place_of
from tests.config.upkeep_installations import PASSPHRASE, Installation, current
from tests.servers import backing

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
