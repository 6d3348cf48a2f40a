"""A file that a citizen began, with its key."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django.fixtures import Settings

from docs_store.enums import NumberState
from docs_store.models import Expediente, Number
from law.enums import SilenceKind, TermUnit
from law.models import CalendarSpan, Norm, Silence, Term
from organization.enums import Role
from organization.models import Person, Post
from signing import services as signing
from tests.factories import (
    NOON,
    make_entity,
    make_expediente,
    make_kind,
    make_person,
    make_post,
    make_series,
    make_unit,
)
from workflows import published
from workflows.enums import Channel
from workflows.models import Filing, Procedure, TrackingKey
from workflows.services.keys import hash_key
from workflows.services.routes import load_route

KEY = "8KQ2M9XD4RTVW3HC"
TERMS = {
    "evaluacion-previa": 30,
    "subsanacion": 2,
    "notificacion": 5,
    "correo-respuesta": 2,
    "casilla-acuse": 5,
    "recurso": 15,
    "queja": 3,
    "desistimiento-terceros": 10,
    "suspension-pedida": 30,
    "abandono": 30,
}


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


@pytest.fixture
def office(db: None, settings: Settings) -> Person:
    """An entity that receives, with the route of a citizen's filing; returns the clerk of the counter."""
    settings.DEMO = True
    make_entity(place="cusco")
    CalendarSpan.objects.create(place="cusco", first=date(2020, 1, 1), last=date(2040, 12, 31))
    intake = make_unit("mesa-de-partes", name="Mesa de Partes", siglas="MP", role=Role.INTAKE)
    clerk = make_person("ventanilla", post=make_post("jefe-mesa", unit=intake, title="Responsable de Mesa de Partes"))
    archive = make_unit("archivo-central", name="Archivo Central", siglas="AC", role=Role.ARCHIVE)
    make_person("archivo", post=make_post("jefe-archivo", unit=archive, title="Jefe de Archivo"))
    make_series("expediente", pattern="{seq:06}-{year}")
    make_series("registro-entrada", pattern="{seq:05}-{year}-R")
    make_kind("escrito", name="Escrito", template="informe")
    make_kind("cargo", name="Cargo", template="cargo")
    published.forget()
    route = Path(settings.BASE_DIR) / "entities" / "pichari-2023" / "routes" / "tramite.bpmn"
    load_route(slug="tramite", source=route.read_bytes(), by=None, at=NOON)
    signing.ensure_authority()
    return clerk


@pytest.fixture
def clerk(office: Person) -> Person:
    """The office with a TUPA: one procedure of each silence, with the law that gives their terms."""
    norm = Norm.objects.create(
        slug="ley", title="Ley 27444", valid_from=date(2001, 1, 1), source="Diario", is_verified=True
    )
    for slug, amount in TERMS.items():
        Term.objects.create(slug=slug, name=slug, amount=amount, unit=TermUnit.BUSINESS_DAYS, norm=norm)
    for kind in (SilenceKind.POSITIVE, SilenceKind.NEGATIVE):
        Silence.objects.create(kind=kind, name=f"Silencio {kind}", window=5, norm=norm)
    make_kind("constancia", name="Constancia", template="informe")
    for slug, silence in (("anuncio", SilenceKind.POSITIVE), ("copia", SilenceKind.NEGATIVE)):
        Procedure.objects.create(
            slug=slug,
            name={"anuncio": "Autorización de anuncio", "copia": "Copia certificada"}[slug],
            requirements=[{"kind": "plano", "text": "Diseño con medidas"}],
            fee_soles="32.00",
            term="evaluacion-previa",
            silence=silence,
            decided_by=Post.objects.get(slug="jefe-mesa"),
            channel="both",
            route="tramite",
            norm=norm,
        )
    return office
