"""The two roles on PostgreSQL: the owner, who migrates, and the app's, which cannot rewrite the ledger.

Where ``MIGRATE_DATABASE_URL`` names the owner, the role of ``DATABASE_URL`` owns no table, so that it cannot lift the
ledger's triggers either.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, connections, transaction
from django.db.backends.utils import CursorWrapper
from django.db.migrations.recorder import MigrationRecorder

from config import backends
from ledger.models import Entry, Reading, Seal

MIGRATION_LOCK = 0xC4A5
READ_ONLY = {MigrationRecorder.Migration._meta.db_table}
APPEND_ONLY = {model._meta.db_table for model in (Entry, Reading, Seal)}


@contextmanager
def owner() -> Iterator[bool]:
    """Be connected as the owner of the tables inside; yield whether that is a role of its own.

    :raises ImproperlyConfigured: ``MIGRATE_DATABASE_URL`` is of another kind of database.
    """
    if not settings.MIGRATE_DATABASE_URL:
        yield False
        return
    database = backends.database(settings.MIGRATE_DATABASE_URL, lock_seconds=_lock_seconds(), statement_seconds=0)
    if connection.vendor != "postgresql" or "postgresql" not in database["ENGINE"]:
        raise ImproperlyConfigured("MIGRATE_DATABASE_URL y DATABASE_URL deben nombrar la misma base PostgreSQL.")
    default = connections["default"]
    default.close()
    usual = default.settings_dict
    default.settings_dict = {**usual, **database}
    try:
        yield True
    finally:
        default.close()
        default.settings_dict = usual


def _lock_seconds() -> int:
    return int(settings.DATABASE_LIMITS["lock_seconds"])


@contextmanager
def alone() -> Iterator[None]:
    """Let one migrate at a time: of two servers that start together the second finds nothing left to do."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = 0")
        cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
        cursor.execute("RESET lock_timeout")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATION_LOCK])


def app_role() -> str:
    """Return the role that the site and its workers connect as."""
    return str(settings.DATABASES["default"]["USER"])


def grant_app_role() -> None:
    """Give the app's role what it needs and nothing else; connected as the owner. May be repeated at any time."""
    with transaction.atomic(), connection.cursor() as cursor:
        _execute(cursor, "GRANT USAGE ON SCHEMA public TO {role}")
        _execute(cursor, "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}")
        for table in connection.introspection.table_names(cursor):
            _execute(cursor, "REVOKE ALL ON {table} FROM {role}", table)
            _execute(cursor, f"GRANT {_rights_on(table)} ON {{table}} TO {{role}}", table)


def _rights_on(table: str) -> str:
    if table in READ_ONLY:
        return "SELECT"
    return "SELECT, INSERT" if table in APPEND_ONLY else "SELECT, INSERT, UPDATE, DELETE"


def _execute(cursor: CursorWrapper, statement: str, table: str = "") -> None:
    quote = connection.ops.quote_name
    cursor.execute(statement.format(role=quote(app_role()), table=quote(table)))
