"""Makes the place where the archive stores its objects."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from docs_store.archive import get_owned_archive
from docs_store.errors import ArchiveUnavailable, RightsNotGiven
from docs_store.ports import Archive


class Command(BaseCommand):
    help = "Prepara el lugar del archivo: depósito S3 con versiones y bloqueo, usuario del sitio; o carpeta. Repetible."

    def handle(self, **options: Any) -> None:
        """Say what was made, and which promise the place does not keep."""
        archive = get_owned_archive()
        try:
            made, weaknesses = archive.prepare(), archive.weaknesses()
            if settings.ARCHIVE_OWNER_URL:
                admitted, refused = _admit(archive)
                made, weaknesses = made + admitted, weaknesses + refused
        except ArchiveUnavailable as error:
            raise CommandError(
                _("El archivo no responde o no lo permite (%(why)s). Revise ARCHIVE_URL.") % {"why": error.reason}
            ) from error
        for sentence in made or [_("Todo estaba hecho.")]:
            self.stdout.write(sentence)
        for sentence in weaknesses:
            self.stderr.write(_("Aviso: %(sentence)s") % {"sentence": sentence})


def _admit(archive: Archive) -> tuple[list[str], list[str]]:
    """Give the application its own rights; return what was made, and what the operator has to do himself."""
    try:
        return archive.admit(settings.ARCHIVE["url"]), []
    except RightsNotGiven as error:
        return [], [str(error)]
