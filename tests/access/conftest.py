"""A town with one file of each of two offices, and everybody who could ask for it, signed in once for the module."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.test import Client, override_settings
from django.utils import timezone
from pytest_django import DjangoDbBlocker
from pytest_django.fixtures import Settings

from docs_store import services as docs
from docs_store.models import Document
from docs_store.ports import Draft, Section
from ledger import services as ledger
from organization.enums import EnrolmentKind
from organization.models import Absence, Abstention, Appointment, Enrolment, Grant, Person, Post, Unit
from tests.access.table import PEOPLE
from tests.desk.conftest import PIN, _house, person, waiting
from tests.factories import LONG_AGO, appoint, make_expediente, make_kind, make_pdf, make_person
from workflows import published
from workflows import services as workflows
from workflows.enums import Channel, ClockPurpose, DesistimientoEffect
from workflows.models import Clock, Desistimiento, Filing, FilingObservation, Movement, Notice, Process, Task
from workflows.services import notices

__all__ = ["_house"]
TEXT = Draft(subject="Respuesta", sections=(Section("Antecedentes", ("La unidad revisó lo pedido.",)),))
DESK = {
    "other": "gerente-gds",
    "same": "especialista-oaj",
    "holder": "jefe-oaj",
    "auditor": "jefe-oci",
    "systems": "jefe-ois",
    "secretary": "secretario-general",
    "counter": "encargado-mesa-de-partes",
    "archive": "jefe-archivo-central",
}


@dataclass(frozen=True)
class City:
    """Whose sessions there are, and the objects that the table's addresses name: of the file that OAJ holds, and of
    the one that nobody of the table but the roles that see all may see."""

    cookies: dict[str, str]
    held: dict[str, Any]
    hidden: dict[str, Any]

    def client(self, who: str) -> Client:
        """Return a browser of its own in this person's session."""
        client = Client()
        if self.cookies[who]:
            client.cookies[django_settings.SESSION_COOKIE_NAME] = self.cookies[who]
        return client


@pytest.fixture(autouse=True)
def _as_installed(settings: Settings) -> Iterator[None]:
    """Look at the addresses as an installation serves them: not as the demo does."""
    settings.DEMO = False
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    cache.clear()
    published.forget()
    yield
    published.forget()


@pytest.fixture(scope="module")
def _city(_house: None, django_db_blocker: DjangoDbBlocker) -> Iterator[City]:
    Path(django_settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    with django_db_blocker.unblock(), override_settings(DEMO=True):
        held = _file("00000017", unit="oaj", head="jefe-oaj")
        hidden = _file("00000018", unit="gidur", head="gerente-gidur")
        shared = _offices()
        yield City(_sessions(held), held | shared, hidden | shared)


@pytest.fixture
def city(_city: City, db: None) -> City:
    return _city


def _sessions(held: dict[str, Any]) -> dict[str, str]:
    """Sign everybody in once, and return the cookie of each."""
    appoint(make_person("recursos-humanos"), Post.objects.get(slug="jefe-orh"))
    make_person("cesado")
    cookies = {}
    for who in PEOPLE:
        client = Client()
        if who == "citizen":
            client.post("/", {"number": held["label"], "key": held["key"]})
        elif who != "nobody":
            username = {"postless": "cesado", "personnel": "recursos-humanos"}.get(who) or DESK[who]
            client.force_login(person(username))
        cookie = client.cookies.get(django_settings.SESSION_COOKIE_NAME)
        cookies[who] = cookie.value if cookie else ""
    return cookies


def _file(number: str, *, unit: str, head: str) -> dict[str, Any]:
    """Return the objects of a citizen's file that this head has, in a step whose text is begun."""
    now, by = timezone.now(), person(head)
    party = workflows.PartyData(
        id_kind="dni", id_number=number, given_names="Rosa", email=f"{number}@correo.example", address="Jr. Lima 1"
    )
    paper = workflows.Presentation(channel=Channel.WEB, party=party, subject=f"Pedido {number}")
    receipt = workflows.file(presentation=paper, received_by=None, at=now)
    process = Process.objects.get(expediente=receipt.expediente)
    clerk = person("encargado-mesa-de-partes")
    first = waiting(process)
    decision = workflows.Decision(outcome="derived", units=(unit,), pin=PIN)
    workflows.complete_step(task_id=first.pk, decision=decision, by=clerk, at=now)
    task = waiting(process)
    Task.objects.filter(pk=task.pk).update(post=Post.objects.get(slug=head))
    workflows.open_task(task_id=task.pk, by=by, at=now)
    workflows.save_step_text(task_id=task.pk, content=TEXT, by=by, at=now)
    notice = _answered(receipt.filing, by)
    cargo = Document.objects.get(pk=receipt.cargo.pk)
    return {
        "file": receipt.expediente.pk,
        "label": receipt.expediente.label,
        "key": receipt.key,
        "filing": receipt.filing.pk,
        "task": task.pk,
        "clock": Clock.objects.get(filing=receipt.filing, purpose=ClockPurpose.ANSWER).pk,
        "movement": Movement.objects.filter(task=task).latest("pk").pk,
        "document": cargo.pk,
        "code": cargo.cvd,
        "draft": process.process_documents.latest("pk").document_id,
        "notice": notice.pk,
        "batch": ledger.record("batch.signed", subject=by.actor, facts={"results": []}, by=by.actor, at=now).pk,
        **_satellites(receipt.filing, by),
    }


def _answered(filing: Filing, by: Person) -> Notice:
    """Return the notice of an act on the file, on its way."""
    now = timezone.now()
    kind = make_kind("resolucion", name="Resolución", is_act=True)
    document = docs.start_document(
        expediente=filing.expediente, kind=kind, title="Autoriza", label=f"{filing.pk}-2026", by=by, at=now
    )
    docs.attach_file(document=document, name="acto.pdf", content=BytesIO(make_pdf("Acto")), by=by, at=now)
    docs.file_document(document=document, by=by, at=now)
    (notice,) = notices.queue(document=Document.objects.get(pk=document.pk), by=by, at=now)
    notices.begin(notice_id=notice.pk, at=now)
    return notice


def _satellites(filing: Filing, by: Person) -> dict[str, int]:
    """Return what hangs on a filing: an observation that was cured, and that its party desists."""
    now = timezone.now()
    observation = FilingObservation.objects.create(
        filing=filing,
        items=[{"text": "Falta el plano"}],
        told_on=timezone.localdate(now),
        observed_at=now,
        observed_by=by,
        cured_at=now,
    )
    paper = workflows.Presentation(
        channel=Channel.WEB,
        party=workflows.PartyData.of(filing.party),
        subject="Desisto",
        desists=DesistimientoEffect.PROCEDURE,
    )
    later = workflows.file_later(presentation=paper, expediente=filing.expediente, received_by=None, at=now)
    return {"observation": observation.pk, "desistimiento": Desistimiento.objects.get(paper=later.filing).pk}


def _published() -> int:
    """Return an act of another file that anybody may read."""
    now, by = timezone.now(), person("secretario-general")
    document = docs.start_document(
        expediente=make_expediente(), kind=make_kind("resolucion"), title="Aprueba", label="7-2026", by=by, at=now
    )
    docs.attach_file(document=document, name="acto.pdf", content=BytesIO(make_pdf("Acto")), by=by, at=now)
    docs.file_document(document=document, by=by, at=now)
    Document.objects.filter(pk=document.pk).update(is_public=True)
    return int(document.pk)


def _offices() -> dict[str, int]:
    """Return the rows of the organization that addresses name, whatever the file."""
    today, now = timezone.localdate(), timezone.now()
    away, head = person("gerente-gde"), Post.objects.get(slug="gerente-gde")
    own, asked = Post.objects.get(slug="gerente-gds"), person("jefe-opp")
    grant = Grant.objects.create(
        kind="charge", post=head, person=person("gerente-gds"), own_post=own, from_on=today, act="Resolución 1-2026"
    )
    abstention = Abstention.objects.create(
        expediente_id=0,
        post=head,
        person=away,
        designee=person("gerente-gds"),
        designee_post=own,
        from_on=today,
        reason="Parentesco",
        act="Resolución 2-2026",
    )
    enrolment = Enrolment.objects.create(
        person=asked,
        kind=EnrolmentKind.LOST,
        asked_by=person("especialista-ois"),
        asked_at=now,
        expires_at=now + timedelta(hours=1),
    )
    return {
        "grant": grant.pk,
        "abstention": abstention.pk,
        "absence": Absence.objects.create(person=away, from_on=LONG_AGO, reason="Licencia").pk,
        "appointment": Appointment.objects.filter(person=away).latest("pk").pk,
        "unit": Unit.objects.get(slug="gde").pk,
        "post": head.pk,
        "person": asked.pk,
        "enrolment": enrolment.pk,
        "published": _published(),
        "absent": 999_999,
    }
