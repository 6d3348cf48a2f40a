"""C3: eight processes, rollbacks and kills, and not one number doubled or skipped."""

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.kill
ROOT = Path(__file__).resolve().parents[2]
PROCESSES = 8
FULL = 2_000


def counted(job: str, folder: Path, database: str, processes: int, count: int) -> dict[str, Any]:
    seed = random.randrange(10_000)
    done = subprocess.run(
        [sys.executable, "-m", "tests.docs_store.counters", job, str(processes), str(count), str(seed)],
        cwd=ROOT, env=os.environ | {"DATA_DIR": str(folder), "DATABASE_URL": database, "BROKER_URL": ""},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"seed {seed}: {done.stdout}{done.stderr}"
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize(
    "count",
    [
        pytest.param(FULL, marks=pytest.mark.embedded),
        pytest.param(400, marks=pytest.mark.servers),
        pytest.param(FULL, marks=[pytest.mark.servers, pytest.mark.long]),
    ],
)
def test_one_series_has_no_gap_and_no_double(tmp_path: Path, fresh_database: str, count: int) -> None:
    found = counted("register", tmp_path, fresh_database, PROCESSES, count)

    assert found["deaths"] > 0
    assert found["numbers"] == found["entries"] == PROCESSES * count
    (series,) = found["series"].values()
    assert series == {"numbers": PROCESSES * count, "is_1_to_n": True, "goes_on": True}


@pytest.mark.parametrize("count", [100, pytest.param(FULL, marks=pytest.mark.long)])
def test_series_that_are_taken_from_at_once_over_midnight_count_each_for_itself(
    tmp_path: Path, fresh_database: str, count: int
) -> None:
    found = counted("numbers", tmp_path, fresh_database, PROCESSES, count)

    assert found["deaths"] > 0
    assert found["numbers"] == found["entries"] == PROCESSES * count
    assert len(found["series"]) == 10
    assert all(series["is_1_to_n"] and series["goes_on"] for series in found["series"].values())
    assert found["wrong_years"] == 0


@pytest.mark.parametrize("count", [25, pytest.param(250, marks=pytest.mark.long)])
def test_a_killed_ceremony_goes_on_with_its_number(tmp_path: Path, fresh_database: str, count: int) -> None:
    processes = 4

    found = counted("papers", tmp_path, fresh_database, processes, count)

    assert found["deaths"] > 0
    assert found["emitted"] == found["used"] == found["numbers"] == found["emissions"] == processes * count
    assert found["leaves"] == found["codes"] == found["emitted"]
    assert (found["unfinished"], found["versions_without_bytes"]) == (0, 0)
    assert all(series["is_1_to_n"] for series in found["series"].values())
    assert found["folios_go_on"]
