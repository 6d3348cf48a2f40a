import os
import subprocess
import sys
from pathlib import Path

from tests.servers import backing

ROOT = Path(__file__).resolve().parents[2]


def test_a_data_folder_may_be_named_from_where_one_stands(tmp_path: Path) -> None:
    script = "from django.conf import settings; print(settings.DATABASES['default']['NAME'], settings.ARCHIVE['url'])"
    embedded = {name: value for name, value in os.environ.items() if name not in backing.URLS}
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path, env=embedded | {"DATA_DIR": "here/data", "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip

    folder = tmp_path / "here" / "data"
    assert done.stdout.split() == [f"{folder}/chasqui.sqlite3", f"file://{folder}/archive"]


def test_an_installation_keeps_the_secret_key_that_it_made(tmp_path: Path) -> None:
    script = "from django.conf import settings; print(settings.SECRET_KEY)"
    environment = os.environ | {"DATA_DIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    keys = {
        subprocess.run(
            [sys.executable, "-c", script], env=environment, capture_output=True, text=True, timeout=60, check=True
        ).stdout
        for _ in range(2)
    }

    assert len(keys) == 1
    assert len(keys.pop().strip()) >= 50
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0
