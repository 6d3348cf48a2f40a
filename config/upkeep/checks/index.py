"""The database and the index: every emitted document is held, nothing else is, and each as it stands now."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from config.upkeep.differences import Depth, Difference, Kind
from docs_store.models import Document
from ledger.models import Event
from search import services as search
from search.index import get_index

SENTENCES = {
    Kind.INDEX_MISSING: _("El documento %(id)d (%(label)s) está emitido y el índice no lo tiene."),
    Kind.INDEX_UNKNOWN: _("El índice tiene el documento %(id)d, que no está emitido en la base de datos."),
    Kind.INDEX_STALE: _("El índice guarda el documento %(id)d (%(label)s) como ya no es, o con otros lectores."),
}


def differences(depth: Depth) -> Iterator[Difference]:
    """Yield what differs; of very many the first of each kind. What the outbox is still to tell is no difference."""
    sample = Document.objects.count() if depth.sample is None else depth.sample
    seen = search.compare(get_index(), sample=sample)
    found = {Kind.INDEX_MISSING: seen.missing, Kind.INDEX_UNKNOWN: seen.foreign, Kind.INDEX_STALE: seen.differing}
    for kind, ids in found.items():
        for document_id in ids:
            document = Document.objects.filter(pk=document_id).first()
            if document is not None and _is_awaited(document):
                continue
            label = (document.label or document.title) if document else ""
            yield Difference(
                kind, f"document:{document_id}", str(SENTENCES[kind]) % {"id": document_id, "label": label}
            )


def _is_awaited(document: Document) -> bool:
    """Return whether the outbox still has something to tell the index of the document or its expediente."""
    subjects = [f"document:{document.pk}", f"expediente:{document.expediente_id}"]
    waiting = Event.objects.filter(consumer__startswith="search.", done_at__isnull=True)
    return waiting.filter(entry__subject__in=subjects).exists()
