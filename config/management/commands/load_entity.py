"""Loads an entity profile, whole or not at all."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config import profiles
from docs_store.errors import DocsStoreError
from organization.errors import OrganizationError


class Command(BaseCommand):
    help = "Carga el perfil de la entidad. Repetirlo sin cambios no hace nada."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("entity", nargs="?", default=settings.ENTITY)

    def handle(self, *, entity: str, verbosity: int, **options: Any) -> None:
        try:
            is_new = profiles.load(entity, at=timezone.now())
        except profiles.ProfileFaulty as error:
            for fault in error.faults:
                self.stderr.write(str(fault))
            raise CommandError(str(error)) from error
        except (profiles.ProfileMissing, OrganizationError, DocsStoreError) as error:
            raise CommandError(str(error)) from error
        if verbosity:
            self.stdout.write(f"Perfil {entity}: cargado." if is_new else f"Perfil {entity}: sin cambios.")
