"""Restores a backup into an empty system."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from config.upkeep import arriving, restoring
from config.upkeep.arriving import lasted, told
from config.upkeep.errors import UpkeepError
from config.upkeep.places import place_of
from docs_store.errors import DocsStoreError


class Command(BaseCommand):
    help = "Restaura una copia en un sistema vacío, la verifica y dice cuánto se perdió y cuánto tardó."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("place", metavar="CARPETA|s3://…")
        parser.add_argument("--name", default="", metavar="COPIA", help="2026-11-21T134501Z; por omisión la más nueva")

    def handle(self, *, place: str, name: str, **options: Any) -> None:
        began = timezone.now()
        try:
            backup = restoring.opened(place_of(place), name=name, passphrase=settings.BACKUP_PASSPHRASE)
            backup.check(self._say)
            arrived = arriving.bring(backup, say=self._say)
        except (UpkeepError, DocsStoreError) as error:
            raise CommandError(_("No se restauró. %(why)s") % {"why": error}) from error
        for advice in arrived.advice:
            self.stdout.write(advice)
        call_command("verify_system", stdout=self.stdout, stderr=self.stderr)
        made_at = backup.manifest.made_at
        age = told((began - made_at).total_seconds())
        self.stdout.write(
            _("RPO: el sistema quedó como el %(moment)s, %(age)s antes de empezar; lo posterior no está en la copia.")
            % {"moment": timezone.localtime(made_at).strftime("%d.%m.%Y %H:%M:%S"), "age": age}
        )
        self.stdout.write(_("RTO: restaurado y verificado en %(took)s.") % {"took": lasted(began)})

    def _say(self, line: str) -> None:
        self.stderr.write(line)
        self.stderr.flush()
