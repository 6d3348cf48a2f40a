"""Norms as a text cites them: which one, which article, where.

A citation is the kind of norm, its number and, before it, perhaps an article: "el artículo 133 de la Ley N.° 27444",
"D.S. 004-2019-JUS". Leading zeros, points and "N.°" do not tell norms apart.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

KINDS = {
    "decreto supremo": "ds",
    "d.s.": "ds",
    "ds": "ds",
    "decreto legislativo": "dleg",
    "d.leg.": "dleg",
    "d. leg.": "dleg",
    "dleg": "dleg",
    "decreto ley": "dl",
    "d.l.": "dl",
    "decreto de urgencia": "du",
    "resolución ministerial": "rm",
    "r.m.": "rm",
    "rm": "rm",
    "r. m.": "rm",
    "resolución jefatural": "rj",
    "r.j.": "rj",
    "resolución legislativa": "rleg",
    "ordenanza": "ordenanza",
    "ordenanza municipal": "ordenanza",
    "ordenanza regional": "ordenanza",
    "ley": "ley",
}
_KIND = "|".join(re.escape(kind) for kind in sorted(KINDS, key=len, reverse=True))
_ONE = r"[0-9]+(?:\.[0-9]+)*(?:-[A-Z])?"
_ARTICLE = rf"(?:art(?:ículos?|s?\.)\s*(?P<articles>{_ONE}°?(?:(?:\s*,\s*|\s+y\s+){_ONE}°?)*)\s+(?:del|de\s+la|de)\s+)?"
_SIGN = r"(?:N(?:ro|úm|um|o)?\s*[.º°]*\s*)?"
_CITED = re.compile(
    rf"{_ARTICLE}(?<![\w])(?P<kind>{_KIND})\s*{_SIGN}(?P<number>[0-9]+(?:\s*-\s*[0-9A-ZÑ/]+)*)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Cited:
    """A norm as the text names it: its words, its key, and the article before it."""

    words: str
    key: str
    article: str


def citations_in(text: str) -> Iterator[Cited]:
    """Yield each norm that the text cites, in order; once for each of its articles that are named with it."""
    for found in _CITED.finditer(text):
        for article in re.findall(_ONE, found["articles"] or "", re.IGNORECASE) or [""]:
            yield Cited(found[0], _key(found["kind"], found["number"]), article.upper())


def key_of(title: str) -> str:
    """Return the key of a norm by its title, or nothing if it has no kind and number that a text could cite."""
    found = next(citations_in(title), None)
    return found.key if found else ""


def _key(kind: str, number: str) -> str:
    parts = [part.strip().lstrip("0") for part in re.split(r"-", number.upper())]
    return f"{KINDS[' '.join(kind.lower().split())]} {'-'.join(parts)}"
