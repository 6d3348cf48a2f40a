"""gunicorn as it is started on servers: several processes, one count of what they do, an orderly end."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.installation import free_port

pytestmark = pytest.mark.kill
ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60
STOP_SECONDS = 15
REQUESTS = 24


@pytest.fixture
def silent() -> Iterator[int]:
    """The port of a server that lets everybody in and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield int(listener.getsockname()[1])


class Web:
    """A web server of two processes on an empty folder, with a broker that never answers."""

    def __init__(self, folder: Path, silent: int) -> None:
        self.port, self.temporary = free_port(), folder / "tmp"
        self.temporary.mkdir()
        kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
        settings = {"DATA_DIR": str(folder / "data"), "WEB_WORKERS": "2", "BROKER_URL": f"redis://127.0.0.1:{silent}/0"}
        self._log = (folder / "printed.txt").open("w")
        options = ["--config", "python:config.gunicorn", "--bind", f"127.0.0.1:{self.port}"]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", *options],
            cwd=ROOT, env=kept | settings | {"TMPDIR": str(self.temporary)}, stdout=self._log, stderr=self._log,
        )  # fmt: skip

    def get(self, path: str) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=START_SECONDS)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def wait(self) -> None:
        end = time.monotonic() + START_SECONDS
        while True:
            try:
                assert self.get("/health/live") == (200, "ok\n")
                return
            except OSError:
                assert time.monotonic() < end and self.process.poll() is None
                time.sleep(0.1)

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
        self._log.close()


@pytest.fixture
def web(tmp_path: Path, silent: int) -> Iterator[Web]:
    web = Web(tmp_path, silent)
    web.wait()
    yield web
    web.stop()


def test_what_all_processes_served_is_counted_together_and_their_folder_goes_with_them(web: Web) -> None:
    threads = [threading.Thread(target=web.get, args=["/no-hay"]) for _ in range(REQUESTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    for _time in range(4):  # whichever process answers
        lines = web.get("/metrics")[1].splitlines()
        counts = [line for line in lines if line.startswith('chasqui_request_seconds_count{route="unmatched"')]
        assert sum(float(line.split()[-1]) for line in counts) == REQUESTS

    assert list(web.temporary.glob("chasqui-metrics-*"))
    web.process.send_signal(signal.SIGTERM)
    assert web.process.wait(timeout=STOP_SECONDS) == 0
    assert not list(web.temporary.glob("chasqui-metrics-*"))


def test_a_request_that_is_under_way_is_ended_before_the_server_stops(web: Web) -> None:
    answers: list[tuple[int, str]] = []
    slow = threading.Thread(target=lambda: answers.append(web.get("/health/ready")))
    slow.start()
    time.sleep(0.4)
    web.process.send_signal(signal.SIGTERM)
    slow.join()

    assert [status for status, _body in answers] == [200]
    assert '"La cola de trabajos no responde."' in answers[0][1]
    assert web.process.wait(timeout=STOP_SECONDS) == 0
