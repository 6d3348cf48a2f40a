"""What the desk costs when it is full: trays at 100,000 tasks, pages at 10,000 expedientes, bytes over the wire."""

import gzip
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from functools import cache
from itertools import islice
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from viewflow.workflow.token import Token

from benchmarks.registry import ROUNDS, Measure, benchmark, best_of
from config import profiles
from docs_store.models import Access, Expediente
from organization import selectors as organization
from organization.models import Person, Post
from signing import services as signing
from workflows.models import Movement, Process, RouteVersion, Task
from workflows.selectors.trays import Seat, Tab, tray_page
from workflows.services import engine
from workflows.services.play import Player
from workflows.services.scripts import read_script

LIMA = ZoneInfo("America/Lima")
AT = datetime(2026, 11, 20, 9, tzinfo=LIMA)
FEW, PAGES_AT, MANY = 1_000, 10_000, 100_000
BATCH = 2_000
SHARE_OF_ONE_UNIT = 4
USER = "secretario-general"
TOKEN = Token("start")


def fill(total: int) -> None:
    """Bring the entity's open tasks up to ``total``: a quarter with one unit, the rest spread over the others."""
    start = Task.objects.count()
    rows = _plans(start, total)
    while batch := list(islice(rows, BATCH)):
        _write(batch)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _plans(start: int, total: int) -> Iterator[tuple[int, Post, date]]:
    posts = list(Post.objects.filter(is_head=True).select_related("unit").order_by("slug"))
    busy = Post.objects.get(slug=USER)
    for number in range(start, total):
        post = busy if number % SHARE_OF_ONE_UNIT == 0 else posts[number % len(posts)]
        yield number, post, AT.date() + timedelta(days=number % 60 - 10)


def _write(batch: list[tuple[int, Post, date]]) -> None:
    version, flow_class = _route()
    files = Expediente.objects.bulk_create(
        Expediente(label=f"{number}-bench", subject=f"Expediente de carga {number}", opened_at=AT)
        for number, _post, _due in batch
    )
    Access.objects.bulk_create(
        Access(expediente=file, unit=post.unit, since=AT, reason="pase")
        for file, (_number, post, _due) in zip(files, batch, strict=True)
    )
    processes = Process.objects.bulk_create(
        Process(flow_class=flow_class, expediente=file, route_version=version, drafter_unit=post.unit, created=AT)
        for file, (_number, post, _due) in zip(files, batch, strict=True)
    )
    node = flow_class.instance.node("n_informar")
    tasks = Task.objects.bulk_create(
        Task(
            process=process,
            flow_task=node,
            flow_task_type="HUMAN",
            token=TOKEN,
            step="informar",
            kind="draft",
            title="Informe que sustenta",
            unit=post.unit,
            post=post,
            due_on=due,
            created=AT,
            status="NEW",
        )
        for process, (_number, post, due) in zip(processes, batch, strict=True)
    )
    Movement.objects.bulk_create(
        Movement(expediente=file, task=task, to_unit=post.unit, to_post=post, sent_at=AT)
        for file, task, (_number, post, _due) in zip(files, tasks, batch, strict=True)
    )


@cache
def _route() -> tuple[RouteVersion, Any]:
    profiles.load(settings.ENTITY, at=AT)
    version = RouteVersion.objects.filter(route__slug="resolucion").latest("number")
    return version, engine.flow_class_of(version)


def _seat() -> Seat:
    post = Post.objects.select_related("unit").get(slug=USER)
    person = organization.holder_of(post, AT.date())
    assert person is not None
    return Seat(post.unit, (post,), person.pk, AT.date())


def _work_ms(act: Callable[[], object], *, times: int = 15) -> float:
    """Return the best of three medians of processor time: what the machine does beside it must not count.

    A server's work is not this process's: there it is the time that passes.
    """
    clock = process_time if connection.vendor == "sqlite" else perf_counter

    def once() -> float:
        start = clock()
        act()
        return (clock() - start) * 1000

    return min(median(once() for _ in range(times)) for _ in range(ROUNDS))


@cache
def _time_at_few() -> float:
    """Return the time of a tray's first page at few tasks; asked before more are written."""
    _route()
    fill(FEW)
    return _work_ms(lambda: tray_page(_seat(), Tab.TO_DO))


@cache
def _tray_times() -> tuple[float, float, float, float]:
    """Return the time of a first page at few and at many tasks, and of pages 1 and 1000 at many."""
    few = _time_at_few()
    fill(MANY)
    many = _work_ms(lambda: tray_page(_seat(), Tab.TO_DO))
    key = _key_of_page(1000)
    first = _work_ms(lambda: tray_page(_seat(), Tab.TO_DO))
    last = _work_ms(lambda: tray_page(_seat(), Tab.TO_DO, after=key))
    return few, many, first, last


def _key_of_page(number: int) -> str:
    key = ""
    for _page in range(number - 1):
        key = tray_page(_seat(), Tab.TO_DO, after=key).next or key
    return key


@benchmark("B12", "the slowest page of the desk at 10,000 expedientes", at_most=150)
def desk_pages() -> Measure:
    _time_at_few()
    fill(PAGES_AT)
    task = Task.objects.filter(post__slug=USER, status="NEW").first()
    assert task is not None
    paths = [f"/mesa/bandeja/{tab}/" for tab in Tab]
    return _slowest([*paths, f"/mesa/expedientes/{task.process.expediente_id}/", "/mesa/por-firmar/"])


@benchmark("B12", "a tray's first page at 100,000 tasks / at 1,000", ratio_at_most=2)
def tray_when_full() -> Measure:
    few, many, _first, _last = _tray_times()
    return Measure(few, many)


@benchmark("B12", "statements of a tray's page at 100,000 tasks", at_most=12)
def tray_statements() -> Measure:
    _tray_times()
    with CaptureQueriesContext(connection) as queries:
        tray_page(_seat(), Tab.TO_DO)
    return Measure(1, len(queries), "q")


@benchmark("B13", "page 1000 of a tray / page 1", ratio_at_most=6 if connection.vendor == "sqlite" else 2)
def tray_far_down() -> Measure:
    _few, _many, first, last = _tray_times()
    return Measure(first, last)


# Pages


@cache
def _client() -> Client:
    settings.ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
    call_command("collectstatic", interactive=False, verbosity=0)
    client = Client()
    client.force_login(Person.objects.get(username=USER))
    return client


def _page(path: str) -> Callable[[], object]:
    def get() -> object:
        response = _client().get(path)
        assert response.status_code == 200, (path, response.status_code)
        return response

    return get


def _slowest(paths: list[str]) -> Measure:
    floor = best_of(lambda: Person.objects.get(username=USER), times=20)
    return Measure(floor, max(best_of(_page(path), times=7) for path in paths))


@benchmark("P1", "playing the entity's real case, in seconds", at_most=5)
def play() -> Measure:
    _route()
    signing.ensure_authority()
    script = read_script(settings.BASE_DIR / "entities" / settings.ENTITY / "case.toml")
    list(Player(script).play())  # the keys of the posts are made at their first use
    start = perf_counter()
    played = list(Player(script).play())
    return Measure(len(played) * 0.002, perf_counter() - start, "s")


# Bytes

LINKED = re.compile(r"""(?:href|src)="(/static/[^"#]+)""")
FONT = re.compile(r"url\([\"']?([^)\"']+\.woff2)")


def _wire_bytes(path: str) -> int:
    """Return what a first load takes, compressed: the page, its styles, scripts and fonts."""
    html = _client().get(path).content
    total = len(gzip.compress(html))
    for address in sorted(set(LINKED.findall(html.decode()))):
        plain = re.sub(r"\.[0-9a-f]{12}(\.\w+)$", r"\1", address.removeprefix("/static/"))
        found = Path(str(finders.find(plain)))
        content = found.read_bytes()
        total += len(content) if found.suffix == ".woff2" else len(gzip.compress(content))
    return total


@benchmark("W1", "first load of the citizen's first page, bytes over the wire", at_most=100_000)
def citizen_weight() -> Measure:
    _route()
    return Measure(len(gzip.compress(_client().get("/").content)), _wire_bytes("/") + _font_bytes(), "B")


@benchmark("W2", "first load of a tray, bytes over the wire", at_most=250_000)
def desk_weight() -> Measure:
    _route()
    path = f"/mesa/bandeja/{Tab.TO_DO}/"
    return Measure(len(gzip.compress(_client().get(path).content)), _wire_bytes(path) + _font_bytes(), "B")


def _font_bytes() -> int:
    """The screen's second weight; the first is preloaded and counted with the page."""
    return Path(str(finders.find("vendor/source-sans-3/600.woff2"))).stat().st_size
