"""An index of its own for each test."""

import pytest

from search.index import get_index
from search.ports import Index


@pytest.fixture
def index(fresh_index: str) -> Index:
    return get_index()
