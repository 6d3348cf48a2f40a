"""The real cases end the same on real servers as on the embedded default."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from tests.servers import backing
from tests.servers.installations import own_servers

PROFILES = sorted(path.parent.name for path in (settings.BASE_DIR / "entities").glob("*/case.toml"))
ITS_OWN = {"key", "path"}
"""What differs each time: the secret and the folder."""
pytestmark = pytest.mark.servers


def played(entity: str, folder: Path, servers: dict[str, str]) -> list[dict[str, object]]:
    """Return what the command tells of the case, played on an empty installation."""
    own = {*backing.URLS, "ENTITY", "DEMO"}
    kept = {name: value for name, value in os.environ.items() if name not in own}
    done = subprocess.run(
        [sys.executable, "manage.py", "play", entity, "--json"],
        cwd=settings.BASE_DIR,
        env={**kept, "DATA_DIR": str(folder), **servers},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr
    told = [json.loads(line) for line in done.stdout.splitlines()]
    return [line for line in told if not ITS_OWN & line.keys()]


@pytest.mark.parametrize("entity", PROFILES)
def test_the_real_case_is_told_alike(entity: str, tmp_path: Path) -> None:
    with own_servers() as servers:
        assert set(servers) == set(backing.URLS)
        on_servers = played(entity, tmp_path / "servers", servers)

    assert on_servers == played(entity, tmp_path / "embedded", {})
    assert on_servers[-1].keys() == {"entity"}
