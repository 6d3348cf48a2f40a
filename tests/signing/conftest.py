"""The signing room's fixtures: a demo with its own authority."""

from typing import Any

import pytest

from tests.factories import make_entity


@pytest.fixture(autouse=True)
def _demo(settings: Any, db: None) -> None:
    settings.DEMO = True
    make_entity()
