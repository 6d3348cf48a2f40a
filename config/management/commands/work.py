"""The worker, in the foreground."""

import signal
from typing import Any

from django.core.management.base import BaseCommand

from config import lifeline
from config.worker import Worker


class Command(BaseCommand):
    """Runs one worker. Start it on as many machines as you like: one of them holds the baton, the others stand by."""

    help = "Trabajador: sella el libro, entrega lo pendiente y vigila los plazos. Ctrl-C lo detiene."

    def handle(self, **options: Any) -> None:
        """Work until a signal. With ``--verbosity 0`` nothing is told."""
        worker = Worker(self._say) if options["verbosity"] else Worker()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: worker.stop())
        lifeline.watch()
        if options["verbosity"]:
            self._say("Trabajador en marcha. Ctrl-C lo detiene.")
        worker.run()

    def _say(self, sentence: str) -> None:
        self.stdout.write(sentence)
        self.stdout.flush()
