"""``/health/live`` and ``/health/ready``: what they say, how fast, and what they leave for the screens."""

import threading
import time
from collections.abc import Iterator
from datetime import date, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client
from django.utils import timezone

from config import conditions, health
from config.baton import Baton
from config.conditions import Service
from config.health import Probe
from law.models import CalendarSpan
from ledger import services as ledger
from ledger.models import Event
from ledger.services.subscriptions import unsubscribe
from search.index import get_index
from tests.factories import make_entity

ELSEWHERE = "10.0.0.7:8000"
LONGEST_ANSWER_SECONDS = 2.0


@pytest.fixture(autouse=True)
def _nothing_is_known(settings: Any) -> Iterator[None]:
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    get_index().count()  # the first call makes the index, which is not what is timed here
    _forget()
    yield
    _forget()


@pytest.fixture
def baton() -> Iterator[Baton]:
    """Somebody who holds it, as a running worker does."""
    baton = Baton()
    baton.tend()
    assert baton.is_held
    yield baton
    baton.drop()


def _forget() -> None:
    caches["conditions"].clear()
    for probe in health.PROBES:
        probe.forget()


def ready() -> tuple[int, dict[str, Any]]:
    response = Client().get("/health/ready", headers={"host": ELSEWHERE})
    return response.status_code, response.json()


def found(service: Service) -> dict[str, Any]:
    told: dict[str, Any] = ready()[1]["services"][service]
    return told


# Alive


def test_live_answers_to_any_name_over_plain_http_without_touching_the_database(settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True

    response = Client().get("/health/live", headers={"host": ELSEWHERE})

    assert (response.status_code, response.content) == (HTTPStatus.OK, b"ok\n")
    assert response.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize("path", health.PAGES)
def test_nothing_can_be_sent_there(path: str) -> None:
    assert Client().post(path).status_code == HTTPStatus.METHOD_NOT_ALLOWED


# Ready


@pytest.mark.django_db
def test_ready_says_of_each_service_that_it_works(baton: Baton) -> None:
    status, told = ready()

    assert (status, told["status"]) == (HTTPStatus.OK, "ok"), told
    services = told["services"]
    assert {"database", "archive", "index", "worker", "sealer", "scheduler", "disk", "clock"} <= set(services)
    assert all(service["ok"] and service["says"] == "Responde." for service in services.values())
    assert services["worker"]["queues"]["indexing"] == {"pending": 0, "failing": 0}


@pytest.mark.django_db
def test_ready_names_neither_place_nor_version_nor_secret(settings: Any, baton: Baton) -> None:
    settings.BROKER_URL = "redis://:s3creta@127.0.0.1:1/0"

    body = Client().get("/health/ready").content.decode()

    assert "s3creta" not in body
    assert "127.0.0.1" not in body
    assert str(settings.DATA_DIR) not in body
    assert "django" not in body.lower()


@pytest.mark.django_db
def test_a_broker_that_is_away_degrades_and_is_told_with_its_hour(settings: Any, baton: Baton) -> None:
    settings.BROKER_URL = "redis://127.0.0.1:1/0"
    before = timezone.now() - timedelta(seconds=1)

    status, told = ready()

    assert (status, told["status"]) == (HTTPStatus.OK, "degraded")
    broker = told["services"]["broker"]
    assert (broker["ok"], broker["says"]) == (False, "La cola de trabajos no responde.")
    assert timezone.datetime.fromisoformat(broker["since"]) >= before  # type: ignore[attr-defined]
    assert conditions.down_since(Service.BROKER)


@pytest.mark.django_db
def test_an_archive_that_cannot_be_reached_stops_work(settings: Any, baton: Baton) -> None:
    settings.ARCHIVE = {"class": "docs_store.adapters.filesystem.FilesystemArchive", "url": "file:///proc/none/archive"}

    status, told = ready()

    assert (status, told["status"]) == (HTTPStatus.SERVICE_UNAVAILABLE, "down")
    assert told["services"]["archive"]["says"] == "El archivo no responde."


@pytest.mark.django_db
def test_mail_that_is_refused_degrades(settings: Any) -> None:
    settings.EMAIL_URL = "smtp://127.0.0.1:1"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1

    assert found(Service.MAIL)["ok"] is False


@pytest.mark.django_db
def test_without_a_worker_nobody_makes_the_terms_run() -> None:
    assert found(Service.SCHEDULER)["says"].startswith("Nadie hace correr los plazos")


@pytest.mark.django_db(transaction=True)
def test_work_that_nobody_takes_and_entries_that_nobody_seals_are_seen() -> None:
    ledger.subscribe("a consumer of this test", ["health.tested"])(lambda _delivery: None)
    try:
        entry = ledger.record("health.tested", subject="test:1", facts={}, by="system:test", at=timezone.now())
    finally:
        unsubscribe("a consumer of this test")
    assert found(Service.WORKER)["ok"] and found(Service.SEALER)["ok"]

    _forget()
    Event.objects.filter(entry=entry).update(due_at=timezone.now() - timedelta(minutes=3))

    assert found(Service.WORKER)["ok"] is False


@pytest.mark.django_db(transaction=True)
def test_what_fails_is_told_with_its_moment_and_alone_does_not_alarm() -> None:
    ledger.subscribe("a consumer of this test", ["health.tested"])(lambda _delivery: None)
    try:
        entry = ledger.record("health.tested", subject="test:1", facts={}, by="system:test", at=timezone.now())
    finally:
        unsubscribe("a consumer of this test")
    now = timezone.now()
    Event.objects.filter(entry=entry).update(due_at=now + timedelta(hours=1), failing_since=now)

    worker = found(Service.WORKER)

    assert worker["ok"]
    queue = worker["queues"]["maintenance"]
    assert (queue["pending"], queue["failing"]) == (1, 1)
    assert queue["failing_since"].startswith(f"{timezone.localtime(now):%Y-%m-%dT%H:%M}")


@pytest.mark.django_db
def test_a_disk_that_is_nearly_full_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "LEAST_FREE", 1.01)

    assert found(Service.DISK)["says"] == "Queda menos del 5 % de espacio en el disco de esta máquina."


# Its checks


@pytest.mark.django_db
def test_the_calendar_warns_before_it_ends_and_fails_once_it_has() -> None:
    last = date(2030, 12, 31)
    assert health.calendar_on(last) == {}  # nothing is installed yet
    make_entity()
    with pytest.raises(health.Silent):
        health.calendar_on(last)
    CalendarSpan.objects.create(place="cusco", first=date(2020, 1, 1), last=last)

    assert health.calendar_on(last - timedelta(days=121)) == {}
    sentence = "El calendario cargado termina el 31/12/2030; cargue el de 2031."
    assert health.calendar_on(last - timedelta(days=120)) == {"says": sentence, "last_day": "2030-12-31"}
    assert conditions.calendar_notices(last)[0].what == sentence
    with pytest.raises(health.Silent):
        health.calendar_on(last + timedelta(days=1))


def test_what_works_may_have_something_to_say(monkeypatch: pytest.MonkeyPatch) -> None:
    probe = next(probe for probe in health.PROBES if probe.service == Service.CALENDAR)
    assert health.well(Service.CALENDAR) == "Responde."

    monkeypatch.setattr(probe, "details", {"says": "Termina pronto."})

    assert health.well(Service.CALENDAR) == "Termina pronto."


def test_a_check_that_never_ends_holds_up_nobody_and_is_not_begun_twice() -> None:
    free = threading.Event()
    begun: list[int] = []

    def hang() -> None:
        begun.append(1)
        free.wait(30)

    probe = Probe(Service.INDEX, hang)
    began = time.monotonic()
    for _ in range(3):
        probe.start()
        assert not probe.is_well(time.monotonic() + 0.05)

    assert time.monotonic() - began < 1
    assert len(begun) == 1
    assert conditions.down_since(Service.INDEX)

    free.set()
    assert probe.is_well(time.monotonic() + 5)
    assert conditions.down_since(Service.INDEX) is None


def test_what_was_just_found_is_not_looked_for_again() -> None:
    begun: list[int] = []
    probe = Probe(Service.INDEX, lambda: begun.append(1), fresh_seconds=60)

    for _ in range(5):
        probe.start()
        assert probe.is_well(time.monotonic() + 5)

    assert len(begun) == 1


@pytest.mark.django_db
def test_a_check_with_a_bug_is_told_by_its_place_and_never_its_message(caplog: pytest.LogCaptureFixture) -> None:
    def broken() -> None:
        raise TypeError("secreto")

    probe = Probe(Service.MAIL, broken)
    with caplog.at_level("WARNING", logger="config.conditions"):
        probe.start()
        assert not probe.is_well(time.monotonic() + 5)

    [record] = caplog.records
    assert str(record.error).startswith("TypeError at test_health.py:")  # type: ignore[attr-defined]
    assert "secreto" not in caplog.text
