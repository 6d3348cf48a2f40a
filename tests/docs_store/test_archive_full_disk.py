"""A disk that is full while a file is stored: nothing is kept by halves, and it works again once there is room."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

pytestmark = pytest.mark.embedded
PROGRAM = """
import io, json, os, resource, shutil, sys
from pathlib import Path
import django
django.setup()
from docs_store.adapters.filesystem import FilesystemArchive
from docs_store.errors import ArchiveUnavailable

root, is_limited = Path(sys.argv[1]), sys.argv[2] == "limit"
archive, told = FilesystemArchive(f"file://{root}/archive"), {}
kept = archive.put(io.BytesIO(b"kept before"))
if is_limited:
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, resource.RLIM_INFINITY))
else:
    (root / "ballast").write_bytes(bytes(shutil.disk_usage(root).free - 200_000))
try:
    archive.put(io.BytesIO(os.urandom(300_000)))
except ArchiveUnavailable as error:
    told["reason"], told["sentence"] = error.reason, str(error)
told["staged"] = len(list((root / "archive" / ".staged").iterdir()))
told["stored"] = [each.sha256 for each in archive.stored()] == [kept]
told["kept"] = archive.open(kept).read().decode()
told["small"] = archive.has(archive.put(io.BytesIO(b"small enough")))
if is_limited:
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
else:
    (root / "ballast").unlink()
told["after"] = archive.has(archive.put(io.BytesIO(os.urandom(300_000))))
print(json.dumps(told))
"""


def _may_mount() -> bool:
    command = ["unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    return os.geteuid() == 0 and subprocess.run(command, capture_output=True, check=False).returncode == 0


FULL = {"limit": "EFBIG"} | ({"tmpfs": "ENOSPC"} if _may_mount() else {})
"""How a disk is made full, and the reason that the store then has. A file system of its own needs root."""


@pytest.mark.parametrize("how", sorted(FULL))
def test_a_full_disk_refuses_keeps_what_was_there_and_needs_no_repair(how: str, tmp_path: Path) -> None:
    program = [sys.executable, "-c", PROGRAM, str(tmp_path), how]
    if how == "tmpfs":
        mounted = f'mount -t tmpfs -o size=1m tmpfs {tmp_path} && exec "$@"'
        program = ["unshare", "--mount", "sh", "-c", mounted, "sh", *program]

    run = subprocess.run(program, capture_output=True, text=True, check=True, cwd=settings.BASE_DIR)

    told: dict[str, Any] = json.loads(run.stdout)
    assert told.pop("sentence").startswith("El archivo no responde y no se guardó nada.")
    assert told == {
        "reason": FULL[how], "staged": 0, "stored": True, "kept": "kept before", "small": True, "after": True,
    }  # fmt: skip
