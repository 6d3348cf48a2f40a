"""What is known to be down: since when, for how long, and what the screens say of it."""

import logging
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from django.core.cache import caches
from django.test import Client, override_settings
from django.utils import timezone

from config import conditions, context
from config.conditions import Service
from tests.factories import LIMA, make_entity

AT = datetime(2026, 11, 20, 10, 42, tzinfo=LIMA)


@pytest.fixture(autouse=True)
def _nothing_is_down() -> Iterator[None]:
    caches["conditions"].clear()
    yield
    caches["conditions"].clear()


def told(at: datetime = AT, *, for_desk: bool = True) -> list[str]:
    return [f"{notice.what} {notice.still}" for notice in conditions.notices(for_desk=for_desk, at=at)]


def test_nothing_is_said_while_nothing_is_known_to_be_down() -> None:
    assert told() == []


def test_service_stays_down_since_it_first_failed(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        conditions.note_down(Service.ARCHIVE, at=AT, why="ArchiveUnavailable")
        conditions.note_down(Service.ARCHIVE, at=AT + timedelta(minutes=5), why="ArchiveUnavailable")

    assert conditions.down_since(Service.ARCHIVE) == AT
    assert [line.message for line in caplog.records] == ["a service does not answer"]


def test_service_that_answers_again_is_not_mentioned_any_more() -> None:
    conditions.note_down(Service.INDEX, at=AT)
    conditions.note_up(Service.INDEX)

    assert conditions.down_since(Service.INDEX) is None
    assert told() == []


def test_the_desk_reads_what_waits_and_what_works() -> None:
    conditions.note_down(Service.ARCHIVE, at=AT)

    assert told() == [
        "El archivo no responde desde las 10:42. "
        "Puede ver los expedientes y tramitar; adjuntar, firmar y abrir documentos esperan a que vuelva."
    ]


def test_an_outage_of_yesterday_is_told_with_its_day() -> None:
    conditions.note_down(Service.MAIL, at=AT)

    assert told(AT + timedelta(days=1))[0].startswith("El correo no sale desde el vie 20 nov, 10:42.")


@pytest.mark.parametrize("for_desk", [True, False])
def test_each_service_that_limits_somebody_has_its_line(for_desk: bool) -> None:
    for service in Service:
        conditions.note_down(service, at=AT)

    lines = told(for_desk=for_desk)

    assert len(lines) == len(conditions.FAILS) == len(set(lines))
    assert all("%" not in line and line.endswith(".") and "; " in line for line in lines)


LAST = date(2030, 12, 31)


@pytest.mark.parametrize(
    ("today", "sentence"),
    [
        (LAST - timedelta(days=121), None),
        (LAST - timedelta(days=120), "El calendario cargado termina el 31/12/2030; cargue el de 2031."),
        (LAST, "El calendario cargado termina el 31/12/2030; cargue el de 2031."),
        (LAST + timedelta(days=1), "El calendario cargado terminó el 31/12/2030; cargue el de 2031."),
    ],
)
def test_who_administers_is_told_in_time_that_the_calendar_ends(today: date, sentence: str | None) -> None:
    conditions.note_calendar(LAST)

    assert [notice.what for notice in conditions.calendar_notices(today)] == ([sentence] if sentence else [])


def test_of_a_calendar_that_nobody_looked_at_nothing_is_said() -> None:
    assert conditions.calendar_notices(LAST) == []


@pytest.mark.parametrize(("administers", "lines"), [(True, 1), (False, 0)])
def test_only_who_administers_reads_of_the_calendar_at_the_desk(administers: bool, lines: int) -> None:
    conditions.note_calendar(timezone.localdate() + timedelta(days=5))
    request: Any = SimpleNamespace(desk=SimpleNamespace(administers=administers))

    assert len(context.limits(request)["limits"]()) == lines
    assert context.limits(cast(Any, SimpleNamespace()))["limits"]() == []


def test_a_record_that_cannot_be_written_does_no_harm(settings: Any, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    nowhere = {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": tmp_path / "file" / "below",
    }

    with override_settings(CACHES={**settings.CACHES, "conditions": nowhere}):
        conditions.note_down(Service.INDEX, at=AT)
        conditions.note_up(Service.INDEX)

        assert conditions.down_since(Service.INDEX) is None


@pytest.mark.django_db
def test_a_page_says_it_where_a_screen_reader_hears_it(settings: Any) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    make_entity()
    conditions.note_down(Service.MAIL, at=AT)

    page = Client().get("/").content.decode()

    notice = page[page.index('class="limits" role="status"') :]
    assert "El correo no sale desde" in notice
    assert "Puede presentar y consultar; los correos esperan y saldrán solos cuando vuelva." in notice
