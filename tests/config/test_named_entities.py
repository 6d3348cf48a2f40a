"""No line of Python outside profiles and tests names an entity."""

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from organization.services import profile as organization_profile
from tests.config.conftest import ENTITIES, folder_of


def test_no_python_line_outside_profiles_and_tests_names_an_entity() -> None:
    words = {word for entity in ENTITIES for word in _names_of(entity)}
    pattern = re.compile(rf"(?<![\w-])(?:{'|'.join(sorted(words))})(?![\w])", re.IGNORECASE)

    named = [
        f"{path.relative_to(settings.BASE_DIR)}:{at}: {line.strip()}"
        for path in _python_files()
        for at, line in enumerate(path.read_text().splitlines(), start=1)
        if pattern.search(line)
    ]

    assert named == []


def _names_of(entity: str) -> Iterator[str]:
    about, _faults = organization_profile.read_profile(folder_of(entity))
    yield re.escape(entity)
    yield re.escape(entity.rpartition("-")[0])
    yield re.escape(about.entity.name)
    yield re.escape(about.entity.short_name)


def _python_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py"],
        cwd=settings.BASE_DIR, capture_output=True, text=True, check=True, env={"PATH": os.environ["PATH"]},
    ).stdout.splitlines()  # fmt: skip
    outside = [name for name in listed if not name.startswith(("tests/", "entities/"))]
    return [path for name in outside if (path := Path(settings.BASE_DIR) / name).exists()]
