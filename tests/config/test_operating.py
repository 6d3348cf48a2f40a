"""The manual: every command in it exists with its options, and everything that it is there to explain is in it."""

import re
import shlex
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.core.management import CommandParser, get_commands, load_command_class

from config import conditions, health, metrics
from config.conditions import Service

ROOT = Path(__file__).resolve().parents[2]
MANUAL = (ROOT / "docs" / "operating.md").read_text()
COMMAND = re.compile(r"manage\.py ([a-z_]+)([^`\n#;|]*)")
COMMANDS = sorted({(name, options.strip(" .,…")) for name, options in COMMAND.findall(MANUAL)})


@pytest.mark.parametrize(("name", "options"), COMMANDS)
def test_every_command_exists_and_takes_these_options(name: str, options: str) -> None:
    app = get_commands()[name]
    command = load_command_class(app, name) if isinstance(app, str) else app
    parser: CommandParser = command.create_parser("manage.py", name)

    words = [word for word in shlex.split(options) if word.isprintable()]
    parser.parse_args(words)


def test_every_command_of_ours_stands_in_a_page() -> None:
    pages = "".join(page.read_text() for page in (ROOT / "docs").glob("*.md"))
    ours = {path.stem for path in ROOT.glob("*/management/commands/*.py")} - {"__init__"}

    assert [name for name in sorted(ours) if not re.search(rf"manage\.py {name}\b|`{name}\b", pages)] == []


def test_every_module_that_is_run_by_hand_exists() -> None:
    for module in set(re.findall(r"python3? -m (config[a-z_.]*)", MANUAL)):
        assert find_spec(module), module


def test_every_page_that_it_leads_to_exists() -> None:
    for page in re.findall(r"\]\((?!http)([^)]+)\)", MANUAL):
        assert (ROOT / "docs" / page).exists(), page


def test_every_notice_of_the_screens_is_explained() -> None:
    for service, words in conditions.FAILS.items():
        assert f"«{str(words) % {'since': 'las…'}}»".replace(".»", "»") in MANUAL, service


def test_every_service_that_is_watched_is_named() -> None:
    assert set(health.FAULTS) == set(Service)
    assert all(path in MANUAL for path in health.PAGES)
    assert f"{metrics.TRAY_CAP:,}" in MANUAL
