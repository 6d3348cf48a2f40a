"""The number ceremony on a real database: killed at any moment, cut at each point, raced, and kept waiting.

Each program under test has its own data folder and, where DATABASE_URL names a server, its own database.
"""

import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.servers import backing, databases

pytestmark = pytest.mark.kill
ROOT = Path(__file__).resolve().parents[2]
WORKERS, ROUNDS = 4, 2
PICHARI, CALLAO = "pichari-2023", "callao-2011"
ORIGINAL = "original_in_force"
LOCKED_SECONDS, LONGEST_WAIT_SECONDS = 10, 15


class Installation:
    """A folder and a database of its own, where programs run one after another."""

    def __init__(self, folder: Path, database_url: str) -> None:
        own = {"DATA_DIR": str(folder), "DATABASE_URL": database_url}
        self.environment = {name: value for name, value in os.environ.items() if name not in backing.URLS} | own

    def run(self, job: str, *words: object) -> Any:
        done = subprocess.run(
            [sys.executable, "-m", "tests.cases.ceremony_program", job, *map(str, words)],
            cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{job} {words}: {done.stdout}{done.stderr}"
        return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Return the folder of a profile that is loaded on SQLite once for all tests, to be copied."""
    folders: dict[str, Path] = {}

    def folder_of(profile: str) -> Path:
        if profile not in folders:
            folder = tmp_path_factory.mktemp(profile)
            with databases.fresh(folder) as database_url:
                Installation(folder, database_url).run("install", profile)
            folders[profile] = folder
        return folders[profile]

    return folder_of


@pytest.fixture
def installed(loaded: Callable[[str], Path], tmp_path: Path) -> Iterator[Callable[[str], Installation]]:
    """Return an installation with this profile: a copy of the loaded one, or a new database of the server."""
    folder = tmp_path / "data"
    with databases.fresh(folder) as database_url:

        def install(profile: str) -> Installation:
            installation = Installation(folder, database_url)
            if backing.is_server("DATABASE_URL"):
                installation.run("install", profile)
            else:
                shutil.copytree(loaded(profile), folder)
            return installation

        yield install


Installed = Callable[[str], Installation]


@pytest.mark.parametrize("count", [50, pytest.param(500, marks=pytest.mark.long)])
def test_two_hundred_documents_under_kills_keep_every_number(installed: Installed, count: int) -> None:
    seed = random.randrange(10_000)

    found = installed(PICHARI).run("ceremony", WORKERS, count, seed)

    told = f"seed {seed}: {found}"
    emitted = WORKERS * (count - 1)
    assert found["deaths"] > 0, told
    assert found["faults"] == [], told
    assert (found["emitted"], found["numbers"]["used"], found["done"]) == (emitted, emitted, emitted), told
    assert found["numbers"]["reserved"] == WORKERS, told
    assert found["numbers"]["annulled"] > 0 and found["without_reason"] == 0, told
    assert found["verdicts"] == [ORIGINAL] * emitted, told
    assert found["ledger"] == 0, told


WHOLE = {"status": "DONE", "successors": 1, "open": 1, "closings": 1, "documents": 1, "passes_on": 1}
NUMBERED = {**WHOLE, "numbers": 1, "used": 0, "signatures": 0, "state": "for_dispatch"}
EMITTED = {**WHOLE, "numbers": 1, "used": 1, "signatures": 1, "state": "emitted", "verdict": ORIGINAL}
EFFECTS = {
    "draft": EMITTED,
    "visado": {**WHOLE, "successors": 0, "numbers": 0, "visados": 1},
    "number": NUMBERED,
    "sign": EMITTED,
    "sign-next-day": EMITTED,
    "sign-first": {**NUMBERED, "signatures": 1},
    "sign-last": {**EMITTED, "signatures": 2},
}


@pytest.mark.embedded
@pytest.mark.parametrize("step", EFFECTS)
def test_a_death_at_each_point_of_a_step_leaves_all_or_nothing_and_the_call_goes_on(
    installed: Installed, step: str
) -> None:
    deaths = installed(CALLAO if step in {"sign-first", "sign-last"} else PICHARI).run("points", step)

    assert len(deaths) > 5
    assert [death["died"] for death in deaths] == [True] * (len(deaths) - 1) + [False]
    for death in deaths:
        assert (death["broken"], death["left"], death["refusal"]) == ([], [], ""), death
        assert death["effect"] | EFFECTS[step] == death["effect"], death


@pytest.mark.parametrize("rounds", [ROUNDS, pytest.param(50, marks=pytest.mark.long)])
def test_six_who_save_and_complete_at_once_have_one_effect_and_are_all_told_that_it_is_done(
    installed: Installed, rounds: int
) -> None:
    found = installed(PICHARI).run("six", rounds)

    assert found["ended"] == [0] * 6
    assert found["faults"] == []
    assert found["documents_of_the_unwritten"] == [1] * rounds
    for task in found["tasks"]:
        assert task["answers"] == {"done": 6}, task
        assert task | EFFECTS[task["kind"]] == task


@pytest.mark.embedded
def test_a_locked_database_is_waited_for_and_beyond_the_wait_nothing_is_recorded(installed: Installed) -> None:
    found = installed(PICHARI).run("locked", LOCKED_SECONDS)

    patient, impatient, again = found["patient"], found["impatient"], found["again"]
    assert patient["answer"] == again["answer"] == 302
    assert LOCKED_SECONDS - 1 < patient["seconds"] < LONGEST_WAIT_SECONDS
    assert patient | EMITTED == patient
    assert impatient["answer"] == 503
    assert "Espere unos segundos y vuelva a intentar." in impatient["page"]
    assert impatient["unchanged"]
    assert again | EMITTED == again
    assert found["faults"] == []
