"""A real worker beside a route with a boundary timer of five business days, while days are decreed and taken back.

``python -m tests.workflows.timer_program`` with DATA_DIR set to an empty folder; prints what was seen, as JSON.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import django

PATIENCE_SECONDS = 60
STARTS_SECONDS = 3  # it looks at the timers at once
LOOKS_SECONDS = 6  # more than the worker's pause between two looks at the timers


def main(folder: Path) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    print(json.dumps(play(folder)))


def play(folder: Path) -> dict[str, Any]:
    """Begin on the day whose fifth business day is over today, unless a day between is not worked."""
    from django.utils import timezone

    from law.rules.business_days import add_business_days
    from law.selectors import calendar_of
    from workflows.models import BoundaryTimer, Task

    today = timezone.localdate()
    load(folder, [])
    begun_on = last_day_that_fires_by(today)
    between = [add_business_days(calendar_of("PE-CUS"), begun_on, n) for n in (2, 3)]
    load(folder, between[:1])
    begin(datetime.combine(begun_on, datetime.min.time(), timezone.get_current_timezone()) + timedelta(hours=9))
    seen: dict[str, Any] = {"today": str(today), "armed": day_of_timer()}
    worker = subprocess.Popen([sys.executable, "manage.py", "work", "--verbosity", "0"])
    try:
        time.sleep(STARTS_SECONDS)
        seen["fired_with_one_day"] = BoundaryTimer.objects.get().fired_at is not None
        load(folder, between)
        seen["moved"] = wait_for(lambda: day_of_timer() != seen["armed"]) and day_of_timer()
        time.sleep(LOOKS_SECONDS)
        seen["fired_with_two_days"] = BoundaryTimer.objects.get().fired_at is not None
        load(folder, [])
        seen["fired_without"] = wait_for(lambda: BoundaryTimer.objects.get().fired_at is not None)
    finally:
        worker.send_signal(signal.SIGTERM)
        seen["ended_with"] = worker.wait(PATIENCE_SECONDS)
    seen["right_day"] = day_of_timer()
    seen["steps"] = sorted(Task.objects.filter(status="NEW").values_list("step", flat=True))
    return seen


def load(folder: Path, decreed: list[date]) -> None:
    """Load the law of a place where these days were declared non-working."""
    from django.utils import timezone

    from law.services import profile

    (folder / "entity.toml").write_text('place = "PE-CUS"\n')
    norms = "slug,title,valid_from,valid_to,source,is_verified\nds-1,DS 1,2020-01-01,,Diario,1\n"
    (folder / "norms.csv").write_text(norms)
    rows = "".join(f"{day},Decreto,public_sector,1,ds-1\n" for day in decreed)
    (folder / "days.csv").write_text(f"date,name,kind,suspends_terms,norm\n{rows}")
    parsed, faults = profile.read_profile(folder)
    assert faults == []
    profile.load_profile(parsed, at=timezone.now())


def last_day_that_fires_by(today: date) -> date:
    """Return the last day from which five business days are over before today, by the calendar that is loaded."""
    from law.rules.business_days import add_business_days
    from law.selectors import calendar_of

    day, calendar = today, calendar_of("PE-CUS")
    while add_business_days(calendar, day, 5) >= today:
        day -= timedelta(days=1)
    return day


def begin(at: datetime) -> None:
    from tests.factories import make_entity, make_expediente, make_person, make_post
    from tests.workflows.drawings import arrows, end, route, start, task, timer
    from workflows.services import engine
    from workflows.services.routes import load_route

    make_entity(place="PE-CUS")
    post = make_post("jefe")
    boss = make_person(post=post)
    arrow = arrows("inicio a", "a b", "b fin", "vence tarde", "tarde b")
    source = route(start(), task("a"), timer("vence", "a", "P5D"), task("b"), task("tarde"), end(), arrow)
    version = load_route(slug="ruta", source=source, by=None, at=at)
    engine.start(route_version=version, expediente=make_expediente(), drafter_unit=None, data={}, by=boss, at=at)


def day_of_timer() -> str:
    from workflows.models import BoundaryTimer

    return str(BoundaryTimer.objects.get().due_on)


def wait_for(is_so: Callable[[], bool]) -> bool:
    end = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        if time.monotonic() > end:
            return False
        time.sleep(0.2)
    return True


if __name__ == "__main__":
    main(Path(os.environ["DATA_DIR"]))
