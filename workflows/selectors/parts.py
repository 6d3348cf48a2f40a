"""Which part each document plays in a process, and what an act prints of what was done to it."""

from django.utils.translation import gettext as _

from docs_store import selectors as stored
from docs_store.enums import NumberState
from docs_store.models import Document, Version
from docs_store.ports import Rubric, VisadoBlock
from organization import selectors as organization
from signing import selectors as signing
from signing.enums import VisadoKind
from signing.models import Visado
from workflows.errors import StepRefused
from workflows.models import Process, ProcessDocument


def document_of(process: Process, key: str) -> Document | None:
    """Return the newest document that plays this part in the process, or nothing yet."""
    part = (
        ProcessDocument.objects.filter(process=process, key=key)
        .select_related("document__kind", "document__unit", "document__post", "document__expediente")
        .order_by("-id")
        .first()
    )
    return part.document if part else None


def needed_document(process: Process, key: str) -> Document:
    """Return the document that plays this part.

    :raises StepRefused: no step has written it yet.
    """
    document = document_of(process, key)
    if document is None:
        raise StepRefused(_("Todavía no hay un documento para este paso. Escríbalo antes de continuar."))
    return document


def documents_of(process: Process, key: str) -> list[Document]:
    """Return every document that plays this part: two units that answer write one each."""
    parts = ProcessDocument.objects.filter(process=process, key=key).select_related("document__kind").order_by("id")
    return [part.document for part in parts]


def latest_text(document: Document) -> Version:
    """Return the newest text of the document.

    :raises StepRefused: nothing was written yet.
    """
    version = stored.latest_text(document)
    if version is None:
        raise StepRefused(_("El documento no tiene texto todavía. Escríbalo y guárdelo antes de continuar."))
    return version


def visado_blocks(visados: list[Visado]) -> tuple[VisadoBlock, ...]:
    """Return the blocks that the act prints."""
    return tuple(
        VisadoBlock(v.capacity or v.post.title, v.person.full_name, str(VisadoKind(v.kind).label), v.given_at)
        for v in visados
    )


def rubrics(annex: Document) -> tuple[Rubric, ...]:
    """Return the strips that an annex of ours prints on each page: one for each rubric that stands."""
    return tuple(
        Rubric(v.person.initials, organization.unit_label(v.post.unit, v.given_at.date()), v.given_at.date())
        for v in signing.valid_visados(annex)
        if v.kind == VisadoKind.RUBRIC
    )


def living_label(document: Document) -> str:
    """Return the number that the document holds, reserved or used, or nothing yet."""
    number = document.numbers.exclude(state=NumberState.ANNULLED).first()
    return number.label if number else ""
