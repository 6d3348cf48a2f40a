"""Answers what a person asks of the index, within what that person may read."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import Protocol

from django.utils.safestring import SafeString, mark_safe

from search.enums import Order
from search.errors import SearchUnavailable
from search.index import get_index
from search.ports import Filters, PageMatch, Query, Question, StoredDocument
from search.rules.extracts import extract
from search.rules.questions import query, without_siglas
from search.selectors.limited import Records

COUNTED_PAGES = 2_000
"""Totals, facets and closeness look at the newest so many matching pages; more are told as "more than"."""

LONGEST_QUESTION = 300
DEFAULT_LIMIT = 20


@dataclass(frozen=True)
class Hit:
    """One document that was found: the page where the words stand, and the lines around them."""

    document_id: int
    expediente_id: int
    expediente_label: str
    label: str
    title: str
    kind: str
    kind_name: str
    unit_siglas: str
    state: str
    is_public: bool
    page: int
    pages: tuple[int, ...]
    hits_on_page: int
    extract_html: SafeString
    emitted_on: date


@dataclass(frozen=True)
class Facet:
    """A value by which the results can be narrowed, and how many documents have it."""

    value: str
    label: str
    count: int


@dataclass(frozen=True)
class Facets:
    kinds: tuple[Facet, ...] = ()
    units: tuple[Facet, ...] = ()
    years: tuple[Facet, ...] = ()


@dataclass(frozen=True)
class Results:
    """What was found. ``next`` continues the list; ``is_relaxed``: the siglas of a number were let go;
    ``is_limited``: the index does not answer, and this is what the database knows."""

    hits: tuple[Hit, ...] = ()
    facets: Facets = field(default_factory=Facets)
    total_capped: int = 0
    expedientes: int = 0
    is_capped: bool = False
    next: str = ""
    is_relaxed: bool = False
    is_limited: bool = False


class _Engine(Protocol):
    """What answers: the index, or the database in its place."""

    def matches(self, question: Question) -> list[PageMatch]: ...

    def texts(self, places: Sequence[tuple[int, int]]) -> dict[int, StoredDocument]: ...


@dataclass(frozen=True)
class _Wish:
    """Who asks, and which part of the answer in which order."""

    tokens: frozenset[str]
    limit: int
    after: str
    filters: Filters
    order: Order


@dataclass
class _Found:
    """A document with its matching pages, the closest first to be shown."""

    best: PageMatch
    pages: list[PageMatch]


def find(
    words: str,
    *,
    tokens: frozenset[str],
    limit: int = DEFAULT_LIMIT,
    after: str = "",
    filters: Filters | None = None,
    order: Order = Order.CLOSEST,
) -> Results:
    """Return the emitted documents that match, counted and shown only as far as ``tokens`` may read them.

    Without words and filters nothing is found, but for published acts, which are listed newest first.

    :param tokens: who asks, as ``docs_store.selectors.reader_tokens`` says; ``{"public"}`` for a visitor.
    :param after: the ``next`` of the results before.
    :raises SearchUnavailable: the index does not answer.
    """
    return _find(get_index(), words, _Wish(tokens, limit, after, filters or Filters(), order))


def answer(
    words: str,
    *,
    tokens: frozenset[str],
    limit: int = DEFAULT_LIMIT,
    after: str = "",
    filters: Filters | None = None,
    order: Order = Order.CLOSEST,
) -> Results:
    """Return what ``find`` returns, or while the index does not answer what the database knows (``is_limited``).

    Then numbers, titles, subjects, kinds and units are found, no text, by the same readers.
    """
    wish = _Wish(tokens, limit, after, filters or Filters(), order)
    try:
        return _find(get_index(), words, wish)
    except SearchUnavailable:
        return replace(_find(Records(), words, wish), is_limited=True)


def _find(engine: _Engine, words: str, wish: _Wish) -> Results:
    asked, chosen = query(words[:LONGEST_QUESTION]), wish.filters
    if asked.is_empty and (words.strip() or chosen == Filters()):
        return Results()
    question = Question(asked, chosen, wish.tokens, COUNTED_PAGES)
    matches = engine.matches(question)
    shorter = without_siglas(asked)
    is_relaxed = not matches and shorter is not None
    if is_relaxed and shorter is not None:
        question = Question(shorter, chosen, wish.tokens, COUNTED_PAGES)
        matches = engine.matches(question)
    return replace(_results(engine, question, matches, wish), is_relaxed=is_relaxed)


def _results(engine: _Engine, question: Question, matches: Sequence[PageMatch], wish: _Wish) -> Results:
    """Return one page of the results, with the counts of all."""
    documents = _by_document(matches)
    is_capped = len(matches) == COUNTED_PAGES
    is_closest = wish.order == Order.CLOSEST
    following = _closest_after if is_closest else partial(_newest_after, engine, question)
    rest = following(documents, wish.after)
    page = rest[: wish.limit]
    return Results(
        hits=_hits(engine, page, question.query),
        facets=_facets(documents),
        total_capped=len(documents),
        expedientes=len({found.best.expediente_id for found in documents}),
        is_capped=is_capped,
        next=_cursor(page[-1], wish.order) if len(rest) > wish.limit else "",
    )


def _by_document(matches: Iterable[PageMatch]) -> list[_Found]:
    """Return the matching pages by document, newest first.

    The page to show is the closest of those whose own text has the words; where none has, the first.
    """
    documents: dict[int, _Found] = {}
    for match in matches:
        found = documents.setdefault(match.document_id, _Found(match, []))
        found.pages.append(match)
        if match.is_in_text and (not found.best.is_in_text or match.score < found.best.score):
            found.best = match
    return list(documents.values())


def _closest_after(documents: Sequence[_Found], after: str) -> list[_Found]:
    """Return the documents by closeness, the newer first among equals, from the cursor on."""
    ordered = sorted(documents, key=_closeness)
    score, _, key = after.partition(":")
    if not key:
        return ordered
    try:
        cursor = (float(score), -int(key))
    except ValueError:
        return ordered
    return [found for found in ordered if _closeness(found) > cursor]


def _newest_after(engine: _Engine, question: Question, documents: list[_Found], after: str) -> list[_Found]:
    """Return the documents from the cursor on, newest first; they may lie beyond what was counted."""
    if not after.isdecimal():
        return documents
    return _by_document(engine.matches(replace(question, before=int(after))))


def _closeness(found: _Found) -> tuple[float, int]:
    return found.best.score, -found.best.key


def _cursor(last: _Found, order: Order) -> str:
    return f"{last.best.score!r}:{last.best.key}" if order == Order.CLOSEST else str(last.best.key)


def _facets(documents: Sequence[_Found]) -> Facets:
    """Return the kinds, units and years of the documents, the most frequent first, years newest first."""
    firsts = [found.best for found in documents]
    years = Counter((str(match.emitted_on.year), str(match.emitted_on.year)) for match in firsts)
    return Facets(
        kinds=_counted(Counter((match.kind, match.kind_name) for match in firsts)),
        units=_counted(Counter((match.unit, match.unit_siglas) for match in firsts if match.unit)),
        years=tuple(sorted(_counted(years), key=lambda facet: facet.value, reverse=True)),
    )


def _counted(counter: Counter[tuple[str, str]]) -> tuple[Facet, ...]:
    ordered = sorted(counter.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Facet(value, label, count) for (value, label), count in ordered)


def _hits(engine: _Engine, page: Sequence[_Found], asked: Query) -> tuple[Hit, ...]:
    held = engine.texts([(found.best.document_id, found.best.page) for found in page])
    return tuple(_hit(found, held[found.best.document_id], asked) for found in page if found.best.document_id in held)


def _hit(found: _Found, document: StoredDocument, asked: Query) -> Hit:
    shown = extract(document.texts.get(found.best.page, ""), asked.clauses)
    return Hit(
        document_id=document.document_id,
        expediente_id=document.expediente_id,
        expediente_label=document.expediente_label,
        label=document.label,
        title=document.title,
        kind=document.kind,
        kind_name=document.kind_name,
        unit_siglas=document.unit_siglas,
        state=document.state,
        is_public=document.is_public,
        page=found.best.page,
        pages=_pages_with_hits(found) if shown.hits else (found.best.page,),
        hits_on_page=shown.hits,
        extract_html=mark_safe(shown.html),
        emitted_on=document.emitted_on,
    )


def _pages_with_hits(found: _Found) -> tuple[int, ...]:
    """Return the pages that hold the words themselves, in order."""
    in_text = sorted(match.page for match in found.pages if match.is_in_text)
    return tuple(in_text or sorted(match.page for match in found.pages))
