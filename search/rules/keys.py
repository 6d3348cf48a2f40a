"""The order of pages: one number of day, document and page, so that a span of days is a span of keys."""

from datetime import MAXYEAR, MINYEAR, date

from search.ports import IndexedDocument, Question

PAGE_BITS, DOCUMENT_BITS = 14, 29
LAST_PAGE = (1 << PAGE_BITS) - 1
DOCUMENT_MASK = (1 << DOCUMENT_BITS) - 1
DAY_SHIFT = DOCUMENT_BITS + PAGE_BITS
HIGHEST = (1 << 63) - 1
NOTHING = (1, 0)
"""A span that holds no key."""


def document_key(document: IndexedDocument) -> int:
    """Return the document's place in time: day, then id, the page's bits empty."""
    return (document.emitted_on.toordinal() << DAY_SHIFT) | (document.document_id << PAGE_BITS)


def page_key(document_key: int, page: int) -> int:
    """Return the place of a page. Pages count down, so that newest first is also first page first."""
    return document_key | (LAST_PAGE - min(page, LAST_PAGE))


def key_of_document(key: int) -> int:
    """Return the key of the document that the key's page belongs to."""
    return key & ~LAST_PAGE


def document_of(key: int) -> int:
    """Return the id of the document that the key belongs to."""
    return (key >> PAGE_BITS) & DOCUMENT_MASK


def page_of(key: int) -> int:
    """Return the page of a key; a document's own key leads to its first page."""
    return LAST_PAGE - (key & LAST_PAGE) if key & LAST_PAGE else 1


def key_span(question: Question) -> tuple[int, int]:
    """Return the lowest and highest key that the days allow, below the key that paging goes on from."""
    first, last, year = question.query.from_on, question.query.to_on, question.filters.year
    if year is not None:
        if not MINYEAR <= year <= MAXYEAR:
            return NOTHING
        first = max(first or date.min, date(year, 1, 1))
        last = min(last or date.max, date(year, 12, 31))
    lowest = first.toordinal() << DAY_SHIFT if first else 0
    highest = ((last.toordinal() + 1) << DAY_SHIFT) - 1 if last else HIGHEST
    if question.before is not None:
        highest = min(highest, question.before - 1)
    return (lowest, min(highest, HIGHEST)) if lowest <= HIGHEST else NOTHING
