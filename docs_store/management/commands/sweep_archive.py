"""Deletes objects of the archive that belong to nothing."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from docs_store.archive import get_owned_archive
from docs_store.errors import ArchiveUnavailable
from docs_store.services import keeping


class Command(BaseCommand):
    help = "Dice qué archivos guardados hace más de un día no son de ninguna versión; con --delete los borra."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--delete", action="store_true", dest="is_real", help="borrarlos, si el depósito lo permite"
        )

    def handle(self, *, is_real: bool, **options: Any) -> None:
        """Name each orphan, or delete them; then count them."""
        try:
            if is_real:
                self._delete()
            else:
                self._tell()
        except ArchiveUnavailable as error:
            raise CommandError(str(error)) from error

    def _tell(self) -> None:
        count = size = 0
        archive = get_owned_archive()
        for orphan in keeping.orphans(archive, at=timezone.now()):
            count, size = count + 1, size + orphan.size
            free_from = keeping.free_from(archive, orphan) or orphan.stored_at
            moments = (moment.isoformat(timespec="seconds") for moment in (orphan.stored_at, free_from))
            self.stdout.write(" ".join([orphan.sha256, str(orphan.size), *moments]))
        self.stdout.write(
            _("Sin versión: %(count)d, %(size)d bytes. No se borró nada; para borrar, agregue --delete.")
            % {"count": count, "size": size}
        )

    def _delete(self) -> None:
        swept = keeping.sweep(get_owned_archive(), at=timezone.now(), by="system:sweep")
        self.stdout.write(
            _("Sin versión: %(found)d. Borrados: %(removed)d, %(bytes)d bytes. El depósito retiene aún %(kept)d.")
            % {
                "found": swept.found,
                "removed": swept.removed,
                "bytes": swept.removed_bytes,
                "kept": swept.found - swept.removed,
            }
        )
