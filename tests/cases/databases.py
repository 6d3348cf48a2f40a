"""A database of its own for a program under test, on whatever the environment names."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

from tests.servers import backing


@contextmanager
def new_database() -> Iterator[str]:
    """Yield the URL of an empty database, dropped at the end; embedded: nothing, which means SQLite in the folder."""
    if not backing.is_server("DATABASE_URL"):
        yield ""
        return
    import psycopg
    from psycopg import sql

    server = os.environ["DATABASE_URL"]
    name = f"ceremony_{secrets.token_hex(5)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
