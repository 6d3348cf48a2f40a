"""Django's ``migrate``, as the owner of the tables where there is one."""

from typing import Any

from django.core.management.commands import migrate

from config import roles


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate, and give the app's role its rights on what is new."""
        with roles.owner() as is_apart, roles.alone():
            super().handle(*args, **options)
            if is_apart:
                roles.grant_app_role()
