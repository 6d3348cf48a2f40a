"""Which facts of the outbox change the index."""

from collections.abc import Sequence

from docs_store.models import Document, Expediente
from ledger.enums import Queue
from ledger.ports import Delivery
from ledger.services import subscribe, subscribe_together
from search import services

DOCUMENT_KINDS = ["document.emitted", "document.published", "document.annulled"]


@subscribe_together("search.index_document", kinds=DOCUMENT_KINDS, queue=Queue.INDEXING)
def index_document(deliveries: Sequence[Delivery]) -> None:
    """Index the documents of the facts as they stand now."""
    documents = Document.objects.select_related("expediente", "kind", "unit", "emitted_version").prefetch_related(
        "unit__names", "unit__aliases", "emitted_version__page_texts"
    )
    services.index_document(*documents.filter(pk__in=_ids(deliveries)))


@subscribe_together("search.refresh_access", kinds=["access.granted"], queue=Queue.INDEXING)
def refresh_access(deliveries: Sequence[Delivery]) -> None:
    """Let the index know who may read the expedientes of the facts now."""
    services.refresh_access(*Expediente.objects.filter(pk__in=_ids(deliveries)))


@subscribe("search.index_expediente", kinds=["filing.corrected"], in_transaction=False, queue=Queue.INDEXING)
def index_expediente(delivery: Delivery) -> None:
    """Index the expediente's documents again: its subject is one of the words they are found by."""
    services.index_expediente(Expediente.objects.get(pk=_id(delivery.subject)))


def _ids(deliveries: Sequence[Delivery]) -> set[int]:
    return {_id(delivery.subject) for delivery in deliveries}


def _id(subject: str) -> int:
    """Return the id in ``document:5``."""
    return int(subject.partition(":")[2])
