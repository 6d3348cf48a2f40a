"""Is this paper genuine: by code, by QR, or by the file itself, which is not kept."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from docs_store import selectors as stored
from docs_store.models import Document
from portal import selectors, services
from portal.forms import VerifyForm
from portal.rules.pictures import light_png
from portal.views import visitors
from portal.views.files import version_response
from signing import services as signing
from signing.enums import Status
from signing.ports import Report

PAGE_WIDTH_PX = 680
GROUP = 4


@dataclass(frozen=True)
class Look:
    """How a verdict is drawn: the colour of its band, and its icon."""

    name: str
    icon: str


GOOD, GONE, UNSURE = Look("good", "patch-check-fill"), Look("gone", "info-circle"), Look("unsure", "question-circle")
LOOKS = {
    Status.ORIGINAL_IN_FORCE: GOOD,
    Status.FILE_IN_FORCE: GOOD,
    Status.ALTERED: Look("bad", "x-octagon"),
    Status.NO_LONGER_IN_FORCE: GONE,
    Status.UNKNOWN: GONE,
}


def plain_code(typed: str) -> str:
    """Return a verification code without the spaces and hyphens of its groups."""
    return "".join(sign for sign in typed.upper() if sign.isalnum())


def shown_code(code: str) -> str:
    """Return a verification code in its four groups."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Ask for a code or a file, and answer the file at once."""
    if request.method != "POST":
        return render(request, "portal/verify.html", {"form": VerifyForm()})
    form = VerifyForm(request.POST, request.FILES)
    if not form.is_valid():
        return render(request, "portal/verify.html", {"form": form}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    file = form.cleaned_data["file"]
    if file is None:
        return redirect("portal:verdict", code=plain_code(form.cleaned_data["code"]) or "-")
    report = signing.verdict_of_file(file.read())
    document = selectors.public_original(report.document_id)
    return _page(request, report, document, {"file": file})


@require_GET
def verdict(request: HttpRequest, code: str) -> HttpResponse:
    """Say of the stored original who signed it, whether it is whole and whether it still stands."""
    document = _document(request, code)
    if isinstance(document, HttpResponse):
        return document
    report = signing.verdict_of_document(document)
    return _page(request, report, document, {"code_shown": shown_code(document.cvd or "")})


@require_GET
def original(request: HttpRequest, code: str) -> HttpResponseBase:
    """Hand out the original that the code leads to."""
    document = _document(request, code)
    if isinstance(document, HttpResponse):
        return document
    if document.emitted_version is None:
        raise Http404
    response = version_response(document.emitted_version, is_ours=True)
    return visitors.unshared(response)


@require_GET
def page_image(request: HttpRequest, code: str, page: int) -> HttpResponse:
    """Draw a page of the original that the code leads to."""
    document = _document(request, code)
    if isinstance(document, HttpResponse):
        return document
    if document.emitted_version is None:
        raise Http404
    image = stored.page_image(document.emitted_version, page, PAGE_WIDTH_PX)
    return visitors.unshared(HttpResponse(light_png(image), content_type="image/png"))


def _page(request: HttpRequest, report: Report, document: Document | None, extra: dict[str, Any]) -> HttpResponse:
    version = document.emitted_version if document else None
    context = {
        "report": report,
        "document": document,
        "look": LOOKS.get(Status(report.status), UNSURE),
        "has_picture": version is not None and stored.has_images(version),
        "annexes": [line.annex for line in document.annexes.select_related("annex")] if document else [],
        "publications": document.publications.all() if document else [],
    }
    return visitors.unshared(render(request, "portal/verdict.html", context | extra))


def _document(request: HttpRequest, code: str) -> Document | HttpResponse:
    """Return the document of a code, or the page that says that there is none."""
    if services.has_to_wait(visitors.address_of(request)):
        return visitors.told_to_wait(request)
    document = selectors.document_of_code(plain_code(code))
    if document is not None:
        return document
    services.count_miss(visitors.address_of(request))
    form = VerifyForm({"code": code})
    form.add_error(
        "code",
        _("No encontramos un documento con ese código. Revise letras y números; no usamos O, I, 0 ni 1."),
    )
    return visitors.unshared(render(request, "portal/verify.html", {"form": form}, status=HTTPStatus.NOT_FOUND))
