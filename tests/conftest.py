"""Fixtures of every room. Each process has its own data folder; nothing of the developer's is touched.

Django is set up here and not by pytest-django, which would load the settings before the folder is chosen; and their
module is taken out of the environment again, where the parallel workers would find it and do just that.
"""

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from typing import Any

import django
import pytest
from django.conf import settings

os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="chasqui-tests-")
atexit.register(shutil.rmtree, os.environ["DATA_DIR"], ignore_errors=True)
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
assert str(settings.DATA_DIR) == os.environ["DATA_DIR"], "the settings were loaded before tests/conftest.py"
django.setup()
del os.environ["DJANGO_SETTINGS_MODULE"]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where every test must run (``REQUIRE_ALL_TESTS``), a skipped one fails the run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped") if reporter else None
    if reporter and skipped and os.environ.get("REQUIRE_ALL_TESTS"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        reporter.write_line(f"REQUIRE_ALL_TESTS: {len(skipped)} skipped", red=True)


@pytest.fixture(scope="session", autouse=True)
def _settings_for_children() -> None:
    """Let the processes that tests start find the settings."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"


@pytest.fixture(scope="session", autouse=True)
def _ledger_can_be_flushed() -> Iterator[None]:
    """Lift the ledger's triggers while a test that commits is cleaned up: they refuse the flush, as they should."""
    from importlib import import_module

    from django.db import connection
    from django.test import TransactionTestCase

    append_only = import_module("ledger.migrations.0002_append_only")
    case_class: Any = TransactionTestCase
    flush = case_class._fixture_teardown

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

    case_class._fixture_teardown = lift_and_flush
    yield
    case_class._fixture_teardown = flush


@pytest.fixture(autouse=True)
def _fresh_route_classes() -> Iterator[None]:
    """Each test has its own database: routes and calendars that were built from another one's mean nothing here."""
    from law import selectors as law
    from workflows import published

    published.forget()
    law.forget_calendars()
    yield
    published.forget()
