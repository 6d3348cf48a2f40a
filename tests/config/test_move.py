"""Moving up: an embedded installation of the former release arrives whole where the environment says, and goes on."""

import fcntl
import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.config.upkeep_installations import Installation, empty, released

WHOLE = "El sistema está íntegro."
LOADING = "Base de datos: preparando"


@pytest.fixture
def source(tmp_path: Path) -> Installation:
    return released(tmp_path / "source")


@pytest.fixture
def target(tmp_path: Path) -> Iterator[Installation]:
    with empty(tmp_path / "target") as installation:
        yield installation


def test_rows_chain_archive_and_open_files_arrive_and_the_next_number_follows(
    source: Installation, target: Installation
) -> None:
    printed = target.manage("move", "--from", str(source.folder))

    assert WHOLE in printed
    assert "No la vuelva a servir" in printed
    source.manage("migrate", "-v0")
    here, there = source.works("tell"), target.works("tell")
    assert here["head"] == there["head"]
    arrival = {"ledger_entry": 1}
    assert there["counts"] == {name: count + arrival.get(name, 0) for name, count in here["counts"].items()}
    assert (target.folder / "secret_key").read_text() == (source.folder / "secret_key").read_text()

    done = target.works("go_on")
    assert len(done["completed"]) == 3
    assert done["again"] == []
    assert int(done["after"].split("-")[0]) == int(done["before"].split("-")[0]) + 1
    assert WHOLE in target.manage("verify_system", "--all")


def test_a_move_that_was_killed_is_repeated(source: Installation, target: Installation) -> None:
    child = target.start("manage.py", "move", "--from", str(source.folder))
    assert child.stderr is not None
    for line in child.stderr:
        if LOADING in line:
            time.sleep(0.3)
            break
    child.kill()
    child.communicate()
    assert json.loads((target.folder / "unfinished_arrival").read_text())["identity"].startswith("move:")
    assert "quedó a medias" in target.run("serve").stderr

    printed = target.manage("move", "--from", str(source.folder))

    assert "quedó a medias" in printed
    assert WHOLE in printed
    assert not (target.folder / "unfinished_arrival").exists()


def test_a_move_into_a_system_with_data_is_refused(source: Installation, target: Installation) -> None:
    target.manage("migrate", "-v0")
    target.manage("shell", "-c", "from workflows.models import Route; Route.objects.create(slug='x', name='X')")

    refused = target.run("move", "--from", str(source.folder))

    assert refused.returncode == 1
    assert "ya tiene datos" in refused.stderr


def test_an_installation_in_use_is_not_moved(source: Installation, target: Installation) -> None:
    with (source.folder / "serve.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        refused = target.run("move", "--from", str(source.folder))

    assert refused.returncode == 1
    assert "está en uso" in refused.stderr


def test_a_folder_without_an_installation_is_told(target: Installation, tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()

    refused = target.run("move", "--from", str(tmp_path / "nothing"))

    assert refused.returncode == 1
    assert "no hay una instalación con chasqui.sqlite3" in refused.stderr


def test_another_secret_key_is_refused_before_anything_is_written(source: Installation, target: Installation) -> None:
    refused = target.run("move", "--from", str(source.folder), SECRET_KEY="x" * 60)

    assert refused.returncode == 1
    assert "SECRET_KEY es otra" in refused.stderr
    assert not (target.folder / "keys").exists()
