import io
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command

from config import env
from config.management.commands.envdoc import PATH, document


def test_the_page_about_configuration_is_current() -> None:
    assert (settings.BASE_DIR / PATH).read_text() == document(), "run: manage.py envdoc"


def test_every_variable_has_its_line_and_no_folder_of_this_machine_is_told() -> None:
    page = document()

    assert all(f"| `{name}` |" in page for name in env.KNOWN)
    assert str(settings.BASE_DIR) not in page
    assert str(settings.DATA_DIR) not in page


def test_the_command_writes_the_page(tmp_path: Path, settings: Any) -> None:
    settings.BASE_DIR = tmp_path

    call_command("envdoc", stdout=io.StringIO())

    assert "`BROKER_URL`" in (tmp_path / PATH).read_text()
