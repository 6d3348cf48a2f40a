"""Makes a backup while everybody works."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from config.upkeep import making
from config.upkeep.arriving import lasted
from config.upkeep.errors import UpkeepError
from config.upkeep.places import place_of
from docs_store.errors import DocsStoreError


class Command(BaseCommand):
    help = "Hace una copia de seguridad completa mientras se trabaja. La frase va en BACKUP_PASSPHRASE."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("place", metavar="CARPETA|s3://…", help="dónde se guardan; siempre el mismo lugar")

    def handle(self, *, place: str, **options: Any) -> None:
        began = timezone.now()
        try:
            made = making.back_up(place_of(place), passphrase=settings.BACKUP_PASSPHRASE, at=began, say=self._say)
        except (UpkeepError, DocsStoreError) as error:
            raise CommandError(_("No se hizo la copia. %(why)s") % {"why": error}) from error
        manifest, carried = made.manifest, made.carried
        told = {
            "name": made.name,
            "rows": sum(manifest.counts.values()),
            "objects": manifest.objects,
            "new": carried.new,
            "took": lasted(began),
        }
        self.stdout.write(
            _("Copia %(name)s terminada: %(rows)d filas, %(objects)d objetos (%(new)d nuevos), en %(took)s.") % told
        )

    def _say(self, line: str) -> None:
        self.stderr.write(line)
        self.stderr.flush()
