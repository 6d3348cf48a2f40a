"""Installations that a test backs up, restores, moves and brings up to date, each in its own folder and servers."""

import json
import signal
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.browser.installation import environment
from tests.servers.installations import own_servers

ROOT = Path(__file__).resolve().parents[2]
FIXTURE = ROOT / "tests" / "config" / "upgrade" / "release_0.1.0.tar.xz"
PASSPHRASE = "una frase que nadie adivina"
SECONDS = 240


@dataclass
class Installation:
    """A data folder, and the servers that it uses beside it."""

    folder: Path
    servers: dict[str, str] = field(default_factory=dict)

    def environment(self, **more: str) -> dict[str, str]:
        return environment(self.folder) | self.servers | {"BACKUP_PASSPHRASE": PASSPHRASE} | more

    def run(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run a command of manage.py to its end, whatever that is."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment(**more),
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS,
        )

    def manage(self, *arguments: str, **more: str) -> str:
        """Run a command of manage.py that must succeed; return all it printed."""
        done = self.run(*arguments, **more)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def start(self, *arguments: str, **more: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.environment(**more),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def works(self, command: str) -> dict[str, Any]:
        """Let ``town_at_work`` do something, and return what it tells."""
        done = subprocess.run(
            [sys.executable, "-m", "tests.config.town_at_work", command],
            cwd=ROOT,
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return told

    @contextmanager
    def at_work(self) -> Iterator[dict[str, Any]]:
        """Have files worked all the while inside, from the first finished one on; then say how it went."""
        told: dict[str, Any] = {}
        child = self.start("-m", "tests.config.town_at_work", "load")
        try:
            assert child.stdout is not None
            assert child.stdout.readline(), child.stderr.read() if child.stderr else ""
            yield told
        finally:
            child.send_signal(signal.SIGTERM)
            out, err = child.communicate(timeout=SECONDS)
        assert child.returncode == 0, err
        told.update(json.loads(out.splitlines()[-1]))


def released(folder: Path) -> Installation:
    """Unpack the installation that release 0.1.0 made, as it left it."""
    folder.mkdir(parents=True)
    with tarfile.open(FIXTURE) as packed:
        packed.extractall(folder, filter="data")
    return Installation(folder)


@contextmanager
def empty(folder: Path) -> Iterator[Installation]:
    """An empty installation: in its folder alone, or on the servers that the environment names."""
    folder.mkdir(parents=True)
    with own_servers() as servers:
        yield Installation(folder, servers)


def current(folder: Path) -> Installation:
    """Unpack the release's installation and bring it up to date."""
    installation = released(folder)
    installation.manage("migrate", "-v0")
    installation.manage("reindex")
    return installation
