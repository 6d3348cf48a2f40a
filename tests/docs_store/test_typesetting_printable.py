"""Which characters paper takes, and how the others are refused."""

import hashlib
import re
from dataclasses import replace

import pytest

from docs_store.errors import UnprintableCharacter
from docs_store.ports import Article, Draft, Section
from docs_store.typesetting import check_printable, check_text, printable, typeset
from docs_store.typesetting.compiler import FONTS_DIR
from tests.docs_store.papers import DRAFT, FRAME

COMMON = "→←↑↓⇒✓✔✗☐☑☒≥≤≠≈±×÷½¼¾€£$°ºª№§•·…–—‘’“”«»™®©∞√∑µΩ■□●○★⚠✉∈∪∅²³₂ñÑáéíóúüÜɨʉãẽĩõũ"
REFUSED = {
    "emoji": ("😀", "el emoji o dibujo «😀» (U+1F600 GRINNING FACE)"),
    "flag": ("🇵", "el emoji o dibujo «🇵» (U+1F1F5 REGIONAL INDICATOR SYMBOL LETTER P)"),
    "emoji variant": ("✔\ufe0f", "la variante de emoji (U+FE0F, invisible)"),
    "another script": ("語", "el signo «語» (U+8A9E CJK UNIFIED IDEOGRAPH-8A9E)"),
    "control": ("\x07", "un carácter invisible o sin significado (U+0007)"),
    "escape": ("\x1b", "un carácter invisible o sin significado (U+001B)"),
    "nul": ("\x00", "un carácter invisible o sin significado (U+0000)"),
    "unpaired surrogate": ("\ud800", "un carácter invisible o sin significado (U+D800)"),
    "right-to-left override": ("\u202e", "un carácter invisible o sin significado (U+202E RIGHT-TO-LEFT OVERRIDE)"),
    "isolate": ("\u2066", "un carácter invisible o sin significado (U+2066 LEFT-TO-RIGHT ISOLATE)"),
    "zero width": ("\u200b", "un carácter invisible o sin significado (U+200B ZERO WIDTH SPACE)"),
    "private use": ("\ue000", "un carácter invisible o sin significado (U+E000)"),
    "noncharacter": ("\uffff", "un carácter invisible o sin significado (U+FFFF)"),
}


@pytest.mark.parametrize("sign", COMMON)
def test_common_signs_are_printed(sign: str) -> None:
    check_text(sign)
    assert printable(sign) == sign


def test_all_common_signs_stand_in_one_document_in_every_style() -> None:
    draft = replace(DRAFT, subject=COMMON, sections=(Section(COMMON, (COMMON,)),))

    assert typeset(draft, FRAME).pages == 1


@pytest.mark.parametrize("case", REFUSED)
def test_a_character_that_no_font_has_is_refused_by_name(case: str) -> None:
    sign, named = REFUSED[case]

    with pytest.raises(UnprintableCharacter, match=re.escape(f"No se puede imprimir {named}.")):
        check_text(f"Texto {sign} sigue")


def test_the_sentence_says_where_it_stands() -> None:
    with pytest.raises(UnprintableCharacter) as refused:
        check_printable(replace(DRAFT, references=("Una", "Acta 😀")))

    assert str(refused.value) == (
        "No se puede imprimir el emoji o dibujo «😀» (U+1F600 GRINNING FACE). "
        "Está en la referencia, párrafo 2, después de «Acta». Bórrelo o use otro."
    )


def test_the_sentence_for_the_first_character() -> None:
    with pytest.raises(UnprintableCharacter, match="Está en el asunto, al comienzo"):
        check_printable(Draft(subject="😀 hola"))


@pytest.mark.parametrize(
    ("draft", "where"),
    [
        (Draft(addressee_name="☃😀"), "el nombre del destinatario"),
        (Draft(considerandos=("Que,", "Que 😀")), "los considerandos, párrafo 2"),
        (Draft(sections=(Section("Uno 😀"),)), "el título de la sección 1"),
        (Draft(sections=(Section("Uno", ("a", "b 😀")),)), "la sección 1, párrafo 2"),
        (Draft(articles=(Article("Aprobar", "el 😀"),)), "el artículo 1"),
        (Draft(closing="Fin 😀"), "la despedida"),
    ],
)
def test_every_part_of_a_draft_is_looked_at(draft: Draft, where: str) -> None:
    with pytest.raises(UnprintableCharacter, match=where):
        check_printable(draft)


def test_typesetting_refuses_before_it_begins() -> None:
    with pytest.raises(UnprintableCharacter):
        typeset(replace(DRAFT, closing="😀"), FRAME)


def test_what_comes_from_outside_prints_a_box_instead() -> None:
    assert printable("Foto 😀\u202e.jpg") == "Foto ▯▯.jpg"


def test_lines_and_tabs_are_layout() -> None:
    check_text("a\nb\r\nc\td")


def test_the_fonts_are_the_ones_that_were_written_down() -> None:
    lines = (FONTS_DIR / "SHA256SUMS").read_text().splitlines()
    written = {name: digest for digest, name in (line.split() for line in lines)}

    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in FONTS_DIR.glob("*.ttf")}

    assert found == written
