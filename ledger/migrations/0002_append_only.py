"""Entries, readings and seals: rows are added, never changed. The database itself refuses.

A later migration that makes SQLite rebuild one of these tables takes its triggers away: it must run ``forbid`` again.
"""

from django.db import migrations

TABLES = ("ledger_entry", "ledger_reading", "ledger_seal")
MESSAGE = "the ledger is append-only"
FUNCTION = (
    "CREATE OR REPLACE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ "
    f"BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
)


def locks(vendor):
    """Return the statements that make the database refuse."""
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
            for table in TABLES
            for verb in ("UPDATE", "DELETE")
        ]
    return [
        FUNCTION,
        *(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"FOR EACH {each} EXECUTE FUNCTION ledger_refuse()"
            for table in TABLES
            for verb, each in (("UPDATE", "ROW"), ("DELETE", "ROW"), ("TRUNCATE", "STATEMENT"))
        ),
    ]


def unlocks(vendor):
    """Return the statements that let it accept again: for reversing this migration, and between tests."""
    if vendor == "sqlite":
        return [f"DROP TRIGGER {table}_no_{verb}" for table in TABLES for verb in ("update", "delete")]
    drops = [f"DROP TRIGGER {t}_no_{verb} ON {t}" for t in TABLES for verb in ("update", "delete", "truncate")]
    return [*drops, "DROP FUNCTION ledger_refuse()"]


def forbid(apps, schema_editor):
    for statement in locks(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


def allow(apps, schema_editor):
    for statement in unlocks(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [migrations.RunPython(forbid, allow)]
