"""Reading a document: its pages, its text, its signatures, its original; of a draft, what it would print."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.http.response import FileResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from desk.views.sitting import DeskRequest, seated
from docs_store import selectors as stored
from docs_store.enums import DocumentState, Stage
from docs_store.errors import DocsStoreError
from docs_store.models import Document, Version
from docs_store.rules.file_types import PDF
from docs_store.selectors.renditions import draw_page
from ledger import services as ledger
from signing import services as signing

PAGE_PX = 1100
SETTLED = {DocumentState.EMITTED, DocumentState.ANNULLED}


@dataclass(frozen=True)
class PageText:
    """The text of one page."""

    page: int
    text: str


@dataclass(frozen=True)
class Reading:
    """What there is to read: a stored file, or a draft that is typeset for the occasion."""

    version: Version | None
    is_draft: bool
    pages: int
    has_images: bool
    texts: Sequence[PageText]


@seated
@require_safe
def document(request: DeskRequest, document_id: int) -> HttpResponse:
    """Show a document page by page, with what can be said of its signatures. Reading it is kept in the ledger."""
    found = _visible(request, document_id)
    ledger.read(f"document:{found.pk}", by=request.user.actor)
    reading = _reading(found)
    page = _page(request, reading.pages)
    name = "desk:draft_image" if reading.is_draft else "desk:page_image"
    context = {
        "document": found,
        "version": reading.version,
        "reading": reading,
        "page": page,
        "image": reverse(name, args=[found.pk, page]),
        "as_text": "texto" in request.GET,
        "annexes": found.annexes.select_related("annex__kind").order_by("order"),
        "leaf": getattr(reading.version, "leaf", None),
        "report": _report(found, reading),
    }
    return render(request, "desk/document.html", context)


def _reading(found: Document) -> Reading:
    version = _shown_version(found)
    if version is not None:
        texts = [PageText(row.page, row.text) for row in version.page_texts.order_by("page")]
        return Reading(version, False, version.pages or 1, stored.has_images(version), texts)
    if stored.latest_text(found) is None:
        return Reading(None, False, 0, False, ())
    report = stored.read_file(stored.preview(found, at=timezone.now()), PDF.media_type)
    texts = [PageText(number, text) for number, text in enumerate(report.texts, start=1)]
    return Reading(None, True, report.pages or 1, True, texts)


def _report(found: Document, reading: Reading) -> object:
    """Return the verdict where there is something signed to judge."""
    if reading.version is None or reading.version.stage != Stage.SIGNED:
        return None
    return signing.verdict_of_document(document=found)


@seated
@require_safe
def original(request: DeskRequest, document_id: int) -> FileResponse:
    """Hand out the bytes as they are kept, so that a browser can do no harm with them."""
    version = _shown_version(_visible(request, document_id))
    if version is None:
        raise Http404
    is_ours = version.stage != Stage.FILE and version.media_type == PDF.media_type
    response = FileResponse(
        stored.open_version(version), as_attachment=not is_ours, filename=version.name, content_type=version.media_type
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    if not is_ours:
        response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@seated
@require_safe
@cache_control(private=True, max_age=3600)
def page_image(request: DeskRequest, document_id: int, page: int) -> HttpResponse:
    """Show one page as a picture."""
    version = _shown_version(_visible(request, document_id))
    if version is None:
        raise Http404
    try:
        return HttpResponse(stored.page_image(version, page, PAGE_PX), content_type="image/png")
    except DocsStoreError as error:
        raise Http404 from error


@seated
@require_safe
def draft_image(request: DeskRequest, document_id: int, page: int) -> HttpResponse:
    """Show one page of a draft as it would print: nothing of it is kept."""
    found = _visible(request, document_id)
    try:
        pdf = stored.preview(found, at=timezone.now())
        return HttpResponse(draw_page(pdf, PDF.media_type, page, PAGE_PX), content_type="image/png")
    except DocsStoreError as error:
        raise Http404 from error


def _visible(request: DeskRequest, document_id: int) -> Document:
    """Return the document if this person may see it: otherwise it does not exist."""
    documents = stored.visible_documents(request.user, request.desk.today)
    return get_object_or_404(
        documents.select_related("kind", "unit", "post", "expediente", "emitted_version"), pk=document_id
    )


def _shown_version(found: Document) -> Version | None:
    """Return the file that stands for the document, or nothing while its newest content is a text."""
    if found.state in SETTLED:
        return found.emitted_version or stored.latest_paper(found)
    newest = stored.latest_version(found)
    return None if newest is None or newest.stage == Stage.STRUCTURED else newest


def _page(request: DeskRequest, last: int) -> int:
    asked = request.GET.get("pagina", "1")
    return min(max(int(asked), 1), max(last, 1)) if asked.isdecimal() else 1
