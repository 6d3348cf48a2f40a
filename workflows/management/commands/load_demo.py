"""Fills an empty demo with a Tuesday of the entity."""

from typing import Any

from django.conf import settings
from django.core.management import CommandError
from django.core.management.base import BaseCommand
from django.utils import timezone

from docs_store.models import Expediente
from signing import services as signing
from workflows.services.demo import Demo, read_demo
from workflows.services.play import DEMO_PIN


class Command(BaseCommand):
    help = "Crea los expedientes de la demostración, una sola vez."

    def handle(self, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Solo en modo de demostración (DEMO=1).")
        if Expediente.objects.exists():
            self.stdout.write("La demostración ya está cargada.")
            return
        (settings.DATA_DIR / "demo").touch()
        signing.ensure_authority()
        cases, words = read_demo(settings.BASE_DIR / "entities" / settings.ENTITY)
        demo = Demo(words, timezone.now(), DEMO_PIN)
        for minute, case in enumerate(sorted(cases, key=lambda case: -case.days_ago)):
            demo.play(case, minute=minute)
            self.stdout.write(f"  {minute + 1}/{len(cases)} {case.subject}")
