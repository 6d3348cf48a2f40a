"""What ``/metrics`` tells, to whom, and what it never tells."""

from collections.abc import Iterator
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from config import conditions
from config.conditions import Service
from ledger import services as ledger
from ledger.enums import Queue
from ledger.models import Event
from ledger.services.subscriptions import unsubscribe
from tests.factories import make_entity, make_unit

TOKEN = "un-token-de-pruebas"
HERE = {"host": "127.0.0.1:8000"}
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _plain_surroundings(settings: Any) -> Iterator[None]:
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    caches["conditions"].clear()
    yield
    caches["conditions"].clear()


def told() -> dict[str, dict[tuple[str, ...], float]]:
    """Return each sample by its name and the values of its labels."""
    response = Client().get("/metrics", headers=HERE)
    assert response.status_code == HTTPStatus.OK
    samples: dict[str, dict[tuple[str, ...], float]] = {}
    for family in text_string_to_metric_families(response.content.decode()):
        for sample in family.samples:
            samples.setdefault(sample.name, {})[tuple(sample.labels.values())] = sample.value
    return samples


# Who may read


@pytest.mark.django_db
def test_this_machine_may_read() -> None:
    assert Client().get("/metrics", headers=HERE).status_code == HTTPStatus.OK


@pytest.mark.parametrize(
    "headers",
    [
        {"x-forwarded-for": "127.0.0.1"},
        {"forwarded": "for=127.0.0.1"},
        {"x-real-ip": "127.0.0.1"},
        {"via": "1.1 caddy"},
        {"host": "evil.example"},
        {"authorization": "Bearer "},
        {"authorization": "Bearer otro"},
        {"authorization": f"Basic {TOKEN}", "via": "1.1 caddy"},
    ],
)
def test_the_loopback_of_a_proxy_or_a_wrong_token_reads_nothing(settings: Any, headers: dict[str, str]) -> None:
    settings.METRICS_TOKEN = TOKEN

    response = Client().get("/metrics", headers=HERE | headers)

    assert response.status_code == HTTPStatus.FORBIDDEN
    assert b"chasqui_" not in response.content


def test_another_machine_reads_nothing_without_a_token(settings: Any) -> None:
    settings.METRICS_TOKEN = ""

    for headers in ({}, {"authorization": "Bearer "}):
        response = Client().get("/metrics", headers=HERE | headers, REMOTE_ADDR="10.0.0.9")
        assert response.status_code == HTTPStatus.FORBIDDEN


@pytest.mark.django_db
def test_the_token_opens_from_anywhere(settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN

    response = Client().get(
        "/metrics",
        headers={"host": "chasqui:8000", "authorization": f"Bearer {TOKEN}", "x-forwarded-for": "10.0.0.9"},
        REMOTE_ADDR="10.0.0.9",
    )

    assert response.status_code == HTTPStatus.OK


# What it says


@pytest.mark.django_db
def test_requests_are_told_by_route_and_status_never_by_address() -> None:
    make_entity()
    Client().get("/v/ABCD-EFGH-JKLM-NPQR")
    Client().get("/no-hay/12345678")

    samples = told()

    routes = set(samples["chasqui_request_seconds_count"])
    assert ("portal:verdict", "404") in routes
    assert ("unmatched", "404") in routes
    assert ("portal:verdict",) in samples["chasqui_request_processor_seconds_total"]
    body = Client().get("/metrics", headers=HERE).content.decode()
    assert "ABCD-EFGH" not in body and "12345678" not in body


@pytest.mark.django_db
def test_what_waits_and_what_fails_is_told_of_each_queue() -> None:
    ledger.subscribe("a consumer of this test", ["metrics.tested"], queue=Queue.INDEXING)(lambda _delivery: None)
    try:
        entry = ledger.record("metrics.tested", subject="test:1", facts={}, by="system:test", at=timezone.now())
    finally:
        unsubscribe("a consumer of this test")
    now = timezone.now()
    Event.objects.filter(entry=entry).update(due_at=now - timedelta(minutes=5), failing_since=now)

    samples = told()

    assert samples["chasqui_outbox_pending"][("indexing",)] == 1
    assert 300 <= samples["chasqui_outbox_oldest_seconds"][("indexing",)] < 330
    assert samples["chasqui_outbox_failing"][("indexing",)] == 1
    assert samples["chasqui_outbox_pending"][("signing",)] == 0
    assert 300 <= samples["chasqui_index_lag_seconds"][()] < 330
    assert 0 <= samples["chasqui_seal_lag_seconds"][()] < 60


@pytest.mark.django_db
def test_trays_disks_and_services_are_told() -> None:
    make_unit("oaj")
    conditions.note_down(Service.ARCHIVE, at=timezone.now())

    samples = told()

    assert samples["chasqui_tray_tasks"][("oaj",)] == 0
    assert samples["chasqui_tray_late_tasks"][("oaj",)] == 0
    assert samples["chasqui_disk_size_bytes"][("data",)] > samples["chasqui_disk_free_bytes"][("data",)] > 0
    assert samples["chasqui_service_up"][("archive",)] == 0
    assert samples["chasqui_service_up"][("index",)] == 1


@pytest.mark.servers
@pytest.mark.django_db
def test_the_clock_is_held_against_that_of_the_database() -> None:
    assert abs(told()["chasqui_clock_offset_seconds"][("database",)]) < 1


@pytest.mark.django_db
def test_every_metric_has_its_line_in_the_manual() -> None:
    manual = (ROOT / "docs" / "operating.md").read_text()

    names = {
        name for name in told() if name.startswith("chasqui_") and not name.endswith(("_sum", "_bucket", "_created"))
    }

    assert names
    for name in names:
        assert f"`{name.removesuffix('_count').removesuffix('_total')}" in manual, name
