"""The rights of the app's role on PostgreSQL."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config import roles


class Command(BaseCommand):
    help = "Da al rol de DATABASE_URL sus derechos, sin el de cambiar ni borrar el registro; migrate ya lo hace."

    def handle(self, **options: Any) -> None:
        with roles.owner() as is_apart:
            if not is_apart:
                raise CommandError("Indique en MIGRATE_DATABASE_URL el rol dueño de las tablas.")
            roles.grant_app_role()
        self.stdout.write(f"El rol {roles.app_role()} puede trabajar, y no puede cambiar ni borrar el registro.")
