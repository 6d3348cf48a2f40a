"""Locks the server's keys with a new ``SECRET_KEY``."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from organization.rules.sealing import CannotOpen
from organization.services import factors
from signing.errors import KeyRefused
from signing.services import rotation


class Command(BaseCommand):
    help = "Cambia la llave de las claves guardadas: SECRET_KEY es la nueva, SECRET_KEY_FALLBACKS la anterior."

    def handle(self, **options: Any) -> None:
        if not settings.SECRET_KEY_FALLBACKS:
            raise CommandError("Ponga la clave nueva en SECRET_KEY y la anterior en SECRET_KEY_FALLBACKS.")
        try:
            rotated = rotation.rotate(at=timezone.now())
        except KeyRefused as error:
            raise CommandError(
                f"Ninguna de las claves indicadas abre {error}. Agregue la anterior a SECRET_KEY_FALLBACKS."
            ) from error
        try:
            closed = factors.close_anew()
        except CannotOpen as error:
            raise CommandError(
                "Ninguna clave indicada abre los segundos factores. Agregue la anterior a SECRET_KEY_FALLBACKS."
            ) from error
        self.stdout.write(f"Claves del servidor cambiadas: {', '.join(rotated.changed) or 'ninguna, ya lo estaban'}.")
        self.stdout.write(f"Segundos factores cerrados otra vez: {closed}.")
        if rotated.waiting:
            self.stdout.write(
                f"Claves personales por cambiar: {rotated.waiting}. Cada una cambia cuando su titular firme; "
                "hasta entonces no quite la anterior de SECRET_KEY_FALLBACKS."
            )
        else:
            self.stdout.write("Ninguna clave personal espera. Ya puede quitar SECRET_KEY_FALLBACKS.")
