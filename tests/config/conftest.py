"""A profile of one's own to change."""

import shutil
from pathlib import Path

import pytest
from django.conf import settings

from config import profiles

ENTITIES = sorted(path.parent.name for path in (settings.BASE_DIR / "entities").glob("*/entity.toml"))


def folder_of(entity: str) -> Path:
    return Path(settings.BASE_DIR) / "entities" / entity


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A profile of one's own to change, in the place where profiles are looked for."""
    folder = tmp_path / "pichari-2023"
    shutil.copytree(folder_of("pichari-2023"), folder)
    monkeypatch.setattr(profiles, "PROFILES", tmp_path)
    return folder


def change(folder: Path, file: str, before: str, after: str) -> int:
    """Replace a line's words and return the line's number."""
    path = folder / file
    text = path.read_text()
    assert before in text, before
    path.write_text(text.replace(before, after, 1))
    return text[: text.index(before)].count("\n") + 1


def add(folder: Path, file: str, line: str) -> int:
    path = folder / file
    path.write_text(path.read_text() + line + "\n")
    return path.read_text().count("\n")
