"""Writes every page at 1440 and 390 pixels to ``build/screens/``, named after the design's pictures.

``python -m tests.browser.screens`` prepares a demo of its own; ``docs/tray.png`` is the README's picture of it.
"""

import base64
import re
import shutil
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser import screens_of_forms, screens_of_refusals
from tests.browser.installation import PIN, ROOT, Server, play, prepare
from tests.browser.people import a_new_key, named, track
from tests.browser.studio import COUNTER, LEGAL, MAYOR, OUT, SECRETARY, SYSTEMS, WIDTHS, Studio
from tests.browser.windows import launch

README_PICTURE = ROOT / "docs" / "tray.png"


# The desk


def draw_trays(studio: Studio) -> None:
    studio.both("20-entrar", "", "/mesa/entrar/")
    studio.both("20d-no-puedo-entrar", "", "/mesa/entrar/ayuda/")
    studio.both("20g-enlace-de-acceso", "", "/mesa/entrar/enlace/")
    studio.both("20e-mi-acceso", SECRETARY, "/mesa/acceso/")
    studio.both("20f-acceso-de-las-personas", SECRETARY, "/mesa/acceso/personas/")
    studio.both("01-bandeja", SECRETARY, "/mesa/")
    studio.both("01b-bandeja-vacia", "Gerente Municipal", "/mesa/")
    studio.both("01c-en-otras-unidades", SECRETARY, "/mesa/bandeja/en-otras-unidades/")
    studio.both("01d-hechos", SECRETARY, "/mesa/bandeja/hechos/")
    dark = studio.window(SECRETARY, "desktop", color_scheme="dark")
    dark.goto("/mesa/")
    studio.keep(dark, "17-bandeja-oscura-desktop")


def draw_case(studio: Studio) -> None:
    """A file that was returned, in its three parts; a task; the pages that ask for a reason."""
    page = studio.window(SYSTEMS, "desktop")
    page.goto("/mesa/bandeja/observados/")
    page.locator(".tray-subject").first.click()
    task = page.url.split("#")[0].removeprefix(studio.window(SYSTEMS, "desktop").url.split("/mesa")[0])
    studio.both("02-expediente", SYSTEMS, task)
    case = page.get_by_role("link", name="Documentos").get_attribute("href") or ""
    studio.both("02b-documentos", SYSTEMS, case)
    studio.both("02c-diagrama", SYSTEMS, case.replace("documentos", "diagrama"))
    studio.both("02h-plazos", SYSTEMS, case.replace("documentos", "plazos"))
    page.goto(task)
    account = page.get_by_role("link", name="Ver la cuenta completa", include_hidden=True).get_attribute("href") or ""
    studio.both("26-calendario-plazo", SYSTEMS, account)
    page = studio.window(LEGAL, "desktop")
    page.goto("/mesa/")
    page.get_by_role("link", name="Plan de contingencia").first.click()
    task = page.url.split("#")[0]
    studio.both("02d-devolver", LEGAL, f"{task}devolver/")
    studio.both("02e-derivar", LEGAL, f"{task}derivar/")
    studio.both("02f-nuevo", LEGAL, "/mesa/nuevo/")
    studio.both("02g-le-toca", LEGAL, task)


def draw_draft(studio: Studio) -> None:
    page = studio.window(SECRETARY, "desktop")
    page.goto("/mesa/")
    page.locator(".tray-row", has_text="Proyectar").locator(".tray-subject").first.click()
    page.get_by_role("link", name=re.compile("Escribir|Corregir el texto")).first.click()
    for box in (
        page.get_by_role("group", name="Antecedentes")
        .or_(page.locator(".write-antecedents"))
        .get_by_role("checkbox")
        .all()
    ):
        box.check()
    page.get_by_role("button", name="Escribir VISTOS").click()
    page.get_by_label(named("CONSIDERANDO")).fill(
        "el convenio permite que la posta atienda también los sábados;\n\nla Asesoría Jurídica opinó a favor;"
    )
    article = page.get_by_role("group", name="Artículo 1")
    article.get_by_label(named("Verbo")).fill("Aprobar")
    article.get_by_label(named("Qué ordena")).fill("el convenio con el centro de salud, por un año.")
    page.get_by_role("button", name="Guardar", exact=True).last.click()
    expect(page.get_by_text("Guardado a las")).to_be_visible()
    studio.both("03-redaccion", SECRETARY, page.url)


def draw_signing(studio: Studio) -> None:
    """What waits for the mayor, read and signed but for one."""
    page = studio.window(MAYOR, "desktop")
    page.goto("/mesa/por-firmar/")
    acts = page.locator(".sign-table tbody tr a[href*='/documentos/']")
    addresses = list(dict.fromkeys(str(acts.nth(n).get_attribute("href")) for n in range(acts.count())))
    for address in addresses[:-1]:
        page.goto(address)
    studio.both("04d-leer", MAYOR, addresses[0])
    for width, name in (("desktop", "04a-por-firmar-desktop"), ("phone", "04c-por-firmar-phone")):
        page = studio.window(MAYOR, width)
        page.goto("/mesa/por-firmar/")
        for box in page.get_by_role("checkbox").all():
            if box.is_enabled():
                box.check()
        studio.keep(page, name)
    page = studio.window(MAYOR, "desktop")
    for box in page.get_by_role("checkbox").all():
        if box.is_enabled():
            box.check()
    page.get_by_label(re.compile("PIN")).fill(PIN)
    page.get_by_role("button", name=re.compile(r"^Firmar \d+ documento")).click()
    page.wait_for_url("**/lotes/**")
    studio.both("04b-resultado-lote", MAYOR, page.url)


def draw_search(studio: Studio) -> None:
    studio.both("10-buscar", SECRETARY, "/mesa/buscar/?q=resolución")
    studio.both("10b-buscar-nada", SECRETARY, "/mesa/buscar/?q=zzzz")


# Administration


def draw_organization(studio: Studio) -> None:
    """The organisation in time with somebody away, and the form that says who covers them, filled."""
    page = studio.window(SECRETARY, "desktop")
    _fill_cover(page, "substitution", "Gerente Municipal", "Gerente de Infraestructura", days=(-4, 7))
    page.get_by_label(named("Motivo de la ausencia del titular")).fill("Licencia")
    page.get_by_role("button", name="Registrar suplencia").click()
    expect(page.get_by_role("status").filter(has_text="Quedó registrado")).to_be_visible()
    studio.both("21b-suplencias", SECRETARY, "/mesa/organizacion/encargos/")
    studio.both("21-organizacion", SECRETARY, "/mesa/organizacion/")
    studio.both("21c-como-tabla", SECRETARY, "/mesa/organizacion/?ver=tabla")
    studio.both("21d-personas", SECRETARY, "/mesa/organizacion/personas/")
    studio.both("21e-siglas", SECRETARY, "/mesa/organizacion/nombres/")
    studio.both("21f-plazos-fuera-de-dia", SECRETARY, "/mesa/organizacion/plazos/")
    for width in WIDTHS:
        page = studio.window(SECRETARY, width)
        _fill_cover(page, "charge", "Jefe de Recursos Humanos", "Jefe de Administración", days=(3, 45))
        studio.keep(page, f"22-suplencia-{width}")


def _fill_cover(page: Page, kind: str, post: str, covers: str, *, days: tuple[int, int]) -> None:
    """Say who covers a post from one day to another, counted from today, by the first act of the register."""
    page.goto(f"/mesa/organizacion/encargos/nuevo/?clase={kind}")
    page.get_by_label("Puesto que se cubre").select_option(post)
    people = page.get_by_label("Persona", exact=True)
    people.select_option(people.locator("option", has_text=covers).first.get_attribute("value"))
    page.get_by_label("Acto que lo dispone").press_sequentially("001-2026-A")
    page.locator(".cover-acts").get_by_role("radio").first.check()
    expect(page.get_by_role("link", name="Leer el acto")).to_be_visible()
    today = datetime.now(ZoneInfo("America/Lima")).date()
    first, last = (today + timedelta(number) for number in days)
    page.get_by_label("Desde").fill(first.isoformat())
    page.get_by_label(named("Hasta")).fill(last.isoformat())
    page.get_by_label(named("Hasta")).blur()
    expect(page.get_by_role("heading", name="Así se verá su sello")).to_be_visible()


# Mesa de partes


def draw_counter(studio: Studio) -> None:
    for width in WIDTHS:
        page = studio.window(COUNTER, width)
        page.goto("/mesa/mesa-de-partes/")
        page.get_by_label("Número", exact=True).fill("00000017")
        page.get_by_label("Nombres y apellidos").fill("Rosa Ejemplo Quispe")
        page.get_by_label("Correo").fill("rosa.ejemplo@correo.example")
        page.get_by_label("Asunto").fill("Autorización de anuncio en fachada")
        page.get_by_label("Su pedido y sus motivos").fill("Solicito autorización para instalar un anuncio luminoso.")
        studio.keep(page, f"05-mesa-partes-{width}")
        page.get_by_role("button", name="Registrar y entregar cargo").click()
        expect(page.get_by_role("status").filter(has_text="Registrado")).to_be_visible()
        studio.keep(page, f"05b-cargo-y-talon-{width}")
    studio.both("05c-registros", COUNTER, "/mesa/mesa-de-partes/registros/")
    draw_notices(studio)
    draw_terms(studio)


def draw_notices(studio: Studio) -> None:
    """The dispatch list, the chain of a notice, what its cédula says, and the page of all casillas."""
    studio.both("24-despacho", COUNTER, "/mesa/despacho/")
    page = studio.window(COUNTER, "desktop")
    page.goto("/mesa/despacho/")
    chosen = page.locator("td a[href*='?n=']").first.get_attribute("href") or ""
    studio.both("24b-cadena", COUNTER, chosen)
    page.goto(chosen)
    studio.both("24c-cedula", COUNTER, page.get_by_role("link", name="Ver la cédula").get_attribute("href") or "")
    studio.both("14b-casillas", "", "/seguimiento/casilla/")


def draw_terms(studio: Studio) -> None:
    """What is done with the term of a filing: its pages, for who has the file."""
    page = studio.window(COUNTER, "desktop")
    page.goto("/mesa/mesa-de-partes/registros/")
    page.get_by_role("main").get_by_role("link", name=re.compile(r"^E-\d+")).first.click()
    desisting = page.get_by_role("link", name="Recibir un desistimiento").get_attribute("href") or ""
    page.locator("dl a").first.click()
    terms = page.get_by_role("link", name="Tareas y plazos").get_attribute("href") or ""
    studio.both("27d-desistir-en-ventanilla", COUNTER, desisting)
    studio.both("27-plazos-de-un-escrito", COUNTER, terms)
    page.goto(terms)
    links = {"27b-prorrogar": "Prorrogar", "27c-esperar": "Anotar que se espera a la persona"}
    addresses = {
        picture: page.get_by_role("link", name=name).first.get_attribute("href") or ""
        for picture, name in links.items()
    }
    for picture, address in addresses.items():
        studio.both(picture, COUNTER, address)


# The citizen


def draw_portal(studio: Studio) -> None:
    studio.both("06-inicio", "", "/")
    studio.both("06b-tramites", "", "/tramites/")
    studio.both("08b-presentar-tramite", "", "/presentar/?tramite=anuncio-publicitario")
    studio.both("12-publicaciones", "", "/publicaciones/")
    number, key = a_new_key(studio.window(COUNTER, "desktop"), "Prado")
    for width in WIDTHS:
        page = studio.window("", width)
        track(page, number)
        studio.keep(page, f"07b-sin-clave-{width}")
        page.get_by_label(re.compile("[Cc]lave")).first.fill(key)
        page.get_by_role("button", name="Ver el detalle").click()
        expect(page.get_by_role("heading", name="Por dónde ha pasado")).to_be_visible()
        studio.keep(page, f"07-seguimiento-{width}")
        page.goto("/presentar/")
        studio.keep(page, f"08-presentar-{width}")
        page.get_by_label("Nombres y apellidos").fill("Rosa Ejemplo Quispe")
        page.get_by_label("Asunto").fill("Poda de un árbol")
        page.get_by_role("button", name="Presentar", exact=True).click()
        studio.keep(page, f"08b-constancia-{width}")


def draw_real_case(studio: Studio, told: dict[str, Any]) -> None:
    """The entity's real case, played: its file at the desk, and as its citizen follows it."""
    page = studio.window(SECRETARY, "desktop")
    page.goto(f"/mesa/buscar/?q={told['act']}")
    page.get_by_role("main").get_by_role("link", name=told["act"]).first.click()
    case = page.get_by_role("link", name=re.compile("^Expediente")).first.get_attribute("href") or ""
    studio.both("02h-caso-real", SECRETARY, case)
    studio.both("02i-caso-real-diagrama", SECRETARY, f"{case}diagrama/")
    for width in WIDTHS:
        page = studio.window("", width)
        track(page, told["expediente"], told["key"])
        studio.keep(page, f"07c-caso-real-{width}")


def draw_verification(studio: Studio, act: str) -> str:
    """The original, a file that was altered, an unknown code; return the act's code."""
    page = studio.window("", "desktop")
    page.goto(f"/publicaciones/?q={act}")
    page.locator(".act-list a").first.click()
    code, original = page.url.rpartition("/")[2], page.request.get(f"{page.url}/original").body()
    studio.both("09a-verificar-valido", "", f"/v/{code}")
    shutil.move(OUT / "09a-verificar-valido-phone.png", OUT / "09c-verificar-phone.png")
    studio.both("09-verificar", "", "/verificar/")
    middle = len(original) // 3
    altered = original[:middle] + bytes([original[middle] ^ 1]) + original[middle + 1 :]
    for width in WIDTHS:
        page = studio.window("", width)
        page.goto("/verificar/")
        page.get_by_label("Archivo").set_input_files(
            {"name": "resolución.pdf", "mimeType": "application/pdf", "buffer": altered}
        )
        page.get_by_role("button", name="Verificar", exact=True).click()
        studio.keep(page, f"09b-verificar-alterado-{width}")
    studio.both("09d-codigo-desconocido", "", "/v/ABCD2345ABCD2345")
    return code


# Papers


def draw_papers(studio: Studio, code: str) -> None:
    """The act's first and last page, and a cargo, as the real files look."""
    page = studio.window("", "desktop")
    total = 1
    while page.request.get(f"/v/{code}/pagina-{total + 1}.png").ok:
        total += 1
    _draw_sheets(studio, "15-resolucion-a4", page, [f"/v/{code}/pagina-{n}.png" for n in sorted({1, total})])
    page = studio.window(COUNTER, "desktop")
    page.goto("/mesa/mesa-de-partes/registros/")
    page.get_by_role("main").get_by_role("link", name=re.compile(r"^E-\d+")).first.click()
    page.locator("dl a").first.click()
    page.get_by_role("link", name=re.compile("^Documentos")).click()
    address = page.get_by_role("link", name="Ver el cargo").first.get_attribute("href") or ""
    _draw_sheets(studio, "16-cargo-a4", page, [f"{address}pagina-1.png"])


def _draw_sheets(studio: Studio, name: str, page: Page, addresses: list[str]) -> None:
    pictures = [base64.b64encode(page.request.get(address).body()).decode() for address in addresses]
    shown = "".join(f'<img width="840" src="data:image/png;base64,{picture}">' for picture in pictures)
    paper = page.context.new_page()
    paper.set_viewport_size({"width": 840 * len(pictures), "height": 1188})
    paper.set_content(f'<body style="margin:0;display:flex">{shown}')
    studio.keep(paper, name)
    paper.close()


def draw_readme_picture(studio: Studio) -> None:
    """The tray of the secretariat, as the README shows it."""
    page = studio.window(SECRETARY, "desktop")
    page.goto("/mesa/")
    page.wait_for_load_state("networkidle")
    page.screenshot(path=README_PICTURE, animations="disabled", clip={"x": 0, "y": 0, "width": 1440, "height": 680})


def draw(browser: Browser, url: str, told: dict[str, Any]) -> None:
    """Write every page. ``told`` is what the play of the real case ended with."""
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    studio = Studio(browser, url)
    draw_trays(studio)
    draw_readme_picture(studio)
    draw_case(studio)
    draw_draft(studio)
    draw_signing(studio)
    draw_search(studio)
    draw_organization(studio)
    draw_counter(studio)
    draw_portal(studio)
    draw_real_case(studio, told)
    screens_of_forms.draw(studio)
    screens_of_refusals.draw(studio)
    draw_papers(studio, draw_verification(studio, told["act"]))


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="chasqui-screens-") as folder:
        data = Path(folder) / "data"
        prepare(data)
        told = play(data)
        server = Server(data)
        try:
            with sync_playwright() as playwright:
                browser = launch(playwright)
                draw(browser, server.url, told)
                browser.close()
        finally:
            server.stop()
    print(f"{len(list(OUT.iterdir()))} pictures in {OUT.relative_to(ROOT)}/")


if __name__ == "__main__":
    main()
