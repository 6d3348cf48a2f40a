"""A RabbitMQ of one test: a node of its own in a temporary folder, on ports that are free. Loopback only."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep

SERVER = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
"""Debian's; the one in its PATH would change to the system's own user and folders."""
START_SECONDS = 90
STOP_SECONDS = 20


def is_installed() -> bool:
    """Return whether this machine has RabbitMQ and Erlang's port mapper."""
    return SERVER.exists() and shutil.which("epmd") is not None


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """Start a node, give its URL once it answers, and end it with all that it started."""
    port, distribution_port, mapper_port = free_ports(3)
    home = folder / "rabbit"
    home.mkdir()
    (home / "plugins").write_text("[].\n")
    (home / "rabbitmq.conf").write_text(f"listeners.tcp.1 = 127.0.0.1:{port}\n")
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "ERL_EPMD_PORT": str(mapper_port),
        "RABBITMQ_NODENAME": f"chasqui{port}@localhost",
        "RABBITMQ_DIST_PORT": str(distribution_port),
        "RABBITMQ_MNESIA_BASE": str(home),
        "RABBITMQ_LOG_BASE": str(home),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(home / "plugins"),
        "RABBITMQ_CONFIG_FILE": str(home / "rabbitmq.conf"),
        "RABBITMQ_PID_FILE": str(home / "pid"),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 1:1 +sbwt none",
    }
    with (home / "output.txt").open("wb") as output:
        mapper = subprocess.Popen(["epmd"], env=environment, stdout=output, stderr=output)
        server = subprocess.Popen([SERVER], env=environment, stdout=output, stderr=output, start_new_session=True)
    try:
        _wait_until_ready(server, port, home / "output.txt")
        yield f"amqp://guest:guest@127.0.0.1:{port}//"
    finally:
        _end(server)
        mapper.terminate()
        mapper.wait()


def free_ports(count: int) -> list[int]:
    """Return ports of the loopback that nobody uses now."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [taken.getsockname()[1] for taken in sockets]
    for taken in sockets:
        taken.close()
    return ports


def _wait_until_ready(server: subprocess.Popen[bytes], port: int, output: Path) -> None:
    """Wait until the node speaks AMQP: before that it accepts connections and drops them."""
    end = monotonic() + START_SECONDS
    while monotonic() < end:
        if server.poll() is not None:
            break
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
            connection.sendall(b"AMQP\x00\x00\x09\x01")
            if connection.recv(7)[:1] == b"\x01":  # a method frame: Connection.Start
                return
        sleep(0.2)
    raise AssertionError(f"RabbitMQ did not start:\n{output.read_text()[-4000:]}")


def _end(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(server.pid, 9)
        server.wait()
