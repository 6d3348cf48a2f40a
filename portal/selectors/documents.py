"""Documents that a citizen may open: their own, what they were notified, what was published, what a code leads to."""

from docs_store.enums import Stage
from docs_store.models import Document, Expediente
from organization.models import Person
from portal.selectors.notices import may_be_read
from workflows.models import Filing, FilingSilence, Notice


def readable_document(expediente: Expediente, party: Person | None, document_id: int) -> Document | None:
    """Return a document of the file that the party may open: its own papers and cargos, what it was notified, acts
    that were published. Anything else is nothing, as if it did not exist."""
    document = (
        Document.objects.filter(pk=document_id, expediente=expediente, emitted_version__isnull=False)
        .select_related("emitted_version", "kind")
        .first()
    )
    if document is None:
        return None
    own = Filing.objects.filter(expediente=expediente, party=party)
    is_own = own.filter(items__document=document).exists() or own.filter(cargo=document).exists()
    told = Notice.objects.filter(document=document, person=party)
    was_notified = any(may_be_read(notice) for notice in told)
    was_notified = was_notified or FilingSilence.objects.filter(constancia=document, filing__party=party).exists()
    return document if is_own or was_notified or document.is_public else None


def published_document(document_id: int) -> Document | None:
    """Return a document that anyone may read, or nothing."""
    return (
        Document.objects.filter(pk=document_id, is_public=True, emitted_version__isnull=False)
        .select_related("emitted_version", "kind", "unit")
        .first()
    )


def document_of_code(code: str) -> Document | None:
    """Return the document with this verification code, once it was signed or emitted; a draft's code leads nowhere."""
    document = Document.objects.select_related("emitted_version", "kind", "unit").filter(cvd=code).first()
    if document is None:
        return None
    is_signed = document.versions.filter(stage=Stage.SIGNED).exists()
    return document if document.emitted_version_id is not None or is_signed else None


def public_original(document_id: int | None) -> Document | None:
    """Return the document that a shown file comes from, if its original can be opened by code."""
    if document_id is None:
        return None
    return (
        Document.objects.select_related("emitted_version", "kind", "unit")
        .filter(pk=document_id, cvd__isnull=False)
        .first()
    )
