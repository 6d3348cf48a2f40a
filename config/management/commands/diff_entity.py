"""Tells what loading a profile would change in the organization; changes nothing."""

import json as codec
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from config import profiles
from organization.errors import EntityMissing
from organization.rules.differences import Change, Difference, differences
from organization.rules.succession import settled
from organization.services.profile import read_profile
from workflows.selectors.profile import profile_here

MARKS = {Change.ADDED: "+", Change.CHANGED: "~", Change.ENDED: "×", Change.ABSENT: "-"}


class Command(BaseCommand):
    help = "Compara la organización de un perfil con la base de datos: + nuevo, ~ cambiado, × terminado, - solo aquí."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("entity", nargs="?", default=settings.ENTITY, help="nombre de un perfil, o una carpeta")
        parser.add_argument("--json", action="store_true", help="una lista JSON")

    def handle(self, *, entity: str, json: bool, **options: Any) -> None:
        profile, faults = read_profile(_folder(entity))
        if faults:
            for fault in faults:
                self.stderr.write(str(fault))
            raise CommandError(str(profiles.ProfileFaulty(faults)))
        try:
            found = differences(profile_here(), settled(profile, timezone.localdate()))
        except EntityMissing as error:
            raise CommandError(str(error)) from error
        if json:
            self.stdout.write(codec.dumps([vars(line) for line in found], ensure_ascii=False))
            return
        for line in found:
            self.stdout.write(_told(line))
        self.stdout.write(_("Sin diferencias.") if not found else _("Diferencias: %d.") % len(found))


def _folder(entity: str) -> Path:
    path = profiles.PROFILES / entity
    if "/" not in entity and (path / "entity.toml").exists():
        return path
    if not (Path(entity) / "entity.toml").exists():
        raise CommandError(str(profiles.ProfileMissing(entity)))
    return Path(entity)


def _told(line: Difference) -> str:
    cells = [
        f"{name}: {line.before.get(name, '')} → {line.after.get(name, '')}"
        if line.before and line.after
        else f"{name}: {(line.before or line.after)[name]}"
        for name in (line.before or line.after)
    ]
    return f"{MARKS[line.change]} {line.table} {' '.join(line.key)}  {'; '.join(cells)}".rstrip()
