"""Writes docs/configuration.md from what the settings read."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from config.env import KNOWN, Variable

PATH = Path("docs") / "configuration.md"
HEADING = """# Configuration

Everything is set through the environment, and everything has a default. A secret may come from a file: `NAME_FILE`
names it. A value that cannot be understood stops the start with one sentence. Written by `manage.py envdoc`; a test
keeps this page current.

| variable | default | meaning |
|---|---|---|
"""


class Command(BaseCommand):
    help = "Escribe docs/configuration.md."

    def handle(self, **options: Any) -> None:
        path = settings.BASE_DIR / PATH
        path.parent.mkdir(exist_ok=True)
        path.write_text(document())
        self.stdout.write(str(path))


def document() -> str:
    """Return the whole page, the same on every machine."""
    return HEADING + "".join(_line(KNOWN[name]) for name in sorted(KNOWN))


def _line(variable: Variable) -> str:
    meaning = variable.meaning.replace("|", "\\|")
    return f"| `{variable.name}` | {_default(variable)} | {meaning} |\n"


def _default(variable: Variable) -> str:
    """Return the default with the folders of this machine taken out of it."""
    if variable.is_secret or not variable.default:
        return ""
    text = variable.default.replace(str(settings.DATA_DIR), "$DATA_DIR").replace(f"{settings.BASE_DIR}/", "")
    return f"`{text.replace(f'data/{settings.ENTITY}', 'data/$ENTITY')}`"
