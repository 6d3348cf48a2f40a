"""A typed text as runs that a template can set: what breaks, what must not, and where it may.

Templates put each run on paper as it is. A run is a string; a list with one string, which is not broken
across lines (a document's number, an amount); or a sign of its own.
"""

import re
from collections.abc import Iterator
from typing import TypeAlias

Run: TypeAlias = str | list[str] | int
Runs: TypeAlias = list[Run]

LINE_BREAK = 1
MAY_BREAK = 0

_LONGEST_UNBROKEN = 48
_LONGEST_WORD = 40
_PIECE = 6
_NUMBER_SIGN = r"(?:\bN(?:\.?\s?[°º]|ros?\.|úms?\.)\s?)"
_DOCUMENT_NUMBER = r"\b\w*\d[\w.]*(?:[-/–][\w.]*\w)+"
_AMOUNT = r"S/\.?\s?\d[\d.,\u2009\u202f\xa0 ]*\d"
_TOGETHER = re.compile(rf"{_NUMBER_SIGN}{_DOCUMENT_NUMBER}|{_NUMBER_SIGN}\w+|{_DOCUMENT_NUMBER}|{_AMOUNT}")
_LONG_WORD = re.compile(rf"\S{{{_LONGEST_WORD},}}")


def runs(text: str) -> Runs:
    """Return the runs of a text. Lines that were typed stay lines; tabs become spaces."""
    found: Runs = []
    if not text.strip():
        return found
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").strip("\n").split("\n")
    for number, line in enumerate(lines):
        if number:
            found.append(LINE_BREAK)
        found.extend(_line(line))
    return found


def paragraphs(texts: tuple[str, ...]) -> list[Runs]:
    """Return the runs of each text that says something."""
    return [runs(text) for text in texts if text.strip()]


def _line(line: str) -> Iterator[Run]:
    start = 0
    for match in _TOGETHER.finditer(line):
        if len(match[0]) > _LONGEST_UNBROKEN:
            continue
        yield from _plain(line[start : match.start()])
        yield [match[0]]
        start = match.end()
    yield from _plain(line[start:])


def _plain(text: str) -> Iterator[Run]:
    start = 0
    for match in _LONG_WORD.finditer(text):
        yield text[start : match.start()]
        for at in range(0, len(match[0]), _PIECE):
            if at:
                yield MAY_BREAK
            yield match[0][at : at + _PIECE]
        start = match.end()
    if text[start:]:
        yield text[start:]
