"""Completes one step again and again, and dies at each of its points in turn.

A point is a statement that writes, or a file that is about to be moved into the archive; the death is ``os._exit``, so
that nothing is rolled back or tidied by Python. Each death begins from the same copy of the data folder.
"""

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from tests.cases import ceremony_invariants as invariants
from tests.cases.ceremony_steps import STEPS, Step, effect
from tests.cases.children import fork, told, wait

WRITES = ("INSERT", "UPDATE", "DELETE")
DATABASE = "chasqui.sqlite3*"
DIED, CAME_THROUGH = 7, 0
MOST_POINTS = 200


def points(name: str) -> list[dict[str, Any]]:
    """Die at every point of the step; return what was broken after each death, and after the call was repeated."""
    step = STEPS[name]
    task_id = told(step.prepare)
    folder = Path(settings.DATA_DIR)
    kept = shutil.copytree(folder, folder.with_name(f"{folder.name}-kept"))
    deaths = []
    for point in range(1, MOST_POINTS):
        _put_back(kept, folder)
        ended = _live_until(point, step, task_id)
        if ended not in {DIED, CAME_THROUGH}:
            raise SystemExit(f"point {point} ended with {ended}")
        deaths.append({"point": point, "died": ended == DIED, **told(lambda: _mended(step, task_id))})
        if ended == CAME_THROUGH:
            return deaths
    raise SystemExit(f"{name} has more than {MOST_POINTS} points")


def _put_back(kept: Path, folder: Path) -> None:
    """Put the database and the archive back as they were; keys and the secret stay."""
    for path in folder.glob(DATABASE):
        path.unlink()
    for path in kept.glob(DATABASE):
        shutil.copy2(path, folder)
    shutil.rmtree(folder / "archive")
    shutil.copytree(kept / "archive", folder / "archive")


def _live_until(point: int, step: Step, task_id: int) -> int:
    """Complete the step in a child that dies at this point; return how it ended."""

    def work() -> None:
        passed = _counter(point)

        def before_write(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
            if sql.startswith(WRITES):
                passed()
            return execute(sql, params, many, context)

        sys.addaudithook(lambda event, _args: passed() if event == "os.rename" else None)
        with connection.execute_wrapper(before_write):
            step.complete(task_id)

    return wait(fork(work))


def _counter(point: int) -> Callable[[], None]:
    left = [point]

    def passed() -> None:
        left[0] -= 1
        if left[0] == 0:
            os._exit(DIED)

    return passed


def _mended(step: Step, task_id: int) -> dict[str, Any]:
    """Return what was broken after the death, then repeat the call and return what it left."""
    broken = invariants.faults()
    refusal = ""
    try:
        step.complete(task_id)
    except Exception as error:
        refusal = f"{type(error).__name__}: {error}"
    return {"broken": broken, "refusal": refusal, "left": invariants.faults(), "effect": effect(task_id)}
