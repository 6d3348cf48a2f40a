"""Forked children of a program under test: a kill of one costs milliseconds, and not the start of Django.

They are forked before anything was typeset: a forked typesetter would wait for threads that stayed behind.
"""

import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

from django.db import connections

SHORTEST_LIFE_SECONDS, LONGEST_LIFE_SECONDS = 0.2, 6.0
PAUSE_SECONDS = 0.02

Work = Callable[[], None]


def fork(work: Work) -> int:
    """Do the work in a child of its own, and return its process id."""
    connections.close_all()
    sys.stdout.flush()
    child = os.fork()
    if child:
        return child
    ended = 1
    try:
        work()
        ended = 0
    except BaseException as error:
        print(repr(error), file=sys.stderr)
        raise
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(ended)


def wait(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def told(work: Callable[[], Any]) -> Any:
    """Return what a child of its own answers."""
    reading, writing = os.pipe()

    def answer() -> None:
        with os.fdopen(writing, "w") as pipe:
            json.dump(work(), pipe)

    child = fork(answer)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        text = pipe.read()
    if wait(child):
        raise SystemExit("a child failed")
    return json.loads(text)


class Mortals:
    """Children that are killed after a random while and born again, until each has come to its end."""

    def __init__(self, works: Mapping[str, Work], dice: random.Random) -> None:
        self._works, self._dice = works, dice
        self._names: dict[int, str] = {}
        self._deadlines: dict[int, float] = {}
        self.deaths = 0
        for name in works:
            self._bear(name)

    def _bear(self, name: str) -> None:
        child = fork(self._works[name])
        self._names[child] = name
        self._deadlines[child] = time.monotonic() + self._dice.uniform(SHORTEST_LIFE_SECONDS, LONGEST_LIFE_SECONDS)

    def live(self, *, without: str) -> int:
        """Kill and bear until only the child of this name, which never ends, is left; return how many died."""
        while set(self._names.values()) != {without}:
            self._kill_the_overdue()
            child, status = os.waitpid(-1, os.WNOHANG)
            if child:
                self._bury(child, os.waitstatus_to_exitcode(status))
            else:
                time.sleep(PAUSE_SECONDS)
        for child in self._names:
            os.kill(child, signal.SIGKILL)
            wait(child)
        return self.deaths

    def _kill_the_overdue(self) -> None:
        for child, deadline in self._deadlines.items():
            if deadline < time.monotonic():
                os.kill(child, signal.SIGKILL)

    def _bury(self, child: int, ended: int) -> None:
        name = self._names.pop(child)
        del self._deadlines[child]
        if ended == -signal.SIGKILL:
            self.deaths += 1
            self._bear(name)
        elif ended:
            raise SystemExit(f"{name} failed")
