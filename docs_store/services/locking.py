"""The document's row is its lock: whoever changes a document, its versions, annexes or number holds it first."""

from docs_store.enums import DocumentState
from docs_store.errors import DocumentIsClosed
from docs_store.models import Document
from organization.models import Person

CLOSED_STATES = frozenset({DocumentState.EMITTED, DocumentState.ANNULLED})
WHAT_CHANGES = ("state", "legal_state", "label", "title", "cvd", "emitted_at", "emitted_version", "is_public")
INTAKE_ACTOR = "system:intake"


def lock(document: Document) -> None:
    """Lock the document's row until the end of the transaction, and read again what may have changed."""
    document.refresh_from_db(fields=WHAT_CHANGES, from_queryset=Document.objects.select_for_update())


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
