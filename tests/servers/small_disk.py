"""A PostgreSQL of one test on a disk of its own that can be filled: a file system in memory, seen by nobody else.

Only root may mount one; PostgreSQL itself runs as nobody, and is started again whenever it ends, as a service is.
"""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

import psycopg

SIZE_MB = 160
ANSWER_SECONDS = 60
NOBODY = "65534"
MOUNTED = "/mnt"
SERVICE = f"""
set -e
mount -t tmpfs -o size={SIZE_MB}m,mode=1777 tmpfs {MOUNTED}
run="setpriv --reuid={NOBODY} --regid={NOBODY} --clear-groups env -i PATH=$PATH LANG=C.UTF-8"
cd {MOUNTED}
$run initdb --pgdata {MOUNTED}/data --auth trust --username chasqui --encoding UTF8 --wal-segsize=1 --no-sync >/dev/null
while :; do
    $run postgres -D {MOUNTED}/data -h 127.0.0.1 -p "$1" -k '' -c max_wal_size=4MB -c min_wal_size=2MB || sleep 0.2
done
"""


def may_mount() -> bool:
    """Return whether this process may give a child a file system of its own."""
    command = ["unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", MOUNTED]
    return os.geteuid() == 0 and subprocess.run(command, capture_output=True, check=False).returncode == 0


@dataclass
class SmallDisk:
    """``url``: of an empty database on it."""

    url: str
    _service: "subprocess.Popen[bytes]"

    def fill(self) -> None:
        """Leave no byte free."""
        block = bytes(64 * 1024)
        with suppress(OSError), self._ballast.open("ab", buffering=0) as ballast:
            while ballast.write(block) == len(block):
                pass

    def free(self) -> None:
        """Make room again, and wait until PostgreSQL answers."""
        self._ballast.unlink()
        _wait_until_it_answers(self.url)

    @property
    def _ballast(self) -> Path:
        """The file that takes the room, as this process sees the file system of the other one."""
        return Path(f"/proc/{self._service.pid}/root{MOUNTED}/ballast")


@contextmanager
def small_disk(folder: Path) -> Iterator[SmallDisk]:
    """Start PostgreSQL on such a disk, and end it with all that was on it."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
    path = f"{_programs()}:{os.environ['PATH']}"
    with (folder / "postgres.log").open("wb") as log:
        command = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", SERVICE, "sh", port]
        service = subprocess.Popen(command, env={"PATH": path}, stdout=log, stderr=log)
    server = f"postgresql://chasqui@127.0.0.1:{port}"
    try:
        _wait_until_it_answers(f"{server}/postgres")
        with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
            connection.execute("CREATE DATABASE chasqui")
        yield SmallDisk(f"{server}/chasqui", service)
    finally:
        service.kill()
        service.wait()


def _programs() -> str:
    """Return the folder of PostgreSQL's programs: Debian keeps it out of the PATH."""
    found = shutil.which("initdb")
    return str(Path(found).parent) if found else max(map(str, Path("/usr/lib/postgresql").glob("*/bin")))


def _wait_until_it_answers(url: str) -> None:
    until = monotonic() + ANSWER_SECONDS
    while True:
        try:
            psycopg.connect(url, connect_timeout=2).close()
        except psycopg.OperationalError:
            if monotonic() > until:
                raise
            sleep(0.1)
        else:
            return
