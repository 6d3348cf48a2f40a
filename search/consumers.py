"""Which facts of the outbox change the index."""

from docs_store.models import Document, Expediente
from ledger.enums import Queue
from ledger.ports import Delivery
from ledger.services import subscribe
from search import services

DOCUMENT_KINDS = ["document.emitted", "document.published", "document.annulled"]


@subscribe("search.index_document", kinds=DOCUMENT_KINDS, in_transaction=False, queue=Queue.INDEXING)
def index_document(delivery: Delivery) -> None:
    """Index the document of the fact as it stands now."""
    document = Document.objects.select_related("expediente", "kind", "unit", "emitted_version").get(
        pk=_id(delivery.subject)
    )
    services.index_document(document)


@subscribe("search.refresh_access", kinds=["access.granted"], in_transaction=False, queue=Queue.INDEXING)
def refresh_access(delivery: Delivery) -> None:
    """Let the index know who may read the expediente of the fact now."""
    services.refresh_access(Expediente.objects.get(pk=_id(delivery.subject)))


@subscribe("search.index_expediente", kinds=["filing.corrected"], in_transaction=False, queue=Queue.INDEXING)
def index_expediente(delivery: Delivery) -> None:
    """Index the expediente's documents again: its subject is one of the words they are found by."""
    services.index_expediente(Expediente.objects.get(pk=_id(delivery.subject)))


def _id(subject: str) -> int:
    """Return the id in ``document:5``."""
    return int(subject.partition(":")[2])
