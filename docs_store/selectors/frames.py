"""What surrounds a text on paper: the entity that day, who writes, the annexes, where it can be verified."""

from collections.abc import Sequence
from datetime import date, datetime

from django.conf import settings
from django.utils import timezone

from docs_store.errors import TextMissing
from docs_store.models import Document, Expediente
from docs_store.ports import AnnexLine, Draft, Frame, Rubric, SignerPlace, VisadoBlock
from docs_store.selectors.versions import latest_content, latest_paper, latest_text
from docs_store.typesetting import typeset
from organization import selectors as organization
from organization.models import Entity, Person


def preview(
    document: Document,
    *,
    signers: Sequence[SignerPlace] = (),
    visados: Sequence[VisadoBlock] = (),
    at: datetime | None = None,
) -> bytes:
    """Return the document's newest text as a PDF marked as a draft: no number, no code, nothing is stored.

    :param at: the day that it is to show; without it, the day on which the text was saved.
    :raises TextMissing: nothing was written yet.
    """
    text = latest_text(document)
    if text is None or text.content is None:
        raise TextMissing
    day = timezone.localdate(at or text.stored_at)
    return typeset(Draft.from_json(text.content), frame_of(document, day=day, signers=signers, visados=visados)).pdf


def printed_sheet(draft: Draft, *, expediente: Expediente, name: str, day: date) -> bytes:
    """Return a text as a sheet for a printer: of no document, in no index, with neither code nor number of its own.

    :param name: what the sheet is, before the number of its expediente.
    """
    entity = organization.entity()
    frame = Frame(
        template="anexo",
        kind_name=name,
        entity_name=entity.name,
        entity_location=entity.location,
        ruc=entity.ruc,
        unit_name="",
        label=expediente.label,
        city=entity.city,
        date_on=day,
        expediente=expediente.label,
    )
    return typeset(draft, frame).pdf


def frame_of(
    document: Document,
    *,
    day: date,
    label: str = "",
    cvd: str = "",
    signers: Sequence[SignerPlace] = (),
    visados: Sequence[VisadoBlock] = (),
    rubrics: Sequence[Rubric] = (),
) -> Frame:
    """Return what surrounds the document on that day."""
    entity = organization.entity()
    author = author_of(document, day)
    return Frame(
        template=document.kind.template,
        kind_name=document.kind.name,
        entity_name=entity.name,
        entity_location=entity.location,
        ruc=entity.ruc,
        unit_name=organization.unit_name(document.unit, day).name if document.unit else "",
        author_post=document.post.title if document.post else "",
        author_name=author.full_name if author else "",
        label=label,
        city=entity.city,
        date_on=day,
        expediente=document.expediente.label,
        cvd=cvd,
        verify_url=verification_page(entity),
        signers=tuple(signers),
        visados=tuple(visados),
        annexes=annex_lines(document),
        rubrics=tuple(rubrics),
    )


def author_of(document: Document, day: date) -> Person | None:
    """Return who writes: the holder of the document's post that day, else who started it."""
    holder = organization.holder_of(document.post, day) if document.post else None
    return holder or document.created_by


def annex_lines(document: Document) -> tuple[AnnexLine, ...]:
    """Return the annexes as the document prints them: the hash is of the very file that travels with it."""
    lines = document.annexes.select_related("annex").order_by("order")
    return tuple(_annex_line(line.annex) for line in lines)


def verification_page(entity: Entity) -> str:
    """Return the address of the page that verifies; the code follows after a slash."""
    return f"{(settings.PUBLIC_URL or entity.public_url).rstrip('/')}/v"


def verification_url(document: Document) -> str:
    """Return the address that verifies this document, or nothing while it has no code."""
    return f"{verification_page(organization.entity())}/{document.cvd}" if document.cvd else ""


def _annex_line(annex: Document) -> AnnexLine:
    paper = latest_paper(annex)
    if paper is not None:
        return AnnexLine(annex.title, paper.pages, paper.sha256)
    content = latest_content(annex)
    return AnnexLine(annex.title, None, content.sha256 if content else "")
