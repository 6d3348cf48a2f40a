"""Choosing a procedure and handing in what was missing, as a citizen does it."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from organization.models import Person
from tests.factories import make_pdf
from workflows.enums import FilingState
from workflows.models import Filing
from workflows.services import observations

WHOLE = {
    "id_kind": "dni",
    "id_number": "00000017",
    "name": "Rosa Ejemplo Prueba",
    "subject": "Anuncio en la fachada",
    "procedure": "anuncio",
    "token": "0123456789abcdef0123456789abcdef",
}


@pytest.mark.usefixtures("clerk")
def test_the_procedures_tell_what_they_ask_and_what_silence_means(client: Client) -> None:
    page = client.get("/tramites/").content.decode()
    listed = client.get("/api/tramites").json()["procedures"]

    assert "Diseño con medidas" in page
    assert "S/ 32.00" in page.replace("32,00", "32.00")
    assert "30 días hábiles" in page
    assert "silencio positivo" in page
    assert "norma por verificar" in page
    assert listed[0]["code"] == "anuncio"
    assert listed[0]["basis"] == "norma por verificar"


def test_without_a_tupa_anything_can_still_be_presented(client: Client, office: Person) -> None:
    page = client.get("/tramites/").content.decode()

    assert "todavía no cargó su TUPA" in page
    assert "Qué trámite es" not in client.get("/presentar/").content.decode()


@pytest.mark.usefixtures("clerk")
def test_a_chosen_procedure_shows_its_requirements_on_the_form(client: Client) -> None:
    page = client.get("/presentar/?tramite=anuncio").content.decode()

    assert '<option value="anuncio" selected>' in page
    assert "Diseño con medidas" in page


@pytest.mark.usefixtures("clerk")
def test_the_tracking_page_tells_until_when_and_what_silence_means(client: Client) -> None:
    client.post("/presentar/", WHOLE)

    page = client.get("/seguimiento/").content.decode()

    assert "Deben responderle a más tardar el" in page
    assert "por silencio positivo. No tiene que presentar nada más." in page


def test_what_is_missing_is_handed_in_from_the_tracking_page(client: Client, clerk: Person) -> None:
    client.post("/presentar/", WHOLE)
    filing = Filing.objects.get()
    observations.observe(filing=filing, defects=["El diseño con medidas"], by=clerk, at=timezone.now())

    page = client.get("/seguimiento/").content.decode()
    assert "Entregar lo que falta (hasta el" in page
    assert "Suspendido desde el" in page
    assert "El diseño con medidas" in client.get("/seguimiento/subsanar/").content.decode()

    paper = SimpleUploadedFile("plano.pdf", make_pdf("Plano"), content_type="application/pdf")
    receipt = client.post("/seguimiento/subsanar/", {"papers": [paper], "token": "f" * 32}).content.decode()

    filing.refresh_from_db()
    cure = Filing.objects.get(cures__isnull=False)
    assert cure.label in receipt
    assert filing.state == FilingState.CURED
    page = client.get("/seguimiento/").content.decode()
    assert "Usted lo entregó a tiempo" in page
    assert "Entregar lo que falta" not in page


@pytest.mark.usefixtures("clerk")
def test_nothing_is_asked_for_where_nothing_is_missing(client: Client) -> None:
    client.post("/presentar/", WHOLE)

    assert client.get("/seguimiento/subsanar/").headers["Location"] == "/seguimiento/agregar/"
    assert Client().get("/seguimiento/subsanar/").headers["Location"] == "/"


def test_an_empty_cure_is_told_and_registers_nothing(client: Client, clerk: Person) -> None:
    client.post("/presentar/", WHOLE)
    observations.observe(filing=Filing.objects.get(), defects=["El plano"], by=clerk, at=timezone.now())

    answer = client.post("/seguimiento/subsanar/", {"token": "f" * 32})

    assert answer.status_code == 422
    assert "todavía no hay nada que recibir" in answer.content.decode()


def test_the_counter_observes_receives_the_cure_and_gives_back(client: Client, clerk: Person) -> None:
    client.force_login(clerk)
    client.post("/mesa/mesa-de-partes/", WHOLE | {"defects": "El plano\nLa firma"})
    filing = Filing.objects.get()
    registration = f"/mesa/mesa-de-partes/registros/{filing.pk}/"
    assert filing.observations.get().texts == ["El plano", "La firma"]
    assert "Recibir lo que faltaba" in client.get(registration).content.decode()

    form = client.get(f"{registration}subsanar/").content.decode()
    client.post(f"{registration}subsanar/", {"paper_folios": "2", "token": "e" * 32})

    filing.refresh_from_db()
    assert "El plano; La firma" in form
    assert filing.state == FilingState.CURED
    assert "Observar lo presentado" in client.get(registration).content.decode()
    page = client.get(f"/mesa/presentaciones/{filing.pk}/observar/").content.decode()
    assert "Ya se observó una vez." in page
    answer = client.post(f"/mesa/presentaciones/{filing.pk}/observar/", {"defects": "Otra cosa"})
    assert answer.status_code == 422
    assert "una sola vez se observa" in answer.content.decode()

    again = client.post(f"/mesa/presentaciones/{filing.pk}/observar/", {"defects": "El plano"})
    assert again.status_code == 302
    observations.lapse_due(timezone.now() + timedelta(days=30))
    page = client.get(registration).content.decode()
    assert "Corresponde devolver el derecho" in page
    given = filing.observations.last()
    assert given is not None
    client.post(f"/mesa/mesa-de-partes/observaciones/{given.pk}/devolver/")
    assert "Devuelto el" in client.get(registration).content.decode()


@pytest.mark.usefixtures("clerk")
def test_who_has_nothing_to_do_with_a_file_cannot_observe_it(client: Client) -> None:
    client.post("/presentar/", WHOLE)
    archivist = Client()
    archivist.force_login(Person.objects.get(username="archivo"))

    assert archivist.get(f"/mesa/presentaciones/{Filing.objects.get().pk}/observar/").status_code == 404
