"""Answers what a person asks of the index, within what that person may read."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import NamedTuple, Protocol

from django.utils.safestring import SafeString, mark_safe

from search.enums import Order
from search.errors import SearchUnavailable
from search.index import get_index
from search.ports import Details, Filters, Named, PageMatch, Query, Question, StoredDocument
from search.rules.extracts import extract
from search.rules.keys import DAY_SHIFT, PAGE_BITS, document_of, key_of_document, page_of
from search.rules.questions import query, without_siglas
from search.selectors.limited import Records

COUNTED_PAGES = 1_000
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

    def details(self, document_ids: Sequence[int], places: Sequence[tuple[int, int]]) -> Details: ...


@dataclass(frozen=True)
class _Wish:
    """Who asks, and which part of the answer in which order."""

    tokens: frozenset[str]
    limit: int
    after: str
    filters: Filters
    order: Order


class _Found(NamedTuple):
    """A document with its matching pages, the closest of them to be shown."""

    best: PageMatch
    pages: Sequence[PageMatch]

    @property
    def key(self) -> int:
        return key_of_document(self.best.place)

    @property
    def document_id(self) -> int:
        return document_of(self.best.place)

    @property
    def page(self) -> int:
        return page_of(self.best.place)


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
    question = Question(asked, chosen, wish.tokens, COUNTED_PAGES, is_ranked=wish.order == Order.CLOSEST)
    matches = engine.matches(question)
    shorter = without_siglas(asked)
    is_relaxed = not matches and shorter is not None
    if is_relaxed and shorter is not None:
        question = replace(question, query=shorter)
        matches = engine.matches(question)
    if not matches:
        return Results()
    return replace(_results(engine, question, matches, wish), is_relaxed=is_relaxed)


def _results(engine: _Engine, question: Question, matches: Sequence[PageMatch], wish: _Wish) -> Results:
    """Return one page of the results, with the counts of all: what is on the page and the counts are asked for once."""
    documents = _by_document(matches)
    is_capped = len(matches) == COUNTED_PAGES
    if wish.order == Order.CLOSEST:
        rest = _closest_after(documents, wish.after)
    else:
        rest = _newest_after(documents, wish, partial(_older, engine, question) if is_capped else None)
    page = rest[: wish.limit]
    details = engine.details(
        [found.document_id for found in documents], [(found.document_id, found.page) for found in page]
    )
    return Results(
        hits=_hits(details, page, question.query),
        facets=_facets(details, documents),
        total_capped=len(documents),
        expedientes=details.tally.expedientes,
        is_capped=is_capped,
        next=_cursor(page[-1], wish.order) if len(rest) > wish.limit else "",
    )


def _by_document(matches: Iterable[PageMatch]) -> list[_Found]:
    """Return the matching pages by document, newest first."""
    documents: dict[int, list[PageMatch]] = {}
    for match in matches:
        documents.setdefault(match.place >> PAGE_BITS, []).append(match)
    return [_Found(_best(pages), pages) for pages in documents.values()]


def _best(pages: Sequence[PageMatch]) -> PageMatch:
    """Return the closest of the pages whose own text has the words; where none has, the first."""
    if len(pages) == 1:
        return pages[0]
    return min((match for match in pages if match.is_in_text), key=_score, default=pages[0])


def _score(match: PageMatch) -> float:
    return match.score


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


def _newest_after(documents: list[_Found], wish: _Wish, older: Callable[[int], list[_Found]] | None) -> list[_Found]:
    """Return the documents from the cursor on, newest first.

    :param older: asks for what lies below a key, where there may be more than was counted.
    """
    if not wish.after.isdecimal():
        return documents
    key = int(wish.after)
    rest = [found for found in documents if found.key < key]
    return older(key) if older is not None and len(rest) <= wish.limit else rest


def _older(engine: _Engine, question: Question, key: int) -> list[_Found]:
    return _by_document(engine.matches(replace(question, before=key)))


def _closeness(found: _Found) -> tuple[float, int]:
    return found.best.score, -found.key


def _cursor(last: _Found, order: Order) -> str:
    return f"{last.best.score!r}:{last.key}" if order == Order.CLOSEST else str(last.key)


def _facets(details: Details, documents: Sequence[_Found]) -> Facets:
    """Return the kinds, units and years of the documents, the most frequent first, years newest first."""
    days = Counter(found.best.place >> DAY_SHIFT for found in documents)
    years: Counter[str] = Counter()
    for day, count in days.items():
        years[str(date.fromordinal(day).year)] += count
    return Facets(
        kinds=_counted(details.tally.kinds),
        units=_counted({name: count for name, count in details.tally.units.items() if name.value}),
        years=tuple(Facet(year, year, count) for year, count in sorted(years.items(), reverse=True)),
    )


def _counted(counts: Mapping[Named, int]) -> tuple[Facet, ...]:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Facet(name.value, name.label, count) for name, count in ordered)


def _hits(details: Details, page: Sequence[_Found], asked: Query) -> tuple[Hit, ...]:
    held = details.documents
    return tuple(_hit(found, held[found.document_id], asked) for found in page if found.document_id in held)


def _hit(found: _Found, document: StoredDocument, asked: Query) -> Hit:
    shown = extract(document.texts.get(found.page, ""), asked.clauses)
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
        page=found.page,
        pages=_pages_with_hits(found) if shown.hits else (found.page,),
        hits_on_page=shown.hits,
        extract_html=mark_safe(shown.html),
        emitted_on=document.emitted_on,
    )


def _pages_with_hits(found: _Found) -> tuple[int, ...]:
    """Return the pages that hold the words themselves, in order."""
    in_text = sorted(page_of(match.place) for match in found.pages if match.is_in_text)
    return tuple(in_text or sorted(page_of(match.place) for match in found.pages))
