"""Reports the steps that missed their day, by official and superior (PL-15)."""

import json
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from law.errors import day_plain
from workflows.selectors.late_terms import LateTerm, by_official, late_terms

NOBODY = "puesto vacante"


class Command(BaseCommand):
    help = "Dice qué pasos se hicieron o siguen después de su vencimiento, por responsable y superior."

    def add_arguments(self, parser: ArgumentParser) -> None:
        year = timezone.localdate().replace(month=1, day=1)
        parser.add_argument("--from", dest="first", type=_day, default=year, help="primer vencimiento; AAAA-MM-DD")
        parser.add_argument("--to", dest="last", type=_day, default=None, help="último vencimiento; AAAA-MM-DD")
        parser.add_argument("--json", action="store_true", help="un objeto JSON por paso")

    def handle(self, *, first: date, last: date | None, json: bool, **options: Any) -> None:
        """Report; who asks for days the wrong way round is told so."""
        today = timezone.localdate()
        until = last or today
        if until < first:
            raise CommandError("El período termina antes de empezar. Corrija «--from» o «--to».")
        found = late_terms(first, until, today=today)
        for line in _as_json(found) if json else _as_text(found):
            self.stdout.write(line)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"«{text}» no es un día. Escríbalo como 2026-11-21.") from error


def _as_json(found: Iterable[LateTerm]) -> Iterable[str]:
    for term in found:
        yield json.dumps(asdict(term), ensure_ascii=False, default=str)


def _as_text(found: list[LateTerm]) -> Iterable[str]:
    """Yield each official with their superior, how many they missed, and each of them."""
    for who in by_official(found):
        many = "1 plazo" if len(who.terms) == 1 else f"{len(who.terms)} plazos"
        yield f"{who.official or NOBODY}: {many} fuera de día. Superior: {who.superior or NOBODY}."
        for term in who.terms:
            yield f"  {term.expediente} · {term.step} · {term.unit} · {_when(term)}"
    if not found:
        yield "Ningún paso pasó de su vencimiento en ese período."


def _when(term: LateTerm) -> str:
    days = "" if term.days is None else f", {term.days} {'día hábil' if term.days == 1 else 'días hábiles'} tarde"
    done = f"hecho el {day_plain(term.done_on)}" if term.done_on else "sigue pendiente"
    return f"venció el {day_plain(term.due_on)}, {done}{days}"
