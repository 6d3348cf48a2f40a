"""From a page to its tokens. Whatever way a number is written, it becomes the same tokens.

``61-2011``, ``061-2011-PCM``, ``N° 61 - 2011 - PCM`` and ``N.° 061-2011-PCM`` all give the pair ``61-2011``, its parts
``61`` and ``2011``, and the words of the siglas. The pair is one token, so that it is found as a whole; its parts are
tokens too, so that the number alone finds it.
"""

import re
from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import NamedTuple

from search.rules.text import KEPT_WORDS, STOP_WORDS, fold, stem

DASH = r"[-\u2010-\u2015\u2212]"
MARKER = r"\bn(?:[º°o]|\.\s?[º°o]|ro|[uú]m(?:ero)?)?\.?\s{0,2}(?=[\dOolI]*\d)"
PAIR = (
    r"(?<![\d/.-])(?:[A-Z](?=0\d))?(?P<sequence>[\dOolI]{0,6}\d[\dOolI]{0,6})"
    rf"\s{{0,2}}{DASH}\s{{0,2}}(?P<year>(?:19|20)\d\d)(?!\d)"
    rf"(?P<siglas>(?:(?:{DASH}|[/.])[^\W_]+|\s?(?:{DASH}|/)\s?[A-ZÁÉÍÓÚÑ\d]+\b)*)"
)
THOUSANDS = r"\d{1,3}(?:[.,\u00a0\u2009\u202f]\d{3})+(?!\d)"
WORD = rf"[^\W\d_]+(?:{DASH}[ ]?\n\s*[a-zñáéíóúü]+)?"
TOKEN = re.compile(
    rf"(?P<marker>(?i:{MARKER}))|(?P<pair>{PAIR})|(?P<thousands>{THOUSANDS})|(?P<digits>\d+)|(?P<word>{WORD})"
)
LETTERS_READ_AS_DIGITS = str.maketrans("OolI", "0011")
PART = re.compile(r"\d+|[^\W\d_]+")


class Token(NamedTuple):
    """One term of the index and the stretch of the text that it stands for."""

    term: str
    start: int
    end: int


def tokens(text: str, *, among: Collection[str] | None = None) -> Iterator[Token]:
    """Yield the tokens of a text in their order, stop words left out.

    A word that was divided at the end of a line is one word. The text is taken as it is: bring it to NFC first.

    :param among: leave out the words whose terms are others; in less time than who asks could.
    """
    for found in TOKEN.finditer(text):
        if found.lastgroup == "word":
            term = _term(found[0])
            if term and (among is None or term in among):
                yield Token(term, found.start(), found.end())
        else:
            yield from _number(found)


def terms(text: str) -> list[str]:
    """Return the terms of a text without their places, as ``tokens`` finds them, in less time."""
    found: list[str] = []
    for match in TOKEN.finditer(text):
        if match.lastgroup == "word":
            term = _term(match[0])
            if term:
                found.append(term)
        else:
            found += [token.term for token in _number(match)]
    return found


def plain_number(digits: str) -> str:
    """Return the digits without leading zeros."""
    return digits.lstrip("0") or "0"


def _pair(found: re.Match[str]) -> Iterator[Token]:
    """Yield the pair of sequence and year, its parts and its siglas, where one letter counts as a word."""
    sequence = plain_number(found["sequence"].translate(LETTERS_READ_AS_DIGITS))
    start, end = found.start("sequence"), found.end("year")
    yield Token(f"{sequence}-{found['year']}", start, end)
    yield Token(sequence, start, end)
    yield Token(found["year"], start, end)
    offset = found.start("siglas")
    for part in PART.finditer(found["siglas"]):
        term = plain_number(part[0]) if part[0].isdigit() else stem(part[0])
        yield Token(term, offset + part.start(), offset + part.end())


def _number(found: re.Match[str]) -> Iterator[Token]:
    """Yield what is no word: a pair with its parts, or digits; a marker says nothing."""
    if found["pair"]:
        yield from _pair(found)
    elif found.lastgroup in {"digits", "thousands"}:
        yield Token(plain_number(re.sub(r"\D", "", found[0])), found.start(), found.end())


@lru_cache(maxsize=KEPT_WORDS)
def _term(written: str) -> str:
    """Return the term of a word as it stands in the text, nothing for a stop word."""
    word = written if written.isalpha() else re.sub(rf"{DASH}\s+", "", written)
    return "" if fold(word) in STOP_WORDS else stem(word)
