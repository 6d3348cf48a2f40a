"""For an institutional account that was made anew: the person is bound to the new one at their next sign-in."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from organization import selectors
from organization.services import identities
from organization.services.people import Console


class Command(BaseCommand):
    help = "Olvida qué cuenta institucional es de la persona, para que su próximo ingreso quede ligado a la nueva."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", help="Su usuario en esta instalación.")

    def handle(self, *, username: str, **options: Any) -> None:
        person = selectors.person_named(username)
        if person is None:
            raise CommandError(f"No hay una persona activa con el usuario «{username}».")
        if not identities.release(person=person, by=Console().actor, at=timezone.now()):
            raise CommandError(f"«{username}» no está ligado a ninguna cuenta institucional.")
        self.stdout.write(f"«{username}» quedará ligado a la cuenta institucional con que entre la próxima vez.")
