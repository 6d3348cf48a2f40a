"""Eight web processes and the worker on SQLite: nobody is told that the database is locked (quality, C4)."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.kill
@pytest.mark.embedded
@pytest.mark.parametrize("seconds", [10, pytest.param(60, marks=pytest.mark.long)])
def test_eight_web_processes_never_find_the_database_locked(seconds: int, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.config.web_load", str(seconds)],
        cwd=ROOT, env=os.environ | {"DATA_DIR": str(tmp_path), "ALLOWED_HOSTS": "testserver"},
        capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])

    print(found)
    assert found["errors"] == []
    assert 503 not in found["statuses"]
    assert 500 not in found["statuses"]
    assert found["longest_seconds"] < 5
    assert found["opened"] == found["expedientes"] > 0
    assert (found["worker_ended_with"], found["unsealed"]) == (0, 0)
