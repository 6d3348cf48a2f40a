"""A small proxy between Chasqui and a real server, which fails on demand. Loopback only.

``with FaultProxy(url) as proxy:`` then ``proxy.url`` is the server's URL through the proxy; ``proxy.mode`` may be
changed at any time and holds for connections made from then on and for those that are open.
"""

import contextlib
import selectors
import socket
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit, urlunsplit

CHUNK = 65_536
LOOK_SECONDS = 0.05
DEFAULT_PORTS = {"http": 80, "https": 443, "redis": 6379, "amqp": 5672, "postgres": 5432, "postgresql": 5432}


class Mode(StrEnum):
    """What becomes of a connection."""

    PASS = "pass"
    REFUSE = "refuse"
    """Reset at once, as a server that is not there."""
    HANG = "hang"
    """Accepted and never answered, as one that is paused."""
    SLOW = "slow"
    """Every answer is held back by ``delay`` seconds."""
    CUT = "cut"
    """Answers end after ``cut_after`` bytes."""
    ANSWER = "answer"
    """``answer`` is sent to every request, which never reaches the server."""
    LOSE = "lose"
    """Requests reach the server, their answers are dropped and the connection is reset."""
    ALTER = "alter"
    """``old`` becomes ``new`` in what the server answers; both of the same length."""


@dataclass
class FaultProxy:
    """Passes bytes to the server of ``server_url`` and back, unless the mode says otherwise."""

    server_url: str
    mode: Mode = Mode.PASS
    delay: float = 1.0
    cut_after: int = 64
    answer: bytes = b""
    old: bytes = b""
    new: bytes = b""
    connections: int = 0
    """How many were accepted so far."""

    def __post_init__(self) -> None:
        parts = urlsplit(self.server_url)
        self._server = (parts.hostname or "127.0.0.1", parts.port or DEFAULT_PORTS[parts.scheme])
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(LOOK_SECONDS)
        self._is_closing = threading.Event()
        self._threads: list[threading.Thread] = []

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    @property
    def url(self) -> str:
        parts = urlsplit(self.server_url)
        credentials = f"{parts.netloc.rpartition('@')[0]}@" if "@" in parts.netloc else ""
        return urlunsplit(parts._replace(netloc=f"{credentials}127.0.0.1:{self.port}"))

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._is_closing.set()
        for thread in self._threads:
            thread.join(timeout=5)
        self._listener.close()

    def _start(self, run: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=run, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._is_closing.is_set():
            with contextlib.suppress(TimeoutError):
                client, _ = self._listener.accept()
                self.connections += 1
                self._start(self._serve, client)

    def _serve(self, client: socket.socket) -> None:
        """Carry one connection to its end, whatever the mode does to it."""
        with client, contextlib.suppress(OSError):
            if self.mode == Mode.REFUSE:
                _reset(client)
            elif self.mode == Mode.ANSWER:
                self._answer_all(client)
            else:
                with socket.create_connection(self._server, timeout=5) as server:
                    self._carry(client, server)

    def _answer_all(self, client: socket.socket) -> None:
        client.settimeout(LOOK_SECONDS)
        while not self._is_closing.is_set() and self.mode == Mode.ANSWER:
            with contextlib.suppress(TimeoutError):
                if not client.recv(CHUNK):
                    return
                client.sendall(self.answer)

    def _carry(self, client: socket.socket, server: socket.socket) -> None:
        """Pass bytes both ways until one side ends or the mode says so."""
        answered = 0
        with selectors.DefaultSelector() as ready:
            ready.register(client, selectors.EVENT_READ)
            ready.register(server, selectors.EVENT_READ)
            while not self._is_closing.is_set():
                if self.mode == Mode.REFUSE:
                    return _reset(client)
                if self.mode == Mode.HANG:
                    time.sleep(LOOK_SECONDS)
                    continue
                sides = [key.fileobj for key, _ in ready.select(LOOK_SECONDS)]
                if client in sides and not _pass_on(client, server if self.mode != Mode.ANSWER else None):
                    return None
                if client in sides and self.mode == Mode.ANSWER:
                    client.sendall(self.answer)
                if server in sides:
                    data = server.recv(CHUNK)
                    answered += len(data)
                    if not (data and self._give(client, data, answered)):
                        return None
        return None

    def _give(self, client: socket.socket, data: bytes, answered: int) -> bool:
        """Send the client what the mode leaves of the server's bytes, and return whether to go on."""
        spoilt = self._spoil(data, answered - len(data))
        if spoilt is None:
            _reset(client)
            return False
        client.sendall(spoilt)
        return not (self.mode == Mode.CUT and answered >= self.cut_after)

    def _spoil(self, data: bytes, answered: int) -> bytes | None:
        """Return what the client gets of the server's bytes; nothing: the connection is reset."""
        match self.mode:
            case Mode.LOSE:
                return None
            case Mode.SLOW:
                self._is_closing.wait(self.delay)
                return data
            case Mode.CUT:
                return data[: max(self.cut_after - answered, 0)]
            case Mode.ALTER:
                return data.replace(self.old, self.new)
            case _:
                return data


def _reset(client: socket.socket) -> None:
    """Close with a reset, which the other side cannot take for a regular end."""
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def _pass_on(source: socket.socket, target: socket.socket | None) -> bool:
    """Carry what has arrived, or drop it, and return whether there was any: nothing means that the source ended."""
    data = source.recv(CHUNK)
    if target:
        target.sendall(data)
    return bool(data)
