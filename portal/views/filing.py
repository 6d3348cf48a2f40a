"""Presenting something: a first paper, or a later one of a file that is already open."""

from dataclasses import replace
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from docs_store.errors import UploadRefused
from docs_store.models import Expediente
from organization.models import Person
from portal import selectors, services
from portal.views import visitors
from portal.views.procedures import offer_on_form
from workflows.enums import Channel
from workflows.errors import FilingNotFound
from workflows.forms import DesistForm, PapersForm, PresentationForm
from workflows.models import FilingObservation, TrackingKey
from workflows.services import filings, keys, receipts
from workflows.services.presentations import FilingReceipt, PartyData


@require_http_methods(["GET", "HEAD", "POST"])
def present(request: HttpRequest) -> HttpResponse:
    """Receive a first filing and hand over number, cargo and key at once."""
    if request.method != "POST":
        chosen = request.GET.get("tramite", "")
        form = PresentationForm(initial={"procedure": chosen} if chosen else None)
        return visitors.unshared(render(request, "portal/present.html", {"form": form, "offer": offer_on_form(chosen)}))
    form = PresentationForm(request.POST, request.FILES)
    receipt = None
    if form.is_valid():
        try:
            receipt = filings.file(
                presentation=form.presentation(channel=Channel.WEB), received_by=None, at=timezone.now()
            )
        except UploadRefused as error:
            form.refuse_file(str(error))
    if receipt is None:
        context = {"form": form, "offer": offer_on_form(request.POST.get("procedure", ""))}
        page = render(request, "portal/present.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        return visitors.unshared(page)
    if receipt.key:
        visitors.remember(request, _row_of(receipt))
    return _receipt_page(request, receipt, missing=form.missing())


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Receive a later paper of the session's file: a register number and a cargo of its own."""
    row = visitors.remembered(request)
    if row is None or row.party is None:
        return redirect("portal:home")
    if request.method != "POST":
        return visitors.unshared(render(request, "portal/add.html", {"form": PapersForm(), "row": row}))
    form = PapersForm(request.POST, request.FILES)
    receipt = _filed_later(form, row.expediente, row.party)
    if receipt is not None:
        return _receipt_page(request, receipt, missing=[])
    page = render(request, "portal/add.html", {"form": form, "row": row}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return visitors.unshared(page)


@require_http_methods(["GET", "HEAD", "POST"])
def cure(request: HttpRequest) -> HttpResponse:
    """Receive what the session's filing lacks: a filing of its own, and the first one keeps its date."""
    row = visitors.remembered(request)
    if row is None or row.party is None:
        return redirect("portal:home")
    observation, cure_by = selectors.observation_to_cure(row.expediente, row.party)
    if observation is None:
        return redirect("portal:add")
    context = {"row": row, "observation": observation, "cure_by": cure_by}
    if request.method != "POST":
        return visitors.unshared(render(request, "portal/cure.html", {"form": PapersForm(), **context}))
    form = PapersForm(request.POST, request.FILES)
    receipt = _filed_later(form, row.expediente, row.party, cures=observation)
    if receipt is not None:
        return _receipt_page(request, receipt, missing=[])
    page = render(request, "portal/cure.html", {"form": form, **context}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return visitors.unshared(page)


@require_http_methods(["GET", "HEAD", "POST"])
def desist(request: HttpRequest) -> HttpResponse:
    """Receive that the session's party desists: a filing of its own; an official decides."""
    row = visitors.remembered(request)
    if row is None or row.party is None:
        return redirect("portal:home")
    form = DesistForm(*([request.POST, request.FILES] if request.method == "POST" else []))
    receipt = _filed_later(form, row.expediente, row.party)
    if receipt is not None:
        return _receipt_page(request, receipt, missing=[])
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return visitors.unshared(render(request, "portal/desist.html", {"form": form, "row": row}, status=status))


@require_POST
def talon_pdf(request: HttpRequest) -> HttpResponse:
    """Return the talón as a PDF of 80 mm. The key comes with the form that shows it, and is checked as any other."""
    if services.has_to_wait(visitors.address_of(request)):
        return visitors.told_to_wait(request)
    label, key = request.POST.get("number", ""), request.POST.get("key", "")
    try:
        row = keys.track(label=label, key=key)
    except FilingNotFound as error:
        services.count_miss(visitors.address_of(request))
        return visitors.unshared(HttpResponseBadRequest(str(error), content_type="text/plain; charset=utf-8"))
    pdf = receipts.talon(label=row.expediente.label, key=key, at=timezone.now())
    response = HttpResponse(pdf, content_type="application/pdf")
    response.headers["Content-Disposition"] = 'inline; filename="talon.pdf"'
    return visitors.unshared(response)


def _filed_later(
    form: PapersForm, expediente: Expediente, party: Person, *, cures: FilingObservation | None = None
) -> FilingReceipt | None:
    """Receive a later paper of the session's file; nothing is received where the form says what to change."""
    if not form.is_valid():
        return None
    try:
        presentation = form.presentation(channel=Channel.WEB, party=PartyData.of(party))
        if cures is not None and not form.cleaned_data["subject"]:
            presentation = replace(presentation, subject=_("Entrega de lo que faltaba"))
        return filings.file_later(
            presentation=presentation, expediente=expediente, received_by=None, at=timezone.now(), cures=cures
        )
    except UploadRefused as error:
        form.refuse_file(str(error))
        return None


def _receipt_page(request: HttpRequest, receipt: FilingReceipt, *, missing: list[str]) -> HttpResponse:
    """Show the receipt in the answer itself: the key is in no address, no session and no row."""
    context = {"receipt": receipt, "missing": missing, "is_mailed": receipts.mail_receipt(receipt=receipt)}
    if receipt.key:
        context |= {
            "key": receipts.grouped_key(receipt.key),
            "qr": receipts.key_qr(label=receipt.expediente.label, key=receipt.key),
        }
    return visitors.unshared(render(request, "portal/receipt.html", context))


def _row_of(receipt: FilingReceipt) -> TrackingKey:
    return keys.track(label=receipt.expediente.label, key=receipt.key)
