"""What the legal clock costs: one due day, ten thousand lines through ``due``, a decree over 100,000 open clocks."""

import json
import subprocess
import sys
from datetime import date, datetime, timedelta
from time import perf_counter
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction

from benchmarks.desk import fill
from benchmarks.registry import Measure, benchmark, best_of
from config import profiles
from law import selectors as law
from law.enums import TermUnit
from law.models import Day, Norm
from law.rules.business_days import Calendar
from law.rules.deadlines import Case, derive
from organization import selectors as organization
from workflows.models import Clock, Recount, Task
from workflows.services import clocks, recounts

AT = datetime(2026, 11, 20, 9, tzinfo=ZoneInfo("America/Lima"))
EVENT = date(2026, 11, 20)
LINES, CLOCKS, TIMES = 10_000, 100_000, 1_000
TERMS, EVENT_DAYS = (5, 7, 10, 30), 60
DECREED = date(2026, 11, 30)
HOLIDAYS = frozenset(date.fromisoformat(day) for day in ("2026-12-08", "2026-12-09", "2026-12-25", "2027-01-01"))


@benchmark("C1", "a due day of 30 business days, explained / day by day", at_most=50)
def due_day() -> Measure:
    calendar = Calendar(date(2005, 1, 1), date(2030, 12, 31), HOLIDAYS)
    case = Case(EVENT, 30, TermUnit.BUSINESS_DAYS)
    floor = best_of(lambda: [_walk() for _n in range(TIMES)], times=3)
    result = best_of(lambda: [derive(case, calendar) for _n in range(TIMES)], times=3)
    return Measure(floor / TIMES * 1000, result / TIMES * 1000, "µs")


def _walk() -> date:
    """Count thirty business days as a person does, and explain nothing."""
    day, counted, one = EVENT, 0, timedelta(days=1)
    while counted < 30:
        day += one
        counted += day.weekday() < 5 and day not in HOLIDAYS
    return day


@benchmark("C2", "10,000 lines through due / JSON read and written", at_most=3)
def lines() -> Measure:
    text = "".join(_line(number) for number in range(LINES))
    echo = "import json, sys\nfor line in sys.stdin: print(json.dumps(json.loads(line)), flush=True)"
    floor = _seconds([sys.executable, "-c", echo], text)
    return Measure(floor, _seconds([sys.executable, "manage.py", "due", "--json"], text), "s")


def _line(number: int) -> str:
    day = EVENT + timedelta(days=number % 300)
    moment = f"{day}T{number % 24:02}:30:00-05:00"
    term = {"amount": 30, "unit": "business_days"}
    return json.dumps({"id": str(number), "event_kind": "filing", "event": moment, "term": term}) + "\n"


def _seconds(command: list[str], text: str) -> float:
    def run() -> None:
        subprocess.run(command, input=text, text=True, check=True, stdout=subprocess.DEVNULL, cwd=settings.BASE_DIR)

    return best_of(run, times=1) / 1000


@benchmark("C3", "a decree over 100,000 open clocks / the bare rows", at_most=60)
def decree() -> Measure:
    profiles.load(settings.ENTITY, at=AT)
    fill(CLOCKS)
    _start_clocks()
    norm = Norm.objects.get(slug="ley-27444")
    place = organization.entity().place
    Day.objects.create(date=DECREED, place=place, name="Decreto", kind="public_sector", suspends_terms=True, norm=norm)
    facts = {"added": 1, "removed": 0, "places": [place], "norms": ["x"], "first": str(DECREED), "last": str(DECREED)}
    floor = _bare_rows()
    start = perf_counter()
    recount = recounts.run(recounts.open_recount(entry_id=0, facts=facts, at=AT).pk, at=AT)
    result = perf_counter() - start
    assert recount.total == CLOCKS, recount.total
    Recount.objects.all().delete()
    return Measure(floor, result, "s")


def _start_clocks() -> None:
    """Give every open task a clock that the decree reaches."""
    place = organization.entity().place
    calendar = law.calendar_of(place)
    known = {}
    for n, amount in ((n, amount) for n in range(EVENT_DAYS) for amount in TERMS):
        event = DECREED - timedelta(days=n % 5 + 1) - timedelta(days=n // 5 if amount == 30 else 0)
        known[n, amount] = event, derive(Case(event, amount, TermUnit.BUSINESS_DAYS), calendar)
    ids = Task.objects.filter(status="NEW", clock__isnull=True).order_by("pk").values_list("pk", flat=True)[:CLOCKS]
    rows = []
    for number, pk in enumerate(ids):
        key = number % EVENT_DAYS, TERMS[number % len(TERMS)]
        event, counted = known[key]
        assert counted.due_on is not None
        rows.append(
            Clock(
                task_id=pk,
                event_on=event,
                amount=key[1],
                unit="business_days",
                place=place,
                due_on=counted.due_on,
                derivation=clocks.kept(counted),
            )
        )
    Clock.objects.bulk_create(rows, batch_size=2_000)


def _bare_rows() -> float:
    """Return the seconds in which the database alone moves as many clocks and writes as many entries."""
    row = [(str(AT), str(AT), "system:bench", "bench", f"expediente:{n}", "{}") for n in range(CLOCKS)]
    start = perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE workflows_clock SET due_on = due_on")
        cursor.execute("UPDATE workflows_task SET due_on = due_on")
        cursor.executemany(
            "INSERT INTO ledger_entry (at, recorded_at, actor, kind, subject, facts) VALUES (%s, %s, %s, %s, %s, %s)",
            row,
        )
        transaction.set_rollback(True)
    return perf_counter() - start
