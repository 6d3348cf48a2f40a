"""Fixtures of every room. Each run has its own data folder; nothing of the developer's is touched."""

import os
import tempfile
from collections.abc import Iterator

import pytest

os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="chasqui-tests-")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


@pytest.fixture(scope="session", autouse=True)
def _ledger_can_be_flushed() -> Iterator[None]:
    """Lift the ledger's triggers while a test that commits is cleaned up: they refuse the flush, as they should."""
    from importlib import import_module

    from django.db import connection
    from django.test import TransactionTestCase

    append_only = import_module("ledger.migrations.0002_append_only")
    flush = TransactionTestCase._fixture_teardown

    def lift_and_flush(case: TransactionTestCase) -> None:
        with connection.cursor() as cursor:
            for statement in append_only.unlocks(connection.vendor):
                cursor.execute(statement)
        try:
            flush(case)
        finally:
            with connection.cursor() as cursor:
                for statement in append_only.locks(connection.vendor):
                    cursor.execute(statement)

    TransactionTestCase._fixture_teardown = lift_and_flush
    yield
    TransactionTestCase._fixture_teardown = flush
