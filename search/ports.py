"""The index as the room sees it, and the values that cross its border."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

EVERYONE = "public"
"""The reader that every visitor is."""

SEES_ALL = "all"
"""The token of the few roles that may read every expediente."""


@dataclass(frozen=True)
class IndexedPage:
    """One page: its text as it is shown, and the terms it is found by."""

    page: int
    text: str
    terms: tuple[str, ...]


@dataclass(frozen=True)
class IndexedDocument:
    """A document as the index holds it.

    ``head`` are the terms of its number, title, kind and unit; ``marks`` the terms of the fields that a question may
    name (``k-inform`` for ``tipo:informe``).
    """

    document_id: int
    expediente_id: int
    expediente_label: str
    kind: str
    kind_name: str
    unit: str
    unit_siglas: str
    label: str
    title: str
    state: str
    emitted_on: date
    is_public: bool
    head: tuple[str, ...]
    marks: tuple[str, ...]
    pages: tuple[IndexedPage, ...]


@dataclass(frozen=True)
class Clause:
    """What must stand on a page: the terms one after another, or (``is_near``) close to one another."""

    terms: tuple[str, ...]
    is_near: bool = False


@dataclass(frozen=True)
class Query:
    """A question after analysis. Every clause and mark must hold, no excluded term may stand there."""

    clauses: tuple[Clause, ...] = ()
    excluded: tuple[Clause, ...] = ()
    marks: tuple[str, ...] = ()
    from_on: date | None = None
    to_on: date | None = None

    @property
    def is_empty(self) -> bool:
        return not (self.clauses or self.marks or self.from_on or self.to_on)


@dataclass(frozen=True)
class Filters:
    """Facets that were chosen: exact values; empty means any."""

    kind: str = ""
    unit: str = ""
    year: int | None = None
    is_published: bool = False


@dataclass(frozen=True)
class Question:
    """What the engine is asked: the query, the facets, and who asks. ``before`` goes on below that key."""

    query: Query
    filters: Filters
    readers: frozenset[str]
    limit: int
    before: int | None = None


@dataclass(frozen=True)
class PageMatch:
    """One page that matches, newest document first. ``key`` orders documents; a lower ``score`` is closer."""

    key: int
    document_id: int
    page: int
    score: float
    expediente_id: int
    kind: str
    kind_name: str
    unit: str
    unit_siglas: str
    emitted_on: date


@dataclass(frozen=True)
class StoredDocument:
    """What the index knows of a document, without its pages."""

    document_id: int
    expediente_id: int
    expediente_label: str
    kind: str
    kind_name: str
    unit: str
    unit_siglas: str
    label: str
    title: str
    state: str
    emitted_on: date
    is_public: bool
    texts: dict[int, str] = field(default_factory=dict)


class Index(Protocol):
    """A projection of the emitted documents that can be thrown away and built again."""

    def replace(self, documents: Sequence[IndexedDocument]) -> None:
        """Store the documents, each in place of what was held of it.

        :raises SearchUnavailable: nothing was changed; the call may be repeated.
        """
        ...

    def remove(self, document_id: int) -> None:
        """Forget a document; one that is not held changes nothing."""
        ...

    def set_readers(self, expediente_id: int, readers: frozenset[str]) -> None:
        """Say who may read an expediente, in place of what was said before. No document is indexed again."""
        ...

    def matches(self, question: Question) -> list[PageMatch]:
        """Return the pages that match and that one of the readers may read, newest document first.

        :raises SearchUnavailable: trying again later may help.
        """
        ...

    def texts(self, places: Sequence[tuple[int, int]]) -> dict[int, StoredDocument]:
        """Return the documents of those (document, page) places, each with the texts of those pages."""
        ...

    def clear(self) -> None:
        """Forget everything."""
        ...

    def count(self) -> int:
        """Return how many documents are held."""
        ...
