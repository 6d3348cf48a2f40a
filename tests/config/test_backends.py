from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import backends


def test_a_sqlite_url_names_a_file_opened_with_immediate_transactions() -> None:
    found = backends.database("sqlite:///var/lib/chasqui/db.sqlite3")

    assert found["NAME"] == "/var/lib/chasqui/db.sqlite3"
    assert found["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert found["OPTIONS"]["timeout"] >= 20


def test_a_postgresql_url_is_taken_apart() -> None:
    found = backends.database("postgresql://me:se%40cret@db:5433/chasqui")

    assert (found["ENGINE"], found["NAME"]) == ("django.db.backends.postgresql", "chasqui")
    assert (found["USER"], found["PASSWORD"], found["HOST"], found["PORT"]) == ("me", "se@cret", "db", 5433)


def test_what_stands_behind_the_question_mark_goes_to_libpq() -> None:
    found = backends.database("postgresql://me@db/chasqui?sslmode=verify-full&sslrootcert=%2Fetc%2Fca.pem")

    assert (found["OPTIONS"]["sslmode"], found["OPTIONS"]["sslrootcert"]) == ("verify-full", "/etc/ca.pem")


def test_a_parameter_that_libpq_does_not_know_is_refused_by_name() -> None:
    with pytest.raises(ImproperlyConfigured, match=r'DATABASE_URL: .*"sslmod"'):
        backends.database("postgresql://me@db/chasqui?sslmod=require")


def test_postgresql_gives_up_on_locks_and_statements_that_do_not_end() -> None:
    found = backends.database("postgresql://me@db/chasqui", lock_seconds=7, statement_seconds=90)

    assert found["OPTIONS"]["options"] == (
        "-c lock_timeout=7s -c statement_timeout=90s -c idle_in_transaction_session_timeout=90s"
    )


def test_each_thread_keeps_its_connection_unless_a_pool_is_asked_for() -> None:
    kept = backends.database("postgresql://me@db/chasqui")
    shared = backends.database("postgresql://me@db/chasqui", pool=4)

    assert (kept["CONN_MAX_AGE"], kept["CONN_HEALTH_CHECKS"]) == (None, True)
    assert "pool" not in kept["OPTIONS"]
    assert (shared["CONN_MAX_AGE"], shared["OPTIONS"]["pool"]["max_size"]) == (0, 4)


def test_an_unknown_database_is_refused_by_name() -> None:
    with pytest.raises(ImproperlyConfigured, match="mysql:// is not a database"):
        backends.database("mysql://localhost/x")


def test_the_scheme_chooses_the_adapter() -> None:
    found = backends.adapter("ARCHIVE_URL", "file:///var/lib/chasqui/archive")

    assert found == {
        "class": "docs_store.adapters.filesystem.FilesystemArchive",
        "url": "file:///var/lib/chasqui/archive",
    }


def test_a_scheme_without_adapter_is_refused_with_those_that_are_served() -> None:
    with pytest.raises(ImproperlyConfigured, match="ftp:// is not served; use file://"):
        backends.adapter("ARCHIVE_URL", "ftp://host/x")


def test_a_broker_is_redis_or_rabbitmq_or_none() -> None:
    for url in ("", "redis://host:6379/0", "amqps://me:secret@host//"):
        assert backends.broker(url) == url
    with pytest.raises(ImproperlyConfigured, match="kafka:// is not served; use redis:// or amqp://"):
        backends.broker("kafka://host")


def test_tries_are_counted_in_redis_where_the_broker_is_one_and_else_in_files() -> None:
    folder = Path("/var/lib/chasqui/counts")

    shared = backends.cache("redis://host:6379/0", folder)
    assert (shared["BACKEND"], shared["LOCATION"]) == ("config.counts.SharedCounts", "redis://host:6379/0")
    for url in ("", "amqp://host//"):
        assert backends.cache(url, folder)["LOCATION"] == folder
