"""What is measured at one installation, in a process set up on it: pages visited, trays read, bytes on disk."""

import os
from dataclasses import asdict
from statistics import median
from time import perf_counter
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from benchmarks.scale import tables, texts
from benchmarks.scale.places import Place
from benchmarks.scale.site import served
from benchmarks.scale.visitors import ALIVE, readings, visit
from desk.selectors import Desk, desk_of
from organization.models import Person
from workflows.models import Task
from workflows.selectors.trays import PAGE, Tab, tray_counts, tray_page

USERS = 16
THINK_SECONDS = 1.0
TIMES = 9
FAR_PAGE = 1_000


def people() -> list[Person]:
    """Return those who sign in and hold a post, as many times over as there are users."""
    at = timezone.now()
    seated = [each for each in Person.objects.filter(username__isnull=False).order_by("pk") if _desk(each).unit]
    assert seated, at
    return [seated[number % len(seated)] for number in range(USERS)]


def _desk(person: Person) -> Desk:
    return desk_of(person, unit_id=None, at=timezone.now())


def sessions(users: list[Person]) -> list[str]:
    """Sign everybody in, and return their cookies."""
    return [_session(person) for person in users]


def _session(person: Person) -> str:
    client = Client()
    client.force_login(person)
    return client.cookies["sessionid"].value


# Pages


def pages(*, seconds: float) -> dict[str, Any]:
    """Let one user, then sixteen, walk about with a second of think time; then without, on one process and on two."""
    call_command("collectstatic", interactive=False, verbosity=0, skip_checks=True)
    cookies, words = sessions(people()), texts.frequent_words()
    found: dict[str, Any] = {"load": os.getloadavg()[0]}
    with served(dict(os.environ), processes=2) as (port, processes):
        visit(port, cookies, words=words, think_seconds=0.2, seconds=10)  # caches warm, as at ten in the morning
        alone = visit(port, cookies[:1], words=words, think_seconds=0.1, seconds=seconds / 2)
        spent = processes.processor_seconds()
        together = visit(port, cookies, words=words, think_seconds=THINK_SECONDS, seconds=seconds)
        spent = processes.processor_seconds() - spent
        found["memory"] = processes.memory_bytes()
        found["rush 2"] = _rush(port, cookies, words)
    with served(dict(os.environ), processes=1) as (port, processes):
        visit(port, cookies, words=words, think_seconds=0.2, seconds=5)
        found["rush 1"] = _rush(port, cookies, words)
    found["alone"] = {page: asdict(each) for page, each in readings(alone).items()}
    found["together"] = {page: asdict(each) for page, each in readings(together).items()}
    found["processor ms"] = spent * 1000 / sum(each.page != ALIVE for each in together)
    return found


def _rush(port: int, cookies: list[str], words: list[str]) -> float:
    """Return how many pages a second come while sixteen ask without a pause."""
    seconds = 15.0
    return len(visit(port, cookies, words=words, think_seconds=0, seconds=seconds)) / seconds


# Trays


def trays() -> dict[str, Any]:
    """Return the time of each user's first page, the statements of the worst, and page 1000 beside page 1."""
    desks = [_desk(person) for person in {each.pk: each for each in people()}.values()]
    times = {str(desk.person.username): _milliseconds(lambda desk=desk: _first_page(desk)) for desk in desks}
    with CaptureQueriesContext(connection) as queries:
        _first_page(desks[0])
    busiest = max(desks, key=lambda desk: Task.objects.filter(owner=desk.person.pk, status="DONE").count())
    key = _key_far_down(busiest.person)
    first = _milliseconds(lambda: tray_page(busiest.seat, Tab.DONE))
    far = _milliseconds(lambda: tray_page(busiest.seat, Tab.DONE, after=key)) if key else 0.0
    open_tasks = Task.objects.filter(status="NEW").count()
    return {"slowest": max(times.values()), "times": times, "statements": len(queries), "first": first, "far": far,
            "open tasks": open_tasks}  # fmt: skip


def _first_page(desk: Desk) -> None:
    tray_counts(desk.seat)
    tray_page(desk.seat, Tab.TO_DO)


def _key_far_down(person: Person) -> str:
    done = Task.objects.filter(owner=person.pk, status="DONE").exclude(kind="").order_by("-finished", "-pk")
    place = (FAR_PAGE - 1) * PAGE
    last = done[place - 1 : place].first()
    return f"{last.finished.isoformat()}|{last.pk}" if last else ""


def _milliseconds(act: Any) -> float:
    act()
    spent = []
    for _time in range(TIMES):
        start = perf_counter()
        act()
        spent.append((perf_counter() - start) * 1000)
    return median(spent)


# Bytes


def sizes(place: Place) -> dict[str, Any]:
    """Return rows, bytes of the rows and bytes of their indexes for each table, and what the index takes."""
    found: dict[str, Any] = {}
    with place.connect() as server:
        for table in tables.MEASURED:
            row = server.execute(
                "SELECT reltuples::bigint, pg_table_size(oid), pg_indexes_size(oid) FROM pg_class "
                "WHERE oid = %s::regclass",
                [table],
            ).fetchone()
            assert row is not None
            found[table] = {"rows": row[0], "bytes": row[1], "indexes": row[2]}
        whole = server.execute("SELECT pg_database_size(current_database())").fetchone()
    assert whole is not None
    return {"tables": found, "database": whole[0], "index": place.index_bytes()}
