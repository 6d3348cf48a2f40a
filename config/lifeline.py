"""Ties a child to the process that started it: when that one is gone, however it went, the child stops itself.

The parent holds one end of a pipe and never writes. Any death of the parent closes it, ``kill -9`` included.
"""

import os
import signal
import threading

VARIABLE = "CHASQUI_LIFELINE"


class Lifeline:
    """The parent's end."""

    def __init__(self) -> None:
        self.child_end, self._own_end = os.pipe()

    def environment(self) -> dict[str, str]:
        """Return the environment that a child needs; ``child_end`` must be passed on to it."""
        return {**os.environ, VARIABLE: str(self.child_end)}


def watch() -> None:
    """Stop this process as Ctrl-C would, gently, once its parent is gone. Without a lifeline do nothing."""
    end = os.environ.pop(VARIABLE, "")
    if end:
        threading.Thread(target=_wait, args=[int(end)], name="lifeline", daemon=True).start()


def _wait(end: int) -> None:
    os.read(end, 1)
    os.kill(os.getpid(), signal.SIGTERM)
