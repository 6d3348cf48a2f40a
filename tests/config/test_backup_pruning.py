"""Making room where backups lie (``manage.py backup --keep``): what goes, and what never does."""

import io
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from config.upkeep import pruning
from config.upkeep.errors import BackupDamaged, PlaceIsPruned, UpkeepError
from config.upkeep.places import MARK_HOLDS, OBJECTS, check_unmarked, moment_of, place_of
from config.upkeep.pruning import Keep, Pruned
from ledger.models import Entry
from tests.config.upkeep_installations import PASSPHRASE, Installation, current

NAMES = [f"2026-11-{day:02d}T043000Z" for day in (1, 8, 15, 22)]
NOW = moment_of(NAMES[-1]) + timedelta(hours=1)


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    return current(tmp_path_factory.mktemp("pruning") / "here")


@pytest.fixture(scope="module")
def backed_up(here: Installation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place with one backup, for copying."""
    place = tmp_path_factory.mktemp("pruning") / "copies"
    here.manage("backup", str(place))
    return place


@pytest.fixture
def copies(backed_up: Path, tmp_path: Path) -> Path:
    """A place with four backups, a week apart, and an object that none of them needs."""
    place = tmp_path / "copies"
    shutil.copytree(backed_up / OBJECTS, place / OBJECTS)
    [only] = [path for path in backed_up.iterdir() if path.name != OBJECTS]
    for name in NAMES:
        shutil.copytree(only, place / name)
    place_of(str(place)).archive(OBJECTS).put(io.BytesIO(b"of a backup that was broken off"))
    return place


def prune(place: Path, keep: Keep, at: datetime = NOW, passphrase: str = PASSPHRASE) -> tuple[Pruned, list[str]]:
    said: list[str] = []
    return pruning.prune(place_of(str(place)), keep=keep, passphrase=passphrase, at=at, say=said.append), said


def names(place: Path) -> list[str]:
    return place_of(str(place)).names()


def objects(place: Path) -> int:
    return len(list(place.glob(f"{OBJECTS}/??/??/*")))


@pytest.mark.parametrize(
    ("keep", "going"),
    [
        (Keep(count=2), 2),
        (Keep(count=1), 3),
        (Keep(count=9), 0),
        (Keep(days=10), 2),
        (Keep(days=0), 3),
        (Keep(days=400), 0),
        (Keep(), 0),
    ],
)
def test_which_backups_may_go(keep: Keep, going: int) -> None:
    assert keep.superfluous(NAMES, at=NOW) == NAMES[:going]
    assert keep.superfluous(NAMES[-1:], at=NOW) == []


@pytest.mark.django_db
def test_older_backups_go_with_the_objects_that_none_needs(copies: Path, backed_up: Path) -> None:
    at = timezone.now() + timedelta(days=30)

    pruned, _said = prune(copies, Keep(count=2), at)

    assert (pruned.gone, pruned.retained, pruned.objects) == (NAMES[:2], [], 1)
    assert names(copies) == NAMES[2:]
    assert objects(copies) == objects(backed_up)
    assert Entry.objects.get(kind="system.backups_pruned").facts["backups"] == NAMES[:2]
    assert prune(copies, Keep(count=2), at) == (Pruned(), [])


@pytest.mark.django_db
def test_nothing_goes_unless_the_newest_is_whole(copies: Path) -> None:
    next((copies / NAMES[-1]).glob("??/??/*")).unlink()

    with pytest.raises(BackupDamaged):
        prune(copies, Keep(count=1))

    assert names(copies) == NAMES


@pytest.mark.django_db
def test_what_was_broken_off_goes_after_a_day_and_a_half_made_backup_keeps_all_objects(copies: Path) -> None:
    (copies / NAMES[0] / "manifest.json").unlink()
    (copies / NAMES[-1] / "manifest.json").unlink()
    before = objects(copies)

    pruned, said = prune(copies, Keep(count=9))

    assert (pruned.gone, pruned.objects, objects(copies)) == ([NAMES[0]], 0, before)
    assert "a medias" in said[-1]
    assert (copies / NAMES[-1]).exists()


@pytest.mark.django_db
def test_a_backup_that_does_not_open_keeps_all_objects(copies: Path) -> None:
    older = copies / NAMES[1] / "manifest.json"
    older.chmod(0o600)
    older.write_text(older.read_text().replace('"program"', '"programme"'))
    before = objects(copies)

    pruned, said = prune(copies, Keep(count=3))

    assert (pruned.gone, pruned.objects, objects(copies)) == ([NAMES[0]], 0, before)
    assert NAMES[1] in said[-1]


@pytest.mark.django_db
def test_while_somebody_deletes_nobody_else_does_nor_counts_on_what_is_there(here: Installation, copies: Path) -> None:
    place_of(str(copies)).mark(timezone.now())

    with pytest.raises(PlaceIsPruned):
        prune(copies, Keep(count=1))
    refused = here.run("backup", str(copies))

    assert refused.returncode == 1
    assert "se borran copias viejas" in refused.stderr
    assert names(copies) == NAMES
    place_of(str(copies)).mark(timezone.now() - MARK_HOLDS)
    check_unmarked(place_of(str(copies)))


@pytest.mark.django_db
def test_a_mark_does_not_outlive_a_failure(copies: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> int:
        raise UpkeepError

    monkeypatch.setattr(pruning, "_prune_objects", fails)
    with pytest.raises(UpkeepError):
        prune(copies, Keep(count=3))

    assert place_of(str(copies)).marked_at() is None


def test_the_command_prunes_after_the_backup_and_what_is_left_restores(
    here: Installation, copies: Path, tmp_path: Path
) -> None:
    shutil.move(copies / NAMES[-1], copies / "2026-01-01T000000Z")

    printed = here.manage("backup", str(copies), "--keep", "1")

    assert "Borradas: 2026-01-01T000000Z" in printed
    [left] = names(copies)
    assert moment_of(left) > datetime.now(UTC) - timedelta(minutes=5)
    there = Installation(tmp_path / "there")
    there.folder.mkdir()
    assert "El sistema está íntegro." in there.manage("restore", str(copies))


@pytest.mark.parametrize("word", ["0", "-1", "dos", "١"])
def test_a_number_that_cannot_be_is_refused(here: Installation, tmp_path: Path, word: str) -> None:
    refused = here.run("backup", str(tmp_path), "--keep", word)

    assert refused.returncode != 0
    assert "de 1 en adelante" in refused.stderr
