"""The process tree of ``manage.py serve``: the web server and the worker, children of one parent."""

import errno
import fcntl
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.conf import settings

from config.lifeline import Lifeline

LOOK_SECONDS = 0.1
ANSWER_SECONDS = 5
STOP_SECONDS = 15
RESTART_SECONDS = 1
BACKLOG = 128
HIGHEST_PORT = 65_535


class CannotServe(Exception):
    """The site cannot be served here; the sentence says what to change."""


def open_listener(bind: str) -> socket.socket:
    """Return a listening socket, taken before anything else is done: a port in use is told at once.

    :raises CannotServe: another program has the port, or the address is none of ours.
    """
    host, _, port = bind.rpartition(":")
    if not (host and port.isdecimal() and int(port) <= HIGHEST_PORT):
        raise CannotServe(f"BIND={bind} no es una dirección. Escriba por ejemplo BIND=127.0.0.1:8000.")
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host.strip("[]"), int(port)), family=family, backlog=BACKLOG)
    except OSError as error:
        raise CannotServe(_why_not(error, bind, port)) from error


def _why_not(error: OSError, bind: str, port: str) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"El puerto {port} ya está en uso. Detenga el otro programa o elija otro con BIND=127.0.0.1:8001."
    if error.errno == errno.EACCES:
        return f"El sistema no permite usar el puerto {port}. Elija uno mayor que 1023, como BIND=127.0.0.1:8000."
    return f"Esta máquina no tiene la dirección {bind}. Use por ejemplo BIND=127.0.0.1:8000."


def hold_folder(folder: Path) -> IO[str]:
    """Return a lock on the data folder that lasts as long as it stays open.

    :raises CannotServe: another server uses the folder, or it cannot be written.
    """
    try:
        lock = (folder / "serve.lock").open("w")
    except OSError as error:
        raise CannotServe(f"No se puede escribir en {folder}. Elija otra carpeta con DATA_DIR=…") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.close()
        raise CannotServe(
            f"Otro Chasqui ya usa la carpeta {folder}. Deténgalo, o elija otra carpeta con DATA_DIR=…"
        ) from error
    return lock


@dataclass
class Child:
    """One child and how it is started."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes]


class Tree:
    """Runs the children until a signal or the end of the web server; then stops them all."""

    def __init__(self, listener: socket.socket, say: Callable[[str], None]) -> None:
        self._listener = listener
        self._say = say
        self._lifeline = Lifeline()
        self._signals = 0

    def run(self, announce: Callable[[], None]) -> int:
        """Serve until asked to stop, and return the exit code. ``announce`` is called once the site answers."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._count_signal)
        web, worker = self._start_web(), self._start_worker()
        try:
            if self._wait_until_ready(web):
                announce()
            while not self._signals and web.process.poll() is None:
                self._look_after(worker)
                time.sleep(LOOK_SECONDS)
            has_failed = not self._signals
        finally:
            self._stop([web, worker])
        if has_failed:
            self._say("El servidor web se detuvo. El motivo está en las líneas anteriores.")
        return 1 if has_failed else 0

    def _count_signal(self, *_: object) -> None:
        self._signals += 1

    def _start_web(self) -> Child:
        descriptor = self._listener.fileno()
        options = ["--config", "python:config.gunicorn", "--bind", f"fd://{descriptor}"]
        return self._start("web", ["-m", "gunicorn", *options], descriptor)

    def _start_worker(self) -> Child:
        return self._start("worker", ["manage.py", "work", "--verbosity", "0"])

    def _start(self, name: str, command: list[str], *descriptors: int) -> Child:
        """Start a child in a session of its own: Ctrl-C reaches the parent alone, which stops the others in order."""
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=settings.BASE_DIR,
            env=self._lifeline.environment(),
            pass_fds=[self._lifeline.child_end, *descriptors],
            start_new_session=True,
        )
        return Child(name, command, process)

    def _wait_until_ready(self, web: Child) -> bool:
        """Return whether the site answers; no if a signal came or the server ended first."""
        while not self._signals and web.process.poll() is None:
            if self._answers():
                return True
            time.sleep(LOOK_SECONDS)
        return False

    def _answers(self) -> bool:
        host, port = self._listener.getsockname()[:2]
        here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
        connection = http.client.HTTPConnection(here, port, timeout=ANSWER_SECONDS)
        try:
            connection.request("GET", "/")
            connection.getresponse()
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
        return True

    def _look_after(self, worker: Child) -> None:
        """Start the worker again if it died; what it held is taken over at once."""
        code = worker.process.poll()
        if code is not None and not self._signals:
            self._say(f"El trabajador se detuvo (código {code}); se inicia otro.")
            time.sleep(RESTART_SECONDS)
            worker.process = self._start_worker().process

    def _stop(self, children: list[Child]) -> None:
        """Ask all to finish; whoever does not within some seconds, or after a second Ctrl-C, is killed."""
        asked = self._signals
        for child in children:
            if child.process.poll() is None:
                child.process.terminate()
        end = time.monotonic() + STOP_SECONDS
        while any(child.process.poll() is None for child in children):
            if time.monotonic() > end or self._signals > max(asked, 1):
                break
            time.sleep(LOOK_SECONDS / 2)
        for child in children:
            if child.process.poll() is None:
                os.killpg(child.process.pid, signal.SIGKILL)
                child.process.wait()
