"""A real server for the browser: its own folder and port, the web server and the worker as child processes.

``python -m tests.browser.installation`` prepares the folder that ``DATA_DIR`` names; with ``bare``, without the demo's
thirty files.
"""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SERVERS = "servers.json"
PIN = "123456"
READY_SECONDS = 60
PREPARE_SECONDS = 240


def free_port() -> int:
    """Return a port of the loopback that nothing listens on."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
    return port


def keep_servers(data: Path, servers: Mapping[str, str]) -> None:
    """Note in the folder which servers this installation uses: whatever is started on it later uses them too."""
    data.mkdir(parents=True, exist_ok=True)
    (data / SERVERS).write_text(json.dumps(dict(servers)))


def environment(data: Path, *, port: int = 8000) -> dict[str, str]:
    """Return what a child needs to know: the demo of one entity in its own folder, and nothing of this machine's."""
    servers = json.loads((data / SERVERS).read_text()) if (data / SERVERS).exists() else {}
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "TMPDIR"}}
    return kept | {
        "DATA_DIR": str(data),
        "DEMO": "1",
        "ENTITY": "pichari-2023",
        "BIND": f"127.0.0.1:{port}",
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "PYTHONUNBUFFERED": "1",
        **servers,
    }


def prepare(data: Path, *, bare: bool = False) -> None:
    """Make an installation in this folder, with the demo's files or without any."""
    data.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "tests.browser.installation", *(["bare"] if bare else [])]
    done = subprocess.run(
        command,
        check=False,
        cwd=ROOT,
        env=environment(data),
        capture_output=True,
        text=True,
        timeout=PREPARE_SECONDS,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def play(data: Path) -> dict[str, Any]:
    """Play the entity's real case in this folder, and return what its last lines tell."""
    command = [sys.executable, "manage.py", "play", "pichari-2023", "--json"]
    done = subprocess.run(
        command, check=True, cwd=ROOT, env=environment(data), capture_output=True, text=True, timeout=PREPARE_SECONDS
    )
    told: dict[str, Any] = {}
    for line in done.stdout.splitlines():
        told |= json.loads(line)
    return told


class Server:
    """A prepared installation that answers on a port of the loopback until it is stopped."""

    def __init__(self, data: Path) -> None:
        self.data, self.port = data, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._log = (data / "printed.txt").open("w")
        web = ["-m", "gunicorn", "--config", "python:config.gunicorn", "--bind", f"127.0.0.1:{self.port}"]
        self._children = [
            self._start(command, environment(data, port=self.port))
            for command in (web, ["manage.py", "work", "--verbosity", "0"])
        ]
        self._wait_until_ready()

    def _start(self, command: list[str], env: dict[str, str]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, *command], cwd=ROOT, env=env, stdout=self._log, stderr=self._log, start_new_session=True
        )

    def _wait_until_ready(self) -> None:
        end = time.monotonic() + READY_SECONDS
        while not self._answers():
            assert time.monotonic() < end and self._children[0].poll() is None, self.printed
            time.sleep(0.1)

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/")
            return connection.getresponse().status == http.HTTPStatus.OK
        except OSError:
            return False
        finally:
            connection.close()

    @property
    def printed(self) -> str:
        """What web server and worker have printed so far."""
        return (self.data / "printed.txt").read_text()

    def stop(self) -> None:
        """Stop web server and worker; whoever does not end in time is killed with what it started."""
        for child in self._children:
            child.terminate()
        for child in self._children:
            try:
                child.wait(timeout=15)
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
        self._log.close()


def _prepare_here(*, bare: bool) -> None:
    """Prepare the installation of this process's own ``DATA_DIR``."""
    import django
    from django.core.management.base import OutputWrapper

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from config.preparation import Preparation
    from signing import services as signing

    class Bare(Preparation):
        def _load_demo(self) -> None:
            signing.ensure_authority()

    (Bare if bare else Preparation)(OutputWrapper(sys.stdout)).run()


if __name__ == "__main__":
    _prepare_here(bare="bare" in sys.argv)
