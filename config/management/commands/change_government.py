"""Changes a whole government on one day, from a file; everything or nothing."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from organization.errors import GovernmentRefused
from organization.models import Person
from organization.services.governments import Change, change_government


class Command(BaseCommand):
    help = "Cambia a quienes ocupan los puestos de un archivo, desde las 00:00 de un día. Todo, o nada."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--on", type=date.fromisoformat, required=True, help="el primer día, como 2027-01-01")
        parser.add_argument("--dry-run", action="store_true", help="muestra lo que cambiaría y no cambia nada")
        parser.add_argument("--by", default="", help="el usuario de quien lo hace, para el registro")

    def handle(self, *, file: Path, on: date, dry_run: bool, by: str, **options: Any) -> None:
        try:
            change = change_government(path=file, on=on, by=_actor(by), at=timezone.now(), is_dry_run=dry_run)
        except GovernmentRefused as error:
            for fault in error.faults:
                self.stderr.write(str(fault))
            raise CommandError(str(error)) from error
        for line in _lines(change):
            self.stdout.write(line)
        self.stdout.write(_("No se cambió nada: era un ensayo.") if dry_run else _("Hecho."))


def _actor(username: str) -> str:
    if not username:
        return "system:command"
    person = Person.objects.filter(username=username).first()
    if person is None:
        raise CommandError(_("No hay un usuario «%(name)s». Escriba el suyo en --by.") % {"name": username})
    return person.actor


def _lines(change: Change) -> list[str]:
    day = change.on.isoformat()
    return [
        *(_("sale   %(post)s: %(person)s") % {"post": r.post.title, "person": r.person} for r in change.ended),
        *(
            _("asume  %(post)s: %(person)s, desde el %(day)s (%(act)s)")
            % {"post": r.post.title, "person": r.person, "day": day, "act": r.act}
            for r in change.begun
        ),
        *(_("vacante %(post)s") % {"post": post.title} for post in change.vacant),
        *(
            _("termina %(kind)s de %(post)s: %(person)s (%(act)s)")
            % {"kind": g.get_kind_display(), "post": g.post.title, "person": g.person, "act": g.act}
            for g in change.grants
        ),
    ]
