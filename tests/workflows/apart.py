"""Run by tests in a process of its own, on a database file: ``python -m tests.workflows.apart <what> <arguments>``.

Prints one JSON value. What happens here happens in a fresh process, with real connections and real transactions.
"""

import json
import os
import sys
import threading
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

import django

django.setup()

from django.db import connection, connections  # noqa: E402 -- after setup

from docs_store.models import Expediente  # noqa: E402
from ledger.models import Entry  # noqa: E402
from organization.models import Person  # noqa: E402
from tests.workflows.conftest import MONDAY  # noqa: E402
from workflows.errors import WorkflowsError  # noqa: E402
from workflows.models import Process, RouteVersion, Task  # noqa: E402
from workflows.services import engine  # noqa: E402

HANDS = 6


def begin(class_name: str) -> Process:
    return engine.start(
        route_version=RouteVersion.objects.get(class_name=class_name),
        expediente=Expediente.objects.get(),
        drafter_unit=None,
        data={},
        by=Person.objects.order_by("pk").first(),
        at=MONDAY,
    )


def decide(task_id: int, by: Person) -> str:
    """Return what the engine answered to one request."""
    try:
        with engine.locked(task_id) as task:
            was_open = task.status == "NEW"
            engine.complete(task, outcome="done", by=by, at=MONDAY + timedelta(hours=1))
        return "done" if was_open else "same"
    except WorkflowsError as error:
        return type(error).__name__


def at_once(jobs: Sequence[Callable[[], str]]) -> list[str]:
    """Run the jobs in threads that start together, each with a connection of its own."""
    barrier = threading.Barrier(len(jobs))
    answers: list[str] = []

    def work(job: Callable[[], str]) -> None:
        barrier.wait()
        try:
            answers.append(job())
        except Exception as error:
            answers.append(f"{type(error).__name__}: {error}")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(answers)


def race(class_name: str, rounds: str) -> Any:
    """Let six requests complete one task at once, three of them another person's; return each round's outcome."""
    people = list(Person.objects.order_by("pk")[:2])
    results = []
    for _round in range(int(rounds)):
        process = begin(class_name)
        (task,) = engine.open_tasks(process)
        jobs = [partial(decide, task.pk, people[n % 2]) for n in range(HANDS)]
        answers = at_once(jobs)
        results.append({"answers": answers, "successors": engine.open_tasks(process).count()})
    return results


def gather(class_name: str, rounds: str) -> Any:
    """Let everybody who is asked in a round answer at once; return the steps that are open then."""
    by = Person.objects.order_by("pk")[0]
    results = []
    for _round in range(int(rounds)):
        process = begin(class_name)
        jobs = [partial(decide, task.pk, by) for task in engine.open_tasks(process)]
        results.append({"answers": at_once(jobs), "open": [task.step for task in engine.open_tasks(process)]})
    return results


def resolve(process_id: str) -> Any:
    """Return what a process that was stored elsewhere asks for now."""
    tasks = engine.open_tasks(Process.objects.get(pk=process_id))
    return [(task.flow_task.flow_class.__name__, task.flow_task.name, engine.step_of(task).verb) for task in tasks]


def kill(class_name: str) -> Any:
    """Die before and after each statement of a transition in turn; return what each death left behind."""
    by = Person.objects.order_by("pk")[0]
    left = []
    for point in range(2, 200):
        process = begin(class_name)
        (task,) = engine.open_tasks(process)
        entries = Entry.objects.count()
        connections.close_all()
        child = os.fork()
        if child == 0:
            _die_at(point, task.pk, by)
        _pid, status = os.waitpid(child, 0)
        born = Task.objects.filter(process=process, pk__gt=task.pk).count()
        left.append((Task.objects.get(pk=task.pk).status, born, Entry.objects.count() - entries))
        if os.waitstatus_to_exitcode(status) == 0:
            return left
    return left


def _die_at(point: int, task_id: int, by: Any) -> None:
    statement, is_after = divmod(point, 2)
    seen = 0

    def die(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal seen
        seen += 1
        if seen == statement and not is_after:
            os._exit(9)
        result = execute(sql, params, many, context)
        if seen == statement:
            os._exit(9)
        return result

    with connection.execute_wrapper(die):
        decide(task_id, by)
    os._exit(0)


if __name__ == "__main__":
    what, *arguments = sys.argv[1:]
    jobs: dict[str, Callable[..., Any]] = {"race": race, "gather": gather, "resolve": resolve, "kill": kill}
    print(json.dumps(jobs[what](*arguments)))
