"""Backup while files are worked, restore into an empty system: the drill (quality, F10), and what is refused."""

import json
import re
import shutil
import stat
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from config.upkeep import restoring
from config.upkeep.errors import (
    BackupDamaged,
    NewerRelease,
    NoBackupHere,
    PassphraseMissing,
    PassphraseTooShort,
    PlaceRefused,
    WrongPassphrase,
)
from config.upkeep.places import place_of
from tests.config.upkeep_installations import PASSPHRASE, Installation, current, empty, released
from tests.servers import backing

WHOLE = "El sistema está íntegro."
PIN = "123456"
FACTOR = "QUEESTOSEAELSECRETODELSEGUNDOFACTOR"
GIVE_A_FACTOR = (
    "from allauth.mfa.models import Authenticator; from organization.models import Person; "
    f"Authenticator.objects.create(user=Person.objects.earliest('pk'), type='totp', data={{'secret': '{FACTOR}'}})"
)
TELL_FACTORS = (
    "from allauth.mfa.models import Authenticator; print([each.data for each in Authenticator.objects.all()])"
)


@dataclass
class Drill:
    """An installation that was backed up while files were worked on it, and what was said."""

    here: Installation
    place: Path
    printed: str
    worked: dict[str, Any]
    steps_meanwhile: int


@pytest.fixture(scope="module")
def drill(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Drill]:
    folder = tmp_path_factory.mktemp("drill")
    with ExitStack() as stack:
        here = current(folder / "here")
        if backing.is_server("DATABASE_URL"):
            embedded, here = here, stack.enter_context(empty(folder / "served"))
            here.manage("move", "--from", str(embedded.folder))
        here.manage("shell", "--no-imports", "-c", GIVE_A_FACTOR)
        before = here.works("tell")["counts"]["ledger_entry"]
        with here.at_work() as worked:
            printed = here.manage("backup", str(folder / "copies"))
        meanwhile = here.works("tell")["counts"]["ledger_entry"] - before
        yield Drill(here, folder / "copies", printed, worked, meanwhile)


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Installation]:
    with empty(tmp_path / "there") as installation:
        yield installation


def test_the_drill(drill: Drill, there: Installation) -> None:
    """No step fails under the backup; restored, chain, numbers, archive and index are whole and files go on."""
    assert drill.worked["steps"] > 0
    assert drill.steps_meanwhile > 0

    printed = there.manage("restore", str(drill.place))

    assert WHOLE in printed
    rpo, rto = re.findall(r"^(?:RPO|RTO): .+$", printed, re.MULTILINE)
    print(f"\n{rpo}\n{rto}")
    manifest = manifest_of(drill.place)
    assert there.works("tell")["head"][0] >= manifest["head"]["sequence"]
    done = there.works("go_on")
    assert len(done["completed"]) == 3
    assert int(done["after"].split("-")[0]) == int(done["before"].split("-")[0]) + 1
    assert WHOLE in there.manage("verify_system", "--all")
    assert "El libro está íntegro." in there.manage("verify_ledger")


def test_keys_and_settings_are_restored_and_open_again(drill: Drill, there: Installation) -> None:
    printed = there.manage("restore", str(drill.place), PUBLIC_URL="https://otra.example")

    key = drill.here.folder / "secret_key"
    assert (there.folder / "secret_key").read_text() == key.read_text()
    assert (there.folder / "keys" / "root.key").read_bytes() == (drill.here.folder / "keys" / "root.key").read_bytes()
    told = there.folder / "restored.env"
    assert "PUBLIC_URL=" in told.read_text()
    assert stat.S_IMODE(told.stat().st_mode) == 0o600
    assert re.search(r"otras variables de entorno: .*\bPUBLIC_URL\b", printed)
    assert key.read_text() not in printed
    assert FACTOR in there.manage("shell", "--no-imports", "-c", TELL_FACTORS)


def test_no_secret_is_in_the_clear_in_the_backup_nor_in_what_is_printed(drill: Drill) -> None:
    secrets = {
        "SECRET_KEY": (drill.here.folder / "secret_key").read_bytes().strip(),
        "passphrase": PASSPHRASE.encode(),
        "private key": b"PRIVATE KEY-----",
        "key body": (drill.here.folder / "keys" / "root.key").read_bytes().splitlines()[1],
        "settings": b"chasqui-secret",
        "second factor": FACTOR.encode(),
    }
    paths = [path for path in drill.place.rglob("*") if path.is_file()]
    assert len(paths) > 60
    for path in paths:
        content = path.read_bytes()
        found = [name for name, secret in secrets.items() if secret in content]
        if "objects" not in path.parts:  # a PDF may hold those six digits by chance
            found += ["PIN"] if PIN.encode() in content else []
        assert not found, path
    assert not [name for name, secret in secrets.items() if secret.decode() in drill.printed]


def test_a_second_backup_copies_only_what_is_new(drill: Drill, tmp_path: Path) -> None:
    first = manifest_of(drill.place)
    place = tmp_path / "copies"
    shutil.copytree(drill.place, place)
    printed = drill.here.manage("backup", str(place))

    second = manifest_of(place)
    (new,) = re.findall(r"\((\d+) nuevos\)", printed)
    assert int(new) < first["objects"] / 2
    assert second["made_at"] > first["made_at"]
    assert second["head"]["sequence"] >= first["head"]["sequence"]
    assert len({part["sha256"] for part in second["parts"].values()}) == len(second["parts"])


def test_a_restore_that_was_killed_is_repeated(drill: Drill, there: Installation) -> None:
    child = there.start("manage.py", "restore", str(drill.place))
    assert child.stderr is not None
    assert any("Índice: construyendo" in line for line in child.stderr)
    child.kill()
    child.communicate()

    printed = there.manage("restore", str(drill.place))

    assert "se sigue con el índice" in printed
    assert WHOLE in printed


def test_a_system_with_data_is_not_overwritten(drill: Drill) -> None:
    refused = drill.here.run("restore", str(drill.place))

    assert refused.returncode == 1
    assert "ya tiene datos" in refused.stderr


@pytest.mark.parametrize(
    ("spoil", "refusal"),
    [
        (lambda place: newest(place).joinpath("manifest.json").unlink(), NoBackupHere),
        (lambda place: edited(newest(place) / "manifest.json"), WrongPassphrase),
        (lambda place: flipped(next(newest(place).glob("??/??/*"))), BackupDamaged),
        (lambda place: next(place.glob("objects/??/??/*")).unlink(), BackupDamaged),
    ],
    ids=["no manifest", "edited manifest", "damaged part", "missing object"],
)
def test_a_backup_that_is_not_whole_is_refused(drill: Drill, tmp_path: Path, spoil: Any, refusal: Any) -> None:
    place = tmp_path / "copies"
    shutil.copytree(drill.place, place)
    spoil(place)

    with pytest.raises(refusal) as refused:
        restoring.opened(place_of(str(place)), name="", passphrase=PASSPHRASE).check(lambda line: None)
    assert str(refused.value).endswith(".")


def test_a_damaged_object_is_found_before_a_row_is_loaded(drill: Drill, there: Installation, tmp_path: Path) -> None:
    place = tmp_path / "copies"
    shutil.copytree(drill.place, place)
    flipped(next(place.glob("objects/??/??/*")))

    refused = there.run("restore", str(place))

    assert refused.returncode == 1
    assert "La copia está dañada" in refused.stderr
    assert not (there.folder / "keys").exists()


def test_the_backup_of_a_later_program_is_refused(drill: Drill) -> None:
    backup = restoring.opened(place_of(str(drill.place)), name="", passphrase=PASSPHRASE)
    later = replace(backup.manifest, migrations=[*backup.manifest.migrations, ("ledger", "0999_of_tomorrow")])

    with pytest.raises(NewerRelease, match=r"ledger\.0999_of_tomorrow"):
        replace(backup, manifest=later).check(lambda line: None)


@pytest.mark.parametrize(
    ("passphrase", "refusal"),
    [("", PassphraseMissing), ("corta", PassphraseTooShort), ("otra frase bastante larga", WrongPassphrase)],
)
def test_without_the_right_passphrase_nothing_is_opened(drill: Drill, passphrase: str, refusal: Any) -> None:
    with pytest.raises(refusal):
        restoring.opened(place_of(str(drill.place)), name="", passphrase=passphrase)


@pytest.mark.parametrize("address", ["", "ftp://key:secret@host/x", "https://host"])
def test_a_place_that_cannot_hold_backups_is_refused_without_its_secrets(address: str) -> None:
    with pytest.raises(PlaceRefused) as refused:
        place_of(address)

    assert "secret" not in str(refused.value).partition("escriba")[0]


def test_without_a_passphrase_nothing_is_backed_up(tmp_path: Path) -> None:
    refused = released(tmp_path / "data").run("backup", str(tmp_path / "copies"), BACKUP_PASSPHRASE="")

    assert refused.returncode == 1
    assert "Falta la frase" in refused.stderr


def test_a_database_that_is_away_is_told_without_its_password(tmp_path: Path) -> None:
    away = "postgres://chasqui:clave@127.0.0.1:1/chasqui"
    refused = Installation(tmp_path).run("backup", str(tmp_path / "copies"), DATABASE_URL=away)

    assert refused.returncode == 1
    assert "La base de datos no responde" in refused.stderr
    assert "clave" not in refused.stderr


def newest(place: Path) -> Path:
    return max(path for path in place.iterdir() if path.name != "objects")


def manifest_of(place: Path) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads((newest(place) / "manifest.json").read_text())
    return manifest


def edited(path: Path) -> None:
    path.chmod(0o600)
    path.write_text(path.read_text().replace('"objects": ', '"objects": 1'))


def flipped(path: Path) -> None:
    path.chmod(0o600)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))
