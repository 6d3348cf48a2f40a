"""What the database can answer while the index does not: numbers, titles, subjects, kinds and units; no text.

The words are understood as ever and compared with the same terms that the index would hold of a document's head. So
that a page never waits for millions of rows, only the newest documents are looked at, and all that bear a number
that was asked for.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import fields
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from docs_store.enums import AccessLevel
from docs_store.models import Access, Document
from search.ports import (
    EVERYONE,
    SEES_ALL,
    Clause,
    Details,
    Filters,
    IndexedDocument,
    Named,
    PageMatch,
    Query,
    Question,
    StoredDocument,
    Tally,
)
from search.rules.keys import DAY_SHIFT, document_key, key_span, page_key
from search.selectors.records import described, findable

LOOKED_AT = 2_000
NEAR_SPAN = 12
PAIR = re.compile(r"\d+-\d{4}")


class Records:
    """Answers as an index does, from the store of record. One for each question: what was looked at is remembered."""

    def __init__(self) -> None:
        self._said: dict[int, IndexedDocument] = {}

    def matches(self, question: Question) -> list[PageMatch]:
        """Return the documents that match, newest first, all as their first page and equally close."""
        lowest, highest = key_span(question)
        found = []
        for document in _candidates(question):
            said = described(document)
            key = document_key(said)
            if lowest <= key <= highest and _holds(said, question.query):
                found.append(PageMatch(page_key(key, 1), 0.0, False))
                self._said[said.document_id] = said
        return sorted(found, reverse=True)[: question.limit]

    def details(self, document_ids: Sequence[int], places: Sequence[tuple[int, int]]) -> Details:
        """Return the tally of what was found, and the documents, each with its title in place of its text."""
        found = [self._said[each] for each in document_ids]
        tally = Tally(
            kinds=Counter(Named(said.kind, said.kind_name) for said in found),
            units=Counter(Named(said.unit, said.unit_siglas) for said in found),
            expedientes=len({said.expediente_id for said in found}),
        )
        return Details({document_id: _stored(self._said[document_id]) for document_id, _page in places}, tally)


def may_read(tokens: frozenset[str]) -> Q:
    """Return the documents that the bearer of these tokens may read, as the index would decide."""
    if SEES_ALL in tokens:
        return Q()
    given = Q(unit__in=_ids(tokens, "unit:")) | Q(person__in=_ids(tokens, "person:"))
    if EVERYONE not in tokens:
        return Q(Exists(Access.objects.filter(given, expediente=OuterRef("expediente"))))
    given |= Q(is_public=True)
    by_access = Q(Exists(Access.objects.filter(given, expediente=OuterRef("expediente"))))
    return Q(is_public=True) | Q(expediente__access_level=AccessLevel.PUBLIC) | by_access


def _candidates(question: Question) -> QuerySet[Document]:
    """Return the documents to look at: those that bear the number asked for, or the newest."""
    documents = findable().prefetch_related(None).prefetch_related("unit__names", "unit__aliases")
    documents = documents.filter(may_read(question.readers), _chosen(question.filters), _days(question))
    for clause in question.query.clauses:
        if PAIR.fullmatch(clause.terms[0]):
            pair = clause.terms[0]
            documents = documents.filter(
                Q(label__contains=pair)
                | Q(title__contains=pair)
                | Q(expediente__label__contains=pair)
                | Q(expediente__subject__contains=pair)
            )
    return documents.order_by("-emitted_at")[:LOOKED_AT]


def _days(question: Question) -> Q:
    """Return the span of days that the question allows, as Lima's calendar counts them."""
    lowest, highest = key_span(question)
    if lowest > highest:
        return Q(pk__in=())
    first, last = (date.fromordinal(max(1, key >> DAY_SHIFT)) for key in (lowest, highest))
    return Q(emitted_at__date__gte=first) & Q(emitted_at__date__lte=last)


def _chosen(filters: Filters) -> Q:
    chosen = Q()
    if filters.kind:
        chosen &= Q(kind__slug=filters.kind)
    if filters.unit:
        chosen &= Q(unit__slug=filters.unit)
    if filters.is_published:
        chosen &= Q(is_public=True)
    return chosen


def _holds(said: IndexedDocument, asked: Query) -> bool:
    """Return whether the document's head has every clause and mark, and nothing that is to be left out."""
    return (
        set(asked.marks) <= set(said.marks)
        and all(_stands(clause, said.head) for clause in asked.clauses)
        and not any(_stands(clause, said.head) for clause in asked.excluded)
    )


def _stands(clause: Clause, head: Sequence[str]) -> bool:
    """Return whether the terms stand one after another, or (``is_near``) close to one another in any order."""
    size = NEAR_SPAN if clause.is_near else len(clause.terms)
    for start in range(len(head)):
        window = tuple(head[start : start + size])
        if window == clause.terms or (clause.is_near and set(clause.terms) <= set(window)):
            return True
    return False


def _ids(tokens: frozenset[str], kind: str) -> list[int]:
    return [int(token.removeprefix(kind)) for token in tokens if token.startswith(kind)]


def _stored(said: IndexedDocument) -> StoredDocument:
    named = {each.name: getattr(said, each.name) for each in fields(StoredDocument) if each.name != "texts"}
    return StoredDocument(**named, texts={1: said.title})
