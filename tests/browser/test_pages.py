"""Every main page, light and dark, wide and narrow: nothing that axe calls serious, nothing that scrolls sideways."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.installation import Server
from tests.browser.people import a_new_key, enter_as, track
from tests.browser.windows import DESKTOP, NARROW, PHONE, new_context

AXE = (Path(__file__).parent / "vendor" / "axe-core" / "axe.min.js").read_text()
FIND_SERIOUS = """() => axe.run(document, {resultTypes: ["violations"]}).then(found => found.violations
    .filter(one => ["serious", "critical"].includes(one.impact))
    .flatMap(one => one.nodes.map(node => `${one.id}: ${node.html.slice(0, 160)}\\n${node.failureSummary}`)))"""
FIND_SIDEWAYS = """() => {
    const may = ".relay-box, .relay-box *, .diagram, .diagram *, .sheet, textarea, input, select, .visually-hidden"
    const root = document.scrollingElement
    const scrolls = each => ["auto", "scroll"].includes(getComputedStyle(each).overflowX)
    const wide = [...document.body.querySelectorAll("*")].filter(each =>
        !each.matches(may) && scrolls(each) && each.scrollWidth > each.clientWidth + 1)
    const past = root.scrollWidth > root.clientWidth + 1 ? [...document.body.querySelectorAll("*")].filter(each =>
        !each.closest(may) && each.getBoundingClientRect().right > root.clientWidth + 1) : []
    return [...wide, ...past].map(each => each.outerHTML.slice(0, 160))
}"""
SECRETARY, MAYOR, LEGAL, COUNTER = "Secretario General", "Alcalde", "Jefe de Asesoría Jurídica", "Encargado de Mesa"


class Visitors:
    """One window for each person, and one for a citizen."""

    def __init__(self, browser: Browser, server: Server) -> None:
        self._browser, self._server = browser, server
        self._pages: dict[str, Page] = {}

    def page(self, post: str) -> Page:
        """Return the window of who holds a post; the citizen's for nobody's."""
        if post not in self._pages:
            self._pages[post] = new_context(self._browser, self._server.url).new_page()
            if post:
                enter_as(self._pages[post], post)
        return self._pages[post]

    def close(self) -> None:
        for page in self._pages.values():
            page.context.close()


@pytest.fixture(scope="module")
def visitors(browser: Browser, demo_server: Server) -> Iterator[Visitors]:
    found = Visitors(browser, demo_server)
    yield found
    found.close()


def at(post: str, path: str) -> Callable[[Visitors], Page]:
    """Return how to reach an address as who holds a post."""

    def reach(visitors: Visitors) -> Page:
        page = visitors.page(post)
        page.goto(path)
        return page

    return reach


def first_row(post: str, has: str = "", then: str = "") -> Callable[[Visitors], Page]:
    """Return how to open the first file of a tray whose row says something, and a part of it."""

    def reach(visitors: Visitors) -> Page:
        page = visitors.page(post)
        page.goto("/mesa/")
        page.get_by_role("listitem").filter(has_text=has or re.compile(".")).filter(
            has=page.locator(".tray-subject")
        ).first.get_by_role("link").first.click()
        expect(page.get_by_text("Le toca a usted")).to_be_visible()
        if then:
            page.get_by_role("link", name=re.compile(then)).first.click()
        return page

    return reach


def the_verdict(visitors: Visitors) -> Page:
    page = visitors.page("")
    page.goto("/publicaciones/")
    page.get_by_role("main").get_by_role("link", name=re.compile(r"^Resolución.* \d{3}-")).first.click()
    return page


def the_status(visitors: Visitors) -> Page:
    number, _key = a_new_key(visitors.page(COUNTER), "Prado")
    page = visitors.page("")
    track(page, number)
    return page


def the_followed_file(visitors: Visitors) -> Page:
    page = visitors.page("")
    track(page, *a_new_key(visitors.page(COUNTER), "Prado"))
    return page


def the_document(visitors: Visitors) -> Page:
    page = visitors.page(SECRETARY)
    page.goto("/mesa/buscar/?q=resolución")
    page.get_by_role("main").get_by_role("link", name=re.compile(r"^(Resolución|Opinión).* \d{3}-")).first.click()
    return page


def the_due_page(visitors: Visitors) -> Page:
    page = first_row(LEGAL)(visitors)
    page.goto(page.get_by_role("link", name="Ver la cuenta completa", include_hidden=True).get_attribute("href") or "")
    return page


def the_followed_due_page(visitors: Visitors) -> Page:
    page = the_followed_file(visitors)
    link = page.get_by_role("link", name="Ver la cuenta completa", include_hidden=True)
    page.goto(link.get_attribute("href") or "")
    return page


def the_cover_told(visitors: Visitors) -> Page:
    """Fill the form so far that bar, permissions and stamp stand beside it."""
    page = visitors.page(SECRETARY)
    page.goto("/mesa/organizacion/encargos/nuevo/?clase=charge")
    page.get_by_label("Puesto que se cubre").select_option("Jefe de Recursos Humanos")
    page.get_by_label("Persona", exact=True).select_option(index=1)
    page.get_by_label("Desde").fill("2026-12-01")
    page.get_by_label("Acto que lo dispone").press_sequentially("001-2")
    page.locator(".cover-acts input").first.check()
    expect(page.get_by_role("heading", name="Así se verá su sello")).to_be_visible()
    return page


PAGES: dict[str, Callable[[Visitors], Page]] = {
    "inicio": at("", "/"),
    "presentar": at("", "/presentar/"),
    "verificar": at("", "/verificar/"),
    "publicaciones": at("", "/publicaciones/"),
    "no hay tal página": at("", "/v/ABCD2345ABCD2345"),
    "veredicto": the_verdict,
    "estado": the_status,
    "seguimiento": the_followed_file,
    "entrar": at("", "/mesa/entrar/"),
    "bandeja": at(SECRETARY, "/mesa/"),
    "en otras unidades": at(SECRETARY, "/mesa/bandeja/en-otras-unidades/"),
    "buscar": at(SECRETARY, "/mesa/buscar/?q=resolución"),
    "documento": the_document,
    "expediente": first_row(LEGAL),
    "plazo": the_due_page,
    "plazo del seguimiento": the_followed_due_page,
    "documentos del expediente": first_row(LEGAL, then="^Documentos"),
    "diagrama": first_row(LEGAL, then="^Diagrama"),
    "plazos del expediente": first_row(LEGAL, then="^Tareas y plazos"),
    "redacción": first_row(SECRETARY, "Proyectar", "Escribir|Corregir el texto"),
    "derivar": first_row(LEGAL, then="^Derivar$"),
    "devolver": first_row(LEGAL, "Opinar", "^Devolver$"),
    "nuevo": at(LEGAL, "/mesa/nuevo/"),
    "más": at(LEGAL, "/mesa/mas/"),
    "por firmar": at(MAYOR, "/mesa/por-firmar/"),
    "mesa de partes": at(COUNTER, "/mesa/mesa-de-partes/"),
    "registros": at(COUNTER, "/mesa/mesa-de-partes/registros/"),
    "organización": at(SECRETARY, "/mesa/organizacion/"),
    "organización como tabla": at(SECRETARY, "/mesa/organizacion/?ver=tabla"),
    "personas": at(SECRETARY, "/mesa/organizacion/personas/"),
    "suplencias": at(SECRETARY, "/mesa/organizacion/encargos/"),
    "siglas y nombres": at(SECRETARY, "/mesa/organizacion/nombres/"),
    "plazos fuera de día": at(SECRETARY, "/mesa/organizacion/plazos/"),
    "registrar suplencia": the_cover_told,
    "cambio de gobierno": at(SECRETARY, "/mesa/organizacion/gobierno/"),
    "crear unidad": at(SECRETARY, "/mesa/organizacion/unidades/nueva/"),
    "crear puesto": at(SECRETARY, "/mesa/organizacion/puestos/nuevo/"),
    "registrar ausencia": at(SECRETARY, "/mesa/organizacion/ausencias/nueva/"),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_free_of_serious_faults_and_of_sideways_scroll(name: str, visitors: Visitors) -> None:
    page = PAGES[name](visitors)
    page.wait_for_load_state("networkidle")
    found: list[Any] = []
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        page.evaluate(AXE)
        found += [f"{theme}: {fault}" for fault in page.evaluate(FIND_SERIOUS)]
    for width, height in (NARROW, PHONE, DESKTOP):
        page.set_viewport_size({"width": width, "height": height})
        found += [f"{width}: {element}" for element in page.evaluate(FIND_SIDEWAYS)]
    page.emulate_media(color_scheme="light")
    assert not found, "\n".join(found)
