"""Reading a document: its pages, its text, its signatures, its original."""

from django.http import Http404, HttpResponse
from django.http.response import FileResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from desk.views.sitting import DeskRequest, seated
from docs_store import selectors as stored
from docs_store.enums import Stage
from docs_store.errors import DocsStoreError
from docs_store.models import Document, Version
from docs_store.rules.file_types import PDF
from ledger import services as ledger
from signing import services as signing

PAGE_PX = 1100


@seated
@seated
@require_safe
def document(request: DeskRequest, document_id: int) -> HttpResponse:
    """Show a document page by page, with what can be said of its signatures. Reading it is kept in the ledger."""
    found = _visible(request, document_id)
    ledger.read(f"document:{found.pk}", by=request.user.actor)
    version = _shown_version(found)
    page = _page(request, version)
    return render(
        request,
        "desk/document.html",
        {
            "document": found,
            "version": version,
            "page": page,
            "pages": range(1, (version.pages or 1) + 1) if version else (),
            "has_images": version is not None and stored.has_images(version),
            "as_text": "texto" in request.GET,
            "texts": version.page_texts.order_by("page") if version else (),
            "annexes": found.annexes.select_related("annex__kind").order_by("order"),
            "leaf": getattr(version, "leaf", None),
            "report": _report(found, version),
        },
    )


def _report(found: Document, version: Version | None) -> object:
    """Return the verdict where there is something signed to judge."""
    if version is None or version.stage != Stage.SIGNED:
        return None
    return signing.verdict_of_document(document=found)


@seated
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


def _visible(request: DeskRequest, document_id: int) -> Document:
    """Return the document if this person may see it: otherwise it does not exist."""
    documents = stored.visible_documents(request.user, request.desk.today)
    return get_object_or_404(
        documents.select_related("kind", "unit", "post", "expediente", "emitted_version"), pk=document_id
    )


def _shown_version(found: Document) -> Version | None:
    return found.emitted_version or stored.latest_paper(found)


def _page(request: DeskRequest, version: Version | None) -> int:
    asked = request.GET.get("pagina", "1")
    last = (version.pages or 1) if version else 1
    return min(max(int(asked), 1), last) if asked.isdecimal() else 1
