"""Several servers that start together on one empty database."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

pytestmark = pytest.mark.servers


def test_two_that_migrate_at_once_both_end_well(tmp_path: Path, fresh_database: str) -> None:
    both = [
        subprocess.Popen(
            [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
            cwd=settings.BASE_DIR,
            env=os.environ | {"DATA_DIR": str(tmp_path / name), "DATABASE_URL": fresh_database},
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in ("one", "two")
    ]

    ended = [each.communicate(timeout=600)[1] for each in both]

    assert [each.returncode for each in both] == [0, 0], ended
