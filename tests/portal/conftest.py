"""A file that a citizen began, with its key."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django.fixtures import Settings

from docs_store.enums import NumberState
from docs_store.models import Expediente, Number
from organization.models import Person
from tests.factories import NOON, make_entity, make_expediente, make_person, make_series
from workflows.enums import Channel
from workflows.models import Filing, TrackingKey
from workflows.services.filings import hash_key

KEY = "8KQ2M9XD4RTVW3HC"


@dataclass(frozen=True)
class CitizensFile:
    expediente: Expediente
    filing: Filing
    party: Person
    key: str = KEY


@pytest.fixture(autouse=True)
def _plain_surroundings(settings: Settings) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    cache.clear()


@pytest.fixture
def client() -> Client:
    return Client()


def file_of(
    party: Person, *, label: str, key: str, subject: str = "Copia del plano", at: datetime = NOON
) -> CitizensFile:
    expediente = make_expediente(subject, label=label, at=at, origin=party.full_name)
    series = make_series(f"registro-{label}", pattern="{seq}")
    number = Number.objects.create(
        series=series,
        year=at.year,
        value=1,
        label=f"R-{label}",
        state=NumberState.USED,
        owner=f"expediente:{expediente.pk}",
        reserved_at=at,
    )
    filing = Filing.objects.create(
        expediente=expediente,
        number=number,
        label=number.label,
        is_first=True,
        channel=Channel.WEB,
        party=party,
        subject=subject,
        presented_at=at,
        legal_filing_date=at.date(),
        rule_id="test",
    )
    TrackingKey.objects.create(expediente=expediente, party=party, key_sha256=hash_key(key), issued_at=at)
    return CitizensFile(expediente, filing, party, key)


@pytest.fixture
def citizens_file(db: None) -> CitizensFile:
    make_entity()
    party = make_person(None, given_names="Rufina", surnames="Ccorimanya")
    return file_of(party, label="031847-2023", key=KEY, subject="Reclamo por la acequia")
