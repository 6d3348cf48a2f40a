"""The page of an expediente."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from django.utils import timezone

from docs_store.models import Expediente
from ledger.models import Reading
from organization.models import Unit
from tests.desk.conftest import PIN, Seat, act, informe, open_resolution, person, step, waiting
from workflows import services
from workflows.models import Deliverable, Movement, Process
from workflows.selectors.actions import action_of
from workflows.selectors.legs import way_of

Queries = Callable[[int], AbstractContextManager[object]]
AT_MOST = 34


def test_the_first_opening_receives_the_pase(seat: Seat) -> None:
    process = open_resolution()
    step(process, "jefe-ois", informe())
    movement = Movement.objects.latest("id")
    assert movement.received_at is None

    seat("jefe-oaj").get(f"/mesa/tareas/{waiting(process).pk}/")

    movement.refresh_from_db()
    assert movement.received_by == person("jefe-oaj")
    assert Reading.objects.filter(subject=f"expediente:{process.expediente_id}").exists()


def test_a_pase_that_was_worked_without_being_opened_is_not_told_as_waiting(seat: Seat) -> None:
    process = open_resolution()
    address = f"/mesa/expedientes/{process.expediente_id}/"
    step(process, "jefe-ois", informe())
    before = seat("jefe-ois").get(address).content.decode()
    step(process, "jefe-oaj", informe(), opens=False, outcome="favourable")

    after = seat("jefe-ois").get(address).content.decode()

    assert (before.count("Sin abrir todavía"), before.count("Sin constancia de apertura")) == (1, 0)
    assert (after.count("Sin abrir todavía"), after.count("Sin constancia de apertura")) == (1, 1)


def test_a_file_costs_the_same_however_often_it_went_back(seat: Seat, django_assert_max_num_queries: Queries) -> None:
    process = open_resolution()
    for _round in range(3):
        step(process, "jefe-ois", informe())
        step(process, "jefe-oaj", informe(), outcome="observed", observation="Precise.")
    ois = seat("jefe-ois")
    address = f"/mesa/tareas/{waiting(process).pk}/"
    ois.get(address)

    with django_assert_max_num_queries(AT_MOST):
        page = ois.get(address).content.decode()
    assert page.count("devuelve a") == 3


def test_the_way_is_told_in_words_and_as_a_list(seat: Seat) -> None:
    process = open_resolution()
    step(process, "jefe-ois", informe(), proveido="Se eleva.")

    page = seat("jefe-ois").get(f"/mesa/expedientes/{process.expediente_id}/").content.decode()

    assert "Lo tiene Oficina de Asesoría Jurídica desde el" in page
    assert "0 días hábiles, 1 pase." in page
    assert "<q>Se eleva.</q>" in page
    assert "El recorrido como lista" in page
    assert "Firmado por Jefe de Informática y Sistemas" in page


def test_what_the_route_foresees_is_drawn_up_to_the_signature(seat: Seat) -> None:
    process = open_resolution()

    course = way_of(process.expediente_id, today=timezone.localdate()).course

    assert [leg.verb for leg in course.legs if leg.kind == "planned"] == [
        "opinar",
        "proyectar",
        "visar",
        "numerar",
        "firmar",
    ]


def test_a_derivation_outside_the_route_comes_back(seat: Seat) -> None:
    process, ois = open_resolution(), seat("jefe-ois")
    address = f"/mesa/tareas/{waiting(process).pk}/derivar/"

    missing = ois.post(address, {"proveido": "Opine."})
    assert missing.status_code == 422
    assert "Elija a qué unidad deriva el expediente." in missing.content.decode()
    ois.post(address, {"units": ["opp"], "copies": ["gm"], "proveido": "Opine sobre el gasto."})

    task = waiting(process)
    assert task.unit == Unit.objects.get(slug="opp")
    page = seat("jefe-opp").get(f"/mesa/tareas/{task.pk}/").content.decode()
    assert "Opine sobre el gasto." in page
    assert "Copia, para conocimiento, a" in page
    seat("jefe-opp").post(f"/mesa/tareas/{task.pk}/decidir/", {"proveido": "Hay fondos."})
    back = waiting(process)
    assert back.post is not None
    assert back.post.slug == "jefe-ois"


def test_each_deliverable_has_its_own_outcome(seat: Seat) -> None:
    process = services.open_case(
        route="resolucion",
        subject="Dos planes",
        deliverables=("Plan A", "Plan B"),
        unit=Unit.objects.get(slug="ois"),
        by=person("jefe-ois"),
        at=timezone.now(),
    )

    page = seat("jefe-ois").get(f"/mesa/expedientes/{process.expediente_id}/").content.decode()

    assert "2 resultados, cada uno con el suyo" in page
    assert page.count("En trámite</span>") >= Deliverable.objects.count()


def test_documents_stand_by_folio_and_drafts_apart(seat: Seat) -> None:
    process = open_resolution()
    step(process, "jefe-ois", informe())
    step(process, "jefe-oaj", informe(), opens=False, outcome="favourable")
    sg = seat("secretario-general")
    services.save_step_text(
        task_id=waiting(process).pk, content=act(), by=person("secretario-general"), at=timezone.now()
    )

    page = sg.get(f"/mesa/expedientes/{process.expediente_id}/documentos/").content.decode()

    index, drafts = page.split("En preparación")
    assert index.count("Opinión Legal") == 1
    assert "Resolución de Alcaldía" in drafts


def test_the_diagram_says_in_a_table_what_it_draws(seat: Seat) -> None:
    process = open_resolution()
    step(process, "jefe-ois", informe())
    ois = seat("jefe-ois")

    answer = ois.get(f"/mesa/expedientes/{process.expediente_id}/diagrama/")
    page = answer.content.decode()

    assert page.count('data-state="done"') == 1
    assert page.count('data-state="current"') == 1
    assert "style-src-attr 'unsafe-inline'" in answer.headers["Content-Security-Policy"]
    bpmn = ois.get(f"/mesa/expedientes/{process.expediente_id}/ruta.bpmn")
    assert bpmn.content.startswith(b"<?xml")


def test_why_it_is_due_that_day_is_one_click_away(seat: Seat) -> None:
    process = open_resolution()

    page = seat("jefe-ois").get(f"/mesa/tareas/{waiting(process).pk}/").content.decode()

    assert ". Por qué</summary>" in page
    assert "<b>7 días hábiles</b>" in page
    assert page.count('<li class="strip-day strip-') >= 7


def test_antecedents_write_vistos(seat: Seat) -> None:
    process = open_resolution()
    step(process, "jefe-ois", informe())
    step(process, "jefe-oaj", informe(), opens=False, outcome="favourable")
    sg, task = seat("secretario-general"), waiting(process)
    cited = Expediente.objects.get(pk=process.expediente_id).leaves.get(order=1).version.document

    page = sg.post(
        f"/mesa/tareas/{task.pk}/texto/",
        {
            "cite": "1",
            "antecedent": [cited.pk],
            "version": "0",
            "d-subject": "Aprueba",
            "d-vistos": "",
            "r-TOTAL_FORMS": "1",
            "r-INITIAL_FORMS": "0",
        },
    ).content.decode()

    assert f"el Informe N.° {cited.label}, del " in page
    assert action_of(waiting(process)).text is None  # type: ignore[union-attr]


def test_an_annex_travels_with_the_text(seat: Seat) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    process, ois = open_resolution(), seat("jefe-ois")
    task = waiting(process)

    empty = ois.post(
        f"/mesa/tareas/{task.pk}/texto/anexo/", {"title": "Cuadro", "file": SimpleUploadedFile("c.txt", b"")}
    )
    assert empty.status_code == 422
    fake = ois.post(
        f"/mesa/tareas/{task.pk}/texto/anexo/", {"title": "Cuadro", "file": SimpleUploadedFile("c.pdf", b"no")}
    )
    assert fake.status_code == 422
    ois.post(
        f"/mesa/tareas/{task.pk}/texto/anexo/",
        {"title": "Cuadro de responsables", "file": SimpleUploadedFile("c.txt", b"Uno\nDos\n")},
    )

    assert "Cuadro de responsables" in ois.get(f"/mesa/tareas/{task.pk}/texto/").content.decode()


def test_the_draft_is_shown_as_it_will_print(seat: Seat) -> None:
    process, ois = open_resolution(), seat("jefe-ois")
    task = waiting(process)
    assert ois.get(f"/mesa/tareas/{task.pk}/texto/borrador.pdf").status_code == 404
    services.save_step_text(task_id=task.pk, content=informe(), by=person("jefe-ois"), at=timezone.now())

    assert ois.get(f"/mesa/tareas/{task.pk}/texto/borrador.pdf").content.startswith(b"%PDF")
    assert ois.get(f"/mesa/tareas/{task.pk}/texto/pagina-1.png").content.startswith(b"\x89PNG")
    assert ois.get(f"/mesa/tareas/{task.pk}/texto/pagina-9.png").status_code == 404


def test_a_new_file_needs_its_subject(seat: Seat) -> None:
    answer = seat("jefe-ois").post("/mesa/nuevo/", {"route": "resolucion", "subject": " "})

    assert answer.status_code == 422
    assert "Escriba el asunto." in answer.content.decode()
    assert not Process.objects.exists()


def test_a_document_is_read_downloaded_and_its_pages_seen(seat: Seat) -> None:
    process = open_resolution()
    step(process, "jefe-ois", informe())
    document = Expediente.objects.get(pk=process.expediente_id).leaves.get().version.document
    oaj = seat("jefe-oaj")

    page = oaj.get(f"/mesa/documentos/{document.pk}/").content.decode()
    assert "Página 1 de 1" in page
    assert "Firmas" in page
    assert "La unidad revisó lo pedido." in oaj.get(f"/mesa/documentos/{document.pk}/?texto").content.decode()
    original = oaj.get(f"/mesa/documentos/{document.pk}/original/")
    assert original.getvalue().startswith(b"%PDF")
    assert original.headers["X-Content-Type-Options"] == "nosniff"
    assert oaj.get(f"/mesa/documentos/{document.pk}/pagina-1.png").headers["Content-Type"] == "image/png"
    assert seat("gerente-gds").get(f"/mesa/documentos/{document.pk}/").status_code == 404
    assert PIN not in page


def test_search_finds_what_one_may_see_and_nothing_else(seat: Seat) -> None:
    from search import services as search

    process = open_resolution("Inventario de turbinas")
    step(process, "jefe-ois", informe("Inventario de turbinas"))
    document = Expediente.objects.get(pk=process.expediente_id).leaves.get().version.document
    search.index_document(document)

    mine = seat("jefe-ois").get("/mesa/buscar/?q=turbinas").content.decode()
    others = seat("gerente-gds").get("/mesa/buscar/?q=turbinas").content.decode()

    assert "1 documento" in mine
    assert "Nada coincide con" in others
    assert document.label not in others


def test_who_must_endorse_a_draft_can_read_it(seat: Seat) -> None:
    process = open_resolution()
    step(process, "jefe-ois", informe())
    step(process, "jefe-oaj", informe(), opens=False, outcome="favourable")
    step(process, "secretario-general", act())
    document = process.process_documents.get(key="acto").document
    oaj = seat("jefe-oaj")

    page = oaj.get(f"/mesa/documentos/{document.pk}/").content.decode()

    assert "Es un proyecto" in page
    assert f"/mesa/documentos/{document.pk}/proyecto-1.png" in page
    assert oaj.get(f"/mesa/documentos/{document.pk}/proyecto-1.png").headers["Content-Type"] == "image/png"
    assert "conviene aprobarla;" in oaj.get(f"/mesa/documentos/{document.pk}/?texto").content.decode()
    assert oaj.get(f"/mesa/documentos/{document.pk}/original/").status_code == 404


def test_each_pase_names_its_entry_in_the_chain(seat: Seat) -> None:
    process = open_resolution()
    step(process, "jefe-ois", informe())

    page = seat("jefe-oaj").get(f"/mesa/expedientes/{process.expediente_id}/").content.decode()

    assert "de la cadena de auditoría" in page


def test_several_files_are_derived_each_with_its_result(seat: Seat) -> None:
    first, second = open_resolution("Asunto 1"), open_resolution("Asunto 2")
    ois = seat("jefe-ois")
    marked = [waiting(first).pk, waiting(second).pk]

    none = ois.get("/mesa/derivar/?t=999999", follow=True).content.decode()
    assert "Marque al menos un expediente" in none
    assert "Derivar 2 expedientes" in ois.get(f"/mesa/derivar/?t={marked[0]}&t={marked[1]}").content.decode()
    page = ois.post(
        "/mesa/derivar/", {"t": marked, "units": ["opp"], "proveido": "Para su opinión."}, follow=True
    ).content.decode()

    assert "Se derivaron 2 expedientes." in page
    assert {waiting(process).unit.slug for process in (first, second)} == {"opp"}  # type: ignore[union-attr]
