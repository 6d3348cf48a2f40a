"""``kill -9`` at any moment of a signature leaves no half file, and each document ends with exactly one signature."""

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


def _kill(folder: Path, database: str, kills: int) -> dict[str, Any]:
    seed = str(random.randrange(10_000))
    done = subprocess.run(
        [sys.executable, "-m", "tests.signing.deathbed", seed, str(kills)],
        cwd=ROOT,
        env=os.environ | {"DATA_DIR": str(folder), "DATABASE_URL": database},
        capture_output=True,
        text=True,
        timeout=60 + 5 * kills,
        check=False,
    )
    assert done.returncode == 0, f"seed {seed}: {done.stdout}{done.stderr}"
    left, told = (json.loads(line) for line in done.stdout.splitlines()[-2:])
    return {**left, **told, "errors": done.stderr}


def _check(found: dict[str, Any], kills: int) -> None:
    assert found["ended"] == 0, found
    assert -9 in found["deaths"], found
    assert (found["signatures"], found["signed_slots"], found["entries"]) == (kills, kills, kills), found
    assert found["versions"] == 2 * kills + found["orphans"], found
    assert found["accepted"] == found["versions"], found


@pytest.mark.kill
def test_ten_kills_while_signing_leave_ten_documents_signed_once(tmp_path: Path, fresh_database: str) -> None:
    _check(_kill(tmp_path, fresh_database, 10), 10)


@pytest.mark.kill
@pytest.mark.long
def test_two_hundred_kills_while_signing_leave_each_document_signed_once(tmp_path: Path, fresh_database: str) -> None:
    _check(_kill(tmp_path, fresh_database, 200), 200)
