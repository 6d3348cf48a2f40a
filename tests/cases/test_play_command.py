"""The command that plays: it works by itself on an empty folder, and never on an entity's real data."""

import json
import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings

PROFILE = "callao-2011"


def _play(folder: Path, database: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name not in {"ENTITY", "DEMO", "DATA_DIR"}}
    return subprocess.run(
        [sys.executable, "manage.py", "play", *arguments],
        cwd=settings.BASE_DIR,
        env={**kept, "DATA_DIR": str(folder), "DATABASE_URL": database},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_play_migrates_loads_and_ends_with_number_key_path_verdict_and_hit(tmp_path: Path, fresh_database: str) -> None:
    played = _play(tmp_path, fresh_database, PROFILE, "--json")

    assert played.returncode == 0, played.stderr
    lines = [json.loads(line) for line in played.stdout.splitlines()]
    ending = {name: value for line in lines if "day" not in line for name, value in line.items()}
    assert ending["act"] == ending["search_hit"] == "1555-2011-MPC-AL"
    assert len(ending["key"]) == 16
    assert Path(ending["path"]).read_bytes().startswith(b"%PDF-")
    assert ending["verdict"]


def test_play_refuses_a_folder_that_the_demo_did_not_make(tmp_path: Path, fresh_database: str) -> None:
    assert _play(tmp_path, fresh_database, PROFILE).returncode == 0
    (tmp_path / "demo").unlink()

    refused = _play(tmp_path, fresh_database, PROFILE)

    assert refused.returncode == 1
    assert "no son de la demostración" in refused.stderr
    assert "Traceback" not in refused.stderr
