"""A container's walls without a container engine: what docker-compose.yml grants each process of ours, and no more.

A mount namespace of its own, in which everything is read-only but the volume and a small ``/tmp`` in memory (here
``TMPDIR``, the machine's own ``/tmp`` being closed as well); no capability, no new privileges; the image's user, or
this machine's Python being out of its reach, root without any right; only the variables that are given. Needs root.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
INSIDE = "/mnt"
USER = "10001"
TMP_MB = 512
WALLS = f"""
set -e
image=$1 static=$2 data=$3 secrets=$4; shift 4
mount --make-rprivate /
mount -t tmpfs -o mode=0755 tmpfs {INSIDE}
for name in app static data secrets tmp; do mkdir {INSIDE}/$name; done
mount --bind "$image" {INSIDE}/app
mount --bind "$static" {INSIDE}/static
mount --bind "$data" {INSIDE}/data
mount --bind "$secrets" {INSIDE}/secrets
mount -t tmpfs -o size={TMP_MB}m,mode=1777 tmpfs {INSIDE}/tmp
while read -r _ _ _ _ at _; do
    case $at in
        {INSIDE}/data|{INSIDE}/tmp|/proc*|/sys*|/dev*) ;;
        *) ! mountpoint -q "$at" || mount -o remount,bind,ro "$at" ;;
    esac
done < /proc/self/mountinfo
cd {INSIDE}/app
exec "$@"
"""


def may_contain() -> bool:
    """Return whether this process may raise such walls."""
    return (
        sys.platform == "linux" and os.geteuid() == 0 and _runs("unshare", "--mount", "mount", "--make-rprivate", "/")
    )


@dataclass(frozen=True)
class Container:
    """What every container of ours shares: image, gathered files, the volume ``data``, secrets, variables."""

    folder: Path
    variables: Mapping[str, str]
    secrets: Mapping[str, str]
    """By the name of the variable: given as a file, which ``NAME_FILE`` names."""

    def build(self) -> None:
        """Do what the Dockerfile does: the files that .dockerignore lets in, and the pages' files gathered."""
        for name in ("image", "static", "data", "secrets"):
            (self.folder / name).mkdir(parents=True)
        copy_image(self.folder / "image")
        gathering = {"PATH": os.environ["PATH"], "SECRET_KEY": "only-to-gather-files"}
        gathering |= {"DATA_DIR": str(self.folder / "gathering"), "STATIC_DIR": str(self.folder / "static")}
        command = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
        subprocess.run(command, cwd=self.folder / "image", env=gathering, check=True)
        for name, value in self.secrets.items():
            (self.folder / "secrets" / name.lower()).write_text(f"{value}\n")
        for path in (self.folder / "data", self.folder / "secrets"):
            shutil.chown(path, int(_user()), int(_user()))

    def start(self, *command: str) -> "subprocess.Popen[str]":
        """Start a command of the compose file behind the walls."""
        places = [str(self.folder / name) for name in ("image", "static", "data", "secrets")]
        walls = ["unshare", "--mount", "sh", "-c", WALLS, "sh", *places, *_as(_user())]
        return subprocess.Popen(
            [*walls, "env", "-i", *self._given(), *command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def _given(self) -> list[str]:
        files = {f"{name}_FILE": f"{INSIDE}/secrets/{name.lower()}" for name in self.secrets}
        image = {
            "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
            "PYTHONUNBUFFERED": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "DATA_DIR": f"{INSIDE}/data",
            "STATIC_DIR": f"{INSIDE}/static",
            "TMPDIR": f"{INSIDE}/tmp",
        }
        return [f"{name}={value}" for name, value in {**image, **self.variables, **files}.items()]


def copy_image(image: Path) -> None:
    """Copy what .dockerignore lets into the image."""
    allowed = re.findall(r"^!(\S+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE)
    for name in allowed:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, image / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, image)
    shutil.rmtree(image / "config" / "vendor")


def _user() -> str:
    return USER if _runs(*_as(USER), "env", "-i", sys.executable, "-c", "import django") else "0"


def _as(user: str) -> list[str]:
    rights = ["--clear-groups", "--no-new-privs", "--bounding-set=-all", "--inh-caps=-all"]
    return ["setpriv", f"--reuid={user}", f"--regid={user}", *rights]


def _runs(*command: str) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
