"""What a term without a day looks like until its calendar is loaded: the tray, the file, its terms, its account."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from law import selectors as law
from law.models import CalendarSpan
from organization.models import Person
from tests.desk.conftest import Seat
from tests.portal.conftest import KEY
from workflows import services as workflows
from workflows.enums import Channel, ClockPurpose, ClockState
from workflows.models import OPEN_STATUSES, Clock, Filing, Task
from workflows.services.presentations import PartyData, Presentation

pytestmark = pytest.mark.django_db


@pytest.fixture
def filing(pichari: None) -> Filing:
    """A filing that came in in the last days of the calendar that is loaded."""
    CalendarSpan.objects.update(last=timezone.localdate() + timedelta(days=5))
    law.forget_calendars()
    party = PartyData(id_kind="dni", id_number="00000017", given_names="Rosa")
    presentation = Presentation(
        channel=Channel.WEB, party=party, subject="Anuncio", procedure="anuncio-publicitario", key=KEY
    )
    return workflows.file(presentation=presentation, received_by=None, at=timezone.now()).filing


@pytest.fixture
def task(filing: Filing) -> Task:
    return Task.objects.exclude(kind="").get(process__expediente=filing.expediente, status__in=OPEN_STATUSES)


@pytest.fixture
def holder(seat: Seat, task: Task) -> Client:
    people = Person.objects.exclude(username=None)
    return seat(str(next(each.username for each in people if may_act(task, each))))


def may_act(task: Task, by: Person) -> bool:
    return workflows.may_act(task, by=by, at=timezone.now())


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_the_tray_says_that_the_term_was_not_counted_and_not_that_there_is_none(holder: Client, task: Task) -> None:
    Clock.objects.filter(task=task).update(state=ClockState.UNCOUNTED, due_on=None, missing_year=2031)
    Task.objects.filter(pk=task.pk).update(due_on=None)

    text = page(holder, "/mesa/bandeja/por-atender/")
    assert "Sin contar" in text
    preview = page(holder, f"/mesa/bandeja/por-atender/{task.pk}/")
    assert "El plazo se contará solo cuando se cargue el calendario que falta." in preview
    assert f"/plazos/{task.clock.pk}/" in preview
    assert "no hay calendario de 2031" in page(holder, f"/mesa/expedientes/{task.process.expediente_id}/")


def test_a_step_that_ends_beyond_the_calendar_is_opened_and_its_file_is_drawn(seat: Seat, task: Task) -> None:
    by = next(each for each in Person.objects.exclude(username=None) if may_act(task, each))
    decision = workflows.Decision(outcome="derived", units=("ois",))
    workflows.complete_step(task_id=task.pk, decision=decision, by=by, at=timezone.now())
    opened = Task.objects.exclude(kind="").get(process=task.process, status__in=OPEN_STATUSES)

    assert opened.clock.state == ClockState.UNCOUNTED
    for address in (f"/mesa/tareas/{opened.pk}/", f"/mesa/expedientes/{opened.process.expediente_id}/"):
        assert "Sin contar: falta el calendario" in page(seat("jefe-ois"), address)
    assert "Sin contar" in page(seat("jefe-ois"), "/mesa/bandeja/por-atender/")


def test_the_file_says_it_and_what_mends_it(holder: Client, filing: Filing, task: Task) -> None:
    text = page(holder, f"/mesa/expedientes/{filing.expediente_id}/")
    assert "Sin contar: falta el calendario" in text

    terms = page(holder, f"/mesa/expedientes/{filing.expediente_id}/plazos/")
    assert "El plazo no se pudo contar: no hay calendario de" in terms
    assert "Prorrogar" not in terms


def test_the_account_has_no_day_and_names_the_year(holder: Client, filing: Filing) -> None:
    clock = Clock.objects.get(filing=filing, purpose=ClockPurpose.ANSWER)

    text = page(holder, f"/mesa/expedientes/{filing.expediente_id}/plazos/{clock.pk}/")
    assert "¿Por qué este plazo no tiene día?" in text
    assert f"Falta el calendario de {clock.missing_year}" in text
    pdf = holder.get(f"/mesa/expedientes/{filing.expediente_id}/plazos/{clock.pk}/cuenta.pdf")
    assert pdf.status_code == 200

    found = holder.get(f"/mesa/expedientes/{filing.expediente_id}/plazos.json").json()
    answer = next(each for each in found["clocks"] if each["id"] == clock.pk)
    assert (answer["due"], answer["state"]) == (None, "uncounted")
    assert "no hay calendario" in answer["error"]


def test_the_citizen_reads_the_term_without_a_day_and_no_word_of_commands(filing: Filing) -> None:
    client = Client()
    client.post("/", {"number": filing.expediente.label, "key": KEY})

    text = page(client, "/seguimiento/")

    assert "El día todavía no se puede contar: falta publicar el calendario de" in text
    assert "load_law" not in text
