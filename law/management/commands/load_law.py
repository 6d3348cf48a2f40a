"""Loads the law's files, the country's and the entity's: a change of law is a new row with a date."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, ProgrammingError
from django.utils import timezone

from law.services.profile import folder_of, load_profile, read_profile


class Command(BaseCommand):
    help = "Carga las normas, los plazos y el calendario. Los plazos abiertos se cuentan de nuevo si cambió un día."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("entity", nargs="?", default=settings.ENTITY)

    def handle(self, *, entity: str, **options: Any) -> None:
        folder = folder_of(entity)
        if folder is None:
            raise CommandError(f"No hay un perfil «{entity}» en entities/. Escriba el nombre de una de sus carpetas.")
        profile, faults = read_profile(folder)
        for fault in sorted(faults):
            self.stderr.write(str(fault))
        if faults:
            raise CommandError(f"Fallas por corregir: {len(faults)}; no se cargó nada.")
        try:
            changed = load_profile(profile, at=timezone.now())
        except (OperationalError, ProgrammingError) as error:
            raise CommandError("La base de datos no responde o no está al día. Ejecute manage.py migrate.") from error
        days = changed["days_added"] + changed["days_removed"]
        if not any(changed.values()):
            self.stdout.write("La ley ya estaba cargada: sin cambios.")
            return
        self.stdout.write(f"Ley cargada: {sum(changed.values())} filas cambiaron, {days} de ellas días del calendario.")
        if days or changed["spans"]:
            self.stdout.write("Los plazos abiertos se cuentan de nuevo; el avance: manage.py recount_clocks")
