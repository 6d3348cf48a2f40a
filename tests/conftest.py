"""Fixtures of every room. Each process has its own data folder, and a place of its own on each server that the
environment names; nothing of the developer's is touched.

Django is set up here and not by pytest-django, which would load the settings before the folder is chosen; and their
module is taken out of the environment again, where the parallel workers would find it and do just that.
"""

import atexit
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django
import pytest
from django.conf import settings

from tests.servers import backing, databases

backing.isolate()
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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out, with the reason, what needs a server that the environment does not name."""
    missing = backing.missing()
    for item in items:
        if missing and item.get_closest_marker("servers"):
            item.add_marker(pytest.mark.skip(reason=f"needs real servers: {', '.join(missing)}"))


@pytest.fixture
def fresh_archive(settings: Any, tmp_path: Path) -> str:
    """An empty archive for this test alone, on whatever the installation uses; returns its URL."""
    url = f"file://{tmp_path}/archive"
    if backing.is_server("ARCHIVE_URL"):
        url = backing.archive_place(settings.ARCHIVE["url"], f"t{secrets.token_hex(5)}")
    settings.ARCHIVE = {**settings.ARCHIVE, "url": url}
    return url


@pytest.fixture
def fresh_database(tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database for the processes that this test starts, of the kind that the environment names."""
    with databases.fresh(tmp_path) as url:
        yield url


@pytest.fixture
def fresh_index(settings: Any, tmp_path: Path) -> str:
    """An empty index for this test alone, on whatever the installation uses; returns its URL."""
    settings.SEARCH = {**settings.SEARCH, "url": new_index_url(tmp_path)}
    return str(settings.SEARCH["url"])


def new_index_url(folder: Path) -> str:
    """Return the URL of an index that is still empty; on a server its name begins with this process's prefix."""
    url = os.environ.get("SEARCH_URL", "")
    return f"{url}-{secrets.token_hex(5)}" if backing.is_server("SEARCH_URL") else f"sqlite://{folder}/search.sqlite3"


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
