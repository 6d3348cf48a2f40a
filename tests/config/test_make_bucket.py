"""``manage.py make_bucket``, on whatever keeps the archive."""

import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command


def told() -> str:
    out = io.StringIO()
    call_command("make_bucket", stdout=out, stderr=io.StringIO())
    return out.getvalue()


def test_the_place_is_made_once_and_is_ready_then(fresh_archive: str) -> None:
    assert told().endswith(".\n")

    assert told().count("\n") == 1


def test_a_place_that_cannot_be_made_is_told_in_a_sentence(settings: Any) -> None:
    settings.ARCHIVE = {"class": "docs_store.adapters.filesystem.FilesystemArchive", "url": "file:///proc/none/archive"}

    with pytest.raises(CommandError, match="El archivo no responde"):
        told()
