"""Databases of their own, for tests that raise processes: a file each, or on PostgreSQL a database each."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from tests.servers import backing


@contextmanager
def fresh(folder: Path) -> Iterator[str]:
    """Give the URL of an empty database of the kind that the environment names, and remove it afterwards."""
    if not backing.is_server("DATABASE_URL"):
        yield f"sqlite://{folder}/chasqui.sqlite3"
        return
    with on_server(os.environ["DATABASE_URL"]) as url:
        yield url


@contextmanager
def on_server(server: str) -> Iterator[str]:
    """Give the URL of an empty database on this PostgreSQL server, and drop it afterwards, whoever still uses it."""
    name = f"chasqui_t{secrets.token_hex(5)}"
    run(server, sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield with_name(server, name)
    finally:
        run(server, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def run(server: str, statement: sql.Composed) -> None:
    """Execute one statement outside any transaction, connected to the server's own database."""
    with psycopg.connect(with_name(server, "postgres"), autocommit=True) as connection:
        connection.execute(statement)


def with_name(url: str, name: str) -> str:
    """Return the URL with another database's name."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
