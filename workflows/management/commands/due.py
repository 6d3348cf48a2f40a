"""Answers when terms are due, a case a line: for other systems, spreadsheets and independent checks."""

import sys
from argparse import ArgumentParser
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand

from law.rules.dates import day_long
from workflows.services.due import Answers, as_text


class Command(BaseCommand):
    help = "Lee un caso por línea (JSON) y dice cuándo vence y por qué. Véase docs/legal-clock.md."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="un objeto JSON por línea, en vez de frases")

    def handle(self, *, json: bool, **options: Any) -> None:
        """Answer each line as soon as it comes, so that another program can converse."""
        write = as_text if json else _sentences
        try:
            for answer in Answers().of(sys.stdin.buffer):
                self.stdout.write(write(answer))
                self.stdout.flush()
        except BrokenPipeError:
            sys.stderr.close()  # whoever read has gone: nothing is left to say, nor anyone to say it to


def _sentences(answer: Mapping[str, Any]) -> str:
    """Return an answer for people: the day, then its reasons."""
    name = f"{answer['id']}: " if answer["id"] is not None else ""
    if "error" in answer:
        return f"{name}línea {answer['line']}: {answer['error']}"
    due = answer["due"]
    head = f"Vence el {day_long(date.fromisoformat(due))}." if due else "Suspendido: sin día de vencimiento."
    return "\n".join([name + head, *(_reason(step) for step in answer["derivation"])])


def _reason(step: Mapping[str, Any]) -> str:
    norm = f" ({step['norm']})" if "norm" in step else ""
    return f"  {step['day']}  {step['note']}{norm}"
