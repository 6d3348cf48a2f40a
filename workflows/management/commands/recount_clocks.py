"""Finishes the counting of open clocks after a change of the calendar or of a term, and tells how far it has come."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from workflows.models import Recount
from workflows.services import recounts


class Command(BaseCommand):
    help = "Termina de contar los plazos abiertos tras un cambio de la ley, con su avance. Repetirlo no hace daño."

    def handle(self, **options: Any) -> None:
        """Go on where the worker stands: both may work at once, each batch is one's alone."""
        waiting = list(recounts.ready(timezone.localdate()))
        for recount in waiting:
            self.stdout.write(recount.reason)
            done = recounts.run(recount.pk, at=timezone.now(), tell=self._tell)
            self.stdout.write(f"  terminado: {done.moved} de {done.seen} plazos cambiaron de día")
        if not waiting:
            self.stdout.write(_last() or "No hay plazos por contar de nuevo.")

    def _tell(self, recount: Recount) -> None:
        self.stdout.write(f"  {recount.seen} de {recount.total} plazos; {recount.moved} cambiaron de día")
        self.stdout.flush()


def _last() -> str:
    later = recounts.unfinished().first()
    if later is not None:
        return f"Espera su día, el {later.first}: {later.reason}"
    last = Recount.objects.last()
    return f"Nada pendiente. El último: {last.reason} {last.moved} de {last.seen} plazos cambiaron." if last else ""
