"""Two servers that start at once on one database, which is migrated and empty."""

import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings

from tests.servers.backing import URLS

COUNTED = (
    "from ledger.models import Entry; from organization.models import UnitName; "
    "names = list(UnitName.objects.values_list('unit', 'valid_from')); "
    "print(Entry.objects.filter(kind='profile.loaded').count(), len(names) == len(set(names)) > 0)"
)


def environment(folder: Path, database: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in URLS}
    return kept | {"DATA_DIR": str(folder), "DATABASE_URL": database, "ENTITY": "pichari-2023"}


def start(folder: Path, database: str, *words: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "manage.py", *words],
        cwd=settings.BASE_DIR,
        env=environment(folder, database),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(child: "subprocess.Popen[str]") -> str:
    out, err = child.communicate(timeout=300)
    assert child.returncode == 0, err
    return out


def test_two_that_load_the_profile_at_once_load_it_once(tmp_path: Path, fresh_database: str) -> None:
    ended(start(tmp_path / "one", fresh_database, "migrate", "--verbosity", "0"))

    both = [start(tmp_path / name, fresh_database, "load_entity") for name in ("one", "two")]

    told = sorted(ended(each) for each in both)
    assert told == ["Perfil pichari-2023: cargado.\n", "Perfil pichari-2023: sin cambios.\n"]
    rows = ended(start(tmp_path / "one", fresh_database, "shell", "--no-imports", "-c", COUNTED))
    assert rows == "1 True\n"
