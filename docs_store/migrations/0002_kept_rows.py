"""What is kept does not change, and a folio is never put in between. The database itself refuses.

A later migration that makes SQLite rebuild one of these tables takes its triggers away: it must run ``forbid`` again.
"""

from django.db import migrations

NEVER = "TRUE"
LAST_ORDER = 'SELECT MAX("order") FROM docs_store_leaf WHERE expediente_id = NEW.expediente_id'
LAST_FOLIO = "SELECT MAX(folio_to) FROM docs_store_leaf WHERE expediente_id = NEW.expediente_id"


def changes(*columns):
    """Return the condition that one of the columns changes; ``NULL`` counts as a value."""
    return " OR ".join(f"OLD.{c} <> NEW.{c} OR (OLD.{c} IS NULL) <> (NEW.{c} IS NULL)" for c in columns)


# Trigger, table, verb, when it refuses, what it says.
RULES = [
    ("version_is_kept", "docs_store_version", "UPDATE", NEVER, "a version never changes"),
    ("leaf_is_kept", "docs_store_leaf", "UPDATE", NEVER, "a leaf never changes"),
    (
        "leaf_goes_to_the_end",
        "docs_store_leaf",
        "INSERT",
        f'NEW."order" <> COALESCE(({LAST_ORDER}), 0) + 1 OR NEW.folio_from <> COALESCE(({LAST_FOLIO}), 0) + 1',
        "a leaf goes to the end of the index, and its folios go on",
    ),
    ("block_is_kept", "docs_store_numberblock", "UPDATE", NEVER, "a declared block never changes"),
    (
        "number_is_kept",
        "docs_store_number",
        "UPDATE",
        "OLD.state = 'annulled' OR "
        + changes("series_id", "year", "value", "label", "document_id", "owner", "reserved_at"),
        "a number keeps its value and its owner, and an annulled one its reason",
    ),
    (
        "emitted_document_is_kept",
        "docs_store_document",
        "UPDATE",
        "OLD.emitted_version_id IS NOT NULL AND (NEW.state NOT IN ('emitted', 'annulled') OR "
        + changes(
            "expediente_id",
            "kind_id",
            "title",
            "unit_id",
            "post_id",
            "created_by_id",
            "created_at",
            "label",
            "outside_author",
            "cvd",
            "emitted_at",
            "emitted_version_id",
        )
        + ")",
        "an emitted document never changes",
    ),
]


def locks(vendor):
    """Return the statements that make the database refuse."""
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER {name} BEFORE {verb} ON {table} WHEN {when} BEGIN SELECT RAISE(ABORT, '{message}'); END"
            for name, table, verb, when, message in RULES
        ]
    return [statement for rule in RULES for statement in _postgresql(*rule)]


def _postgresql(name, table, verb, when, message):
    # A trigger's own WHEN may hold no sub-query: the function asks.
    yield (
        f"CREATE OR REPLACE FUNCTION docs_store_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN IF {when} THEN RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'; "
        "END IF; RETURN NEW; END $$"
    )
    yield f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION docs_store_{name}()"


def unlocks(vendor):
    """Return the statements that let it accept again."""
    if vendor == "sqlite":
        return [f"DROP TRIGGER {rule[0]}" for rule in RULES]
    return [
        statement
        for name, table, *_rest in RULES
        for statement in (f"DROP TRIGGER {name} ON {table}", f"DROP FUNCTION docs_store_{name}()")
    ]


def forbid(apps, schema_editor):
    for statement in locks(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


def allow(apps, schema_editor):
    for statement in unlocks(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("docs_store", "0001_initial")]

    operations = [migrations.RunPython(forbid, allow)]
