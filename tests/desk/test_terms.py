"""The pages that move the term of a filing, for who has the file."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from docs_store.models import Document
from organization.models import Person
from tests.desk.conftest import Seat, an_act
from tests.portal.conftest import KEY
from workflows import services as workflows
from workflows.enums import Channel, ClockPurpose, FilingState
from workflows.models import OPEN_STATUSES, Clock, Filing, Task
from workflows.services.presentations import PartyData, Presentation

pytestmark = pytest.mark.django_db


@pytest.fixture
def filing(pichari: None) -> Filing:
    party = PartyData(id_kind="dni", id_number="00000017", given_names="Rosa")
    presentation = Presentation(
        channel=Channel.WEB, party=party, subject="Anuncio", procedure="anuncio-publicitario", key=KEY
    )
    return workflows.file(presentation=presentation, received_by=None, at=timezone.now()).filing


@pytest.fixture
def clock(filing: Filing) -> Clock:
    return Clock.objects.get(filing=filing, purpose=ClockPurpose.ANSWER)


@pytest.fixture
def holder(seat: Seat, filing: Filing) -> Client:
    task = Task.objects.exclude(kind="").get(process__expediente=filing.expediente, status__in=OPEN_STATUSES)
    now = timezone.now()
    found = next(
        person for person in Person.objects.exclude(username=None) if workflows.may_act(task, by=person, at=now)
    )
    return seat(str(found.username))


def tab(clock: Clock) -> str:
    return f"/mesa/expedientes/{clock.expediente_id}/plazos/"


def test_pl_07_who_has_the_file_extends_its_term_once(holder: Client, filing: Filing, clock: Clock) -> None:
    address = f"{tab(clock)}{clock.pk}/prorrogar/"
    assert address in holder.get(tab(clock)).content.decode()
    today = timezone.localdate()
    page = holder.get(address).content.decode()
    assert "Cuántos días hábiles más" in page
    assert f'value="{filing.party.full_name}"' in page

    sent = {"amount": "5", "asked_on": str(today), "asked_by": "Rosa", "reason": "Falta la pericia"}
    response = holder.post(address, sent, follow=True)

    text = response.content.decode()
    before = clock.due_day
    clock.refresh_from_db()
    assert clock.due_day > before
    assert "El plazo vence ahora el " in text
    assert "Prorrogado una vez: 5 días hábiles" in text
    assert address not in text
    again = holder.post(address, sent)
    assert again.status_code == 422
    assert "una sola vez" in again.content.decode()


def test_pl_07_what_is_missing_is_told_at_its_field(holder: Client, clock: Clock) -> None:
    response = holder.post(f"{tab(clock)}{clock.pk}/prorrogar/", {"amount": "0"})

    text = response.content.decode()
    assert response.status_code == 422
    for sentence in ("Escriba un número entero", "Escriba el día.", "quién pidió la prórroga", "Escriba el motivo."):
        assert sentence in text


def test_pl_08_who_has_the_file_suspends_and_resumes_as_the_citizen_asks(
    holder: Client, filing: Filing, clock: Clock, client: Client
) -> None:
    today = str(timezone.localdate())
    address = f"{tab(clock)}{clock.pk}/suspender/"
    assert "30 días hábiles" in holder.get(address).content.decode()

    sent = {"asked_on": today, "first": today, "last": "", "reason": "Viaja"}
    text = holder.post(address, sent, follow=True).content.decode()

    clock.refresh_from_db()
    assert clock.is_suspended_on_request
    assert "La persona pidió suspenderlo desde el " in text
    resume = f"{tab(clock)}{clock.pk}/reanudar/"
    assert resume in text
    tracked = client.post("/", {"number": filing.label, "key": KEY}, follow=True).content.decode()
    assert "no corre, como usted lo pidió" in tracked

    done = holder.post(resume, {"last": today}, follow=True).content.decode()

    clock.refresh_from_db()
    assert not clock.is_suspended_on_request
    assert "El plazo vence ahora el " in done
    assert holder.get(resume).status_code == 404


def test_pl_08_too_long_is_told_with_what_is_left(holder: Client, clock: Clock) -> None:
    today = timezone.localdate()
    sent = {"asked_on": str(today), "first": str(today), "last": str(today + timedelta(days=70)), "reason": "Viaja"}

    response = holder.post(f"{tab(clock)}{clock.pk}/suspender/", sent)

    assert response.status_code == 422
    assert "puede ser de 30 como máximo" in response.content.decode()


def test_who_does_not_have_the_file_changes_no_term(seat: Seat, holder: Client, clock: Clock) -> None:
    for page in ("prorrogar", "suspender", "reanudar"):
        assert seat("jefe-ois").post(f"{tab(clock)}{clock.pk}/{page}/", {"last": "2026-01-01"}).status_code == 404
    step = Clock.objects.exclude(task=None).filter(task__process__expediente=clock.expediente_id).first()
    if step is not None:
        assert holder.post(f"{tab(clock)}{step.pk}/prorrogar/", {}).status_code == 404


def test_pl_13_the_tab_tells_from_when_it_may_be_declared_and_by_which_act(
    holder: Client, filing: Filing, clock: Clock, client: Client
) -> None:
    address = f"/mesa/presentaciones/{filing.pk}/esperar/"
    assert address in holder.get(tab(clock)).content.decode()
    assert holder.post(address, {"what": ""}).status_code == 422
    today = timezone.localdate()

    text = holder.post(address, {"what": "Traer el plano", "notified_on": str(today)}, follow=True).content.decode()

    own = Clock.objects.get(filing=filing, purpose=ClockPurpose.IMPULSE)
    assert "Traer el plano" in text
    assert "Puede declararse abandono desde el " in text
    assert address not in text
    tracked = client.post("/", {"number": filing.label, "key": KEY}, follow=True).content.decode()
    assert "Entregar lo que le pidieron (hasta el " in tracked
    declare = f"{tab(clock)}{own.pk}/abandono/"
    assert declare not in text
    Clock.objects.filter(pk=own.pk).update(due_on=today - timedelta(days=1))
    assert declare in holder.get(tab(clock)).content.decode()
    case = holder.get(f"/mesa/expedientes/{filing.expediente_id}/").content.decode()
    assert "Se espera a la persona:" in case
    refused = holder.post(declare, {"document": "1"})
    assert refused.status_code == 422
    assert "Elija una resolución emitida en este expediente." in refused.content.decode()
    act = an_act(signed=False)
    Document.objects.filter(pk=act.pk).update(
        expediente=filing.expediente,
        state="emitted",
        emitted_at=timezone.now(),
        emitted_version=act.versions.order_by("-pk").first(),
    )

    done = holder.post(declare, {"document": act.pk}, follow=True).content.decode()

    filing.refresh_from_db()
    assert filing.state == FilingState.ABANDONED
    assert "Se declaró el abandono con " in done
    assert holder.get(declare).status_code == 404


def test_pl_13_the_wait_ends_with_a_reason(holder: Client, seat: Seat, filing: Filing, clock: Clock) -> None:
    sent = {"what": "Traer el plano", "notified_on": str(timezone.localdate())}
    assert seat("jefe-ois").post(f"/mesa/presentaciones/{filing.pk}/esperar/", sent).status_code == 404
    holder.post(f"/mesa/presentaciones/{filing.pk}/esperar/", sent)
    own = Clock.objects.get(filing=filing, purpose=ClockPurpose.IMPULSE)
    address = f"{tab(clock)}{own.pk}/seguir/"
    assert holder.post(address, {"reason": ""}).status_code == 422

    text = holder.post(address, {"reason": "Lo trajo"}, follow=True).content.decode()

    assert "El trámite sigue" in text
    assert "Sin efecto" in text
