"""A file by hand: every step as a form that a browser without scripts would send."""

from django.test import Client

from docs_store.enums import DocumentState
from tests.desk.conftest import PIN, Seat, open_resolution, waiting
from workflows.models import Movement, Process, Task

HEAD = {
    "r-INITIAL_FORMS": "0",
    "d-subject": "Directiva para el uso del correo",
    "d-closing": "",
    "d-copies": "",
}
SECTIONS = {
    **HEAD,
    "r-TOTAL_FORMS": "1",
    "r-0-heading": "Antecedentes",
    "r-0-paragraphs": "La unidad revisó lo pedido.\n\nConviene aprobarlo.",
    "d-addressee_post": "Gerente Municipal",
}
ACT = {
    **HEAD,
    "r-TOTAL_FORMS": "2",
    "r-0-verb": "Aprobar",
    "r-0-text": "la directiva.",
    "r-1-verb": "Publicar",
    "r-1-text": "la presente.",
    "d-vistos": "el Informe N.° 001-2026",
    "d-considerandos": "conviene ordenar el uso del correo;\n\nhay opinión favorable;",
}


def write(client: Client, task: Task, text: dict[str, str], **more: str) -> None:
    answer = client.post(f"/mesa/tareas/{task.pk}/texto/", {**text, "version": "0", **more})
    assert answer.status_code == 302, answer.content.decode()


def decide(client: Client, task: Task, **values: object) -> None:
    answer = client.post(f"/mesa/tareas/{task.pk}/decidir/", {"pin": PIN, "proveido": "Continúe.", **values})
    assert answer.status_code == 302, answer.content.decode()


def test_a_resolution_goes_from_an_empty_form_to_the_archive(seat: Seat) -> None:
    ois, oaj, sg, alcalde = (seat(u) for u in ("jefe-ois", "jefe-oaj", "secretario-general", "alcalde"))

    answer = ois.post("/mesa/nuevo/", {"route": "resolucion", "subject": "Directiva para el uso del correo"})
    process = Process.objects.get()
    assert answer.headers["Location"] == f"/mesa/tareas/{waiting(process).pk}/"

    write(ois, waiting(process), SECTIONS)
    decide(ois, waiting(process))
    write(oaj, waiting(process), SECTIONS)
    decide(oaj, waiting(process))
    write(sg, waiting(process), ACT)
    decide(sg, waiting(process))
    decide(oaj, waiting(process))
    decide(sg, waiting(process))
    signing = waiting(process)
    document = process.process_documents.get(key="acto").document
    alcalde.get(f"/mesa/documentos/{document.pk}/")
    answer = alcalde.post("/mesa/por-firmar/firmar/", {"task": signing.pk, "pin": PIN}, follow=True)
    assert "1 documento firmado" in answer.content.decode()
    assert "Con sello" in answer.content.decode()
    decide(sg, waiting(process))
    decide(sg, waiting(process))
    decide(seat("jefe-archivo-central"), waiting(process))

    document.refresh_from_db()
    process.refresh_from_db()
    assert document.state == DocumentState.EMITTED
    assert process.status == "DONE"
    page = alcalde.get(f"/mesa/expedientes/{process.expediente_id}/").content.decode()
    assert "Terminó el" in page
    assert document.label in page


def test_legal_returns_a_file_with_its_own_document(seat: Seat) -> None:
    ois, oaj = seat("jefe-ois"), seat("jefe-oaj")
    process = open_resolution()
    write(ois, waiting(process), SECTIONS)
    decide(ois, waiting(process))
    task = waiting(process)

    page = oaj.get(f"/mesa/tareas/{task.pk}/devolver/").content.decode()
    assert f"/mesa/tareas/{task.pk}/texto/?decision=observed" in page
    write(oaj, task, SECTIONS, decision="observed")
    empty = oaj.post(f"/mesa/tareas/{task.pk}/devolver/", {"pin": PIN, "observation": ""})
    assert empty.status_code == 422
    assert "Escriba el motivo de la devolución." in empty.content.decode()
    oaj.post(f"/mesa/tareas/{task.pk}/devolver/", {"pin": PIN, "observation": "Falta el cuadro."})

    assert waiting(process).step == task.process.task_set.exclude(kind="").order_by("id").first().step
    assert Movement.objects.filter(is_return=True, proveido="Falta el cuadro.").count() == 1
    page = ois.get(f"/mesa/tareas/{waiting(process).pk}/").content.decode()
    assert "Falta el cuadro." in page
    assert "OAJ devuelve a" in page
    tray = ois.get("/mesa/bandeja/observados/").content.decode()
    assert "Directiva para el uso del correo" in tray
