"""With JavaScript off everything reads and every action works."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.installation import Server
from tests.browser.people import enter_as, named, slip_of, track


@pytest.fixture
def plain_page(opened: Callable[..., BrowserContext], demo_server: Server) -> Callable[[], Page]:
    """Open windows of a browser that runs no script."""
    return lambda: opened(demo_server, java_script_enabled=False).new_page()


def test_an_official_enters_reads_the_tray_and_decides_a_task(plain_page: Callable[[], Page]) -> None:
    page, subject = plain_page(), "Constancia de posesión para servicios básicos"
    enter_as(page, "Encargado de Mesa de Partes")
    page.goto("/mesa/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Por atender")

    page.get_by_role("link", name=subject).first.click()
    page.get_by_label(re.compile("Informática y Sistemas|División de Informática")).first.check()
    page.get_by_label(named("Proveído")).fill("Para su atención.")
    page.get_by_role("button", name="Derivar").click()

    expect(page.get_by_role("status").filter(has_text="Ahora lo tiene")).to_be_visible()
    expect(page.get_by_role("main").get_by_role("link", name=subject)).to_have_count(0)


def test_a_return_without_its_reason_is_told_beside_the_field(plain_page: Callable[[], Page]) -> None:
    page = plain_page()
    enter_as(page, "Jefe de Asesoría Jurídica")
    page.goto("/mesa/")
    page.get_by_role("link", name="Conformación del comité de selección").first.click()
    page.get_by_role("link", name="Devolver").click()
    page.get_by_role("button", name="Devolver").click()

    expect(page.get_by_role("alert")).to_contain_text("Escriba el motivo de la devolución.")


def test_the_file_reads_without_script(plain_page: Callable[[], Page]) -> None:
    page = plain_page()
    enter_as(page, "Jefe de Asesoría Jurídica")
    page.goto("/mesa/")
    page.get_by_role("link", name="Plan de contingencia").first.click()
    expect(page.get_by_role("heading", name="Pases y documentos")).to_be_visible()
    page.get_by_text("El recorrido como lista").click()
    expect(page.get_by_role("main")).to_contain_text("Lo tiene")

    page.get_by_role("link", name=re.compile("^Diagrama")).click()
    expect(page.get_by_role("table")).to_contain_text("Opinión legal")

    page.get_by_role("link", name=re.compile("^Documentos")).click()
    page.get_by_role("link", name="Leer").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Informe")


def test_a_citizen_files_and_tracks(plain_page: Callable[[], Page]) -> None:
    page = plain_page()
    page.goto("/presentar/")
    page.get_by_label(named("Número")).fill("00000017")
    page.get_by_label(re.compile("^Nombres y apellidos")).fill("Rosa Ejemplo Quispe")
    page.get_by_label(named("Asunto")).fill("Poda de un árbol")
    page.get_by_label(named("Su pedido y sus motivos")).fill("El árbol tapa el farol de la esquina.")
    page.get_by_label(named("Archivos")).set_input_files(
        {"name": "plano.txt", "mimeType": "text/plain", "buffer": b"Esquina de los dos jirones."}
    )
    page.get_by_role("button", name="Presentar", exact=True).click()
    expect(page.get_by_text("Constancia de presentación")).to_be_visible()
    number, key = slip_of(page)

    other = plain_page()
    track(other, number)
    expect(other.get_by_role("main")).not_to_contain_text("Poda de un árbol")
    track(other, number, key)
    expect(other.get_by_role("main")).to_contain_text("Poda de un árbol")
    expect(other.get_by_role("heading", name="Por dónde ha pasado")).to_be_visible()


def test_anyone_verifies_a_published_act(plain_page: Callable[[], Page]) -> None:
    page = plain_page()
    page.goto("/publicaciones/")
    page.get_by_role("main").get_by_role("link", name=re.compile(r"^Resolución.* \d{3}-")).first.click()
    code = page.url.rpartition("/")[2]

    page.goto("/verificar/")
    page.get_by_label(re.compile("^Código")).fill(code)
    page.get_by_role("button", name="Verificar", exact=True).click()

    expect(page.get_by_role("heading", level=1)).to_have_text("El original es auténtico y está vigente")


def test_secretaria_general_registers_an_encargatura(plain_page: Callable[[], Page]) -> None:
    page = plain_page()
    enter_as(page, "Secretario General")
    page.goto("/mesa/organizacion/?dia=2026-12-05")
    expect(page.get_by_role("group", name="Jefe de Recursos Humanos")).to_be_visible()
    page.get_by_role("link", name="Registrar encargatura").first.click()
    page.get_by_label("Puesto que se cubre").select_option("Jefe de Recursos Humanos")
    page.get_by_label("Persona", exact=True).select_option(index=1)
    page.get_by_label("Acto que lo dispone").fill("001-2")
    page.get_by_role("button", name="Buscar").last.click()
    page.locator(".cover-acts").get_by_role("radio").first.check()
    page.get_by_label("Desde").fill("2026-12-01")
    page.get_by_label(named("Hasta")).fill("2026-12-10")
    page.get_by_role("button", name="Ver cómo queda").click()
    expect(page.get_by_role("complementary", name="Cómo queda")).to_contain_text("Jefe de Recursos Humanos")
    expect(page.get_by_role("heading", name="Así se verá su sello")).to_be_visible()

    page.get_by_role("button", name="Registrar encargatura").click()

    expect(page.get_by_role("status").filter(has_text="Quedó registrado")).to_be_visible()
    row = page.get_by_role("row", name=re.compile("Encargatura"))
    row.get_by_label("Último día del encargo").fill("2026-12-05")
    row.get_by_role("button", name="Terminar ese día").click()
    expect(page.get_by_role("status").filter(has_text="termina ese día")).to_be_visible()
