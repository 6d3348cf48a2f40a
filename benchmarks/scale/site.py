"""The site as it is served, gunicorn and its processes, and what they spend."""

import http.client
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep

from benchmarks.scale.places import ROOT

START_SECONDS = 60
STOP_SECONDS = 20
TICKS = os.sysconf("SC_CLK_TCK")


class Processes:
    """A process and its children, for what they spend."""

    def __init__(self, pid: int) -> None:
        self._pid = pid

    def processor_seconds(self) -> float:
        """Return what all have spent so far, in their own code and in the kernel for them."""
        return sum(_spent(pid) for pid in self._all())

    def memory_bytes(self) -> int:
        """Return what all hold, what they share counted once for each."""
        return sum(_resident(pid) for pid in self._all())

    def _all(self) -> list[int]:
        children = Path(f"/proc/{self._pid}/task/{self._pid}/children").read_text().split()
        return [self._pid, *map(int, children)]


@contextmanager
def served(environment: dict[str, str], *, processes: int) -> Iterator[tuple[int, Processes]]:
    """Serve the site with so many web processes; give its port, and the processes."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "--config", "python:config.gunicorn", "--bind", f"127.0.0.1:{port}"]
    server = subprocess.Popen(command, cwd=ROOT, env={**environment, "WEB_WORKERS": str(processes)})
    try:
        _wait_until_it_answers(port)
        yield port, Processes(server.pid)
    finally:
        server.terminate()
        try:
            server.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait_until_it_answers(port: int) -> None:
    until = monotonic() + START_SECONDS
    while monotonic() < until:
        with suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/health/live")
            if connection.getresponse().status == 200:
                return
        sleep(0.2)
    raise TimeoutError("the site does not answer")


def _spent(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _resident(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
