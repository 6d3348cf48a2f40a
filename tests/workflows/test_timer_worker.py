"""A real worker fires a timer of five business days on the right day, whatever is decreed in between."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_a_timer_of_five_business_days_fires_on_the_right_day_after_a_decree(
    tmp_path: Path, fresh_database: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.workflows.timer_program"],
        cwd=ROOT,
        env=os.environ | {"DATA_DIR": str(tmp_path), "DATABASE_URL": fresh_database, "BROKER_URL": ""},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    seen = json.loads(done.stdout.splitlines()[-1])

    assert not seen["fired_with_one_day"]
    assert seen["today"] < seen["armed"] < seen["moved"]
    assert not seen["fired_with_two_days"]
    assert seen["fired_without"]
    assert seen["right_day"] <= seen["today"]
    assert seen["steps"] == ["tarde"]
    assert seen["ended_with"] == 0
