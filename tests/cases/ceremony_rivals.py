"""Six processes that do the same thing at the same moment, and a database that another process keeps locked."""

import json
import multiprocessing
import os
import sqlite3
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, connections
from django.test import Client

from config.errors import status_of
from tests.cases import ceremony_invariants as invariants
from tests.cases.ceremony_steps import ONE_SIGNER, STEPS, effect
from tests.cases.children import fork, told, wait
from tests.cases.conftest import Town
from workflows.models import Task
from workflows.services.play import DEMO_PIN

RIVALS = "abcdef"
RIVALS_MEET_SECONDS = 60
KINDS = ("draft", "visado", "number", "sign")
IMPATIENT_MS = 300
HELD_FOR_THE_IMPATIENT_SECONDS = 2
WRITER = ONE_SIGNER.opened_by


# The same step, six times at once


def six(rounds: int) -> dict[str, Any]:
    """Let six processes save and complete the same tasks at once; return their answers and what was brought about."""
    tasks = told(lambda: [(kind, STEPS[kind].prepare()) for kind in KINDS for _round in range(rounds)])
    unwritten = told(lambda: [_unwritten() for _round in range(rounds)])
    connections.close_all()
    barrier = multiprocessing.get_context("fork").Barrier(len(RIVALS))
    folder = Path(tempfile.mkdtemp(dir=settings.DATA_DIR))
    children = [fork(partial(_contend, barrier, folder / name, tasks, unwritten)) for name in RIVALS]
    ended = [wait(child) for child in children]
    answers = [json.loads((folder / name).read_text()) for name in RIVALS]
    return {
        "ended": ended,
        "tasks": [
            {"kind": kind, "answers": Counter(each[place] for each in answers), **told(partial(effect, pk))}
            for place, (kind, pk) in enumerate(tasks)
        ],
        "documents_of_the_unwritten": told(lambda: [_documents(pk) for pk in unwritten]),
        "faults": told(invariants.faults),
    }


def _unwritten() -> int:
    town = Town()
    process = town.opens(ONE_SIGNER.route, ONE_SIGNER.unit, WRITER)
    return int(town.task(process, ONE_SIGNER.passages[0].step).pk)


def _contend(barrier: Any, path: Path, tasks: list[Any], unwritten: list[int]) -> None:
    """Do each thing at the same moment as the others; write down how it was answered."""
    answers = []
    for kind, pk in tasks:
        barrier.wait(RIVALS_MEET_SECONDS)
        answers.append(_answer(partial(STEPS[kind].complete, pk)))
    for pk in unwritten:
        barrier.wait(RIVALS_MEET_SECONDS)
        Town().writes(Task.objects.get(pk=pk), WRITER)
    path.write_text(json.dumps(answers))


def _answer(complete: Callable[[], None]) -> str:
    try:
        complete()
    except Exception as error:
        return f"{type(error).__name__} {status_of(error)}"
    return "done"


def _documents(task_id: int) -> int:
    return int(Task.objects.get(pk=task_id).process.process_documents.count())


# A database that somebody else keeps locked


def locked(seconds: int) -> dict[str, Any]:
    """Decide a task on the web while another process writes for so long; once patiently, once with little patience."""
    task_id, other_id = (told(STEPS["draft"].prepare) for _each in range(2))
    session = told(_entered)
    patient = _while_locked(seconds, lambda: _post(session, task_id))
    before = told(lambda: _rows(other_id))
    impatient = _while_locked(
        HELD_FOR_THE_IMPATIENT_SECONDS, lambda: _post(session, other_id, patience_ms=IMPATIENT_MS)
    )
    unchanged = told(lambda: _rows(other_id)) == before
    again = told(lambda: _post(session, other_id))
    return {
        "patient": {**patient, **told(lambda: effect(task_id))},
        "impatient": {**impatient, "unchanged": unchanged},
        "again": {**again, **told(lambda: effect(other_id))},
        "faults": told(invariants.faults),
    }


def _while_locked(seconds: float, ask: Callable[[], Any]) -> Any:
    """Ask while another process holds SQLite's one lock for so long."""
    reading, writing = os.pipe()
    holder = fork(lambda: _hold(seconds, writing))
    os.close(writing)
    os.read(reading, 1)
    os.close(reading)
    answer = told(ask)
    wait(holder)
    return answer


def _hold(seconds: float, writing: int) -> None:
    holder = sqlite3.connect(settings.DATABASES["default"]["NAME"], isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    os.write(writing, b"!")
    time.sleep(seconds)
    holder.execute("ROLLBACK")


def _client() -> Client:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    return Client(raise_request_exception=False, headers={"host": "127.0.0.1"})


def _entered() -> str:
    """Sign in before the database is locked; return the session's key."""
    client = _client()
    client.force_login(Town().person(WRITER))
    return str(client.cookies[settings.SESSION_COOKIE_NAME].value)


def _post(session: str, task_id: int, *, patience_ms: int | None = None) -> dict[str, Any]:
    """Decide the task as its holder's browser does; return the answer and how long it took."""
    client = _client()
    client.cookies[settings.SESSION_COOKIE_NAME] = session
    if patience_ms is not None:
        connection.ensure_connection()
        connection.cursor().execute(f"PRAGMA busy_timeout={patience_ms}")
    started = time.monotonic()
    answer = client.post(f"/mesa/tareas/{task_id}/decidir/", {"pin": DEMO_PIN, "proveido": "Se eleva."})
    return {"answer": answer.status_code, "seconds": time.monotonic() - started, "page": answer.content.decode()}


def _rows(task_id: int) -> dict[str, Any]:
    """Return what would show that something was recorded."""
    task = Task.objects.get(pk=task_id)
    return {
        "status": task.status,
        "opened": str(task.opened_at),
        "versions": task.document.versions.count() if task.document else 0,
        "ledger": invariants.entries(),
    }
