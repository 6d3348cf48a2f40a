"""Tells every fault of the law's files, and what of them was not read in its text; loads nothing."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from law.errors import CalendarMissing
from law.ports import LawProfile
from law.rules.calendars import Span, span_of
from law.rules.places import places_of
from law.selectors import ending
from law.services.profile import NATIONAL, folder_of, place_of, read_profile
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
        for sentence in _of_calendar(profile, place_of(folder)):
            self.stdout.write(sentence)
        rows = rows_unverified(profile)
        for row in rows if unverified else ():
            self.stdout.write(row)
        self.stdout.write(f"Ley de {entity} y {NATIONAL.name}: sin fallas; {len(rows)} filas por verificar.")


def _of_calendar(profile: LawProfile, place: str) -> list[str]:
    """Return that the calendar of these files ends soon or is missing, if so."""
    try:
        span = span_of(places_of(place), [Span(line.place, line.first, line.last) for line in profile.spans])
    except CalendarMissing as error:
        return [str(error)]
    sentence = ending(span.last, timezone.localdate())
    return [sentence] if sentence else []
