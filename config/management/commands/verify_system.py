"""Compares database, archive, index and ledger, and names each difference."""

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from config.upkeep import verification
from config.upkeep.differences import Depth
from docs_store.errors import DocsStoreError
from search.errors import SearchUnavailable

DEFAULT_SAMPLE = 1_000


class Command(BaseCommand):
    help = "Compara la base de datos, el archivo, el índice y el libro, y nombra cada diferencia."

    def add_arguments(self, parser: ArgumentParser) -> None:
        depth = parser.add_mutually_exclusive_group()
        depth.add_argument(
            "--sample",
            type=int,
            default=DEFAULT_SAMPLE,
            metavar="N",
            help=f"archivos, firmas y documentos que se leen enteros, al azar (por omisión {DEFAULT_SAMPLE})",
        )
        depth.add_argument("--all", action="store_true", dest="is_whole", help="leer todo entero")
        parser.add_argument("--json", action="store_true", dest="is_json", help="un objeto JSON por línea")

    def handle(self, *, sample: int, is_whole: bool, is_json: bool, **options: Any) -> None:
        """Print each difference, then what was compared; end with 1 if there was one."""
        depth = Depth(None if is_whole else max(sample, 0))
        found = 0
        try:
            for difference in verification.differences(depth, at=timezone.now(), say=self._say):
                found += 1
                line = json.dumps(asdict(difference), ensure_ascii=False) if is_json else difference.sentence
                self.stdout.write(line)
            compared = verification.counts()
        except (DocsStoreError, SearchUnavailable) as error:
            raise CommandError(_("No se pudo verificar: %(why)s") % {"why": error}) from error
        if is_json:
            self.stdout.write(json.dumps({"differences": found, "compared": compared}))
        else:
            self.stdout.write(_extent(compared))
        self._end(found)

    def _say(self, line: str) -> None:
        self.stderr.write(line)
        self.stderr.flush()

    def _end(self, found: int) -> None:
        if found:
            self.stderr.write(_("El sistema NO está íntegro: %(count)d diferencias.") % {"count": found})
            sys.exit(1)
        self.stderr.write(_("El sistema está íntegro."))


def _extent(compared: dict[str, int]) -> str:
    return (
        _(
            "Expedientes: %(expedientes)d; documentos: %(documents)d; versiones: %(versions)d; números: %(numbers)d; "
            "firmas: %(signatures)d; sellos del libro: %(seals)d; documentos en el índice: %(indexed)d."
        )
        % compared
    )
