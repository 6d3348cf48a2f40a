"""The document's row is its lock: whoever changes a document, its versions, annexes or number holds it first.

Every row lock here is ``no_key``: on PostgreSQL the plain one waits for whoever adds a row that refers to this one, and
two that had each added a row and then wanted the lock would wait for each other.
"""

from docs_store.enums import DocumentState
from docs_store.errors import DocumentIsClosed
from docs_store.models import Document, Expediente
from organization.models import Person

CLOSED_STATES = frozenset({DocumentState.EMITTED, DocumentState.ANNULLED})
WHAT_CHANGES = ("state", "legal_state", "label", "title", "cvd", "emitted_at", "emitted_version", "is_public")
INTAKE_ACTOR = "system:intake"


def lock(document: Document) -> None:
    """Lock the document's row until the end of the transaction, and read again what may have changed."""
    document.refresh_from_db(fields=WHAT_CHANGES, from_queryset=Document.objects.select_for_update(no_key=True))


def lock_together(*documents: Document) -> None:
    """Lock several documents, always in the same order, so that no two requests wait for each other."""
    rows = Document.objects.select_for_update(no_key=True).filter(pk__in=[document.pk for document in documents])
    list(rows.order_by("pk").values_list("pk"))


def lock_expediente(expediente_id: int) -> None:
    """Lock the expediente's row until the end of the transaction: its index, parties and keys change in turn."""
    Expediente.objects.select_for_update(no_key=True).only("pk").get(pk=expediente_id)


def lock_open(document: Document) -> None:
    """Lock the document, which must still be open for changes.

    :raises DocumentIsClosed: it was emitted or annulled.
    """
    lock(document)
    check_open(document)


def check_open(document: Document) -> None:
    """Refuse a locked document that never changes again.

    :raises DocumentIsClosed: it was emitted or annulled.
    """
    if document.state in CLOSED_STATES:
        raise DocumentIsClosed


def actor_of(by: Person | None) -> str:
    """Return how the ledger names who acts: without a person, the web intake."""
    return by.actor if by is not None else INTAKE_ACTOR
