"""What stands on the paper."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pypdfium2
import pytest

from docs_store.ports import Article, Draft, Frame, Section, Typeset, VisadoBlock
from docs_store.typesetting import TEMPLATES, heading_fault, typeset
from docs_store.typesetting import compiler as compiler_module
from tests.docs_store import papers
from tests.docs_store.papers import ACT, DRAFT, FRAME, act_frame, text_of

AS_TYPED = (
    "#let x = 1",
    "$x^2$",
    "\\pi \\u{41}",
    "@nadie <a@b.example>",
    "*fuerte* _cursiva_",
    "// sin comentario /* ni este */",
    "guion -- y --- raya",
    "\"dobles\" y 'simples'",
    "[corchetes] {llaves} `acentos` ~ ^ & %",
    "= no es título",
    "- no es lista",
    "/ no es: término",
    "→ ✓ ≥ ½ € ☒ ★ ⚠ ∅",
    "“comillas” «angulares» – — … № § ª º °",
    "ñandú pingüino áéíóú ÑÜ ɨ g̃",
)


def informe(*paragraphs: str) -> Typeset:
    return typeset(replace(DRAFT, sections=(Section("", paragraphs),)), FRAME)


@pytest.mark.parametrize("template", sorted(TEMPLATES))
def test_each_template_prints_number_expediente_code_and_pages(template: str) -> None:
    sheet = typeset(DRAFT, replace(FRAME, template=template))

    text = text_of(sheet.pdf)

    assert "N.° 432-2023-MDM/OIS/APE-J" in text
    assert "Expediente 4187-2023" in text
    assert "7KQ2-M9XD-4RTV-W3HC" in text
    assert "en muestra.example/v con este código, desde el 14 de setiembre de 2023 y sin fecha de término." in text
    assert f"Página {sheet.pages} de {sheet.pages}" in text
    assert sheet.pages == papers.page_count(sheet.pdf)


@pytest.mark.parametrize("text", AS_TYPED)
def test_what_was_typed_is_printed_as_typed(text: str) -> None:
    sheet = informe(text, f"Al comienzo {text}")

    assert f"Al comienzo {text}" in text_of(sheet.pdf)


def test_typed_lines_stay_lines() -> None:
    sheet = informe("Primera\r\nSegunda\ttabulada")

    assert "Primera Segunda tabulada" in text_of(sheet.pdf)


def test_a_document_number_is_not_broken_across_lines() -> None:
    number = "N.° 740-2023-MDM-GM-OAJ/NEE"
    document = pypdfium2.PdfDocument(informe(*(f"{'m' * filler} {number}" for filler in range(20, 39))).pdf)
    lines = [line for page in document for line in page.get_textpage().get_text_bounded().splitlines()]
    document.close()

    assert sum(number in line for line in lines) == 19


def test_a_word_longer_than_a_line_stays_inside_the_margins() -> None:
    document = pypdfium2.PdfDocument(informe("https://muestra.example/" + "abc" * 100).pdf)
    right_edges = [box.get_bounds()[2] for page in document for box in page.get_objects()]
    document.close()

    assert max(right_edges) <= 189 / papers.MM_PER_POINT


def test_dates_of_letters_carry_the_weekday_and_those_of_acts_do_not() -> None:
    assert "La Muestra, jueves 14 de setiembre de 2023" in text_of(typeset(DRAFT, FRAME).pdf)
    assert "La Muestra, 14 de setiembre de 2023" in text_of(typeset(ACT, act_frame()).pdf)


def test_a_visado_prints_post_person_kind_and_moment_of_lima() -> None:
    given_at = datetime(2023, 9, 14, 2, 30, 5, tzinfo=UTC)
    visado = VisadoBlock("Gerente Municipal", "Luis Modelo Calca", "Doy conformidad", given_at)

    text = text_of(typeset(ACT, act_frame(visados=(visado,))).pdf)

    assert "Gerente Municipal Luis Modelo Calca Doy conformidad 13/09/2023 21:30:05 −05:00" in text


def test_an_act_has_its_parts_in_order() -> None:
    text = text_of(typeset(ACT, act_frame()).pdf)

    parts = ["VISTOS:", "CONSIDERANDO:", "SE RESUELVE:", "Artículo 1.- Aprobar el plan", "Artículo 2.- Publicar la"]
    positions = [
        text.index(part) for part in [*parts, "Regístrese", "Visados", "Anexo Plan de la oficina, 146 páginas"]
    ]
    assert positions == sorted(positions)
    assert "SHA-256 3e9a 71c4 08fd b652 99e0 4c17 ad3b 5f28 c6d1 7704 1b8e f39a 20c5 6e4d 88b7 05fa" in text


def test_a_single_article_is_the_only_one() -> None:
    act = replace(ACT, articles=(Article("Aprobar", "el plan."),))

    assert "Artículo único.- Aprobar el plan." in text_of(typeset(act, act_frame()).pdf)


def test_sections_are_numbered_but_not_twice() -> None:
    sections = (
        Section("Antecedentes", ("Uno.", "Dos.")),
        Section("II. Análisis", ("Tres.",)),
        Section("Conclusión", ("Cuatro.",)),
    )

    text = text_of(typeset(replace(DRAFT, sections=sections), FRAME).pdf)

    assert "1. Antecedentes 1.1 Uno. 1.2 Dos. II. Análisis Tres. 2. Conclusión Cuatro." in text


def test_from_page_two_the_heading_names_the_document() -> None:
    sheet = informe(*("Un párrafo de una línea.",) * 35)

    assert sheet.pages == 2
    assert text_of(sheet.pdf, 1).count("432-2023-MDM/OIS/APE-J") == 1
    assert text_of(sheet.pdf, 2).count("Informe N.° 432-2023-MDM/OIS/APE-J") == 1
    assert "Página 1 de 2" in text_of(sheet.pdf, 1)


def test_a_draft_says_that_it_is_one_and_has_no_code() -> None:
    sheet = typeset(ACT, act_frame(label="", cvd=""))

    text = text_of(sheet.pdf)

    assert "N.° (se asigna al numerar)" in text
    assert "Proyecto. No tiene número ni firma: no es un documento emitido y puede cambiar." in text
    assert "PROYECTO" in text
    assert "Lugar de la firma 1 Firmante 1 Persona 1" in text
    assert "Copia de un documento" not in text
    assert sheet.places == ()


def test_the_draft_of_an_annex_does_not_wait_for_a_number() -> None:
    text = text_of(typeset(DRAFT, replace(FRAME, template="anexo", label="", cvd="")).pdf)

    assert "PROYECTO" in text
    assert "se asigna al numerar" not in text


def test_a_rubric_stands_on_every_page_of_an_annex() -> None:
    draft = Draft(subject="Plan de la oficina", sections=(Section("Capítulo", ("Un párrafo de una línea.",) * 90),))
    frame = replace(FRAME, template="anexo", kind_name="Anexo", label="", signers=(), rubrics=papers.RUBRICS)

    sheet = typeset(draft, frame)

    assert sheet.pages >= 3
    for page in range(1, sheet.pages + 1):
        assert "NEM · OAJ 14/09/2023" in text_of(sheet.pdf, page)
        assert "APE · OIS 14/09/2023" in text_of(sheet.pdf, page)
    assert "se asigna al numerar" not in text_of(sheet.pdf)


@pytest.mark.parametrize("template", sorted(TEMPLATES))
@pytest.mark.parametrize("frame", [FRAME, replace(FRAME, label="", cvd=""), act_frame(city="", date_on=None)])
def test_an_empty_draft_can_be_typeset(template: str, frame: Frame) -> None:
    bare = replace(frame, template=template, unit_name="", author_name="", author_post="", expediente="", signers=())

    assert typeset(Draft(), bare).pages == 1


def test_the_title_in_the_properties_is_kind_and_number() -> None:
    document = pypdfium2.PdfDocument(typeset(ACT, act_frame()).pdf)
    title = document.get_metadata_value("Title")
    document.close()

    assert title == "Resolución de Alcaldía N.° 423-2023-A-MDM/LC"


def test_a_strange_sign_in_a_name_does_not_stop_the_document() -> None:
    text = text_of(typeset(ACT, act_frame(annexes=(replace(papers.ANNEX, title="Foto 😀.jpg"),))).pdf)

    assert "Foto ▯.jpg, 146 páginas" in text


def test_the_same_draft_gives_the_same_bytes() -> None:
    assert typeset(ACT, act_frame()).pdf == typeset(ACT, act_frame()).pdf


def test_the_day_in_the_properties_is_the_day_on_paper() -> None:
    document = pypdfium2.PdfDocument(typeset(ACT, act_frame(date_on=date(2011, 12, 29))).pdf)
    created = document.get_metadata_value("CreationDate")
    document.close()

    assert created.startswith("D:20111229")


def test_threads_do_not_mix_documents() -> None:
    labels = [f"{number:03}-2023-MDM" for number in range(24)]

    with ThreadPoolExecutor(4) as pool:
        sheets = list(pool.map(lambda label: typeset(DRAFT, replace(FRAME, label=label)), labels))

    assert all(label in text_of(sheet.pdf) for label, sheet in zip(labels, sheets, strict=True))


def test_entities_may_bring_their_own_heading(tmp_path: Path, settings: pytest.FixtureRequest) -> None:
    templates = tmp_path / "entities" / "muestra" / "templates"
    templates.mkdir(parents=True)
    (templates / "heading.typ").write_text("{ place(name-lines(h, width)); place(dx: 100mm)[República del Ejemplo] }")
    settings.BASE_DIR, settings.ENTITY = tmp_path, "muestra"  # type: ignore[attr-defined]
    compiler_module.own_heading.cache_clear()

    text = text_of(typeset(DRAFT, FRAME).pdf)

    compiler_module.own_heading.cache_clear()
    assert "República del Ejemplo" in text


@pytest.mark.parametrize("path", sorted(Path("entities").glob("*/templates/heading.typ")), ids=lambda p: p.parts[1])
def test_the_headings_of_the_profiles_are_sound(path: Path) -> None:
    assert heading_fault(path.read_text()) == ""


def test_a_heading_with_a_fault_is_told() -> None:
    assert "foo" in heading_fault("{ foo }")
