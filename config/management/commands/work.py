"""The worker, in the foreground."""

import signal
from typing import Any

from django.core.management.base import BaseCommand

from config import lifeline
from config.worker import Worker


class Command(BaseCommand):
    help = "Trabajador: sella el libro, entrega lo pendiente y vigila los plazos. Ctrl-C lo detiene."

    def handle(self, **options: Any) -> None:
        worker = Worker()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: worker.stop())
        lifeline.watch()
        if options["verbosity"]:
            self.stdout.write("Trabajador en marcha. Ctrl-C lo detiene.")
            self.stdout.flush()
        worker.run()
