"""``python -m benchmarks [id…]``: runs the benchmarks in a data folder of their own and prints one table."""

import gc
import importlib
import os
import pkgutil
import shutil
import sys
import tempfile
from pathlib import Path

COLUMNS = "{:<5} {:<52} {:>12} {:>12} {:>8}  {:<26} {}"
FOLDER = Path(__file__).resolve().parent.parent / "build"


def main(wanted: list[str]) -> int:
    """Return 0 if every benchmark that was run is within what is required."""
    FOLDER.mkdir(exist_ok=True)
    folder = tempfile.mkdtemp(prefix="bench-", dir=FOLDER)  # on the disk, where fsync costs what it costs
    try:
        prepare(folder)
        return run(wanted)
    finally:
        shutil.rmtree(folder)


def prepare(folder: str) -> None:
    """Set Django up on an empty database, with every commit synced to the disk."""
    os.environ |= {"DATA_DIR": folder, "DEMO": "1", "BROKER_URL": "", "DJANGO_SETTINGS_MODULE": "config.settings"}
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0, skip_checks=True)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA synchronous = FULL")


def _place(name: str) -> tuple[str, int]:
    """B1 before B10, then the lines that quality does not number."""
    return name[0], int(name[1:] or 0)


def run(wanted: list[str]) -> int:
    import benchmarks
    from benchmarks.registry import BENCHMARKS

    for module in pkgutil.iter_modules(benchmarks.__path__):
        if module.name not in {"__main__", "registry"}:
            importlib.import_module(f"benchmarks.{module.name}")
    gc.collect()
    gc.freeze()  # all that is loaded, as the processes that serve do: see config/gunicorn.py
    print(COLUMNS.format("id", "what", "floor", "result", "ratio", "required", "ok"), flush=True)
    is_fast = True
    for each in sorted(BENCHMARKS, key=lambda each: place(each.id)):
        if wanted and each.id not in wanted:
            continue
        measure = each.run()
        is_met = each.required.is_met(measure)
        is_fast = is_fast and is_met
        floor, result = (f"{value:,.4g} {measure.unit}" for value in (measure.floor, measure.result))
        verdict = "ok" if is_met else "NO"
        print(
            COLUMNS.format(each.id, each.title, floor, result, f"{measure.ratio:.2f}", str(each.required), verdict),
            flush=True,
        )
    return 0 if is_fast else 1


def place(id: str) -> tuple[str, int]:
    """Return what sorts B4 before B10."""
    letters = id.rstrip("0123456789")
    return letters, int(id[len(letters) :] or 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
