"""Verifies that the archive holds what the rows say."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from docs_store.archive import get_archive
from docs_store.enums import ObjectFault
from docs_store.errors import ArchiveUnavailable
from docs_store.services import keeping

SENTENCES = {
    ObjectFault.MISSING: gettext_lazy("Falta: %(object)s%(owner)s. Recupérelo de una copia."),
    ObjectFault.DAMAGED: gettext_lazy("Dañado: %(object)s%(owner)s. Recupérelo de una copia."),
    ObjectFault.UNREADABLE: gettext_lazy("No se puede leer: %(object)s%(owner)s. Revise el disco del depósito."),
    ObjectFault.COVERED: gettext_lazy(
        "Borrado o sobrescrito, pero aún legible: %(object)s%(owner)s. Averigüe quién lo hizo."
    ),
}


class Command(BaseCommand):
    help = "Verifica el archivo: lo nuevo desde la última vez y la centésima parte del resto; cada fila con su archivo."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--all", action="store_true", dest="is_whole", help="leer todo entero")

    def handle(self, *, is_whole: bool, **options: Any) -> None:
        """Print each fault and what was looked at; end with 1 if there was a fault."""
        try:
            seen = keeping.check_archive(at=timezone.now(), by="system:verify", is_whole=is_whole)
            weaknesses = get_archive().weaknesses()
        except ArchiveUnavailable as error:
            raise CommandError(str(error)) from error
        for fault in seen.faults:
            self.stdout.write(_sentence(fault))
        for weakness in weaknesses:
            self.stderr.write(_("Aviso: %(sentence)s") % {"sentence": weakness})
        told = {"objects": seen.objects, "read": seen.read, "locked": seen.locked, "orphans": seen.orphans}
        self.stdout.write(
            _("Archivos: %(objects)d; leídos: %(read)d; bloqueados: %(locked)d; sin versión: %(orphans)d.") % told
        )
        if seen.fault_count:
            self.stderr.write(_("El archivo NO está íntegro: %(count)d hallazgos.") % {"count": seen.fault_count})
            sys.exit(1)
        self.stdout.write(_("El archivo está íntegro."))


def _sentence(fault: keeping.Fault) -> str:
    owner = _(", de la versión %(version)d") if fault.version else _(", una cabeza del libro")
    return str(SENTENCES[fault.kind]) % {"object": fault.sha256, "owner": owner % {"version": fault.version}}
