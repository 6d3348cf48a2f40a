"""The same answers for machines: follow a file, verify a document, read what was published. JSON, no session."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from portal import selectors, services
from portal.forms import PublishedForm, TrackForm
from portal.selectors import Status, Tracking
from portal.views import visitors
from portal.views.publications import published
from portal.views.verification import plain_code
from search.selectors import Hit
from signing import services as signing
from workflows.errors import FilingNotFound
from workflows.services import keys


@csrf_exempt
@require_POST
def track(request: HttpRequest) -> JsonResponse:
    """Answer a number, or a number and its key. Without the key: states and days only."""
    if services.has_to_wait(visitors.address_of(request)):
        return _wait()
    form = TrackForm(request.POST)
    if not form.is_valid():
        return _problem(_("Envíe “number” y, para el detalle, “key”."), HTTPStatus.UNPROCESSABLE_ENTITY)
    label, key = selectors.known_label(form.cleaned_data["number"]), form.cleaned_data["key"]
    if not key:
        status = selectors.status_of(label)
        return _json(_status(status)) if status else _missed(request, str(FilingNotFound()))
    try:
        row = keys.track(label=label, key=key)
    except FilingNotFound as error:
        return _missed(request, str(error))
    return _json(_tracking(selectors.tracking_of(row.expediente, row.party, on=timezone.localdate())))


@require_GET
def verify(request: HttpRequest, code: str) -> JsonResponse:
    """Answer what can be said of the document with this verification code."""
    if services.has_to_wait(visitors.address_of(request)):
        return _wait()
    document = selectors.document_of_code(plain_code(code))
    if document is None:
        return _missed(request, _("No encontramos un documento con ese código."))
    report = signing.verdict_of_document(document)
    return _json(
        {
            "status": report.status,
            "sentence": report.sentence,
            "about": report.about,
            "checks": [{"ok": check.ok, "title": check.title, "sentence": check.sentence} for check in report.checks],
            "sha256": report.sha256,
            "original": f"/v/{document.cvd}/original" if document.emitted_version_id else None,
        }
    )


@require_GET
def acts(request: HttpRequest) -> JsonResponse:
    """List the published acts that match; without words, the newest."""
    results = published(PublishedForm(request.GET))
    return _json(
        {
            "total": results.total_capped,
            "is_total_capped": results.is_capped,
            "is_limited": results.is_limited,
            "next": results.next or None,
            "acts": [_act(hit) for hit in results.hits],
        }
    )


def _act(hit: Hit) -> dict[str, Any]:
    return {
        "kind": hit.kind_name,
        "number": hit.label,
        "title": hit.title,
        "state": hit.state,
        "emitted_on": hit.emitted_on,
        "page": hit.page,
        "extract": strip_tags(hit.extract_html),
        "address": f"/publicaciones/{hit.document_id}/",
    }


def _status(status: Status) -> dict[str, Any]:
    return {
        "number": status.label,
        "state": status.state,
        "presented_at": status.presented_at,
        "counts_from": status.counts_from,
        "due_on": status.due_on,
        "closed_at": status.closed_at,
    }


def _tracking(tracking: Tracking) -> dict[str, Any]:
    return _status(tracking.status) | {
        "subject": tracking.subject,
        "who_has_it": tracking.title,
        "missing": tracking.observation.texts if tracking.observation else [],
        "cure_by": tracking.cure_by,
        "if_unanswered": tracking.answer.if_unanswered if tracking.answer else "",
        "events": [
            {"title": drawn.event.title, "at": drawn.event.at, "note": drawn.event.note} for drawn in tracking.events
        ],
    }


def _json(values: dict[str, Any], status: HTTPStatus = HTTPStatus.OK) -> JsonResponse:
    response = JsonResponse(values, status=status, json_dumps_params={"ensure_ascii": False})
    response.headers["Cache-Control"] = "no-store"
    return response


def _problem(sentence: str, status: HTTPStatus) -> JsonResponse:
    return _json({"error": sentence}, status)


def _missed(request: HttpRequest, sentence: str) -> JsonResponse:
    services.count_miss(visitors.address_of(request))
    return _problem(sentence, HTTPStatus.NOT_FOUND)


def _wait() -> JsonResponse:
    response = _problem(_("Espere un minuto y vuelva a intentar."), HTTPStatus.TOO_MANY_REQUESTS)
    response.headers["Retry-After"] = visitors.WAIT_SECONDS
    return response
