"""Tells every fault of the law's files, and what of them was not read in its text; loads nothing."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from law.services.profile import NATIONAL, folder_of, read_profile
from law.services.unverified import unverified as rows_unverified


class Command(BaseCommand):
    help = "Revisa los archivos de la ley, nacionales y de la entidad, y dice cada falla con su línea y qué hacer."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("entity", nargs="?", default=settings.ENTITY)
        parser.add_argument("--unverified", action="store_true", help="dice, fila por fila, qué falta verificar")

    def handle(self, *, entity: str, unverified: bool, **options: Any) -> None:
        folder = folder_of(entity)
        if folder is None:
            raise CommandError(f"No hay un perfil «{entity}» en entities/. Escriba el nombre de una de sus carpetas.")
        profile, faults = read_profile(folder)
        for fault in sorted(faults):
            self.stdout.write(str(fault))
        if faults:
            raise CommandError(f"Fallas por corregir: {len(faults)}.")
        rows = rows_unverified(profile)
        for row in rows if unverified else ():
            self.stdout.write(row)
        self.stdout.write(f"Ley de {entity} y {NATIONAL.name}: sin fallas; {len(rows)} filas por verificar.")
