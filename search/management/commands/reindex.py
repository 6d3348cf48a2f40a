"""Builds the index again."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from search import services
from search.errors import SearchError

TOLD_EVERY = 2_000


class Command(BaseCommand):
    help = (
        "Build the search index again from the documents of record, beside the one that answers; "
        "run after an interruption, it goes on where it stopped."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-needed", action="store_true", help="Only if the index is empty and should not be.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["if_needed"] and not services.is_index_stale():
                self.stdout.write("El índice está al día.")
                return
            comparison = services.reindex(tell=self._tell)
        except SearchError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"Índice reconstruido: {comparison.indexed} documentos. Cotejados con la base de datos uno por uno, y "
            f"{comparison.sampled} por su contenido entero (SHA-256 {comparison.digest[:16]}…)."
        )

    def _tell(self, done: int, total: int) -> None:
        if done == total or done % TOLD_EVERY == 0:
            self.stdout.write(f"{done} de {total} documentos ({100 * done // total} %)")
            self.stdout.flush()
