"""Two sign in order: the first may think better of it until the second signs."""

from django.utils import timezone

from organization.models import Unit
from tests.desk.conftest import PIN, Seat, act, informe, person, step
from workflows import services
from workflows.models import Process, Task

ENTITY = "callao-2011"


def numbered() -> Process:
    process = services.open_case(
        route="plan", subject="Plan", unit=Unit.objects.get(slug="gi"), by=person("gerente-gi"), at=timezone.now()
    )
    step(process, "gerente-gi", informe())
    step(process, "secretario-general", act())
    step(process, "secretario-general", outcome="numbered")
    return process


def open_step(process: Process) -> Task:
    return Task.objects.filter(process=process, status="NEW").exclude(kind="").get()


def test_the_first_signature_is_withdrawn_and_given_again(seat: Seat) -> None:
    process = numbered()
    step(process, "secretario-general", outcome="signed")
    assert open_step(process).step == "firmar_alcalde"
    sg = seat("secretario-general")
    page = sg.get("/mesa/por-firmar/").content.decode()
    assert "Firmados hoy, todavía sin emitir" in page
    document = process.process_documents.get(key="acto").document
    signature = document.signatures.get()

    told = sg.post(f"/mesa/por-firmar/retirar/{signature.pk}/", follow=True).content.decode()

    assert "Retiró su firma" in told
    assert open_step(process).step == "firmar_sg"
    assert sg.post(f"/mesa/por-firmar/retirar/{signature.pk}/").status_code == 404
    assert seat("alcalde").post(f"/mesa/por-firmar/retirar/{signature.pk}/").status_code == 404


def test_the_second_signer_waits_for_the_first(seat: Seat) -> None:
    process = numbered()
    alcalde = seat("alcalde")

    assert "No hay documentos por firmar" in alcalde.get("/mesa/por-firmar/").content.decode()
    step(process, "secretario-general", outcome="signed")
    assert "1 documento listo" in alcalde.get("/mesa/por-firmar/").content.decode()


def test_a_batch_needs_marks_and_a_pin(seat: Seat) -> None:
    process = numbered()
    sg, task = seat("secretario-general"), open_step(process)

    assert "Marque al menos un documento." in sg.post("/mesa/por-firmar/firmar/", {"pin": PIN}).content.decode()
    assert "Escriba su PIN." in sg.post("/mesa/por-firmar/firmar/", {"task": task.pk}).content.decode()
    assert sg.get("/mesa/por-firmar/lotes/999999/").status_code == 404
