"""What people do in an installation that a test raises, as a program of its own: the services of the screens, played.

``python -m tests.config.town_at_work load``    opens and works files until SIGTERM; tells how many steps, how slow
``python -m tests.config.town_at_work go_on``   completes open steps, one of each kind, and opens a new file
``python -m tests.config.town_at_work tell``    tells what the installation holds
Each ends with one line of JSON.
"""

import json
import os
import signal
import sys
from collections.abc import Iterator
from time import perf_counter
from typing import Any

import django

KINDS = ("opinion", "sign", "task")


def main(command: str) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    django.setup()
    told = {"load": load, "go_on": go_on, "tell": tell}[command]()
    sys.stdout.write(json.dumps(told) + "\n")


def load() -> dict[str, Any]:
    """Play new files, one after another, until asked to stop; anything that fails ends the program with its trace."""
    from config.worker import _seal_all_and_keep_head as seal
    from ledger import services as ledger

    demo, cases = _demo()
    is_stopping = []
    signal.signal(signal.SIGTERM, lambda *_: is_stopping.append(True))
    for minute in range(10_000):
        if is_stopping:
            break
        demo.play(cases[minute % len(cases)], minute=minute % 60)
        ledger.deliver_due(worker="load")
        seal()
        sys.stdout.write(f"{len(demo.seconds)}\n")
        sys.stdout.flush()
    return {"steps": len(demo.seconds), "slowest": max(demo.seconds)}


def go_on() -> dict[str, Any]:
    """Complete an open step of each of those kinds, then open a new file; tell their ids and its number."""
    from django.utils import timezone

    from config.worker import _seal_all_and_keep_head as seal
    from docs_store.models import Expediente
    from ledger import services as ledger
    from workflows.enums import StepKind
    from workflows.models import OPEN_STATUSES, Task

    demo, cases = _demo()
    done: list[int] = []
    waiting = Task.objects.filter(status__in=OPEN_STATUSES).select_related("unit", "post__unit", "process__expediente")
    for kind in KINDS:
        tasks = list(waiting.filter(kind=StepKind(kind)).order_by("id"))
        done.append(next(task.pk for task in tasks if demo.complete_as_asked(task, timezone.now())))
    before = Expediente.objects.order_by("-id").values_list("label", flat=True)[0]
    demo.play(cases[0], minute=1)
    after = Expediente.objects.order_by("-id").values_list("label", flat=True)[0]
    while ledger.deliver_due(worker="go_on"):
        continue
    seal()
    return {"completed": done, "before": before, "after": after, "again": _open_of(done)}


def tell() -> dict[str, Any]:
    """Count the rows of each table of the rooms, and give the head of the chain."""
    from django.apps import apps

    from ledger import selectors

    rooms = ("docs_store", "law", "ledger", "organization", "signing", "workflows")
    models = [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label in rooms]
    head = selectors.head()
    return {
        "counts": {model._meta.db_table: model._base_manager.count() for model in models},
        "head": [head.sequence, head.hash] if head else None,
    }


def _open_of(ids: list[int]) -> list[int]:
    from workflows.models import OPEN_STATUSES, Task

    return list(Task.objects.filter(pk__in=ids, status__in=OPEN_STATUSES).values_list("pk", flat=True))


def _demo() -> tuple[Any, list[Any]]:
    """Return the demo's player, which keeps the time of each step, and its cases."""
    from django.conf import settings
    from django.utils import timezone

    from organization import selectors as organization
    from workflows.services import engine
    from workflows.services.demo import Demo, DemoCase, read_demo
    from workflows.services.play import DEMO_PIN

    class Worked(Demo):
        """The demo with a clock in its hand."""

        seconds: list[float]

        def _complete(self, *args: Any, **kwargs: Any) -> None:
            start = perf_counter()
            super()._complete(*args, **kwargs)
            self.seconds.append(perf_counter() - start)

        def complete_as_asked(self, task: Any, at: Any) -> bool:
            """Complete the step with its first outcome, if somebody holds it today."""
            by = self._actor(task, at)
            if by is None or engine.step_of(task).kind not in KINDS:
                return False
            case = DemoCase(route="", subject=task.process.expediente.subject, unit="", days_ago=0)
            self._complete(task, case, returns=False, at=at)
            return True

    cases, words = read_demo(settings.BASE_DIR / "entities" / settings.ENTITY)
    demo = Worked(words, timezone.now(), DEMO_PIN)
    demo.seconds = []
    assert organization.entity()
    return demo, list(_short(cases))


def _short(cases: list[Any]) -> Iterator[Any]:
    """Yield the files that officials open: a citizen's filing is worked the same way."""
    yield from (case for case in cases if not case.party)


if __name__ == "__main__":
    main(sys.argv[1])
