"""An index of its own for each test."""

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from search.index import get_index
from search.ports import Index


@pytest.fixture
def index(settings: Settings, tmp_path: Path) -> Index:
    settings.SEARCH = {**settings.SEARCH, "url": f"sqlite://{tmp_path}/search.sqlite3"}
    return get_index()
