"""The lines of a page around what was found, with the hits marked, as safe HTML."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from search.ports import Clause
from search.rules.tokens import Token, tokens

EXTRACT_LENGTH = 220
LEAD_LENGTH = 60
NEAR_TERMS = 12
JOINS = 3
"""Hits no more than so many signs apart are one mark."""


@dataclass(frozen=True)
class Extract:
    """A piece of a page with its hits marked, and how many hits the whole page has."""

    html: str
    hits: int


def extract(text: str, clauses: Iterable[Clause], length: int = EXTRACT_LENGTH) -> Extract:
    """Return the piece of the text that begins shortly before the first hit; the beginning where there is none.

    The text is escaped: only ``<mark>`` is markup.
    """
    spans = _joined(hit_spans(text, clauses))
    first = spans[0][0] if spans else 0
    start = _word_start(text, max(0, first - LEAD_LENGTH)) if spans else 0
    end = _word_end(text, min(len(text), start + length))
    inside = [span for span in spans if start <= span[0] and span[1] <= end]
    html = _marked(text, start, end, inside)
    return Extract(f"{'…' if start > 0 else ''}{html}{'…' if end < len(text) else ''}", len(spans))


def hit_spans(text: str, clauses: Iterable[Clause]) -> list[tuple[int, int]]:
    """Return where the clauses stand in the text, in order: from, to (exclusive)."""
    wanted = tuple(clauses)
    is_each_alone = all(len(clause.terms) == 1 for clause in wanted)
    page = list(tokens(text, among={clause.terms[0] for clause in wanted} if is_each_alone else None))
    spans = {span for clause in wanted for span in _clause_spans(page, clause)}
    return sorted(spans)


def _clause_spans(page: Sequence[Token], clause: Clause) -> Iterable[tuple[int, int]]:
    """Yield a clause's hits: a number with its siglas behind it, or the terms one after another."""
    size = len(clause.terms)
    for position, token in enumerate(page):
        if token.term != clause.terms[0]:
            continue
        if clause.is_near:
            yield from _number_spans(page[position : position + NEAR_TERMS], clause.terms)
        elif size == 1 or tuple(t.term for t in page[position : position + size]) == clause.terms:
            yield token.start, page[position + size - 1].end


def _number_spans(rest: Sequence[Token], wanted: Sequence[str]) -> Iterable[tuple[int, int]]:
    pair = rest[0]
    yield pair.start, pair.end
    siglas = set(wanted[1:])
    for token in rest[1:]:
        if token.term in siglas and token.start >= pair.end:
            yield token.start, token.end


def _joined(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the spans with those that overlap or nearly touch made one."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and start - joined[-1][1] <= JOINS:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _marked(text: str, start: int, end: int, spans: Sequence[tuple[int, int]]) -> str:
    parts, at = [], start
    for hit_start, hit_end in spans:
        parts.append(_plain(text[at:hit_start]))
        parts.append(f"<mark>{_plain(text[hit_start:hit_end])}</mark>")
        at = hit_end
    parts.append(_plain(text[at:end]))
    return "".join(parts).strip()


def _plain(text: str) -> str:
    """Return the text escaped, each run of white space as one space."""
    edges = (" " if text[:1].isspace() else "", " " if text[-1:].isspace() else "")
    words = escape(" ".join(text.split()))
    return f"{edges[0]}{words}{edges[1]}" if words else edges[0]


def _word_start(text: str, position: int) -> int:
    """Return where the word at the position begins."""
    while position > 0 and not text[position - 1].isspace():
        position -= 1
    return position


def _word_end(text: str, position: int) -> int:
    """Return where the word at the position ends."""
    while position < len(text) and not text[position].isspace():
        position += 1
    return position
