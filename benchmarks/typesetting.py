"""What a draft on paper costs: five pages to PDF/A-2a and PDF/UA-1, beside Typst's own time for five of plain text."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from itertools import count

import typst

from benchmarks.registry import Measure, benchmark, compare
from docs_store.ports import Draft, Frame, Section, SignerPlace, StampText
from docs_store.typesetting import typeset, typeset_stamp
from docs_store.typesetting.compiler import TEMPLATES_DIR, fonts

TIMES = 12
SECTIONS = 6
PARAGRAPHS = 6
PAGES = 5
SENTENCE = (
    "Corresponde revisar el proyecto {number} con su responsable, su costo de S/ {number}48.20 y su indicador, según "
    "el Informe N.° {number}-2023-MDM/GM, y contar los días hábiles que da la norma a la unidad que lo atiende, hasta "
    "su cierre en el trimestre {number}."
)
FRAME = Frame(
    template="informe",
    kind_name="Informe",
    entity_name="Municipalidad Distrital de la Muestra",
    entity_location="El Ejemplo, Lima",
    ruc="20000000000",
    unit_name="Oficina de Informática y Sistemas",
    author_post="Jefa de Informática y Sistemas",
    author_name="Ana Prueba Ensayo",
    city="La Muestra",
    date_on=date(2023, 9, 14),
    expediente="4187-2023",
    signers=(SignerPlace(1, "Jefa de Informática y Sistemas", "Ana Prueba Ensayo"),),
)
STAMP = StampText(
    post="Alcalde",
    person="Luis Modelo Calca",
    entity_name=FRAME.entity_name,
    ruc=FRAME.ruc,
    reason="Soy el autor del documento",
    signed_at=datetime(2023, 11, 10, 15, 22, 7, tzinfo=timezone(timedelta(hours=-5))),
)
PLAIN = """#set document(title: "Texto")
#set page(width: 210mm, height: 297mm, margin: (left: 28mm, right: 22mm, top: 37mm, bottom: 35mm))
#set text(font: "Source Serif 4", size: 11pt, lang: "es", region: "PE", hyphenate: false)
#set text(top-edge: 0.78em, bottom-edge: -0.22em)
#set par(leading: 5pt, spacing: 12.4pt)

"""
_numbers = count(100)


def paragraphs_of(number: int) -> list[str]:
    return [SENTENCE.format(number=number * 100 + part) for part in range(SECTIONS * PARAGRAPHS)]


def edited(texts: list[str]) -> list[str]:
    """Return the texts with one in the middle that nobody saw before."""
    return [*texts[:10], f"Texto {next(_numbers)}, recién escrito en el medio del documento.", *texts[11:]]


def draft_of(texts: list[str]) -> Draft:
    parts = [tuple(texts[start : start + PARAGRAPHS]) for start in range(0, len(texts), PARAGRAPHS)]
    sections = tuple(Section(f"Parte {number}", part) for number, part in enumerate(parts))
    return Draft(subject="Revisión de los proyectos", addressee_post="Gerente Municipal", sections=sections)


def plain(texts: list[str]) -> bytes:
    """Set the same words with nothing around them, on as many pages."""
    source = PLAIN + "\n\n".join([*texts, *texts[: len(texts) // 2]])
    compiler = typst.Compiler(source.encode(), root=TEMPLATES_DIR, font_paths=fonts(), ignore_system_fonts=True)
    pdf = compiler.compile(format="pdf", pdf_standards=["a-2a", "ua-1"], timestamp=0)
    assert isinstance(pdf, bytes)
    return pdf


def five_pages(texts: list[str], frame: Frame = FRAME) -> None:
    pages = typeset(draft_of(texts), frame).pages
    assert pages == PAGES, pages


@benchmark("B", "five pages, a draft after an edit / plain text", at_most=15)
def draft_after_an_edit() -> Measure:
    texts = paragraphs_of(next(_numbers))
    return turn_by_turn(lambda: plain(edited(texts)), lambda: five_pages(edited(texts)))


@benchmark("B", "five pages, a draft never seen / plain text", ratio_at_most=3)
def new_draft() -> Measure:
    return turn_by_turn(lambda: plain(paragraphs_of(next(_numbers))), lambda: five_pages(paragraphs_of(next(_numbers))))


@benchmark("B", "five pages, numbered with its code / plain text", ratio_at_most=4)
def numbered() -> Measure:
    def act() -> None:
        number = next(_numbers)
        frame = replace(
            FRAME, label=f"{number:03}-2023-MDM", cvd=f"{number:016}", verify_url="https://muestra.example/v"
        )
        five_pages(paragraphs_of(number), frame)

    return turn_by_turn(lambda: plain(paragraphs_of(next(_numbers))), act)


@benchmark("B", "stamp of a signature / an empty page", at_most=10)
def stamp() -> Measure:
    return turn_by_turn(
        lambda: plain([f"Hoja {next(_numbers)}"]),
        lambda: typeset_stamp(replace(STAMP, person=f"Persona {next(_numbers)}")),
    )


def turn_by_turn(floor: Callable[[], object], act: Callable[[], object]) -> Measure:
    """Compare the two warm: each has run once before."""
    floor()
    act()
    return compare(floor, act, times=TIMES)
