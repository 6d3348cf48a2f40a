"""Makes the fixture of a release: an installation with open cases, made by that release's own code.

``.venv/bin/python -m tests.config.upgrade.make 0.1.0`` clones the tag into a temporary folder, lets it migrate, load an
entity's profile and its demo, work its queue, seal its ledger and keep a head, and packs what it left in its data
folder, without what the next start makes again, into ``release_<tag>.tar.xz`` beside this file. Run once, when a
release is tagged, with the dependencies that were locked then; the file is never made anew, as its worth is that old
code wrote it.
"""

import os
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
from contextlib import closing
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
ENTITY = "pichari-2023"
KEPT = ("archive", "keys", "chasqui.sqlite3", "secret_key", "heads.txt", "demo")
WORK = """
from django.utils import timezone
from docs_store.services import heads
from ledger import services as ledger
while ledger.deliver_due(worker="fixture"):
    pass
while ledger.seal_pending(from_start=True):
    pass
heads.keep_head(at=timezone.now())
"""


def make(tag: str) -> Path:
    """Return the packed fixture of the release."""
    with tempfile.TemporaryDirectory() as name:
        code, data = Path(name) / "code", Path(name) / "data"
        subprocess.run(["git", "clone", "--quiet", "--branch", tag, str(ROOT), str(code)], check=True)
        for command in (["migrate", "-v0"], ["load_entity", "-v0"], ["load_demo"], ["shell", "-c", WORK]):
            _manage(code, data, *command)
        _settle(data / "chasqui.sqlite3")
        packed = HERE / f"release_{tag}.tar.xz"
        with tarfile.open(packed, "w:xz", preset=9) as archive:
            for part in KEPT:
                archive.add(data / part, arcname=part, filter=_anonymous)
        return packed


def _manage(code: Path, data: Path, *arguments: str) -> None:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    environment = kept | {"DEMO": "1", "ENTITY": ENTITY, "DATA_DIR": str(data)}
    subprocess.run([sys.executable, "manage.py", *arguments], cwd=code, env=environment, check=True)


def _settle(database: Path) -> None:
    """Bring the write-ahead log into the file, and leave out what no longer matters in it."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("VACUUM")


def _anonymous(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member


if __name__ == "__main__":
    sys.stdout.write(f"{make(sys.argv[1])}\n")
