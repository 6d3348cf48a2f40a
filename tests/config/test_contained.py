"""Every command of ours in docker-compose.yml, run whole behind a container's walls: nothing is written but volumes."""

import http.client
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.installation import free_port
from tests.config.contained import Container, may_contain
from tests.config.test_compose import OURS, filled_in
from tests.servers.installations import own_servers

pytestmark = pytest.mark.skipif(not may_contain(), reason="only root on Linux may raise a container's walls")
SECONDS = 180


@pytest.fixture(scope="module")
def container(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Container]:
    folder = tmp_path_factory.mktemp("contained") / "host"
    with own_servers() as servers:
        secrets = {"SECRET_KEY": "x" * 60, "METRICS_TOKEN": "of-the-test", **servers}
        container = Container(folder, {"ENTITY": "pichari-2023", "ALLOWED_HOSTS": "127.0.0.1", "TLS": "0"}, secrets)
        container.build()
        yield container


def command_of(service: str) -> list[str]:
    return filled_in(OURS[service]["command"])


def ended(child: "subprocess.Popen[str]") -> str:
    out, _err = child.communicate(timeout=SECONDS)
    assert child.returncode == 0, out
    return out


def stopped(child: "subprocess.Popen[str]") -> str:
    child.send_signal(signal.SIGTERM)
    return ended(child)


def answer(port: int, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


def test_the_walls_hold(container: Container) -> None:
    for place in ("/mnt/app/x", "/mnt/static/x", "/mnt/secrets/x", "/tmp/x", "/var/x", "/root/x"):
        child = container.start("sh", "-c", f"echo > {place}")
        child.communicate(timeout=SECONDS)
        assert child.returncode != 0, place
    ended(container.start("sh", "-c", "echo > /mnt/data/x; echo > /mnt/tmp/x; rm /mnt/data/x"))


def test_every_process_runs_and_stops_without_writing_outside_its_volume(container: Container) -> None:
    before = snapshot(container.folder)
    for service in ("migrate", "bucket", "entity"):
        ended(container.start(*command_of(service)))

    port = free_port()
    web = container.start(*(word.replace("0.0.0.0:8000", f"127.0.0.1:{port}") for word in command_of("web")))
    others = [container.start(*command_of("scheduler"))]
    if "BROKER_URL" in container.secrets:
        others.append(container.start(*command_of("worker")))
    try:
        until = time.monotonic() + SECONDS
        while answer(port, "/health/live") != 200 and web.poll() is None and time.monotonic() < until:
            time.sleep(0.2)
        assert [answer(port, path) for path in ("/health/live", "/", "/mesa/entrar/", "/nada/")] == [200, 200, 200, 404]
        ended(container.start("python", "-m", "config.alive", f"http://127.0.0.1:{port}/health/live"))
        for service in ("scheduler", "worker") if len(others) > 1 else ("scheduler",):
            ended(container.start(*filled_in(OURS[service]["healthcheck"]["test"][1:])))
    finally:
        told = [stopped(child) for child in (web, *others)]

    assert not [text for text in told if "Read-only" in text or "Traceback" in text], told
    assert snapshot(container.folder) == before, "the image, its files and the secrets are as they were"
    assert any((container.folder / "data").iterdir())


def snapshot(folder: Path) -> dict[str, tuple[int, float]]:
    """Return what stands in the folder, but for the volume."""
    found = {}
    for name in ("image", "static", "secrets"):
        for path in (folder / name).rglob("*"):
            seen = path.stat()
            found[str(path)] = (seen.st_size, seen.st_mtime)
    return found


def test_the_image_installs_its_locked_dependencies_as_make_does() -> None:
    root = Path(__file__).resolve().parents[2]
    [installs] = [line for line in (root / "Dockerfile").read_text().splitlines() if "pip install" in line]
    by_make = (root / "config" / "bootstrap.py").read_text()

    for option in ("--no-deps", "--require-hashes", "--no-input"):
        assert option in installs and f'"{option}"' in by_make
    assert "requirements.lock" in installs and os.fspath("requirements.lock") in by_make
