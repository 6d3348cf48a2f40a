"""Pictures of what is refused: forms with their errors, and the pages that stand for a status."""

import re

from playwright.sync_api import Page, expect

from tests.browser.people import named
from tests.browser.studio import COUNTER, SECRETARY, WIDTHS, Studio

TOO_MANY_FIELDS = 1200
"""More than a form of ours ever has: the request is refused unread."""


def draw(studio: Studio) -> None:
    """Write every form with errors and every page of a refusal."""
    for width in WIDTHS:
        draw_forms(studio, width)
        draw_pages(studio, width)


def draw_forms(studio: Studio, width: str) -> None:
    page = studio.window(SECRETARY, width)
    page.goto("/mesa/organizacion/designaciones/nueva/")
    _send(page, "Designar")
    studio.keep(page, f"90-designar-con-errores-{width}")
    page.goto("/mesa/acceso/contrasena/")
    for label in ("Contraseña nueva", "Otra vez, para no errar"):
        page.get_by_label(named(label)).fill("corta")
    _send(page, "Cambiar")
    studio.keep(page, f"90b-contrasena-rechazada-{width}")
    page = studio.window(COUNTER, width)
    page.goto("/mesa/mesa-de-partes/")
    _send(page, "Registrar y entregar cargo")
    studio.keep(page, f"90c-registrar-con-errores-{width}")
    page = studio.window("", width)
    page.goto("/presentar/")
    _send(page, "Presentar")
    studio.keep(page, f"90d-presentar-con-errores-{width}")


def draw_pages(studio: Studio, width: str) -> None:
    page = studio.window("", width)
    pages = {
        "91-no-esta-aqui": "/no/hay/",
        "91b-solo-recibe-formularios": "/seguimiento/salir/",
        "91c-talon-desconocido": "/t/no-encontrado/",
        "91d-espere": "/t/espere/",
    }
    for name, address in pages.items():
        page.goto(address)
        studio.keep(page, f"{name}-{width}")
    page.goto("/verificar/")
    page.evaluate(
        """many => {
            const form = document.querySelector("main form")
            for (let number = 0; number < many; number++) {
                const field = Object.assign(document.createElement("input"), {type: "hidden", name: `x${number}`})
                form.append(field)
            }
            form.submit()
        }""",
        TOO_MANY_FIELDS,
    )
    expect(page.get_by_role("heading", name=re.compile("No se entendió"))).to_be_visible()
    studio.keep(page, f"91f-no-se-entendio-{width}")
    page = studio.window(SECRETARY, width)
    page.goto("/mesa/no/hay/")
    studio.keep(page, f"91g-no-esta-aqui-en-la-mesa-{width}")


def _send(page: Page, button: str) -> None:
    """Send a form as it stands, with what the browser itself would ask for left out."""
    page.evaluate("document.querySelectorAll('form').forEach(form => { form.noValidate = true })")
    page.get_by_role("main").get_by_role("button", name=button, exact=True).click()
    expect(page.locator(".errors, .field-error").first).to_be_visible()
