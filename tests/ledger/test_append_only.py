from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, models, transaction

from ledger import services as ledger
from ledger.models import Entry, Reading, Seal

AT = datetime(2023, 5, 9, 15, tzinfo=UTC)
TABLES = [Entry, Reading, Seal]


@pytest.fixture
def rows(db: None) -> None:
    ledger.record("thing.done", subject="thing:1", facts={}, by="person:1", at=AT)
    ledger.read("thing:1", by="person:2")
    ledger.seal_pending()


@pytest.mark.parametrize("model", TABLES)
def test_the_database_refuses_to_change_a_row(rows: None, model: type[models.Model]) -> None:
    column = "hash" if model is Seal else "actor"

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        model._default_manager.update(**{column: "x"})


@pytest.mark.parametrize("model", TABLES)
def test_the_database_refuses_to_delete_a_row(rows: None, model: type[models.Model]) -> None:
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {model._meta.db_table}")


@pytest.mark.django_db(transaction=True)
def test_a_test_that_commits_is_cleaned_up_all_the_same() -> None:
    ledger.record("thing.done", subject="thing:1", facts={}, by="person:1", at=AT)

    assert Entry.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_triggers_can_be_taken_away_and_put_back_by_migration() -> None:
    from importlib import import_module

    migration = import_module("ledger.migrations.0002_append_only")
    with connection.schema_editor() as editor:
        migration.allow(None, editor)
    ledger.record("thing.done", subject="thing:1", facts={}, by="person:1", at=AT)
    assert Entry.objects.update(actor="person:2") == 1

    with connection.schema_editor() as editor:
        migration.forbid(None, editor)
    with pytest.raises(IntegrityError):
        Entry.objects.update(actor="person:3")
