"""Takes an embedded installation to the servers that the environment names."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from config.upkeep import arriving, moving
from config.upkeep.arriving import lasted
from config.upkeep.errors import UpkeepError
from docs_store.errors import DocsStoreError


class Command(BaseCommand):
    help = "Traslada una instalación embebida (su DATA_DIR) a los servidores del entorno, vacíos, y la verifica allí."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--from", dest="folder", type=Path, required=True, metavar="DATA_DIR")

    def handle(self, *, folder: Path, **options: Any) -> None:
        began = timezone.now()
        if arriving.is_unfinished():
            self._say(_("Un traslado anterior quedó a medias; se termina ahora y lo ya copiado no se repite."))
        try:
            with moving.departing(folder.absolute(), at=began) as installation:
                arrived = arriving.bring(installation, say=self._say)
        except (UpkeepError, DocsStoreError) as error:
            raise CommandError(_("No se trasladó. %(why)s") % {"why": error}) from error
        for advice in arrived.advice:
            self.stdout.write(advice)
        call_command("verify_system", stdout=self.stdout, stderr=self.stderr)
        self.stdout.write(_("Trasladado y verificado en %(took)s.") % {"took": lasted(began)})
        self.stdout.write(
            _("La instalación anterior sigue intacta en %(folder)s. No la vuelva a servir: daría los mismos números.")
            % {"folder": folder}
        )

    def _say(self, line: str) -> None:
        self.stderr.write(line)
        self.stderr.flush()
