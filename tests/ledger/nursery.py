"""A process of its own that raises workers on a real database and kills them; prints what was left, as JSON.

``python -m tests.ledger.nursery <seed>`` with DATA_DIR set to an empty folder. Workers are forked, so that a kill costs
milliseconds and not the start of Django.
"""

import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import django

AT = datetime(2023, 5, 9, 15, tzinfo=UTC)
KILLS, EVENTS_AT_START, EVENTS_A_ROUND = 20, 100, 25
LONGEST_YOUTH_SECONDS, LONGEST_LIFE_SECONDS = 0.3, 0.2
PATIENCE_SECONDS = 60


def main(seed: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.core.management import call_command

    import config.worker  # noqa: F401 -- here, and not once in each child

    call_command("migrate", verbosity=0)
    run("CREATE TABLE effect (consumer text, event_id integer)")
    subscribe()
    crash = crash_between_commit_and_publish()
    kills = kill_workers(random.Random(seed))
    print(json.dumps({"seed": seed, "crash": crash, "kills": kills}))


def run(statement: str, *values: Any) -> list[Any]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def subscribe() -> None:
    """One consumer whose effect is in the database, one whose effect is a file outside it."""
    from django.conf import settings

    from ledger import services as ledger
    from ledger.ports import Delivery

    folder = Path(settings.DATA_DIR) / "effects"
    folder.mkdir()

    @ledger.subscribe("test.inside", ["thing.done"])
    def inside(delivery: Delivery) -> None:
        run("INSERT INTO effect VALUES ('inside', %s)", delivery.event_id)
        time.sleep(0.004)

    @ledger.subscribe("test.outside", ["thing.done"], in_transaction=False)
    def outside(delivery: Delivery) -> None:
        (folder / str(delivery.event_id)).touch()


def record(count: int) -> None:
    from django.db import transaction

    from ledger import services as ledger

    for number in range(count):
        with transaction.atomic():
            ledger.record("thing.done", subject=f"thing:{number}", facts={"n": number}, by="person:1", at=AT)
    ledger.read("thing:1", by="person:2")


def fork(work: Callable[[], None]) -> int:
    """Run it in a child; a forked child must not share its parent's connection."""
    from django.db import connections

    connections.close_all()
    pid = os.fork()
    if pid == 0:
        try:
            work()
        finally:
            os._exit(70)
    return pid


def work() -> None:
    from config.worker import Worker

    worker = Worker()
    signal.signal(signal.SIGTERM, lambda *_: worker.stop())
    worker.run()
    os._exit(0)


def pending() -> int:
    from ledger.models import Event

    return Event.objects.filter(done_at__isnull=True).count()


def held() -> list[str]:
    from ledger import selectors

    return selectors.lease_holders()


def live(dice: random.Random) -> None:
    """Let the worker live until a random moment: one time in four from its birth, else from when it took events."""
    if dice.random() < 0.25:
        time.sleep(dice.uniform(0, LONGEST_YOUTH_SECONDS))
        return
    before, end = set(held()), time.monotonic() + 5
    while set(held()) <= before and time.monotonic() < end:
        time.sleep(0.005)
    time.sleep(dice.uniform(0, LONGEST_LIFE_SECONDS))


def wait_until_delivered() -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while pending() and time.monotonic() < end:
        time.sleep(0.05)


def crash_between_commit_and_publish() -> dict[str, Any]:
    """With a broker configured, die after the commit and before the wake-up; a polling worker must find the event."""
    from ledger.models import Event

    worker = fork(work)
    time.sleep(0.5)

    def die() -> None:
        from django.conf import settings
        from django.db import transaction

        settings.BROKER_URL = "amqp://127.0.0.1:1//"
        with transaction.atomic():
            transaction.on_commit(lambda: os._exit(9))
            record(1)

    _, status = os.waitpid(fork(die), 0)
    wait_until_delivered()
    os.kill(worker, signal.SIGTERM)
    _, worker_status = os.waitpid(worker, 0)
    done = Event.objects.filter(done_at__isnull=False).select_related("entry")
    waits = [event.done_at - event.entry.recorded_at for event in done if event.done_at]
    return {
        "died_of": os.waitstatus_to_exitcode(status),
        "worker_ended_with": os.waitstatus_to_exitcode(worker_status),
        "waits_seconds": [wait.total_seconds() for wait in waits],
    }


def kill_workers(dice: random.Random) -> dict[str, Any]:
    from django.core.management import call_command

    from ledger.models import Entry, Event, Reading, Seal

    record(EVENTS_AT_START)
    deaths, leased, left = [], [], []
    for _ in range(KILLS):
        record(EVENTS_A_ROUND)
        pid = fork(work)
        live(dice)
        os.kill(pid, signal.SIGKILL)
        deaths.append(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
        leased.append(len(held()))
        left.append(pending())
    last = fork(work)
    wait_until_delivered()
    time.sleep(0.1)
    os.kill(last, signal.SIGTERM)
    end = os.waitstatus_to_exitcode(os.waitpid(last, 0)[1])
    call_command("verify_ledger", stdout=sys.stderr)
    effects = [event_id for (event_id,) in run("SELECT event_id FROM effect")]
    outside = {int(path.name) for path in (Path(os.environ["DATA_DIR"]) / "effects").iterdir()}
    inside_events = set(Event.objects.filter(consumer="test.inside").values_list("pk", flat=True))
    return {
        "deaths": deaths,
        "rounds_that_left_leases": sum(bool(count) for count in leased),
        "rounds_that_left_events": sum(bool(count) for count in left),
        "pending": pending(),
        "events": len(inside_events),
        "effects": len(effects),
        "lost": len(inside_events - set(effects)),
        "lost_outside": Event.objects.filter(consumer="test.outside").exclude(pk__in=outside).count(),
        "rows": Entry.objects.count() + Reading.objects.count(),
        "seals": Seal.objects.count(),
        "last_ended_with": end,
    }


if __name__ == "__main__":
    main(int(sys.argv[1]))
