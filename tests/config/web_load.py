"""A process of its own that plays eight web processes on one SQLite file beside the worker; prints what they met.

``python -m tests.config.web_load <seconds>`` with DATA_DIR set to an empty folder. The web processes are forked; each
serves itself the requests of one official and one citizen, who read four times as often as they write.
"""

import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from typing import Any

import django

WEB_PROCESSES = 8
PILOT = "pichari-2023"
OFFICIAL = "jefe-ois"
WARM_UP_SECONDS = 2.0
LONGEST_THOUGHT_SECONDS = 0.6


def main(seconds: float) -> None:
    prepare()
    from django.db import connections

    opened = serve(random.Random(0), WARM_UP_SECONDS)["opened"]  # routes and templates are read once, for all
    connections.close_all()
    worker = fork_worker()
    pipes = [fork_web(number, seconds) for number in range(WEB_PROCESSES)]
    found = [json.loads(pipe.read()) for pipe in pipes]
    os.kill(worker, signal.SIGTERM)
    status = os.waitstatus_to_exitcode(os.waitpid(worker, 0)[1])
    print(json.dumps({"worker_ended_with": status, **summary(found, opened)}))


def prepare() -> None:
    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    import config.worker  # noqa: F401 -- here, and not once in each child
    from config import profiles

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    profiles.load(PILOT, at=timezone.now())


def summary(found: list[dict[str, Any]], opened: int) -> dict[str, Any]:
    from docs_store.models import Expediente
    from ledger.models import Entry, Event, Seal

    return {
        "requests": sum(web["requests"] for web in found),
        "opened": opened + sum(web["opened"] for web in found),
        "expedientes": Expediente.objects.count(),
        "unsealed": Entry.objects.count() - Seal.objects.filter(entry__isnull=False).count(),
        "pending": Event.objects.filter(done_at__isnull=True).count(),
        "statuses": sorted({status for web in found for status in web["statuses"]}),
        "errors": [error for web in found for error in web["errors"]],
        "longest_seconds": max(web["longest_seconds"] for web in found),
    }


def fork_worker() -> int:
    pid = os.fork()
    if pid:
        return pid
    from config.worker import Worker

    worker = Worker()
    signal.signal(signal.SIGTERM, lambda *_: worker.stop())
    worker.run()
    os._exit(0)


def fork_web(number: int, seconds: float) -> Any:
    reader, writer = os.pipe()
    if os.fork() == 0:
        os.write(writer, json.dumps(serve(random.Random(number), seconds)).encode())
        os._exit(0)
    os.close(writer)
    return os.fdopen(reader)


def serve(dice: random.Random, seconds: float) -> dict[str, Any]:
    """Serve one official and one citizen for so long: reading, searching, guessing, opening files."""
    from django.db import OperationalError
    from django.test import Client

    from organization.models import Person

    official, citizen = Client(), Client()
    official.force_login(Person.objects.get(username=OFFICIAL))
    requests: list[tuple[int, Callable[[], Any]]] = [
        (8, lambda: official.get("/mesa/")),
        (3, lambda: official.get("/mesa/buscar/", {"q": "correo"})),
        (1, lambda: official.post("/mesa/tema/", {"theme": dice.choice(["light", "dark"])})),
        (2, lambda: citizen.get("/api/verificar/no-existe")),
        (2, lambda: official.post("/mesa/nuevo/", {"route": "resolucion", "subject": f"Correo {dice.random()}"})),
    ]
    found: dict[str, Any] = {"requests": 0, "opened": 0, "statuses": [], "errors": [], "longest_seconds": 0.0}
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        [ask] = dice.choices([request for _, request in requests], [weight for weight, _ in requests])
        start = time.monotonic()
        try:
            answer = ask()
            found["statuses"] = sorted({*found["statuses"], answer.status_code})
            found["opened"] += answer.status_code == 302 and ask is requests[-1][1]
        except OperationalError as error:
            found["errors"].append(str(error))
        found["requests"] += 1
        found["longest_seconds"] = max(found["longest_seconds"], time.monotonic() - start)
        time.sleep(dice.uniform(0, LONGEST_THOUGHT_SECONDS))
    return found


if __name__ == "__main__":
    main(float(sys.argv[1]))
