"""What ``/health/ready`` says, where there is no web server to ask."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config import conditions, health
from config.conditions import Service


class Command(BaseCommand):
    help = "Dice de cada servicio si responde. Termina con error si falla uno de los nombrados, o uno que detiene todo."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("service", nargs="*", choices=[*Service, []], metavar="servicio", help=", ".join(Service))

    def handle(self, *, service: list[str], verbosity: int, **options: Any) -> None:
        found = health.look()
        if verbosity:
            for name, is_well in found.items():
                self.stdout.write(f"{name:10} {health.well(name) if is_well else _fault(name)}")
        matter = {Service(name) for name in service} or health.STOPS_WORK
        if any(not found.get(name, True) for name in matter):
            raise CommandError("Hay un servicio que no responde.")


def _fault(service: Service) -> str:
    since = timezone.localtime(conditions.down_since(service))
    return f"{health.FAULTS[service]} (desde {since:%Y-%m-%d %H:%M})"
