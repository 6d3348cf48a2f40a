"""Makes the place where the archive stores its objects."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from docs_store.archive import get_owned_archive
from docs_store.errors import ArchiveUnavailable


class Command(BaseCommand):
    help = "Prepara el lugar del archivo: el depósito S3 con versiones y bloqueo, o la carpeta. Se puede repetir."

    def handle(self, **options: Any) -> None:
        """Say what was made, and which promise the place does not keep."""
        archive = get_owned_archive()
        try:
            made, weaknesses = archive.prepare(), archive.weaknesses()
        except ArchiveUnavailable as error:
            raise CommandError(
                _("El archivo no responde o no lo permite (%(why)s). Revise ARCHIVE_URL.") % {"why": error.reason}
            ) from error
        for sentence in made or [_("Todo estaba hecho.")]:
            self.stdout.write(sentence)
        for sentence in weaknesses:
            self.stderr.write(_("Aviso: %(sentence)s") % {"sentence": sentence})
