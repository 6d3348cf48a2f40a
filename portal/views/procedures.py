"""What the entity offers: each procedure with what it asks, its fee, its term and what silence means."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from workflows.enums import ProcedureChannel
from workflows.selectors.procedures import Offer, offer_of, procedure_on, procedures_on


@require_GET
def procedures(request: HttpRequest) -> HttpResponse:
    """List the procedures of today."""
    today = timezone.localdate()
    offers = [offer_of(each, today) for each in procedures_on(today)]
    return render(request, "portal/procedures.html", {"offers": offers})


@require_GET
def procedures_json(request: HttpRequest) -> JsonResponse:
    """List the procedures of today for other systems."""
    today = timezone.localdate()
    found = [_as_json(offer_of(each, today)) for each in procedures_on(today)]
    return JsonResponse({"procedures": found}, json_dumps_params={"ensure_ascii": False}, status=HTTPStatus.OK)


def offer_on_form(slug: str) -> Offer | None:
    """Return what a person who begins this procedure online must know, or nothing."""
    today = timezone.localdate()
    procedure = procedure_on(slug, today)
    return offer_of(procedure, today) if procedure and procedure.channel != ProcedureChannel.COUNTER else None


def _as_json(offer: Offer) -> dict[str, object]:
    procedure, term = offer.procedure, offer.term
    return {
        "code": procedure.slug,
        "name": procedure.name,
        "requirements": procedure.requirements,
        "fee_soles": str(procedure.fee_soles),
        "term": {"amount": term.amount, "unit": term.unit} if term else None,
        "silence": procedure.silence,
        "decided_by": procedure.decided_by.title,
        "channel": procedure.channel,
        "basis": offer.basis,
    }
