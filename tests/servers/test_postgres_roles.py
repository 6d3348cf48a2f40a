"""Two roles: the owner migrates; the app's role plays a whole case, and cannot rewrite the ledger (quality, A10)."""

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.conf import settings
from psycopg import sql

from config import roles
from tests.servers import backing, databases

pytestmark = pytest.mark.servers
SUPERUSER = "postgres:chasqui"
"""Of the server that the tests use."""


@dataclass(frozen=True)
class Roles:
    """A database with an owner and an app role of its own."""

    app_url: str
    owner_url: str
    folder: Path

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        kept = {name: value for name, value in os.environ.items() if name not in {"ENTITY", "DEMO", *backing.URLS}}
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=settings.BASE_DIR,
            env=kept
            | {
                "DATA_DIR": str(self.folder),
                "DATABASE_URL": self.app_url,
                "MIGRATE_DATABASE_URL": self.owner_url,
            },
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )


def as_user(url: str, user: str) -> str:
    """Return the URL with another role and its password."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=f"{user}@{parts.hostname}:{parts.port}"))


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Roles]:
    """A database whose tables the owner made, and in which the app's role played a case to its end."""
    server = as_user(os.environ["DATABASE_URL"], SUPERUSER)
    names = {part: f"chasqui_{part}_{secrets.token_hex(4)}" for part in ("owner", "app")}
    for name in names.values():
        databases.run(server, sql.SQL("CREATE ROLE {} LOGIN PASSWORD 'x'").format(sql.Identifier(name)))
    try:
        with databases.on_server(server) as url:
            database = urlsplit(url).path.lstrip("/")
            ownership = sql.SQL("ALTER DATABASE {} OWNER TO {}")
            databases.run(server, ownership.format(sql.Identifier(database), sql.Identifier(names["owner"])))
            app, owner = (as_user(url, f"{names[part]}:x") for part in ("app", "owner"))
            found = Roles(app, owner, tmp_path_factory.mktemp("roles"))
            done = found.manage("play", "callao-2011", "--json")
            assert done.returncode == 0, done.stderr
            yield found
    finally:
        for name in names.values():
            databases.run(server, sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))


def test_the_app_s_role_plays_a_case_and_the_chain_verifies(played: Roles) -> None:
    with psycopg.connect(played.app_url) as connection:
        found = connection.execute("SELECT count(*) FROM ledger_entry WHERE kind = 'task.completed'").fetchone()

    assert found is not None and found[0] > 5
    assert played.manage("verify_ledger").returncode == 0


@pytest.mark.parametrize("table", sorted(roles.APPEND_ONLY))
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {} SET {} = {}",
        "DELETE FROM {}",
        "TRUNCATE {} CASCADE",
        "ALTER TABLE {} DISABLE TRIGGER ALL",
        "DROP TABLE {} CASCADE",
    ],
)
def test_the_app_s_role_cannot_rewrite_the_ledger(played: Roles, table: str, statement: str) -> None:
    column = "sequence" if table == "ledger_seal" else "id"
    refused = sql.SQL(statement).format(*map(sql.Identifier, (table, column, column)))

    with psycopg.connect(played.app_url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(refused)


def test_the_app_s_role_owns_nothing_and_makes_no_table(played: Roles) -> None:
    with psycopg.connect(played.app_url) as connection:
        owned = connection.execute("SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole").fetchone()
        assert owned == (0,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("CREATE TABLE mine (id integer)")


def test_granting_again_changes_nothing(played: Roles) -> None:
    before = rights(played)

    done = played.manage("grant_app_role")

    assert done.returncode == 0, done.stderr
    assert "no puede cambiar ni borrar el registro" in done.stdout
    assert rights(played) == before


def rights(played: Roles) -> list[tuple[str, str]]:
    with psycopg.connect(played.app_url) as connection:
        return connection.execute(
            "SELECT table_name, privilege_type FROM information_schema.role_table_grants"
            " WHERE grantee = current_user ORDER BY 1, 2"
        ).fetchall()


def test_without_an_owner_there_is_nothing_to_grant(played: Roles) -> None:
    done = Roles(played.app_url, "", played.folder).manage("grant_app_role")

    assert done.returncode == 1
    assert "MIGRATE_DATABASE_URL" in done.stderr
