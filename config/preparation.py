"""What must exist before the site can be served: tables, the entity, the demo, the pages' files.

Each step that changed nothing since the last start is skipped; ``stamps.json`` in ``DATA_DIR`` remembers what was seen.
"""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import OutputWrapper
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from search import services as search
from search.errors import SearchError

UNFINISHED = "unfinished"
KEPT_ON_RESTART = {UNFINISHED, "secret_key", "serve.lock"}


class Preparation:
    """Brings the installation to where it can be served."""

    def __init__(self, out: OutputWrapper) -> None:
        self._out = out
        self._folder = Path(settings.DATA_DIR)

    def run(self) -> None:
        """Do what is missing, telling each step.

        A first start that was broken off is begun anew: what it left was never served to anybody.
        """
        self._discard_unfinished()
        if self._is_embedded() and not self._database().exists():
            (self._folder / UNFINISHED).touch()
            self._stamps().unlink(missing_ok=True)
        self._migrate()
        self._load_entity()
        self._mend_index()
        if settings.DEMO:
            self._load_demo()
        self._collect_static()
        (self._folder / UNFINISHED).unlink(missing_ok=True)

    def _say(self, line: str) -> None:
        self._out.write(line)
        self._out.flush()

    def _database(self) -> Path:
        return Path(str(settings.DATABASES["default"]["NAME"]))

    def _stamps(self) -> Path:
        return self._folder / "stamps.json"

    def _is_embedded(self) -> bool:
        return connection.vendor == "sqlite" and self._folder in self._database().parents

    def _discard_unfinished(self) -> None:
        if not ((self._folder / UNFINISHED).exists() and self._is_embedded()):
            return
        self._say("La primera preparación quedó a medias; se empieza de nuevo.")
        for path in self._folder.iterdir():
            if path.name in KEPT_ON_RESTART:
                continue
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()

    def _migrate(self) -> None:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self._say("Preparando la base de datos…")
            call_command("migrate", interactive=False, verbosity=0, skip_checks=True)

    def _load_entity(self) -> None:
        call_command("load_entity", stdout=self._out, skip_checks=True)

    def _mend_index(self) -> None:
        """Build the index again where it was lost or an earlier release made it. Without it the site still serves."""
        try:
            if search.is_index_stale():
                self._say("Preparando el buscador…")
                search.reindex(tell=lambda done, total: None)
        except SearchError as error:
            self._say(f"{error} Cuando responda, ejecute: manage.py reindex")

    def _load_demo(self) -> None:
        self._if_changed(
            "demo",
            f"loaded in {self._database()}",
            "Creando los expedientes de la demostración; tarda menos de un minuto…",
            lambda: call_command("load_demo", stdout=self._out, skip_checks=True),
        )

    def _collect_static(self) -> None:
        found = [path for finder in get_finders() for path in _paths(finder.list([]))]
        self._if_changed(
            "static",
            _digest(found),
            "Reuniendo los archivos de las páginas…",
            lambda: call_command("collectstatic", interactive=False, verbosity=0, skip_checks=True),
            is_missing=not settings.STATIC_ROOT.exists(),
        )

    def _if_changed(
        self, name: str, seen: str, line: str, act: Callable[[], object], *, is_missing: bool = False
    ) -> None:
        stamps = json.loads(self._stamps().read_text()) if self._stamps().exists() else {}
        if stamps.get(name) == seen and not is_missing:
            return
        self._say(line)
        act()
        self._stamps().write_text(json.dumps(stamps | {name: seen}))


def _paths(found: Iterable[tuple[str, object]]) -> list[Path]:
    return [Path(storage.path(name)) for name, storage in found]  # type: ignore[attr-defined]


def _digest(files: Iterable[Path]) -> str:
    told = "\n".join(f"{file} {file.stat().st_mtime_ns} {file.stat().st_size}" for file in sorted(files))
    return hashlib.sha256(told.encode()).hexdigest()
