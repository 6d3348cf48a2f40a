"""What PostgreSQL is told to give up on: a lock that does not come free, a statement that does not end."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import OperationalError, connection, connections, transaction
from django.db.backends.postgresql.base import DatabaseWrapper
from django.http import HttpResponse
from django.test import RequestFactory

from config import backends, errors
from organization.models import Person
from tests.factories import make_entity, make_person

pytestmark = [pytest.mark.servers, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def impatient() -> Iterator[None]:
    """An installation that waits a third of a second for a lock."""
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '300ms'")
    yield
    connection.close()


@contextmanager
def held(person: Person) -> Iterator[None]:
    """Let somebody else hold the person's row."""
    known = {name: connection.get_connection_params()[name] for name in ("dbname", "user", "password", "host", "port")}
    with psycopg.connect(**known) as somebody:
        somebody.execute("SELECT 1 FROM organization_person WHERE id = %s FOR UPDATE", [person.pk])
        yield


def lock(person: Person) -> None:
    Person.objects.select_for_update().get(pk=person.pk)


def test_a_lock_that_does_not_come_free_ends_in_the_sentence_that_asks_to_try_again(
    impatient: None, settings: Any
) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    make_entity()
    person = make_person()

    with held(person), pytest.raises(OperationalError) as raised, transaction.atomic():
        lock(person)

    middleware = errors.DomainErrorMiddleware(lambda _request: HttpResponse())
    answer = middleware.process_exception(RequestFactory().get("/"), raised.value)
    assert answer is not None
    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert "Espere unos segundos y vuelva a intentar." in answer.content.decode()


def test_of_two_who_wait_for_each_other_one_goes_on_and_one_is_told_to_try_again() -> None:
    first, second = make_person(), make_person()
    barrier, ended = threading.Barrier(2), []

    def cross(mine: Person, theirs: Person) -> None:
        try:
            with transaction.atomic():
                lock(mine)
                barrier.wait(timeout=10)
                lock(theirs)
            ended.append("done")
        except OperationalError as error:
            ended.append("busy" if errors.is_busy(error) else repr(error))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=cross, args=pair) for pair in ((first, second), (second, first))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(ended) == ["busy", "done"]


def test_an_installation_s_connection_bears_its_limits_and_its_name() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('lock_timeout'), current_setting('statement_timeout'),"
            " current_setting('idle_in_transaction_session_timeout'), current_setting('application_name'),"
            " current_setting('transaction_isolation')"
        )
        assert cursor.fetchone() == ("10s", "5min", "5min", "chasqui", "read committed")
    assert settings.DATABASES["default"]["CONN_HEALTH_CHECKS"]


def test_threads_that_come_and_go_share_the_connections_of_a_pool() -> None:
    known = connection.settings_dict
    url = f"postgresql://{known['USER']}:{known['PASSWORD']}@{known['HOST']}:{known['PORT']}/{known['NAME']}"
    database = {**known, **backends.database(url, pool=2)}
    answered_by: list[int] = []

    def ask() -> None:
        mine = DatabaseWrapper(database, alias="pooled")
        with mine.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            answered_by.append(cursor.fetchone()[0])
        mine.close()

    for _round in range(8):
        thread = threading.Thread(target=ask)
        thread.start()
        thread.join()
    DatabaseWrapper(database, alias="pooled").close_pool()

    assert len(answered_by) == 8
    assert len(set(answered_by)) <= 2
