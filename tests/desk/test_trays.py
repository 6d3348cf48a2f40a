"""Trays: grouped by time, late first, pages by key, a constant number of statements."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

from django.utils import timezone

from organization.models import Appointment
from tests.desk.conftest import Seat, informe, open_resolution, step, waiting
from workflows.models import Clock, Process, Task

Queries = Callable[[int], AbstractContextManager[Any]]
AT_MOST = 12


def due_in(process: Process, days: int) -> None:
    day = timezone.localdate() + timedelta(days=days)
    task = waiting(process)
    Task.objects.filter(pk=task.pk).update(due_on=day)
    Clock.objects.filter(task=task).update(due_on=day)


def subjects(page: str) -> list[str]:
    return re.findall(r"(Asunto \d+)</a>", page)


def test_late_stands_first_then_today_then_what_follows(seat: Seat) -> None:
    for number, days in enumerate((3, -2, 0, -5)):
        due_in(open_resolution(f"Asunto {number}"), days)

    page = seat("jefe-ois").get("/mesa/bandeja/por-atender/").content.decode()

    assert subjects(page) == ["Asunto 3", "Asunto 1", "Asunto 2", "Asunto 0"]
    headings = [page.index(words) for words in ("Vencidos", "Vencen hoy, ", "Próximos días")]
    assert headings == sorted(headings)
    assert "4 expedientes en División de Informática y Sistemas" in page


def test_the_tabs_hold_what_they_say(seat: Seat) -> None:
    process = open_resolution("Asunto 1")
    due_in(process, 0)
    due_in(open_resolution("Asunto 2"), 4)
    ois = seat("jefe-ois")

    def tab(name: str) -> list[str]:
        return subjects(ois.get(f"/mesa/bandeja/{name}/").content.decode())

    assert tab("vence-hoy") == ["Asunto 1"]
    assert tab("en-proyecto") == ["Asunto 1", "Asunto 2"]
    assert tab("observados") == []
    assert tab("en-otras-unidades") == []
    step(process, "jefe-ois", informe())
    assert tab("por-atender") == ["Asunto 2"]
    assert tab("en-otras-unidades") == ["Asunto 1"]
    assert tab("hechos") == ["Asunto 1"]
    assert ois.get("/mesa/bandeja/inventada/").status_code == 404


def test_pages_follow_one_another_by_key_without_gap_or_repeat(seat: Seat) -> None:
    for number in range(45):
        process = open_resolution(f"Asunto {number}")
        if number % 5 == 0:
            Task.objects.filter(pk=waiting(process).pk).update(due_on=None)
        else:
            due_in(process, number % 3)
    ois, found, address = seat("jefe-ois"), [], "/mesa/bandeja/por-atender/"

    for _page in range(3):
        page = ois.get(address).content.decode()
        found += subjects(page)
        more = re.search(r'href="(\?desde=[^"]+)"', page)
        address = f"/mesa/bandeja/por-atender/{more.group(1)}" if more else ""

    assert address == ""
    assert len(found) == len(set(found)) == 45
    assert all(int(words.split()[1]) % 5 == 0 for words in found[-9:])


def test_htmx_gets_the_rows_alone(seat: Seat) -> None:
    open_resolution("Asunto 1")

    page = seat("jefe-ois").get("/mesa/bandeja/por-atender/", headers={"HX-Request": "true"}).content.decode()

    assert "<html" not in page
    assert subjects(page) == ["Asunto 1"]


def test_a_tray_costs_the_same_whatever_it_holds(
    seat: Seat, django_assert_max_num_queries: Queries, django_assert_num_queries: Queries
) -> None:
    ois = seat("jefe-ois")
    open_resolution("Asunto 0")
    ois.get("/mesa/bandeja/por-atender/")
    with django_assert_max_num_queries(AT_MOST) as few:
        ois.get("/mesa/bandeja/por-atender/")
    for number in range(1, 19):
        process = open_resolution(f"Asunto {number}")
        if number % 2:
            step(process, "jefe-ois", informe())
            step(process, "jefe-oaj", informe(), outcome="observed", observation="Precise.")

    with django_assert_num_queries(len(few)):
        page = ois.get("/mesa/bandeja/por-atender/").content.decode()
    assert len(subjects(page)) == 19


def test_what_is_new_is_told_in_words_too(seat: Seat) -> None:
    process = open_resolution("Asunto 1")
    ois = seat("jefe-ois")

    assert "sin leer:" in ois.get("/mesa/bandeja/por-atender/").content.decode()
    ois.get(f"/mesa/tareas/{waiting(process).pk}/")
    assert "sin leer:" not in ois.get("/mesa/bandeja/por-atender/").content.decode()


def test_a_task_of_a_vacant_post_stays_in_its_units_tray_flagged(seat: Seat) -> None:
    open_resolution("Asunto 1")
    yesterday = timezone.localdate() - timedelta(days=1)
    Appointment.objects.filter(post__slug="jefe-ois").update(to_on=yesterday)

    page = seat("especialista-ois").get("/mesa/bandeja/por-atender/").content.decode()

    assert "puesto sin titular hoy" in page


def test_a_specialist_sees_the_units_tray_and_whose_turn_it_is(seat: Seat) -> None:
    process = open_resolution("Asunto 1")
    specialist = seat("especialista-ois")

    page = specialist.get("/mesa/bandeja/por-atender/").content.decode()
    assert "le toca a Jefe de Informática y Sistemas" in page
    assert subjects(specialist.get("/mesa/bandeja/por-atender/?de=mio").content.decode()) == []
    assert specialist.get(f"/mesa/tareas/{waiting(process).pk}/").status_code == 404
    case = specialist.get(f"/mesa/expedientes/{process.expediente_id}/").content.decode()
    assert "No le toca a usted" in case


def test_the_preview_is_one_row(seat: Seat) -> None:
    process = open_resolution("Asunto 1")

    page = seat("jefe-ois").get(f"/mesa/bandeja/por-atender/{waiting(process).pk}/").content.decode()

    assert "<html" not in page
    assert "Lo tiene División de Informática y Sistemas desde el" in page


def test_an_empty_tray_says_so_and_offers_a_next_step(seat: Seat) -> None:
    page = seat("jefe-ois").get("/mesa/bandeja/por-atender/").content.decode()

    assert "No tiene nada por atender" in page
    assert "Ver lo que está en otras unidades" in page
