"""The keyboard alone reaches, acts and leaves; where it stands can always be seen."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.installation import Server
from tests.browser.people import enter_as

MOST_STEPS = 80
SUBJECT = "Reconocimiento de deuda a un proveedor"
FOCUS = """() => {
    const at = document.activeElement
    const look = getComputedStyle(at)
    const words = at.getAttribute("aria-label") || at.innerText || at.labels?.[0]?.innerText || at.name || ""
    const ring = look.outlineStyle === "none" ? 0 : parseFloat(look.outlineWidth)
    return {words: words.trim(), tag: at.tagName, ring}
}"""


@pytest.fixture
def page(opened: Callable[..., BrowserContext], demo_server: Server) -> Page:
    page = opened(demo_server).new_page()
    enter_as(page, "Secretario General")
    return page


def tab_to(page: Page, words: str) -> list[str]:
    """Press Tab until what has these words is reached; return the words of each stop. Each must show its focus."""
    page.wait_for_load_state()  # until its styles are there, a browser shows its own ring
    stops = []
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        at = page.evaluate(FOCUS)
        stops.append(at["words"])
        assert at["tag"] != "BODY", f"{words} was not reached: {stops[:-1]}"
        assert at["ring"] >= 2, f"focus cannot be seen on {at}"
        if re.search(words, at["words"]):
            return stops
    raise AssertionError(f"{words} was not reached: {stops}")


def test_the_first_stop_leads_past_the_menus(page: Page) -> None:
    page.goto("/mesa/")

    assert tab_to(page, "Ir al contenido") == ["Ir al contenido"]
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "contenido"
    assert tab_to(page, "Toda la unidad") == ["Toda la unidad"]


def test_the_tray_is_walked_with_j_and_k_and_its_preview_follows(page: Page) -> None:
    page.goto("/mesa/")
    rows = page.locator("[data-row] a.tray-subject")
    tab_to(page, re.escape(rows.nth(0).inner_text()))

    page.keyboard.press("j")

    expect(rows.nth(1)).to_be_focused()
    expect(page.get_by_role("complementary")).to_contain_text(rows.nth(1).inner_text().strip())
    page.keyboard.press("k")
    expect(rows.nth(0)).to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="Buscar")).to_be_focused()


def test_a_task_is_reached_done_and_left_with_the_keyboard(page: Page) -> None:
    page.goto("/mesa/")
    tab_to(page, SUBJECT)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(SUBJECT)

    tab_to(page, "^Publicar$")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text=re.compile("hecho"))).to_be_visible()

    tab_to(page, "^(SG\n)?Secretario General$")
    page.keyboard.press("Enter")
    tab_to(page, "^Salir$")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ingrese a su bandeja")


def test_the_day_of_the_organisation_moves_with_the_arrows_and_keeps_the_focus(page: Page) -> None:
    page.goto("/mesa/organizacion/?dia=2026-11-10")
    tab_to(page, "^Mover el día$")

    page.keyboard.press("ArrowRight")

    page.wait_for_url("**dia=2026-11-11**")
    expect(page.get_by_label("Ver al")).to_have_value("2026-11-11")
    expect(page.get_by_label("Mover el día")).to_be_focused()
    expect(page.locator("#aviso")).to_contain_text("miércoles 11 de noviembre de 2026")
    tab_to(page, "Gerente Municipal")
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Quién puede firmar")).to_contain_text("Le compete a Gerencia Municipal")
