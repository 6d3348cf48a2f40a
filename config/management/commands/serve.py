"""The whole installation in one process tree."""

import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.utils import timezone

from config import profiles
from config.preparation import Preparation
from config.serving import CannotServe, Tree, hold_folder, open_listener
from config.upkeep import arriving
from organization.models import Appointment, Entity

INTERRUPTED = 130


class Command(BaseCommand):
    help = "Prepara lo que falte y sirve el sitio junto con su trabajador. Ctrl-C detiene todo."

    def handle(self, **options: Any) -> None:
        """Serve until Ctrl-C. What cannot be served is told in one sentence, with exit code 1."""
        try:
            _check_entity()
            _check_arrived()
            with open_listener(settings.BIND) as listener, hold_folder(Path(settings.DATA_DIR)):
                Preparation(self.stdout).run()
                connections.close_all()
                code = Tree(listener, self._say).run(self._announce)
        except (CannotServe, CommandError) as error:
            self.stderr.write(str(error))
            sys.exit(1)
        except KeyboardInterrupt:
            self.stderr.write("\nDetenido antes de servir.")
            sys.exit(INTERRUPTED)
        self._say("Detenido.")
        sys.exit(code)

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def _announce(self) -> None:
        entity = Entity.objects.first()
        self._say(f"\nChasqui sirve a {entity or settings.ENTITY} en http://{settings.BIND}/")
        if settings.DEMO:
            self._say("Demostración: en la primera página, un clic basta para entrar como cada una de estas cuentas:")
            self._say("\n".join(_accounts()))
        self._say("Ctrl-C lo detiene.")
        connections.close_all()


def _check_entity() -> None:
    known = profiles.names()
    if settings.ENTITY not in known:
        raise CannotServe(f"No hay una entidad «{settings.ENTITY}». Elija con ENTITY=… una de: {', '.join(known)}.")


def _check_arrived() -> None:
    if arriving.is_unfinished():
        raise CannotServe("Una restauración o un traslado quedó a medias aquí. Repita la orden para que termine.")


def _accounts() -> list[str]:
    """Return one line for each account that holds a post today."""
    today = timezone.localdate()
    held = Appointment.objects.filter(from_on__lte=today, person__username__isnull=False).exclude(to_on__lt=today)
    held = held.select_related("person", "post").order_by("post__title")
    width = max((len(each.person.username or "") for each in held), default=0)
    return [f"  {each.person.username:<{width}}  {each.post.title} ({each.person})" for each in held]
