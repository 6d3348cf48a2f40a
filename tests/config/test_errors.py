"""What the middleware makes of errors: a sentence for those that were anticipated, nothing for a bug."""

import sqlite3
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.cache import caches
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import RequestFactory

from config import conditions
from config.conditions import Service
from config.errors import DomainErrorMiddleware
from docs_store.errors import ArchiveUnavailable, FileIsEmpty, FileTooLarge
from search.errors import SearchUnavailable
from tests.factories import make_entity


@pytest.fixture(autouse=True)
def _plain_static_files(settings: Any) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture(autouse=True)
def _nothing_is_down() -> Iterator[None]:
    caches["conditions"].clear()
    yield
    caches["conditions"].clear()


def answer_to(error: Exception) -> HttpResponse | None:
    middleware = DomainErrorMiddleware(lambda _request: HttpResponse())
    return middleware.process_exception(RequestFactory().get("/"), error)


def raised_by_sqlite(path: Path, statement: str) -> OperationalError:
    """Return the error that Django makes of what SQLite says while somebody else writes."""
    holder, impatient = sqlite3.connect(path, isolation_level=None), sqlite3.connect(path, timeout=0)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(OperationalError) as raised, connection.wrap_database_errors:
        impatient.execute(statement)
    holder.close()
    impatient.close()
    return raised.value


@pytest.mark.embedded
@pytest.mark.django_db
def test_database_that_is_locked_for_too_long_is_told_in_a_sentence(tmp_path: Path) -> None:
    make_entity()

    answer = answer_to(raised_by_sqlite(tmp_path / "db", "BEGIN IMMEDIATE"))

    assert answer is not None
    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert "Espere unos segundos y vuelva a intentar." in answer.content.decode()


@pytest.mark.django_db
def test_lock_that_postgresql_did_not_give_in_time_is_told_in_a_sentence() -> None:
    make_entity()
    error = OperationalError("canceling statement due to lock timeout")
    error.__cause__ = psycopg.errors.LockNotAvailable()

    answer = answer_to(error)

    assert answer is not None
    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE


@pytest.mark.embedded
def test_any_other_fault_of_the_database_stays_a_bug(tmp_path: Path) -> None:
    assert answer_to(raised_by_sqlite(tmp_path / "db", "SELECT * FROM nowhere")) is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    "cause",
    [psycopg.OperationalError("connection refused"), psycopg.errors.AdminShutdown(), psycopg.errors.DiskFull()],
)
def test_database_that_is_away_is_told_on_a_page_that_asks_it_nothing(
    cause: Exception, django_assert_num_queries: Any
) -> None:
    error = OperationalError("server closed the connection unexpectedly")
    error.__cause__ = cause

    with django_assert_num_queries(0):
        answer = answer_to(error)

    assert answer is not None
    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert "lo que ya estaba guardado sigue a salvo" in answer.content.decode()
    assert conditions.down_since(Service.DATABASE)


@pytest.mark.django_db
@pytest.mark.parametrize(("error", "service"), [(ArchiveUnavailable(), "archive"), (SearchUnavailable(), "index")])
def test_call_that_fails_for_a_service_is_remembered_and_shown_at_once(error: Exception, service: str) -> None:
    make_entity()

    answer = answer_to(error)

    assert answer is not None
    assert conditions.down_since(Service(service))
    assert 'class="limits" role="status"' in answer.content.decode()


@pytest.mark.django_db
def test_statement_that_is_wrong_stays_a_bug() -> None:
    error = OperationalError("no such table")
    error.__cause__ = sqlite3.OperationalError("no such table")
    error.__cause__.sqlite_errorname = "SQLITE_ERROR"

    assert answer_to(error) is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("error", "status", "sentence"),
    [
        (FileTooLarge(megabytes=60, limit=50, parts="dos"), 413, "Pesa 60 MB; el máximo es 50 MB. Divídalo en dos."),
        (FileIsEmpty(name="nada.pdf"), 422, "“nada.pdf” está vacío."),
    ],
    ids=["too large", "empty"],
)
def test_refused_upload_is_told_with_its_own_status(error: Exception, status: int, sentence: str) -> None:
    make_entity()

    answer = answer_to(error)

    assert answer is not None
    assert answer.status_code == status
    assert sentence in answer.content.decode()
