"""Writes the organization as files of a profile, into a new or empty folder."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from docs_store.services.profile import kinds_table
from organization.errors import OrganizationError
from organization.services.profile_export import export_profile
from workflows.selectors.profile import profile_here


class Command(BaseCommand):
    help = "Exporta la organización como archivos de perfil en DIR/<código de la entidad>."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("dir", type=Path)

    def handle(self, *, dir: Path, **options: Any) -> None:
        try:
            profile = profile_here()
            folder = dir / profile.entity.slug
            files = export_profile(profile, folder)
        except OrganizationError as error:
            raise CommandError(str(error)) from error
        (folder / "kinds.csv").write_text(kinds_table(), encoding="utf-8")
        self.stdout.write(f"{folder}: {len(files) + 1} archivos.")
