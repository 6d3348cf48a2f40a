"""Tells every fault of an entity profile; loads nothing."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config import profiles


class Command(BaseCommand):
    help = "Revisa el perfil de la entidad y dice cada falla con su archivo y su línea."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("entity", nargs="?", default=settings.ENTITY)

    def handle(self, *, entity: str, **options: Any) -> None:
        try:
            faults = profiles.check(entity)
        except profiles.ProfileMissing as error:
            raise CommandError(str(error)) from error
        for fault in faults:
            self.stdout.write(str(fault))
        if faults:
            raise CommandError(str(profiles.ProfileFaulty(faults)))
        self.stdout.write(f"Perfil {entity}: sin fallas.")
