"""Makes a backup while everybody works."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from config.upkeep import making
from config.upkeep.arriving import lasted
from config.upkeep.errors import UpkeepError
from config.upkeep.places import place_of
from config.upkeep.pruning import Keep, prune
from docs_store.errors import DocsStoreError


class Command(BaseCommand):
    help = "Hace una copia de seguridad completa mientras se trabaja. La frase va en BACKUP_PASSPHRASE."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("place", metavar="CARPETA|s3://…", help="dónde se guardan; siempre el mismo lugar")
        keep = parser.add_mutually_exclusive_group()
        keep.add_argument("--keep", type=_at_least_one, metavar="N", help="después, borrar todas menos las N últimas")
        keep.add_argument(
            "--keep-days", type=_at_least_one, metavar="N", help="después, borrar las de hace más de N días"
        )

    def handle(self, *, place: str, keep: int | None, keep_days: int | None, **options: Any) -> None:
        began = timezone.now()
        try:
            made = making.back_up(place_of(place), passphrase=settings.BACKUP_PASSPHRASE, at=began, say=self._say)
        except (UpkeepError, DocsStoreError) as error:
            raise CommandError(_("No se hizo la copia. %(why)s") % {"why": error}) from error
        self._tell(made, began)
        if keep or keep_days:
            self._prune(place, Keep(keep, keep_days), began)

    def _tell(self, made: making.Made, began: datetime) -> None:
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

    def _prune(self, place: str, keep: Keep, began: datetime) -> None:
        try:
            pruned = prune(place_of(place), keep=keep, passphrase=settings.BACKUP_PASSPHRASE, at=began, say=self._say)
        except (UpkeepError, DocsStoreError) as error:
            raise CommandError(_("La copia se hizo; las viejas no se borraron. %(why)s") % {"why": error}) from error
        if pruned.gone:
            told = {"names": ", ".join(pruned.gone), "objects": pruned.objects}
            self.stdout.write(_("Borradas: %(names)s, y %(objects)d objetos que ninguna otra usa.") % told)
        if pruned.retained:
            self.stdout.write(
                _("El depósito no deja borrar todavía: %(names)s.") % {"names": ", ".join(pruned.retained)}
            )

    def _say(self, line: str) -> None:
        self.stderr.write(line)
        self.stderr.flush()


def _at_least_one(word: str) -> int:
    if not (word.isascii() and word.isdigit() and int(word)):
        raise ArgumentTypeError("escriba un número de 1 en adelante")
    return int(word)
