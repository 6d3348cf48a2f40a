"""``manage.py serve``: one process tree, stopped by one Ctrl-C, started again within seconds."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.serving import CannotServe, hold_folder, open_listener
from tests.servers import databases

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 60


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
    return port


def wait_for(condition: Callable[[], object], seconds: float = PATIENCE_SECONDS) -> bool:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def children_of(pid: int) -> list[int]:
    """Return the process's descendants, as /proc tells them."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(words[1]) == pid:
            child = int(stat.parent.name)
            found += [child, *children_of(child)]
    return found


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


class Server:
    """A server that this test started, and what it printed."""

    def __init__(self, folder: Path, database: str, port: int) -> None:
        self.port, self.log = port, folder / "printed.txt"
        self._out = self.log.open("w")
        environment = os.environ | {
            "DATA_DIR": str(folder / "data"), "DATABASE_URL": database, "BIND": f"127.0.0.1:{port}", "DEMO": "0",
            "PYTHONUNBUFFERED": "1",
        }  # fmt: skip
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "serve"],
            cwd=ROOT, env=environment, stdout=self._out, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip

    @property
    def printed(self) -> str:
        return self.log.read_text()

    def is_ready(self) -> bool:
        return "Ctrl-C lo detiene." in self.printed or self.process.poll() is not None

    def answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        try:
            connection.request("GET", "/")
            return connection.getresponse().status > 0
        except OSError:
            return False
        finally:
            connection.close()

    def end(self) -> None:
        for pid in [*children_of(self.process.pid), self.process.pid]:
            if is_running(pid):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()
        self._out.close()


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("database")
    with databases.fresh(folder) as url:
        yield url


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, database: str) -> Path:
    """A data folder that was served once."""
    folder = tmp_path_factory.mktemp("serve")
    first = Server(folder, database, free_port())
    assert wait_for(first.is_ready), first.printed
    os.kill(first.process.pid, signal.SIGINT)
    first.process.wait(timeout=PATIENCE_SECONDS)
    assert "Preparando la base de datos…" in first.printed
    first.end()
    return folder


@pytest.fixture
def server(folder: Path, database: str) -> Iterator[Server]:
    server = Server(folder, database, free_port())
    assert wait_for(server.is_ready), server.printed
    assert server.process.poll() is None, server.printed
    yield server
    server.end()


@pytest.mark.kill
def test_one_ctrl_c_stops_the_whole_tree_without_a_traceback(server: Server) -> None:
    assert server.answers()
    children = children_of(server.process.pid)
    assert len(children) >= 3

    os.kill(server.process.pid, signal.SIGINT)

    assert server.process.wait(timeout=20) == 0
    assert not any(is_running(pid) for pid in children)
    assert "Traceback" not in server.printed
    assert server.printed.endswith("Detenido.\n")


@pytest.mark.kill
def test_a_second_start_keeps_what_is_there_and_answers_soon(folder: Path, database: str) -> None:
    start = time.monotonic()
    server = Server(folder, database, free_port())

    try:
        assert wait_for(server.is_ready), server.printed
        assert server.answers(), server.printed
        assert time.monotonic() - start < 30
        assert "Preparando" not in server.printed
    finally:
        server.end()


@pytest.mark.kill
def test_a_killed_parent_leaves_no_orphan(server: Server) -> None:
    children = children_of(server.process.pid)

    server.process.kill()

    assert wait_for(lambda: not any(is_running(pid) for pid in children), seconds=20)
    assert not server.answers()


@pytest.mark.kill
def test_a_killed_worker_is_started_again(server: Server) -> None:
    [worker] = [pid for pid in first_children(server.process.pid) if "manage.py work" in command_of(pid)]

    os.kill(worker, signal.SIGKILL)

    assert wait_for(lambda: "se inicia otro" in server.printed, seconds=10)
    assert server.answers()


@pytest.mark.kill
def test_a_dead_web_server_stops_the_rest(server: Server) -> None:
    [web] = [pid for pid in first_children(server.process.pid) if "gunicorn" in command_of(pid)]

    os.kill(web, signal.SIGKILL)

    assert server.process.wait(timeout=20) == 1
    assert "El servidor web se detuvo." in server.printed


def command_of(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")


def first_children(pid: int) -> list[int]:
    return [child for child in children_of(pid) if f" {pid} " in Path(f"/proc/{child}/stat").read_text()]


def serve(**environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "serve", "--skip-checks"],
        cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def assert_refused(done: subprocess.CompletedProcess[str], sentence: str) -> None:
    assert done.returncode == 1
    assert sentence in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr


def test_a_port_in_use_is_told_in_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = serve(BIND=f"127.0.0.1:{port}", DATA_DIR=str(tmp_path))

    assert_refused(done, f"El puerto {port} ya está en uso.")


def test_an_unwritable_data_folder_is_told_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    assert_refused(serve(DATA_DIR=str(tmp_path / "file" / "data")), "No se puede escribir en")


def test_an_unknown_entity_is_told_with_those_that_there_are(tmp_path: Path) -> None:
    assert_refused(serve(DATA_DIR=str(tmp_path), ENTITY="atlantida-1900"), "No hay una entidad «atlantida-1900».")


@pytest.mark.parametrize(
    ("bind", "sentence"),
    [
        ("127.0.0.1:http", "no es una dirección"),
        ("127.0.0.1:70000", "no es una dirección"),
        ("8000", "no es una dirección"),
        ("192.0.2.1:8000", "no tiene la dirección"),
    ],
)
def test_an_address_that_cannot_be_served_is_told(bind: str, sentence: str) -> None:
    with pytest.raises(CannotServe, match=sentence):
        open_listener(bind)


def test_an_address_of_the_newer_kind_is_served() -> None:
    with open_listener("[::1]:0") as listener:
        assert listener.getsockname()[0] == "::1"


def test_two_servers_cannot_share_a_data_folder(tmp_path: Path) -> None:
    with hold_folder(tmp_path), pytest.raises(CannotServe, match="Otro Chasqui ya usa la carpeta"):
        hold_folder(tmp_path)

    hold_folder(tmp_path).close()


def test_a_data_folder_that_became_read_only_is_told(tmp_path: Path) -> None:
    (tmp_path / "serve.lock").mkdir()

    with pytest.raises(CannotServe, match="No se puede escribir en"):
        hold_folder(tmp_path)
