"""Tries the servers that keep institutional accounts."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from organization.errors import DirectoryUnavailable
from organization.identity import get_directory


class Command(BaseCommand):
    help = "Prueba los servidores de cuentas institucionales y dice de cada uno qué falla."

    def handle(self, **options: Any) -> None:
        directory = get_directory()
        if directory is None:
            self.stdout.write("No hay servidores de cuentas institucionales: se entra con cuentas de este sistema.")
            return
        try:
            directory.check()
        except DirectoryUnavailable as error:
            raise CommandError(f"Directorio (IDENTITY_URL): {error.reason}.") from error
        self.stdout.write("Directorio (IDENTITY_URL): responde, acepta la cuenta de servicio y deja buscar.")
