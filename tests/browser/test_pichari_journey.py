"""Pichari's plan by hand: from an outsider's letter at the counter to the act that a citizen follows and verifies."""

import re
import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.installation import Server
from tests.browser.people import KEY, Official, read_script, slip_of, track

LONGEST_SECONDS = 90
FAVOURED = 3
NUMBERS = (
    r"Escrito 010-2023/MPH/RAC",
    r"Acta 001-\d{4}\b",
    r"Acta 002-\d{4}\b",
    r"Informe 001-\d{4}-MDP/\w+/FAGL-J",
    r"Informe 001-\d{4}-MDP-GM-OAJ/NEE",
    r"Informe 002-\d{4}-MDP/\w+/FAGL-J",
    r"Opinión Legal 001-\d{4}-MDP-GM-OAJ/NEE",
    r"Informe 001-\d{4}-MDP/GM/EMHA",
    r"Resolución de Alcaldía 001-\d{4}-A-MDP/LC",
)
LEGAL_HEAD = "Jefe de Asesoría Jurídica"


class Journey:
    """The six people and the script whose words they type."""

    def __init__(self, opened: Callable[..., BrowserContext], server: Server) -> None:
        self.script = read_script()
        self.subject: str = self.script["subject"]
        self.steps = [dict(step) for step in self.script["step"]]
        self.citizen = opened(server).new_page()
        self._opened, self._server = opened, server
        self._people: dict[str, Official] = {}

    def who(self, post: str) -> Official:
        """Return the person who holds a post, signed in once."""
        if post not in self._people:
            self._people[post] = Official(self._opened(self._server), post)
        return self._people[post]

    def act(self, post: str, button: str, **how: Any) -> None:
        """Take the file as the script's next step says, write what it writes, and go on."""
        step = self.steps.pop(0)
        person = self.who(post)
        person.take(self.subject)
        if "text" in step:
            person.write(step["text"])
        for annex in step.get("annex", ()):
            person.attach(annex["title"], "anexo.txt", "\n\n".join(annex["paragraphs"]).encode())
        person.decide(button, proveido=step.get("proveido", ""), pin="text" in step and how.pop("signs", True), **how)


def present_at_the_counter(journey: Journey) -> tuple[str, str]:
    """Register the letter, and return the number and the key that the outsider takes home."""
    filing, page = journey.script["filing"], journey.who("Encargado de Mesa de Partes").page
    page.goto("/mesa/mesa-de-partes/")
    party = filing["party"]
    page.get_by_label("Documento", exact=True).select_option("ruc")
    page.get_by_label("Número", exact=True).fill(party["id_number"])
    page.get_by_label("Nombres y apellidos").fill(f"{party['given_names']} {party['surnames']}")
    page.get_by_label("Correo").fill(party["email"])
    page.get_by_label("Trámite", exact=True).select_option(journey.script["route"])
    page.get_by_label("Número del documento").fill(filing["number"])
    page.get_by_label("Asunto").fill(journey.subject)
    page.get_by_label("Su pedido y sus motivos").fill(filing["text"])
    page.get_by_text("Pide varios resultados").click()
    page.get_by_label("Resultados que busca").fill("\n".join(journey.script["deliverables"]))
    page.get_by_label("Archivos").set_input_files(
        {"name": "borrador del plan.txt", "mimeType": "text/plain", "buffer": b"Objetivos y calendario."}
    )
    page.get_by_role("button", name="Registrar y entregar cargo").click()
    expect(page.get_by_role("status").filter(has_text="Registrado")).to_be_visible()
    return slip_of(page)


def walk(journey: Journey) -> None:
    """Do each step of the script, the legal return and the resubmission included."""
    votes = journey.script["deliverables"]
    journey.act("Encargado de Mesa de Partes", "Derivar")
    journey.act("Presidente del Comité", "Firmar y pasar")
    journey.act("Presidente del Comité", "Firmar y pasar")
    journey.act("Jefe de Informática y Sistemas", "Firmar y pasar")
    journey.act("Gerente Municipal", "Derivar")
    return_from_legal(journey)
    journey.act("Jefe de Informática y Sistemas", "Firmar y pasar")
    journey.act("Gerente Municipal", "Derivar")
    opinions = {title: "Favorable" if n < FAVOURED else "No favorable" for n, title in enumerate(votes)}
    journey.act("Jefe de Asesoría Jurídica", "Firmar y pasar", votes=opinions)
    journey.act("Gerente Municipal", "Firmar y pasar")
    approved = {title: "Se aprueba" if n == 0 else "No en este acto" for n, title in enumerate(votes)}
    journey.act("Secretario General", "Proyectar", votes=approved, signs=False)
    journey.act("Secretario General", "Numerar y pasar a firma")


def return_from_legal(journey: Journey) -> None:
    """Legal writes its informe and sends the file back, observed."""
    step, legal = journey.steps.pop(0), journey.who("Jefe de Asesoría Jurídica")
    legal.take(journey.subject)
    legal.give_back(step["observation"], step["text"])


def sign_in_the_tray(journey: Journey) -> str:
    """The mayor reads the act and signs it in the to-sign tray; return its number."""
    journey.steps.pop(0)
    page = journey.who("Alcalde").page
    page.goto("/mesa/por-firmar/")
    page.get_by_role("link", name=re.compile("^Resolución de Alcaldía")).first.click()
    number = re.search(r"\d{3}-\d{4}-A-MDP/LC", page.get_by_role("heading", level=1).inner_text())
    assert number
    page.goto("/mesa/por-firmar/")
    page.get_by_role("checkbox", name=re.compile("Firmar")).check()
    page.get_by_label("Confirme con su PIN").fill("123456")
    page.get_by_role("button", name=re.compile(r"^Firmar \d+ documento")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("1 documento firmado")
    return number.group()


def code_of(page: Page, act: str) -> str:
    """Find the act in the desk's search by its number, and return the code under which anyone verifies it."""
    page.goto("/mesa/")
    page.get_by_role("searchbox", name="Buscar").fill(act)
    page.get_by_role("searchbox", name="Buscar").press("Enter")
    page.get_by_role("main").get_by_role("link", name=act).first.click()
    expect(page.get_by_role("main")).to_contain_text("Código de verificación")
    code = re.search(KEY, page.get_by_role("main").inner_text())
    assert code
    return code.group()


def read_index(page: Page, subject: str, act: str) -> None:
    """Find every document of the file in its index: with its number, with its folios, signed."""
    page.goto("/mesa/")
    page.get_by_role("searchbox", name="Buscar").fill(act)
    page.get_by_role("searchbox", name="Buscar").press("Enter")
    page.get_by_role("main").get_by_role("link", name=act).first.click()
    page.get_by_role("link", name=re.compile("^Expediente")).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(subject)
    page.get_by_role("link", name=re.compile("^Documentos")).click()
    index = page.get_by_role("table").inner_text()
    for number in NUMBERS:
        assert re.search(number, index), (number, index)
    assert index.count(LEGAL_HEAD) == 2


def follow(page: Page, number: str, key: str, act: str) -> None:
    """Follow the file with number and key: where it has been, and the answer."""
    track(page, number, key)
    expect(page.get_by_role("heading", name="Por dónde ha pasado")).to_be_visible()
    main = page.get_by_role("main")
    expect(main).to_contain_text("Pasó al Comité de Gobierno")
    expect(main).to_contain_text(re.compile("Volvió a la .*Informática y Sistemas"))
    expect(main.get_by_role("link", name="Leer la respuesta")).to_be_visible()
    expect(main).to_contain_text(act)


def verify(page: Page, code: str) -> None:
    """Verify by the code of the paper, then by the file itself."""
    page.goto("/verificar/")
    page.get_by_label("Código").fill(code)
    page.get_by_role("button", name="Verificar", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("El original es auténtico y está vigente")
    with page.expect_download() as download:
        page.get_by_role("link", name="Descargar el original").click()
    page.goto("/verificar/")
    page.get_by_label("Archivo").set_input_files(download.value.path())
    page.get_by_role("button", name="Verificar", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Su archivo es auténtico y está vigente")


def find_published(page: Page, act: str) -> None:
    """Find the act among what was published, by its number alone."""
    page.goto("/publicaciones/")
    page.get_by_label("Busque por número").fill(act.partition("-MDP")[0])
    page.get_by_role("button", name="Buscar").click()
    expect(page.get_by_role("link", name=act)).to_be_visible()


def whole(journey: Journey) -> None:
    """All of it, from the letter to the citizen's page."""
    number, key = present_at_the_counter(journey)
    walk(journey)
    act = sign_in_the_tray(journey)
    journey.act("Secretario General", "Notificar")
    journey.act("Secretario General", "Publicar")
    journey.act("Jefe del Archivo Central", "Archivar")
    assert not journey.steps
    office = journey.who("Secretario General").page
    read_index(office, journey.subject, act)
    code = code_of(office, act)
    follow(journey.citizen, number, key, act)
    verify(journey.citizen, code)
    find_published(journey.citizen, act)


def test_six_people_take_a_letter_to_a_published_act(
    opened: Callable[..., BrowserContext], bare_server: Server
) -> None:
    started = time.monotonic()
    whole(Journey(opened, bare_server))
    assert time.monotonic() - started < LONGEST_SECONDS
    assert "Traceback" not in bare_server.printed
    assert "ERROR" not in bare_server.printed
