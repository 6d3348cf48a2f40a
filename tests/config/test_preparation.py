"""What a start finds and what it makes."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management.base import OutputWrapper

from config import backends
from config.preparation import Preparation
from search.index import get_index
from tests.search.test_services import an_emitted


class Embedded(Preparation):
    """One whose database is a file of the data folder; the test's own is not."""

    def _database(self) -> Path:
        return self._folder / "chasqui.sqlite3"


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.DATA_DIR = tmp_path
    settings.STATIC_ROOT = tmp_path / "static"
    return tmp_path


@pytest.fixture
def out() -> io.StringIO:
    return io.StringIO()


@pytest.mark.embedded
def test_a_first_start_that_was_broken_off_is_begun_anew(folder: Path, out: io.StringIO) -> None:
    for name in ("unfinished", "secret_key", "chasqui.sqlite3", "stamps.json"):
        (folder / name).write_text("x")
    (folder / "archive").mkdir()

    Embedded(OutputWrapper(out))._discard_unfinished()

    assert sorted(path.name for path in folder.iterdir()) == ["secret_key", "unfinished"]
    assert out.getvalue() == "La primera preparación quedó a medias; se empieza de nuevo.\n"


def test_what_was_served_once_is_never_discarded(folder: Path, out: io.StringIO) -> None:
    (folder / "chasqui.sqlite3").write_text("x")

    Embedded(OutputWrapper(out))._discard_unfinished()

    assert (folder / "chasqui.sqlite3").exists()


def test_a_database_elsewhere_is_never_discarded(folder: Path, out: io.StringIO) -> None:
    (folder / "unfinished").touch()
    (folder / "kept").touch()

    Preparation(OutputWrapper(out))._discard_unfinished()

    assert (folder / "kept").exists()


def test_a_step_that_changed_nothing_is_skipped_until_something_changes(folder: Path, out: io.StringIO) -> None:
    steps: list[int] = []
    preparation = Preparation(OutputWrapper(out))

    for seen, is_missing in (("a", False), ("a", False), ("b", False), ("b", True)):
        preparation._if_changed("step", seen, "Haciendo…", lambda: steps.append(1), is_missing=is_missing)

    assert len(steps) == 3
    assert out.getvalue() == "Haciendo…\n" * 3


def test_the_pages_files_are_gathered_once(folder: Path, out: io.StringIO) -> None:
    preparation = Preparation(OutputWrapper(out))

    preparation._collect_static()
    preparation._collect_static()

    assert out.getvalue() == "Reuniendo los archivos de las páginas…\n"
    assert (folder / "static" / "staticfiles.json").exists()


@pytest.mark.django_db
def test_an_index_that_was_lost_is_built_again(folder: Path, out: io.StringIO, fresh_index: str) -> None:
    an_emitted("Limpieza de la acequia mayor")
    assert get_index().count() == 0

    Preparation(OutputWrapper(out))._mend_index()
    Preparation(OutputWrapper(out))._mend_index()

    assert get_index().count() == 1
    assert out.getvalue() == "Preparando el buscador…\n"


@pytest.mark.django_db
def test_a_search_engine_that_is_away_does_not_stop_the_start(folder: Path, out: io.StringIO, settings: Any) -> None:
    (folder / "file").touch()
    settings.SEARCH = backends.adapter("SEARCH_URL", f"sqlite://{folder}/file/search.sqlite3")

    Preparation(OutputWrapper(out))._mend_index()

    assert "manage.py reindex" in out.getvalue()
