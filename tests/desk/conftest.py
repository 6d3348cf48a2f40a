"""An entity with its people and routes, and somebody at their desk."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client, override_settings
from django.utils import timezone
from pytest_django import DjangoDbBlocker
from pytest_django.fixtures import Settings

from config import profiles
from docs_store import services as docs
from docs_store.models import Document, DocumentKind
from docs_store.ports import Article, Draft, Section
from organization.models import Person, Post, Unit
from signing import services as signing
from workflows import published
from workflows import services as workflows
from workflows.models import OPEN_STATUSES, Process, Task

PIN = "123456"


@pytest.fixture(autouse=True)
def _plain_surroundings(settings: Settings) -> Iterator[None]:
    settings.DEMO = True
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    cache.clear()
    published.forget()
    yield
    published.forget()


@pytest.fixture(scope="module")
def _house(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The whole profile of the entity that the module names, loaded once for it: each test goes back to it."""
    with django_db_blocker.unblock(), override_settings(DEMO=True):
        loaded: Any = transaction.atomic()
        loaded._from_testcase = True
        with loaded:
            published.forget()
            profiles.load(getattr(request.module, "ENTITY", "pichari-2023"), at=timezone.now())
            signing.ensure_authority()
            yield
            transaction.set_rollback(True)


@pytest.fixture
def pichari(_house: None, db: None) -> None:
    """An entity with its people, its routes and no file."""


Seat = Callable[[str], Client]


@pytest.fixture
def seat(pichari: None) -> Seat:
    """Seat somebody at their desk, by their user name."""

    def sit(username: str) -> Client:
        client = Client()
        client.force_login(Person.objects.get(username=username))
        return client

    return sit


def person(username: str) -> Person:
    return Person.objects.get(username=username)


def open_resolution(subject: str = "Directiva para el uso del correo", at: datetime | None = None) -> Process:
    """Open a file of the OIS on the route of a resolution."""
    return workflows.open_case(
        route="resolucion",
        subject=subject,
        unit=Unit.objects.get(slug="ois"),
        by=person("jefe-ois"),
        at=at or timezone.now(),
    )


def waiting(process: Process) -> Task:
    """Return the one open task of a process."""
    return Task.objects.exclude(kind="").get(process=process, status__in=OPEN_STATUSES)


def informe(subject: str = "Pedido") -> Draft:
    return Draft(subject=subject, sections=(Section("Antecedentes", ("La unidad revisó lo pedido.",)),))


def act(subject: str = "Aprueba") -> Draft:
    return Draft(
        subject=subject,
        vistos=("el Informe del área usuaria",),
        considerandos=("conviene aprobarla;",),
        articles=(Article("Aprobar", "la directiva."), Article("Publicar", "la presente.")),
        closing="Regístrese.",
    )


def step(process: Process, username: str, text: Draft | None = None, *, opens: bool = True, **decision: object) -> Task:
    """Complete the open task that this person may act on, with its text if it writes one."""
    by = person(username)
    tasks = Task.objects.exclude(kind="").filter(process=process, status__in=OPEN_STATUSES)
    task = next(task for task in tasks if workflows.may_act(task, by=by, at=timezone.now()))
    now = timezone.now()
    if opens:
        workflows.open_task(task_id=task.pk, by=by, at=now)
    if text is not None:
        outcome = str(decision.get("outcome", ""))
        workflows.save_step_text(task_id=task.pk, content=text, by=by, at=now, outcome=outcome)
    return workflows.complete_step(
        task_id=task.pk,
        decision=workflows.Decision(pin=PIN, **decision),  # type: ignore[arg-type]
        by=by,
        at=now,
    )


def act_to_sign() -> Task:
    """Return the task of the mayor, whose act waits for his signature."""
    process = open_resolution()
    step(process, "jefe-ois", informe())
    step(process, "jefe-oaj", informe(), outcome="favourable")
    step(process, "secretario-general", act())
    step(process, "jefe-oaj", outcome="endorsed")
    step(process, "secretario-general", outcome="numbered")
    return waiting(process)


def an_act(text: str = "", *, signed: bool = True) -> Document:
    """Return a resolution of the mayor's that orders something, emitted or still to be signed."""
    process = open_resolution()
    mayor = Post.objects.get(slug="alcalde")
    document = docs.start_document(
        expediente=process.expediente,
        kind=DocumentKind.objects.get(slug="resolucion"),
        title="Encarga un puesto",
        by=person("secretario-general"),
        at=timezone.now(),
        unit=mayor.unit,
        post=mayor,
    )
    draft = Draft(subject="Encarga", articles=(Article("Encargar", text or "el puesto."),))
    version = docs.save_draft(document=document, content=draft, by=person("secretario-general"), at=timezone.now())
    state = {"state": "emitted", "emitted_at": timezone.now(), "emitted_version": version} if signed else {}
    Document.objects.filter(pk=document.pk).update(label="422-2026-A-MDP/LC", **state)
    return Document.objects.get(pk=document.pk)
