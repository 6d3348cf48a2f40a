"""The installation of release 0.1.0, with open files, comes up to date with nothing lost and goes on (embedded)."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.config.upkeep_installations import released

pytestmark = pytest.mark.embedded


def test_migrations_lose_nothing_of_the_former_release_and_an_open_file_goes_on(tmp_path: Path) -> None:
    installation = released(tmp_path / "data")
    database = installation.folder / "chasqui.sqlite3"
    before, tree = counts(database), parents(database)
    assert before["workflows_task"] > 100
    assert before["docs_store_expediente"] == 30

    installation.manage("migrate", "-v0")

    after = counts(database)
    assert {table: after.get(table) for table in before} == before
    installation.manage("load_entity")
    assert parents(database) == tree
    installation.manage("reindex")
    assert "El sistema está íntegro." in installation.manage("verify_system", "--all")
    done = installation.works("go_on")
    assert len(done["completed"]) == 3
    assert done["again"] == []
    assert int(done["after"].split("-")[0]) == int(done["before"].split("-")[0]) + 1
    assert "El sistema está íntegro." in installation.manage("verify_system", "--all")


def parents(database: Path) -> list[tuple[str, int | None]]:
    """Return what each unit hangs from since it began: no migration and no profile changes that."""
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute("SELECT slug, parent_id FROM organization_unit ORDER BY slug").fetchall()


def counts(database: Path) -> dict[str, int]:
    """Count the rows of the rooms' tables: Django's own hold what migrations make."""
    with closing(sqlite3.connect(database)) as connection:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rooms = [name for name in names if not name.startswith(("sqlite", "django", "auth"))]
        return {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in rooms}
