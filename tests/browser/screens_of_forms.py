"""Pictures of the pages behind the main ones: forms of the organisation, dispatch, papers of a filing, print."""

import re

from playwright.sync_api import Page

from tests.browser.people import a_new_key, named, track
from tests.browser.studio import COUNTER, LEGAL, SECRETARY, WIDTHS, Studio

LONG_SUBJECT = (
    "Autorización para instalar un anuncio luminoso de tres cuerpos en la fachada del inmueble del Jirón Comandante "
    "Espinar 123, interior 4, y ampliación de la licencia 740-2023-MDP-GM-OAJ/NEE"
)


def draw(studio: Studio) -> None:
    """Write every form and page that is reached from a main one."""
    draw_organization_forms(studio)
    draw_access_forms(studio)
    draw_dispatch(studio)
    draw_reading(studio)
    draw_long_subject(studio)
    draw_followed(studio)
    draw_print_and_zoom(studio)


def draw_organization_forms(studio: Studio) -> None:
    studio.both("22b-designar", SECRETARY, "/mesa/organizacion/designaciones/nueva/")
    studio.both("22c-ausencia", SECRETARY, "/mesa/organizacion/ausencias/nueva/")
    studio.both("22d-abstencion", SECRETARY, "/mesa/organizacion/abstenciones/nueva/")
    studio.both("22e-crear-unidad", SECRETARY, "/mesa/organizacion/unidades/nueva/")
    studio.both("22f-crear-puesto", SECRETARY, "/mesa/organizacion/puestos/nuevo/")
    studio.both("22h-cambio-de-gobierno", SECRETARY, "/mesa/organizacion/gobierno/")
    page = studio.window(SECRETARY, "desktop")
    page.goto("/mesa/organizacion/personas/")
    page.get_by_role("link", name="Especialista en Sistemas").first.click()
    page.get_by_text("de este puesto").last.click()
    address = page.get_by_role("link", name="Terminar el puesto").get_attribute("href")
    studio.both("22g-terminar-puesto", SECRETARY, address or "")
    page.goto("/mesa/organizacion/nombres/")
    for name, link in (
        ("21f-renombrar", "Renombrar"),
        ("21g-fusionar", "Fusionar"),
        ("21h-dividir", "Dividir"),
        ("21i-mover", "Mover"),
    ):
        address = page.get_by_role("main").get_by_role("link", name=link).last.get_attribute("href")
        studio.both(name, SECRETARY, address or "")
        page.goto("/mesa/organizacion/nombres/")


def draw_access_forms(studio: Studio) -> None:
    studio.both("20i-cambiar-contrasena", SECRETARY, "/mesa/acceso/contrasena/")
    studio.both("20h-agregar-telefono-o-llave", SECRETARY, "/mesa/acceso/factor/")
    studio.both("00b-mas", SECRETARY, "/mesa/mas/")


def draw_dispatch(studio: Studio) -> None:
    """A notice with its chain, and what can be noted of it."""
    page = studio.window(SECRETARY, "desktop")
    page.goto("/mesa/despacho/")
    address = page.get_by_role("main").locator("table a").first.get_attribute("href") or ""
    studio.both("24b-cadena", SECRETARY, address)


def draw_reading(studio: Studio) -> None:
    page = studio.window(SECRETARY, "desktop")
    page.goto("/mesa/buscar/?q=resolución")
    address = (page.locator(".hit h2 a").first.get_attribute("href") or "").split("#")[0]
    studio.both("10c-documento", SECRETARY, address)


def draw_long_subject(studio: Studio) -> None:
    """A file whose subject takes several lines: in the tray, on its page, in its draft."""
    page = studio.window(LEGAL, "desktop")
    page.goto("/mesa/nuevo/")
    page.get_by_role("radio").last.check()
    page.get_by_label(named("Asunto")).fill(LONG_SUBJECT)
    page.get_by_role("button", name="Abrir y comenzar").click()
    page.wait_for_url("**/tareas/**")
    task = page.url.split("#")[0]
    studio.both("01e-asunto-largo", LEGAL, "/mesa/")
    studio.both("02j-asunto-largo", LEGAL, task)
    studio.both("03b-asunto-largo", LEGAL, f"{task}texto/")


def draw_followed(studio: Studio) -> None:
    """What a citizen may do with a filing that runs, and how its day is counted."""
    number, key = a_new_key(studio.window(COUNTER, "desktop"), "Muestra")
    for width in WIDTHS:
        page = studio.window("", width)
        track(page, number, key)
        studio.keep(page, f"07d-seguimiento-{width}")
        account = page.get_by_role("link", name="Ver la cuenta completa", include_hidden=True).get_attribute("href")
        pages = {
            "07e-quejarse": "/seguimiento/queja/",
            "07f-agregar": "/seguimiento/agregar/",
            "07g-desistir": "/seguimiento/desistir/",
            "26b-plazo-del-seguimiento": account or "",
        }
        for name, address in pages.items():
            page.goto(address)
            studio.keep(page, f"{name}-{width}")
    dark = studio.window("", "phone", color_scheme="dark")
    track(dark, number, key)
    studio.keep(dark, "17b-seguimiento-oscuro-phone")


def draw_print_and_zoom(studio: Studio) -> None:
    """A file on paper, and on a screen at twice the size; the tray's row that has the focus."""
    page = studio.window(LEGAL, "desktop")
    _open_first(page)
    page.emulate_media(media="print")
    studio.keep(page, "97-impresion-expediente")
    page.emulate_media(media="screen")
    wide = page.viewport_size or {"width": 1440, "height": 900}
    page.set_viewport_size({"width": wide["width"] // 2, "height": wide["height"] // 2})
    studio.keep(page, "98-ampliado-al-doble")
    page.set_viewport_size(wide)
    page.goto("/mesa/")
    page.locator(".tray-subject").first.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    studio.keep(page, "99-foco", keeps_focus=True)


def _open_first(page: Page) -> None:
    page.goto("/mesa/")
    page.locator(".tray-row", has_text=re.compile("Opinar|Responder")).locator(".tray-subject").first.click()
    page.wait_for_url("**/tareas/**")
