"""From an emitted document of the store of record into the index. Everything here may be run again."""

from collections.abc import Iterable, Mapping, Sequence

from docs_store.models import Document, Expediente
from search.errors import SearchUnavailable
from search.index import get_index
from search.selectors.records import findable, indexed, is_findable, readers_of

MOST_ROUNDS = 5
"""How often what changed while it was being indexed is indexed again at once."""


def index_document(*documents: Document) -> None:
    """Make emitted documents findable as they stand now, by those who may read their expedientes: together in one go.

    A document that was never emitted is forgotten instead: drafts are not searched.

    :raises SearchUnavailable: not all was changed; the call may be repeated.
    """
    for document in documents:
        if not is_findable(document):
            remove(document_id=document.pk)
    left = [document for document in documents if is_findable(document)]
    for _ in range(MOST_ROUNDS):
        if not left:
            return
        readers = _readers({document.expediente_id for document in left})
        get_index().replace([indexed(document) for document in left], readers)
        refresh_access(*_told_otherwise(readers))
        left = _changed(left)
    raise SearchUnavailable


def refresh_access(*expedientes: Expediente) -> None:
    """Tell the index who may read the expedientes now. None of their documents is analysed again.

    Another worker may tell it at the same moment what it read a moment earlier: whoever comes last looks again.

    :raises SearchUnavailable: not all was changed; the call may be repeated.
    """
    told: dict[int, frozenset[str]] = {}
    for _ in range(MOST_ROUNDS):
        readers = _readers({expediente.pk for expediente in expedientes})
        if readers == told:
            return
        get_index().replace((), readers)
        told = readers
    raise SearchUnavailable


def index_expediente(expediente: Expediente) -> None:
    """Index all that was emitted in an expediente again: what is said of the expediente changed.

    :raises SearchUnavailable: nothing was changed; the call may be repeated.
    """
    get_index().replace([indexed(document) for document in findable().filter(expediente=expediente)])


def remove(*, document_id: int) -> None:
    """Make the index forget a document."""
    get_index().remove(document_id)


def _readers(expediente_ids: Iterable[int]) -> dict[int, frozenset[str]]:
    """Return who may read each expediente, as the database says this moment."""
    expedientes = Expediente.objects.filter(pk__in=expediente_ids).prefetch_related("access")
    return {expediente.pk: readers_of(expediente) for expediente in expedientes}


def _told_otherwise(readers: Mapping[int, frozenset[str]]) -> list[Expediente]:
    """Return the expedientes whose readers are others by now."""
    expedientes = Expediente.objects.filter(pk__in=list(readers)).prefetch_related("access")
    return [expediente for expediente in expedientes if readers_of(expediente) != readers[expediente.pk]]


def _changed(documents: Sequence[Document]) -> list[Document]:
    """Return those documents, as they stand now, that are shown otherwise than as they were given."""
    given = {document.pk: _shown(document) for document in documents}
    now = findable().prefetch_related(None).filter(pk__in=list(given))
    changed = [document.pk for document in now if _shown(document) != given[document.pk]]
    return list(findable().filter(pk__in=changed)) if changed else []


def _shown(document: Document) -> tuple[object, ...]:
    """Return what may change of a document after its emission."""
    return document.state, document.is_public, document.emitted_version_id
