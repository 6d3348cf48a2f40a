"""What the desk does not do, and what it says instead."""

import re
from typing import Any

from django.db import connection
from django.test import Client
from django.utils import timezone

from docs_store.enums import DocumentState
from organization.models import Unit
from tests.desk.conftest import PIN, Seat, act, act_to_sign, informe, open_resolution, person, step, waiting
from tests.desk.test_by_hand import ACT, SECTIONS, decide, write
from workflows.models import Movement, Process, Task
from workflows.services import open_case, open_task


def test_a_task_of_another_unit_does_not_exist(seat: Seat) -> None:
    task = waiting(open_resolution())
    stranger = seat("gerente-gds")

    for path in ("", "devolver/", "derivar/", "texto/", "texto/borrador.pdf"):
        assert stranger.get(f"/mesa/tareas/{task.pk}/{path}").status_code == 404
    assert stranger.post(f"/mesa/tareas/{task.pk}/decidir/", {"pin": PIN}).status_code == 404
    assert stranger.get(f"/mesa/expedientes/{task.process.expediente_id}/").status_code == 404
    assert stranger.get(f"/mesa/bandeja/por-atender/{task.pk}/").status_code == 404
    assert Task.objects.get(pk=task.pk).opened_at is None


def test_an_unknown_task_looks_the_same(seat: Seat) -> None:
    assert seat("jefe-ois").get("/mesa/tareas/999999/").status_code == 404


def test_everything_needs_somebody_signed_in(seat: Seat) -> None:
    task = waiting(open_resolution())
    paths = (
        "/mesa/",
        "/mesa/bandeja/por-atender/",
        f"/mesa/tareas/{task.pk}/",
        f"/mesa/expedientes/{task.process.expediente_id}/",
        "/mesa/por-firmar/",
        "/mesa/buscar/",
        "/mesa/nuevo/",
        "/mesa/mesa-de-partes/",
    )
    for path in paths:
        answer = Client().get(path)
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/mesa/entrar/")


def test_the_same_form_sent_twice_has_one_effect(seat: Seat) -> None:
    process, ois = open_resolution(), seat("jefe-ois")
    task = waiting(process)
    write(ois, task, SECTIONS)

    decide(ois, task)
    decide(ois, task)

    assert Movement.objects.filter(from_task=task).count() == 1
    assert process.process_documents.count() == 1


def test_the_same_form_opens_one_file_and_tells_of_it_again(seat: Seat) -> None:
    ois = seat("jefe-ois")
    form = re.search(r'name="token" value="([^"]+)"', ois.get("/mesa/nuevo/").content.decode())
    assert form is not None
    values = {"route": "resolucion", "subject": "Directiva para el uso del correo", "token": form[1]}

    first, again = ois.post("/mesa/nuevo/", values), ois.post("/mesa/nuevo/", values)

    assert (
        first.headers["Location"] == again.headers["Location"] == f"/mesa/tareas/{waiting(Process.objects.get()).pk}/"
    )


def test_two_that_open_with_one_form_at_the_same_moment_get_one_file(seat: Seat) -> None:
    by, unit = person("jefe-ois"), Unit.objects.get(slug="ois")

    def open_file() -> Process:
        return open_case(route="resolucion", subject="Directiva", unit=unit, by=by, at=timezone.now(), token="a-form")

    is_open: list[bool] = []
    twins: list[Process] = []

    def twin_is_faster(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        found = execute(sql, params, many, context)
        if not is_open and sql.startswith("SELECT") and "a-form" in params:
            is_open.append(True)
            twins.append(open_file())
        return found

    with connection.execute_wrapper(twin_is_faster):
        late = open_file()

    assert [late] == twins == list(Process.objects.all())


def test_a_stale_page_tells_who_was_first_and_keeps_the_words(seat: Seat) -> None:
    process = open_resolution()
    step(process, "jefe-ois", informe())
    task = waiting(process)
    oaj = seat("jefe-oaj")
    write(oaj, task, SECTIONS)
    decide(oaj, task)

    late = oaj.post(f"/mesa/tareas/{task.pk}/devolver/", {"pin": PIN, "observation": "Falta el cuadro."})

    page = late.content.decode()
    assert late.status_code == 409
    assert "Ya fue atendido" in page
    assert "Nilda Espinoza Enciso ya atendió esta tarea" in page
    assert "Usted no cambió nada." in page
    assert "Falta el cuadro." in page


def test_a_wrong_pin_stands_beside_its_field_and_nothing_moves(seat: Seat) -> None:
    process, ois = open_resolution(), seat("jefe-ois")
    task = waiting(process)
    write(ois, task, SECTIONS)

    answer = ois.post(f"/mesa/tareas/{task.pk}/decidir/", {"pin": "000000", "proveido": "Se eleva."})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Revise 1 dato" in page
    assert "PIN" in page
    assert "Se eleva." in page
    assert 'value="000000"' not in page
    assert waiting(process).pk == task.pk


def test_a_step_without_its_text_offers_to_write_it(seat: Seat) -> None:
    task = waiting(open_resolution())

    page = seat("jefe-ois").get(f"/mesa/tareas/{task.pk}/").content.decode()

    assert "Escribir: Informe" in page
    assert "/decidir/" not in page


def test_a_character_that_no_font_has_is_refused_at_its_field(seat: Seat) -> None:
    task = waiting(open_resolution())

    answer = seat("jefe-ois").post(
        f"/mesa/tareas/{task.pk}/texto/", {**SECTIONS, "version": "0", "r-0-paragraphs": "Muy bien 😀 todo"}
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "No se puede imprimir" in page
    assert "#id_r-0-paragraphs" in page
    assert "Muy bien 😀 todo" in page


def test_a_text_saved_meanwhile_by_another_is_not_overwritten(seat: Seat) -> None:
    task, ois = waiting(open_resolution()), seat("jefe-ois")
    write(ois, task, SECTIONS)

    stale = ois.post(f"/mesa/tareas/{task.pk}/texto/", {**SECTIONS, "version": "0", "r-0-paragraphs": "Lo mío."})

    assert stale.status_code == 409
    assert "Otra persona guardó una versión más nueva" in stale.content.decode()
    assert "Lo mío." in stale.content.decode()
    task.refresh_from_db()
    assert task.document is not None
    assert task.document.versions.count() == 1


def test_a_text_that_was_sent_twice_is_saved_once_and_told_as_saved(seat: Seat) -> None:
    task, ois = waiting(open_resolution()), seat("jefe-ois")

    write(ois, task, SECTIONS)
    again = ois.post(f"/mesa/tareas/{task.pk}/texto/", {**SECTIONS, "version": "0"}, follow=True)

    assert again.status_code == 200
    assert "Guardado a las" in again.content.decode()
    task.refresh_from_db()
    assert task.document is not None
    assert task.document.versions.count() == 1


def test_an_edit_that_voids_visados_asks_first(seat: Seat) -> None:
    process = open_resolution()
    step(process, "jefe-ois", informe())
    step(process, "jefe-oaj", informe(), outcome="favourable")
    step(process, "secretario-general", act())
    step(process, "jefe-oaj", outcome="endorsed")
    document = process.process_documents.get(key="acto").document
    sg = seat("secretario-general")
    number = waiting(process)
    decide(sg, number)
    alcalde = seat("alcalde")
    alcalde.post(f"/mesa/tareas/{waiting(process).pk}/devolver/", {"observation": "Precise el artículo 1."})
    task = waiting(process)
    newest = document.versions.filter(stage="structured").latest("number").number

    asked = sg.post(f"/mesa/tareas/{task.pk}/texto/", {**ACT, "version": str(newest)})
    assert asked.status_code == 409
    assert "Esto deja sin efecto 1 visado." in asked.content.decode()
    assert document.versions.filter(stage="structured").latest("number").number == newest
    write(sg, task, ACT, version=str(newest), confirm="1")

    document.refresh_from_db()
    assert document.state != DocumentState.EMITTED
    page = sg.get(f"/mesa/tareas/{task.pk}/texto/").content.decode()
    assert "El texto cambió después de este visado" in page


def test_a_pase_is_taken_back_until_it_is_read(seat: Seat) -> None:
    process, ois = open_resolution(), seat("jefe-ois")
    step(process, "jefe-ois", informe())
    page = ois.get(f"/mesa/expedientes/{process.expediente_id}/").content.decode()
    movement = Movement.objects.latest("id")
    assert f"/mesa/pases/{movement.pk}/retirar/" in page

    answer = ois.post(f"/mesa/pases/{movement.pk}/retirar/")

    task = waiting(process)
    assert answer.headers["Location"] == f"/mesa/tareas/{task.pk}/"
    assert task.post is not None
    assert task.post.slug == "jefe-ois"
    movement.refresh_from_db()
    assert movement.taken_back_at is not None


def test_a_pase_that_was_read_stands(seat: Seat) -> None:
    process, ois = open_resolution(), seat("jefe-ois")
    step(process, "jefe-ois", informe())
    task = waiting(process)
    open_task(task_id=task.pk, by=person("jefe-oaj"), at=timezone.now())
    movement = Movement.objects.latest("id")

    page = ois.post(f"/mesa/pases/{movement.pk}/retirar/", follow=True).content.decode()

    assert "El pase ya fue leído" in page
    assert waiting(process).pk == task.pk


def test_a_pase_of_others_cannot_be_taken_back(seat: Seat) -> None:
    process = open_resolution()
    step(process, "jefe-ois", informe())

    assert seat("alcalde").post(f"/mesa/pases/{Movement.objects.latest('id').pk}/retirar/").status_code == 404


def test_an_unread_act_is_not_signed_in_a_batch(seat: Seat) -> None:
    alcalde, task = seat("alcalde"), act_to_sign()

    answer = alcalde.post("/mesa/por-firmar/firmar/", {"task": task.pk, "pin": PIN})

    assert answer.status_code == 422
    assert "todavía no ha leído" in answer.content.decode()
    assert waiting(task.process).pk == task.pk


def test_a_batch_with_a_wrong_pin_tells_each_failure(seat: Seat) -> None:
    alcalde, task = seat("alcalde"), act_to_sign()
    document = task.process.process_documents.get(key="acto").document
    alcalde.get(f"/mesa/documentos/{document.pk}/")

    page = alcalde.post("/mesa/por-firmar/firmar/", {"task": task.pk, "pin": "999999"}, follow=True).content.decode()

    assert "0 documentos firmados, 1 sin firmar" in page
    assert "No se firmó ni se envió nada de este documento." in page
    assert "999999" not in page
