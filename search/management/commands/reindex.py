"""Builds the index again."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from search import services


class Command(BaseCommand):
    help = "Build the search index again from the documents of record."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-needed", action="store_true", help="Only if the index is empty and should not be.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["if_needed"] and not services.is_index_stale():
            self.stdout.write("El índice está al día.")
            return
        count = services.reindex()
        self.stdout.write(f"Índice reconstruido: {count} documentos.")
