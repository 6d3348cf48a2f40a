"""The index as the room sees it, and the values that cross its border."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple, Protocol

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
    """What the engine is asked: the query, the facets, and who asks. ``before`` goes on below that key.

    ``is_ranked``: how close each page is has to be told; that costs an engine a look at every page with the words.
    """

    query: Query
    filters: Filters
    readers: frozenset[str]
    limit: int
    before: int | None = None
    is_ranked: bool = True


class PageMatch(NamedTuple):
    """One page that matches. ``place`` is its day, document and page as one number, see ``search.rules.keys``.

    A lower ``score`` is closer; it means nothing where closeness was not asked for. ``is_in_text``: the page's own text
    has some of the words; number, title, kind and unit match on every page.
    """

    place: int
    score: float
    is_in_text: bool


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


class Named(NamedTuple):
    """A kind or a unit: its code, and what people call it."""

    value: str
    label: str


@dataclass(frozen=True)
class Tally:
    """How many of some documents are of each kind and unit, and in how many expedientes they lie."""

    kinds: Mapping[Named, int] = field(default_factory=dict)
    units: Mapping[Named, int] = field(default_factory=dict)
    expedientes: int = 0


@dataclass(frozen=True)
class Details:
    """What a page of results shows besides the matches: the documents on it, and the tally of all that was found."""

    documents: Mapping[int, StoredDocument]
    tally: Tally


@dataclass(frozen=True)
class Held:
    """A document as it is held, read back whole, and the readers that its pages are told of."""

    document: IndexedDocument
    readers: frozenset[str]


class Build(Protocol):
    """A new version of the index, made beside the one that answers. What is written meanwhile reaches both."""

    @property
    def last(self) -> int:
        """The id of the last document that was added, also before this process died; 0 for none."""
        ...

    def add(self, documents: Sequence[IndexedDocument], readers: Mapping[int, frozenset[str]]) -> None:
        """Store documents and who may read their expedientes, unless something newer is there; remember the last."""
        ...

    def ids(self) -> Iterator[int]:
        """Yield the ids of the documents that are held, in ascending order."""
        ...

    def held(self, document_id: int) -> Held | None:
        """Return a document as the new version holds it."""
        ...

    def remove(self, document_id: int) -> None:
        """Forget a document."""
        ...

    def publish(self) -> None:
        """Answer with this version from now on, in one step, and throw the former one away."""
        ...

    def drop(self) -> None:
        """Throw this version away."""
        ...


class Index(Protocol):
    """A projection of the emitted documents that can be thrown away and built again."""

    def replace(
        self, documents: Sequence[IndexedDocument], readers: Mapping[int, frozenset[str]] | None = None
    ) -> None:
        """Store the documents, each in place of what was held of it; findable when this returns.

        :param readers: who may read expedientes from now on, as ``set_readers`` says it; of others what was said holds.
        :raises SearchUnavailable: not all was changed; repeating the call leaves what one call leaves.
        """
        ...

    def remove(self, document_id: int) -> None:
        """Forget a document; one that is not held changes nothing."""
        ...

    def set_readers(self, expediente_id: int, readers: frozenset[str]) -> None:
        """Say who may read an expediente, in place of what was said before; it holds when this returns.

        No document is analysed again.

        :raises SearchUnavailable: the call has to be repeated.
        """
        ...

    def matches(self, question: Question) -> list[PageMatch]:
        """Return the pages that match and that one of the readers may read, newest document first.

        :raises SearchUnavailable: trying again later may help.
        """
        ...

    def details(self, document_ids: Sequence[int], places: Sequence[tuple[int, int]]) -> Details:
        """Return the tally of the documents, and of each (document, page) place the document with that page's text.

        :raises SearchUnavailable: trying again later may help.
        """
        ...

    def clear(self) -> None:
        """Forget everything."""
        ...

    def count(self) -> int:
        """Return how many documents are held."""
        ...

    def ids(self) -> Iterator[int]:
        """Yield the ids of the documents that are held, in ascending order."""
        ...

    def held(self, document_id: int) -> Held | None:
        """Return a document as it is held, to be compared with the record."""
        ...

    def is_current(self) -> bool:
        """Return whether the index has the form that this program writes; if not, it must be built again."""
        ...

    def build(self) -> Build:
        """Go on with the version that was begun and not finished, or begin one."""
        ...
