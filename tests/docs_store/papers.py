"""Drafts, frames and receipts to typeset, and what a reader finds on the pages. Written for the tests."""

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pypdfium2

from docs_store.ports import (
    AnnexLine,
    Article,
    Cargo,
    CargoFile,
    Draft,
    Frame,
    Place,
    Rubric,
    Section,
    SignerPlace,
    Talon,
    Typeset,
    VisadoBlock,
)

LIMA = ZoneInfo("America/Lima")
A_DAY = date(2023, 9, 14)
MORNING = datetime(2023, 9, 13, 10, 12, 44, tzinfo=LIMA)
MM_PER_POINT = 25.4 / 72
A4_HEIGHT_MM = 297
LONG_POST = "Gerente Regional de Planeamiento, Presupuesto y Acondicionamiento Territorial"
LONG_UNIT = "Gerencia Regional de Planeamiento, Presupuesto y Acondicionamiento Territorial"

FRAME = Frame(
    template="informe",
    kind_name="Informe",
    entity_name="Municipalidad Distrital de la Muestra",
    entity_location="El Ejemplo, Lima",
    ruc="20000000000",
    unit_name="Oficina de Informática y Sistemas",
    author_post="Jefa de Informática y Sistemas",
    author_name="Ana Prueba Ensayo",
    label="432-2023-MDM/OIS/APE-J",
    city="La Muestra",
    date_on=A_DAY,
    expediente="4187-2023",
    cvd="7KQ2M9XD4RTVW3HC",
    verify_url="https://muestra.example/v",
    signers=(SignerPlace(1, "Jefa de Informática y Sistemas", "Ana Prueba Ensayo"),),
)
DRAFT = Draft(
    subject="Pedido de aprobación del plan de la oficina",
    addressee_name="Luis Modelo Calca",
    addressee_post="Gerente Municipal",
    addressee_place="Palacio municipal",
    references=("Acta N.° 002-2023", "Carta N.° 010-2023/MPH/RAC"),
    sections=(
        Section(
            "Antecedentes", ("La oficina preparó el plan con las unidades.", "El comité lo revisó el 31 de agosto.")
        ),
        Section("Pedido", ("Se pide elevar el plan a la Alcaldía para su aprobación en el plazo que da la norma.",)),
    ),
    closing="Es cuanto informo a usted.",
    copies=("Oficina de Planeamiento", "Archivo"),
    attendees=("Luis Modelo Calca, Gerente Municipal", "Ana Prueba Ensayo, Jefa de Informática y Sistemas"),
)
ACT = Draft(
    vistos=("El Informe N.° 432-2023-MDM/OIS/APE-J y la Opinión Legal N.° 740-2023-MDM-GM-OAJ/NEE; y,",),
    considerandos=(
        "Que, la oficina presentó el plan con sus proyectos, costos e indicadores;",
        "Que, la opinión legal es favorable;",
    ),
    articles=(
        Article("Aprobar", "el plan, que como anexo integra la presente."),
        Article("Publicar", "la presente en el portal institucional."),
    ),
    closing="Regístrese, comuníquese y cúmplase.",
)
VISADO = VisadoBlock("Jefe de Asesoría Jurídica", "Nora Ensayo Muestra", "Doy visto bueno", MORNING)
ANNEX = AnnexLine("Plan de la oficina", 146, "3e9a71c408fdb65299e04c17ad3b5f28c6d177041b8ef39a20c56e4d88b705fa")
RUBRICS = (Rubric("NEM", "OAJ", A_DAY), Rubric("APE", "OIS", A_DAY))

CARGO = Cargo(
    is_automatic=False,
    register_label="31847-2026",
    expediente="4187-2026",
    presented_at=datetime(2026, 11, 20, 16, 48, 31, tzinfo=LIMA),
    counts_from=date(2026, 11, 23),
    party="Rosa Ejemplo Prueba",
    party_id="DNI 00000017",
    on_behalf_of="",
    subject="Autorización de anuncio en fachada",
    destination="Gerencia de Licencias y Autorizaciones",
    notified_by="Correo electrónico",
    received_by="Ventanilla 2",
    files=(
        CargoFile("Solicitud con datos y firma", 2, "5f1c88e2" * 8),
        CargoFile("Foto de la fachada", 1, "b2903d7a" * 8),
    ),
)
TALON = Talon(
    entity_name="Municipalidad Distrital de la Muestra",
    unit_name="Recepción Documental",
    label="31847-2026",
    key="8KQ2M9XD4RTVW3HC",
    key_url="https://muestra.example/t/31847-2026/8KQ2M9XD4RTVW3HC",
    site="https://muestra.example",
)


def act_frame(**changes: object) -> Frame:
    """Return the frame of a resolución by the Alcalde."""
    act = replace(
        FRAME,
        template="resolucion",
        kind_name="Resolución de Alcaldía",
        label="423-2023-A-MDM/LC",
        signers=signers(1),
        visados=(VISADO,),
        annexes=(ANNEX,),
    )
    return replace(act, **changes)  # type: ignore[arg-type]


def signers(count: int) -> tuple[SignerPlace, ...]:
    """Return that many signers."""
    return tuple(SignerPlace(order, f"Firmante {order}", f"Persona {order}") for order in range(1, count + 1))


def text_of(pdf: bytes, page: int = 0) -> str:
    """Return the text of a page (0: of all of them), with single spaces."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        wanted = [document[page - 1]] if page else list(document)
        return " ".join(" ".join(p.get_textpage().get_text_bounded().split()) for p in wanted)
    finally:
        document.close()


def page_count(pdf: bytes) -> int:
    """Return the number of pages."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return len(document)
    finally:
        document.close()


def text_inside(sheet: Typeset, place: Place) -> str:
    """Return the text that stands in a place or touches it."""
    document = pypdfium2.PdfDocument(sheet.pdf)
    try:
        return str(document[place.page - 1].get_textpage().get_text_bounded(**_box(place))).strip()
    finally:
        document.close()


def lines_above(sheet: Typeset, place: Place) -> int:
    """Return how many lines of text stand between the heading and a place, on its page."""
    above = Place(0, place.page, 20, 32, 180, place.top_mm - 32)
    document = pypdfium2.PdfDocument(sheet.pdf)
    try:
        return len(document[place.page - 1].get_textpage().get_text_bounded(**_box(above)).strip().splitlines())
    finally:
        document.close()


def _box(place: Place) -> dict[str, float]:
    top = A4_HEIGHT_MM - place.top_mm
    return {
        "left": place.left_mm / MM_PER_POINT,
        "right": (place.left_mm + place.width_mm) / MM_PER_POINT,
        "top": top / MM_PER_POINT,
        "bottom": (top - place.height_mm) / MM_PER_POINT,
    }
