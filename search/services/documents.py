"""From an emitted document of the store of record into the index. Everything here may be run again."""

from docs_store.models import Document, Expediente
from search.errors import SearchUnavailable
from search.index import get_index
from search.selectors.records import findable, indexed, is_findable, readers_of

MOST_ROUNDS = 5
"""How often what changed while it was being indexed is indexed again at once."""


def index_document(document: Document) -> None:
    """Make an emitted document findable as it stands now, by those who may read its expediente.

    A document that was never emitted is forgotten instead: drafts are not searched.

    :raises SearchUnavailable: nothing was changed; the call may be repeated.
    """
    if not is_findable(document):
        remove(document_id=document.pk)
        return
    refresh_access(document.expediente)
    for _ in range(MOST_ROUNDS):
        get_index().replace([indexed(document)])
        now = findable().filter(pk=document.pk).first()
        if now is None or _shown(now) == _shown(document):
            return
        document = now
    raise SearchUnavailable


def refresh_access(expediente: Expediente) -> None:
    """Tell the index who may read the expediente now. None of its documents is analysed again.

    Another worker may tell it at the same moment what it read a moment earlier: whoever comes last looks again.

    :raises SearchUnavailable: nothing was changed; the call may be repeated.
    """
    told = None
    for _ in range(MOST_ROUNDS):
        readers = readers_of(Expediente.objects.get(pk=expediente.pk))
        if readers == told:
            return
        get_index().set_readers(expediente.pk, readers)
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


def _shown(document: Document) -> tuple[object, ...]:
    """Return what may change of a document after its emission."""
    return document.state, document.is_public, document.emitted_version_id
