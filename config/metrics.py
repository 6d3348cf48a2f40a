"""What ``/metrics`` tells Prometheus: how long requests take, what waits, what is down, how full the disks are.

Requests are counted by each process as they are served; gunicorn's processes share a folder for it. Everything else is
read from the database at the moment of asking. No label names a person.
"""

import hmac
import os
import shutil
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector

from config import conditions
from config.demo import is_straight_from_here
from ledger import selectors as ledger
from ledger.enums import Queue
from organization.models import Unit
from workflows.models import Task
from workflows.selectors.trays import OPEN

FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
BUCKETS = (0.025, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
TRAY_CAP = 1_000
REFUSED = "Solo desde esta máquina, o con METRICS_TOKEN.\n"
DURATIONS = Histogram(
    "chasqui_request_seconds", "Time that requests took, by route and status.", ["route", "status"], buckets=BUCKETS
)
PROCESSOR = Counter("chasqui_request_processor_seconds", "Processor time that requests took, by route.", ["route"])
FAILURES = Counter("chasqui_service_failures", "Calls of requests that failed for a backing service.", ["service"])


class MetricsMiddleware:
    """Measures each request, from the first line of ours to the last."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began, worked = time.perf_counter(), time.thread_time()
        status = HTTPStatus.INTERNAL_SERVER_ERROR.value  # of what not even the page for errors survives
        try:
            response = self.get_response(request)
            status = response.status_code
            return response
        finally:
            route = _route(request)
            DURATIONS.labels(route, str(status)).observe(time.perf_counter() - began)
            PROCESSOR.labels(route).inc(time.thread_time() - worked)


def _route(request: HttpRequest) -> str:
    """Return the name of the address, never the address, which holds numbers and keys."""
    if request.resolver_match is not None:
        return request.resolver_match.view_name or "unnamed"
    return "static" if request.path_info.startswith(f"/{settings.STATIC_URL.strip('/')}/") else "unmatched"


def show(request: HttpRequest) -> HttpResponse:
    """Answer Prometheus, if it asks from this machine or with the token."""
    if not _may_read(request):
        return HttpResponse(REFUSED, status=HTTPStatus.FORBIDDEN, content_type="text/plain; charset=utf-8")
    told = generate_latest(_of_requests()) + generate_latest(_of_installation())
    return HttpResponse(told, content_type=CONTENT_TYPE_LATEST)


def _may_read(request: HttpRequest) -> bool:
    """Return whether the request is straight from this machine, or has the token: a proxy's loopback is nobody's."""
    scheme, _space, given = request.headers.get("Authorization", "").partition(" ")
    if settings.METRICS_TOKEN and scheme.lower() == "bearer":
        return hmac.compare_digest(given.encode(), settings.METRICS_TOKEN.encode())
    return is_straight_from_here(request)


def _of_requests() -> CollectorRegistry:
    """Return what all processes of this web server have counted."""
    folder = os.environ.get(FOLDER_VARIABLE)
    if not folder:
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry, folder)  # type: ignore[no-untyped-call]
    return registry


def _of_installation() -> CollectorRegistry:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Installation())
    return registry


class Installation:
    """What is read at the moment of asking. While the database is away, the rest is told all the same."""

    def collect(self) -> Iterator[Metric]:
        at = timezone.now()
        yield from _services()
        yield from _disks()
        try:
            yield from [*_clock(), *_outbox(at), *_ledger(at), *_trays(at)]
        except Error:
            connection.close()


def _services() -> Iterator[Metric]:
    up = GaugeMetricFamily("chasqui_service_up", "0: known to be down by the last checks.", labels=["service"])
    for service in conditions.Service:
        up.add_metric([service], 0 if conditions.down_since(service) else 1)
    yield up


def places() -> Iterator[tuple[str, Path]]:
    """Yield the folders of this machine in which the installation keeps something."""
    yield "data", Path(settings.DATA_DIR)
    archive = urlsplit(settings.ARCHIVE["url"])
    if archive.scheme == "file":
        yield "archive", Path(unquote(archive.path))


def clock_offset_seconds() -> float | None:
    """Return how far this machine's clock is before the database server's, where there is a server."""
    if connection.vendor != "postgresql":
        return None
    before = time.time()
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())::float8")
        there: float = cursor.fetchone()[0]
    return (before + time.time()) / 2 - there


def _disks() -> Iterator[Metric]:
    free = GaugeMetricFamily("chasqui_disk_free_bytes", "Free space where data lies.", labels=["place"])
    size = GaugeMetricFamily("chasqui_disk_size_bytes", "Size of the disk where data lies.", labels=["place"])
    for place, folder in places():
        if folder.exists():
            disk = shutil.disk_usage(folder)
            free.add_metric([place], disk.free)
            size.add_metric([place], disk.total)
    yield from (free, size)


def _clock() -> Iterator[Metric]:
    seconds = clock_offset_seconds()
    if seconds is not None:
        offset = GaugeMetricFamily("chasqui_clock_offset_seconds", "This clock less the other.", labels=["against"])
        offset.add_metric(["database"], seconds)
        yield offset


def _outbox(at: datetime) -> Iterator[Metric]:
    pending = GaugeMetricFamily("chasqui_outbox_pending", "Facts still to be acted on, capped.", labels=["queue"])
    oldest = GaugeMetricFamily("chasqui_outbox_oldest_seconds", "Longest wait of what is due.", labels=["queue"])
    failing = GaugeMetricFamily("chasqui_outbox_failing", "Facts whose last attempt failed, capped.", labels=["queue"])
    backlog = ledger.outbox_backlog(at)
    for queue, waiting in backlog.items():
        pending.add_metric([queue], waiting.pending)
        oldest.add_metric([queue], _seconds_since(waiting.oldest_due_at, at))
        failing.add_metric([queue], waiting.failing)
    indexing = backlog[Queue.INDEXING]
    since = [moment for moment in (indexing.oldest_due_at, indexing.failing_since) if moment]
    lag = _seconds_since(min(since, default=None), at)
    yield from (pending, oldest, failing)
    yield GaugeMetricFamily("chasqui_index_lag_seconds", "How long the search has not caught up.", value=lag)


def _seconds_since(moment: datetime | None, at: datetime) -> float:
    return max((at - moment).total_seconds(), 0.0) if moment else 0.0


def _ledger(at: datetime) -> Iterator[Metric]:
    lag = ledger.seal_lag(at).total_seconds()
    yield GaugeMetricFamily("chasqui_seal_lag_seconds", "How long the first entry without seal waits.", value=lag)


def _trays(at: datetime) -> Iterator[Metric]:
    """Yield what each unit has to do, each count capped: a full tray costs no more than a thousand rows."""
    to_do = GaugeMetricFamily("chasqui_tray_tasks", f"Open tasks of a unit, at most {TRAY_CAP}.", labels=["unit"])
    late = GaugeMetricFamily("chasqui_tray_late_tasks", f"Those past their day, at most {TRAY_CAP}.", labels=["unit"])
    today = timezone.localtime(at).date()
    for pk, slug in Unit.objects.order_by("slug").values_list("pk", "slug"):
        tasks = Task.objects.filter(unit_id=pk, status=OPEN).order_by()
        to_do.add_metric([slug], tasks[:TRAY_CAP].count())
        late.add_metric([slug], tasks.filter(due_on__lt=today)[:TRAY_CAP].count())
    yield from (to_do, late)
