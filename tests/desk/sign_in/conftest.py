"""An installation that is no demo, and people who may enter it."""

from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from organization.models import Person
from tests.desk.conftest import person
from tests.desk.sign_in.steps import PASSWORD


@pytest.fixture(autouse=True)
def _a_real_installation(settings: Settings, _plain_surroundings: None) -> Iterator[None]:
    settings.DEMO = False
    settings.SECOND_FACTOR = "required"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    yield


@pytest.fixture
def official(pichari: None) -> Person:
    """An official with a password and, for now, nothing else."""
    official = person("jefe-ois")
    official.set_password(PASSWORD)
    official.save()
    return official


@pytest.fixture
def nobody_entered_yet(pichari: None) -> None:
    """As outside the demo: nobody signs in by what a profile says."""
    Person.objects.update(password="!")
