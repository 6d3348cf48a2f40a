"""The search page while the index does not answer: a notice, fewer ways to find, the same readers, no failure."""

import pytest
from pytest_django.fixtures import Settings

from config import backends
from docs_store.models import Document, Expediente
from tests.desk.conftest import Seat, informe, open_resolution, step

NOTICE = "La búsqueda está limitada por el momento"


@pytest.fixture
def document(seat: Seat, settings: Settings) -> Document:
    settings.SEARCH = backends.adapter("SEARCH_URL", "http://127.0.0.1:1/chasqui?timeout=1")
    process = open_resolution("Inventario de turbinas")
    step(process, "jefe-ois", informe("Inventario de turbinas"))
    document: Document = Expediente.objects.get(pk=process.expediente_id).leaves.get().version.document
    return document


def test_titles_are_found_by_those_who_may_read(document: Document, seat: Seat) -> None:
    mine = seat("jefe-ois").get("/mesa/buscar/?q=turbina").content.decode()
    others = seat("gerente-gds").get("/mesa/buscar/?q=turbina").content.decode()

    assert NOTICE in mine
    assert document.label in mine
    assert "<mark>turbinas</mark>" in mine
    assert "acierto" not in mine
    assert NOTICE in others
    assert document.label not in others


def test_numbers_are_found_and_fragments_say_so_too(document: Document, seat: Seat) -> None:
    page = seat("jefe-ois").get("/mesa/buscar/", {"q": document.label}, headers={"HX-Request": "true"})

    assert page.status_code == 200
    assert NOTICE in page.content.decode()
    assert document.label in page.content.decode()


def test_nothing_found_is_no_failure(document: Document, seat: Seat) -> None:
    page = seat("jefe-ois").get("/mesa/buscar/?q=revisó")

    assert page.status_code == 200
    assert NOTICE in page.content.decode()
    assert "Nada coincide" in page.content.decode()


def test_the_counter_finds_its_entries_without_the_index(document: Document, seat: Seat) -> None:
    page = seat("encargado-mesa-de-partes").get("/mesa/mesa-de-partes/registros/?q=Quispe")

    assert page.status_code == 200
