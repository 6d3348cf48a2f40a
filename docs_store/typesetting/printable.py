"""Which characters the fonts of paper have."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from itertools import chain

from django.utils.translation import gettext as _
from fontTools.ttLib import TTFont

from docs_store.errors import UnprintableCharacter
from docs_store.ports import Draft
from docs_store.typesetting.compiler import FONTS_DIR

LAYOUT = frozenset("\n\r\t")
REFUSED_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
FORMAT_ALLOWED = frozenset("\u00ad")
FIRST_PICTOGRAM = 0x1F000
EMOJI_STYLE = "\ufe0f"
REPLACEMENT = "▯"


@cache
def _unprintable() -> re.Pattern[str]:
    """Return what finds a character that no regular font of ours draws, or that has no sign of its own."""
    paths = sorted(FONTS_DIR.glob("*_400Regular.ttf"))
    drawn = set(chain.from_iterable(TTFont(path).getBestCmap() for path in paths))
    allowed = {chr(code) for code in drawn if code < FIRST_PICTOGRAM}
    allowed = {c for c in allowed if unicodedata.category(c) not in REFUSED_CATEGORIES} | LAYOUT | FORMAT_ALLOWED
    return re.compile(f"[^{''.join(re.escape(c) for c in sorted(allowed))}]")


def printable(text: str) -> str:
    """Return the text with a visible empty box for each character that no font has.

    For what comes from outside and may never be refused: a filing's subject, the name of a file.
    """
    return _unprintable().sub(REPLACEMENT, text)


def check_text(text: str, where: str = "") -> None:
    """Refuse a text with a character that cannot be printed.

    :param where: the place that the sentence names, with its article: ``el asunto``.
    :raises UnprintableCharacter: names the first one and says where it stands.
    """
    found = _unprintable().search(text)
    if found:
        raise UnprintableCharacter(_sentence(text, found.start(), where))


def check_printable(draft: Draft) -> None:
    """Refuse a draft with a character that cannot be printed.

    :raises UnprintableCharacter: names the first one and says where it stands.
    """
    for where, text in _texts(draft):
        check_text(text, where)


def _sentence(text: str, position: int, where: str) -> str:
    before = text[max(0, position - 20) : position].rpartition("\n")[2].strip()
    said = {"sign": _named(text[position]), "where": where or _("el texto"), "near": before}
    if before:
        return _("No se puede imprimir %(sign)s. Está en %(where)s, después de «%(near)s». Bórrelo o use otro.") % said
    return _("No se puede imprimir %(sign)s. Está en %(where)s, al comienzo. Bórrelo o use otro.") % said


def _named(character: str) -> str:
    """Return how the sentence calls a character: drawn where a screen can, with its code and Unicode name."""
    code = f"U+{ord(character):04X}"
    name = unicodedata.name(character, "")
    if character == EMOJI_STYLE:
        return _("la variante de emoji (%(code)s, invisible)") % {"code": code}
    if unicodedata.category(character) in REFUSED_CATEGORIES:
        named = f"{code} {name}".strip()
        return _("un carácter invisible o sin significado (%(named)s)") % {"named": named}
    if ord(character) >= FIRST_PICTOGRAM:
        return _("el emoji o dibujo «%(sign)s» (%(code)s %(name)s)") % {"sign": character, "code": code, "name": name}
    return _("el signo «%(sign)s» (%(code)s %(name)s)") % {"sign": character, "code": code, "name": name}


def _texts(draft: Draft) -> Iterator[tuple[str, str]]:
    """Yield each text of a draft with the words that say where it stands."""
    named = {
        "subject": _("el asunto"),
        "addressee_name": _("el nombre del destinatario"),
        "addressee_post": _("el cargo del destinatario"),
        "addressee_place": _("el lugar del destinatario"),
        "references": _("la referencia"),
        "vistos": _("los vistos"),
        "considerandos": _("los considerandos"),
        "closing": _("la despedida"),
        "copies": _("las copias"),
        "attendees": _("los asistentes"),
    }
    for field in fields(draft):
        value = getattr(draft, field.name)
        if isinstance(value, str):
            yield named[field.name], value
        elif field.name in named:
            for number, text in enumerate(value, start=1):
                yield _("%(field)s, párrafo %(number)d") % {"field": named[field.name], "number": number}, text
    yield from _texts_of_sections(draft)
    yield from _texts_of_articles(draft)


def _texts_of_sections(draft: Draft) -> Iterator[tuple[str, str]]:
    for number, section in enumerate(draft.sections, start=1):
        yield _("el título de la sección %(number)d") % {"number": number}, section.heading
        for paragraph, text in enumerate(section.paragraphs, start=1):
            where = {"number": number, "paragraph": paragraph}
            yield _("la sección %(number)d, párrafo %(paragraph)d") % where, text


def _texts_of_articles(draft: Draft) -> Iterator[tuple[str, str]]:
    for number, article in enumerate(draft.articles, start=1):
        yield _("el artículo %(number)d") % {"number": number}, f"{article.verb}\n{article.text}"
