"""The people of a journey: each acts in a window of their own, by the names and roles that a page gives its parts."""

import re
import tomllib
from collections.abc import Callable, Sequence
from typing import Any

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.installation import PIN, ROOT

KEY = r"(?:[0-9A-Z]{4} ){3}[0-9A-Z]{4}"
SCRIPT = ROOT / "entities" / "pichari-2023" / "case.toml"


def read_script() -> dict[str, Any]:
    """Return the entity's real case: its words are typed in by hand here."""
    return tomllib.loads(SCRIPT.read_text())


def named(label: str) -> re.Pattern[str]:
    """Return what finds a field by its label, whether it is told to be optional or not."""
    return re.compile(rf"^{re.escape(label)}( \(opcional\))?$")


def enter_as(page: Page, post: str) -> None:
    """Sign in with the demo's one click."""
    page.goto("/mesa/entrar/")
    page.get_by_role("button", name=f"Entrar como {post}").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


class Official:
    """Somebody who holds a post, at the desk."""

    def __init__(self, context: BrowserContext, post: str) -> None:
        self.post, self.page = post, context.new_page()
        enter_as(self.page, post)

    def take(self, subject: str) -> None:
        """Open the file from the tray."""
        self.page.goto("/mesa/")
        self.page.get_by_role("link", name=subject).first.click()
        expect(self.page.get_by_text("Le toca a usted")).to_be_visible()

    def write(self, text: dict[str, Any]) -> None:
        """Write the text of the step, as the script words it, and come back to the file."""
        self.page.get_by_role("link", name="Escribir:").or_(
            self.page.get_by_role("link", name="Corregir el texto:")
        ).first.click()
        self.fill(text)
        self.page.get_by_role("button", name="Guardar y continuar").last.click()
        expect(self.page.get_by_text("Le toca a usted")).to_be_visible()

    def fill(self, text: dict[str, Any]) -> None:
        page = self.page
        for label, name in (("Asunto", "subject"), ("Cargo", "addressee_post"), ("Cierre", "closing")):
            if name in text:
                page.get_by_label(named(label)).fill(text[name])
        for label, name in (("Referencias", "references"), ("Asistentes", "attendees"), ("VISTOS", "vistos")):
            if name in text:
                page.get_by_label(named(label)).fill("\n".join(text[name]))
        if "considerandos" in text:
            page.get_by_label(named("CONSIDERANDO")).fill("\n\n".join(text["considerandos"]))
        self._fill_rows(
            "Sección",
            "Más secciones",
            text.get("sections", ()),
            lambda s: (("Título", s.get("heading", "")), ("Párrafos", "\n\n".join(s["paragraphs"]))),
        )
        self._fill_rows(
            "Artículo",
            "Más artículos",
            text.get("articles", ()),
            lambda a: (("Verbo", a["verb"]), ("Qué ordena", a["text"])),
        )

    def _fill_rows(
        self, name: str, more: str, rows: Sequence[dict[str, Any]], values: Callable[[dict[str, Any]], Any]
    ) -> None:
        shown = self.page.get_by_role("group", name=re.compile(rf"^{name} \d+"))
        while shown.count() < len(rows):
            before = shown.count()
            self.page.get_by_role("button", name=more).click()
            expect(shown.nth(before)).to_be_visible()
        for number in range(shown.count()):
            pairs = values(rows[number]) if number < len(rows) else ()
            for label, value in pairs:
                shown.nth(number).get_by_label(named(label)).fill(value)

    def attach(self, title: str, name: str, content: bytes, media_type: str = "text/plain") -> None:
        """Attach a file to the text of the step."""
        page = self.page
        page.get_by_role("link", name="Corregir el texto:").click()
        page.get_by_text("Adjuntar un archivo").click()
        page.get_by_label("Título del anexo").fill(title)
        page.get_by_label(named("Archivo")).set_input_files({"name": name, "mimeType": media_type, "buffer": content})
        page.get_by_role("button", name="Adjuntar").click()
        expect(page.get_by_role("link", name=title)).to_be_visible()
        page.get_by_role("link", name=re.compile("^Expediente|Volver al expediente")).first.click()

    def decide(
        self, button: str, *, proveido: str = "", pin: bool = False, votes: dict[str, str] | None = None
    ) -> None:
        """Complete the step and see in words who has the file now."""
        page = self.page
        for deliverable, word in (votes or {}).items():
            page.get_by_role("group", name=deliverable, exact=True).get_by_label(word, exact=True).check()
        if proveido:
            page.get_by_label("Proveído").fill(proveido)
        if pin:
            page.get_by_label("PIN de su llave").fill(PIN)
        page.get_by_role("region", name=re.compile(".")).filter(has_text="Le toca a usted").get_by_role(
            "button", name=button
        ).click()
        expect(page.get_by_role("status").filter(has_text="hecho")).to_be_visible()

    def give_back(self, reason: str, text: dict[str, Any]) -> None:
        """Return the file with the document that says why, and with its reason."""
        page = self.page
        page.get_by_role("link", name="Devolver").click()
        page.get_by_role("link", name="Escribir el documento").click()
        self.fill(text)
        page.get_by_role("button", name="Guardar y continuar").last.click()
        page.get_by_label("Qué deben corregir").fill(reason)
        page.get_by_label("PIN de su llave").fill(PIN)
        page.get_by_role("button", name="Devolver").click()
        expect(page.get_by_role("status").filter(has_text="hecho")).to_be_visible()


def a_new_key(page: Page, party: str) -> tuple[str, str]:
    """At the counter, give who presented something another key; return the file's number with it."""
    page.goto(f"/mesa/mesa-de-partes/registros/?q={party}")
    page.get_by_role("main").get_by_role("link", name=re.compile(r"^E-\d+")).first.click()
    page.locator("summary", has_text="Entregar otra clave").click()
    page.get_by_label(re.compile("mostró su documento")).check()
    page.get_by_role("button", name="Entregar otra clave").click()
    return slip_of(page)


def slip_of(page: Page) -> tuple[str, str]:
    """Return the number and the key that a slip on this page shows."""
    slip = page.get_by_role("main").inner_text()
    number, key = re.search(r"Su trámite\s+(\S+)", slip), re.search(KEY, slip)
    assert number and key, slip
    return number.group(1), key.group()


def track(page: Page, number: str, key: str = "") -> None:
    """Ask as a citizen where a file is."""
    page.goto("/")
    page.get_by_label(named("Número")).fill(number)
    page.get_by_label(re.compile("^Clave")).fill(key)
    page.get_by_role("button", name="Ver mi trámite").click()
    expect(page.get_by_role("main").get_by_text(number).first).to_be_visible()
