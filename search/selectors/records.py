"""What the store of record says of an emitted document, as the index holds it."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils import timezone

from docs_store.enums import AccessLevel, DocumentState
from docs_store.models import Document, Expediente
from organization.models import Unit
from search.ports import EVERYONE, IndexedDocument, IndexedPage
from search.rules.keys import LAST_PAGE
from search.rules.questions import kind_marks, unit_marks
from search.rules.tokens import terms

FINDABLE_STATES = (DocumentState.EMITTED, DocumentState.ANNULLED)


@dataclass(frozen=True)
class _UnitWords:
    """A unit's siglas as shown, the words that find its documents, and all that ``unidad:`` knows it by."""

    siglas: str
    shown: tuple[str, ...]
    known: tuple[str, ...]


def is_findable(document: Document) -> bool:
    """Return whether the document was emitted, also when it was annulled since."""
    return document.state in FINDABLE_STATES and document.emitted_version_id is not None


def readers_of(expediente: Expediente) -> frozenset[str]:
    """Return the tokens of everyone who may read the expediente: units, persons, the public."""
    readers = {EVERYONE} if expediente.access_level == AccessLevel.PUBLIC else set()
    for access in expediente.access.all():
        if access.is_public:
            readers.add(EVERYONE)
        elif access.unit_id is not None:
            readers.add(f"unit:{access.unit_id}")
        else:
            readers.add(f"person:{access.person_id}")
    return frozenset(readers)


def findable() -> QuerySet[Document]:
    """Return all that was emitted, with what indexing it needs, by id."""
    return (
        Document.objects.filter(state__in=FINDABLE_STATES, emitted_version__isnull=False)
        .select_related("expediente", "kind", "unit", "emitted_version")
        .prefetch_related("unit__names", "unit__aliases", "emitted_version__page_texts")
        .order_by("pk")
    )


def indexed(document: Document) -> IndexedDocument:
    """Return the document as the index holds it.

    What the expediente says of itself is found only while the document is not public: its subject may name people.
    """
    return described(document, tuple(_pages(document)))


def described(document: Document, pages: tuple[IndexedPage, ...] = ()) -> IndexedDocument:
    """Return what is said of the document, with the pages given: without any, nothing but the database is read."""
    emitted_on = timezone.localdate(document.emitted_at)
    unit = _unit_words(document.unit, emitted_on)
    expediente = document.expediente
    inner = [] if document.is_public else [expediente.subject, document.outside_author]
    head = " ".join([document.kind.name, document.label, document.title, *unit.shown, expediente.label, *inner])
    return IndexedDocument(
        document_id=document.pk,
        expediente_id=expediente.pk,
        expediente_label=expediente.label,
        kind=document.kind.slug,
        kind_name=document.kind.name,
        unit=document.unit.slug if document.unit else "",
        unit_siglas=unit.siglas,
        label=document.label,
        title=document.title,
        state=document.state,
        emitted_on=emitted_on,
        is_public=document.is_public,
        head=tuple(terms(_composed(head))),
        marks=tuple(sorted(kind_marks(document.kind.slug, document.kind.name) | unit_marks(*unit.known))),
        pages=pages,
    )


def _pages(document: Document) -> Iterator[IndexedPage]:
    """Yield the pages of the emitted version; one without text where none could be read."""
    assert document.emitted_version is not None
    page_texts = list(document.emitted_version.page_texts.all())
    for page_text in page_texts[: LAST_PAGE - 1]:
        text = _composed(page_text.text)
        yield IndexedPage(page_text.page, text, tuple(terms(text)))
    if not page_texts:
        yield IndexedPage(1, "", ())


def _unit_words(unit: Unit | None, on: date) -> _UnitWords:
    """Return what a unit was called on that day, and all it was ever called."""
    if unit is None:
        return _UnitWords("", (), ())
    names = list(unit.names.all())
    valid = [name for name in names if name.valid_from <= on and (name.valid_to is None or on <= name.valid_to)]
    shown = next(iter(valid or names[-1:]), None)
    if shown is None:
        return _UnitWords(unit.slug, (unit.slug,), (unit.slug,))
    aliases = [alias.siglas for alias in unit.aliases.all()]
    known = [word for name in names for word in (name.siglas, name.siglas_path, name.name) if word]
    return _UnitWords(shown.siglas, (shown.siglas, shown.name, *aliases), (*known, *aliases))


def _composed(text: str) -> str:
    """Return the text with each accented letter as one sign: some PDF files hold letter and accent apart.

    Half signs, which no engine can store, become question marks.
    """
    return unicodedata.normalize("NFC", text).encode("utf-8", "replace").decode()
