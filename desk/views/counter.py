"""Mesa de partes at the counter: register in under a minute, hand over cargo and key, mend a wrong registration."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, time
from functools import wraps
from http import HTTPStatus

from django import forms
from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBadRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from desk.forms.counter import CounterFilingForm
from desk.selectors.registered import filings_found
from desk.views.sitting import DeskRequest, seated
from docs_store import selectors as stored
from docs_store.errors import UploadRefused
from workflows.enums import Channel
from workflows.errors import FilingNotFound, FilingRefused
from workflows.forms import CounterPapersForm, PapersForm
from workflows.models import Filing, FilingObservation
from workflows.selectors.answers import standing_of
from workflows.selectors.dispatch import late_recourse
from workflows.selectors.distances import home_of
from workflows.services import filings, keys, receipts, registrations
from workflows.services.presentations import FilingReceipt, PartyData

LATEST = 12
View = Callable[..., HttpResponseBase]


class MendForm(forms.Form):
    """A correction or an annulment: always with its reason."""

    subject = forms.CharField(label=gettext_lazy("Asunto correcto"), max_length=300, required=False)
    reason = forms.CharField(label=gettext_lazy("Motivo"), max_length=300, required=False)


def at_the_counter(view: View) -> View:
    """Let only those in who hold a post in mesa de partes today; for anyone else the page does not exist."""

    @seated
    @wraps(view)
    def wrapped(request: DeskRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if not request.desk.is_intake:
            raise Http404
        return view(request, *args, **kwargs)

    return wrapped


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_counter
def counter(request: DeskRequest) -> HttpResponse:
    """Register a filing that somebody brings, and hand over number, cargo and key."""
    if request.method != "POST":
        return _form_page(request, CounterFilingForm())
    form = CounterFilingForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            receipt = filings.file(
                presentation=form.presentation(channel=Channel.COUNTER), received_by=request.user, at=timezone.now()
            )
            return receipt_page(request, receipt, missing=form.missing())
        except UploadRefused as error:
            form.refuse_file(str(error))
    return _form_page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@require_GET
@at_the_counter
def registered(request: DeskRequest) -> HttpResponse:
    """Find a registration by its number, by the expediente's, by who presented, or by its subject."""
    words = request.GET.get("q", "").strip()
    return render(request, "desk/counter_list.html", {"q": words, "filings": _filings(request, words, LATEST)})


@require_GET
@at_the_counter
def registration(request: DeskRequest, filing_id: int) -> HttpResponse:
    """Show one registration and what can be done with it."""
    return _registration_page(request, filing_of(filing_id), MendForm())


@require_POST
@at_the_counter
def correct(request: DeskRequest, filing_id: int) -> HttpResponse:
    """Correct the subject of a registration, with the reason."""
    filing, form = filing_of(filing_id), MendForm(request.POST)
    if form.is_valid():
        subject, reason = form.cleaned_data["subject"].strip(), form.cleaned_data["reason"]
        if not subject:
            form.add_error("subject", _("Escriba el asunto correcto."))
        else:
            try:
                registrations.correct_filing(
                    filing=filing, subject=subject, reason=reason, by=request.user, at=timezone.now()
                )
                messages.success(request, _("Se corrigió el asunto. El cargo entregado queda como está."))
                return redirect("desk:counter_registration", filing_id=filing.pk)
            except FilingRefused as error:
                form.add_error("reason", str(error))
    return _registration_page(request, filing, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@require_POST
@at_the_counter
def void(request: DeskRequest, filing_id: int) -> HttpResponse:
    """Void a wrong registration, with the reason; its number stays, annulled."""
    filing, form = filing_of(filing_id), MendForm(request.POST)
    if form.is_valid():
        try:
            registrations.void_filing(
                filing=filing, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now()
            )
            messages.success(request, _("Se anuló el registro. Su número queda anulado, con el motivo."))
            return redirect("desk:counter_registration", filing_id=filing.pk)
        except FilingRefused as error:
            form.add_error("reason", str(error))
    return _registration_page(request, filing, form, status=HTTPStatus.UNPROCESSABLE_ENTITY, is_voiding=True)


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_counter
def add(request: DeskRequest, filing_id: int) -> HttpResponse:
    """Register a later paper of the same expediente: a register number and a cargo of its own."""
    filing = filing_of(filing_id)
    shown = {"late_recourse": late_recourse(filing, timezone.localdate())}
    return later_paper_page(request, "desk/counter_add.html", CounterPapersForm, filing, shown=shown)


@require_POST
@at_the_counter
def new_key(request: DeskRequest, filing_id: int) -> HttpResponse:
    """Give the party a new key; the former one stops opening the file."""
    filing = filing_of(filing_id)
    if not request.POST.get("showed_document"):
        messages.error(request, _("Pida el documento de identidad y márquelo antes de entregar otra clave."))
        return redirect("desk:counter_registration", filing_id=filing.pk)
    key = keys.issue_key(expediente=filing.expediente, party=filing.party, by=request.user, at=timezone.now())
    context = {"filing": filing} | _talon(filing.expediente.label, key)
    return render(request, "desk/counter_key.html", context)


@require_GET
@at_the_counter
def cargo(request: DeskRequest, filing_id: int) -> FileResponse:
    """Hand out the cargo again, byte for byte."""
    document = filing_of(filing_id).cargo
    if document is None or document.emitted_version is None:
        raise Http404
    return FileResponse(
        stored.open_version(document.emitted_version),
        filename=document.emitted_version.name,
        content_type=document.emitted_version.media_type,
    )


@require_POST
@at_the_counter
def talon(request: DeskRequest) -> HttpResponse:
    """Return the talón as a PDF of 80 mm, from the page that shows its key."""
    label, key = request.POST.get("number", ""), request.POST.get("key", "")
    try:
        keys.track(label=label, key=key)
    except FilingNotFound as error:
        return HttpResponseBadRequest(str(error), content_type="text/plain; charset=utf-8")
    response = HttpResponse(receipts.talon(label=label, key=key, at=timezone.now()), content_type="application/pdf")
    response.headers["Content-Disposition"] = 'inline; filename="talon.pdf"'
    return response


def later_paper_page(
    request: DeskRequest,
    template: str,
    form_class: type[PapersForm],
    filing: Filing,
    *,
    cures: FilingObservation | None = None,
    shown: Mapping[str, object] | None = None,
) -> HttpResponse:
    """Receive a later paper of who presented the filing, and hand over its cargo; else show what to fill in or mend.

    :param cures: the observation that it answers.
    :param shown: what the page shows beside the form.
    """
    form = form_class(request.POST, request.FILES) if request.method == "POST" else form_class()
    if form.is_valid():
        presentation = form.presentation(channel=Channel.COUNTER, party=PartyData.of(filing.party))
        if cures is not None and not form.cleaned_data["subject"]:
            presentation = replace(presentation, subject=_("Entrega de lo que faltaba"))
        try:
            receipt = filings.file_later(
                presentation=presentation,
                expediente=filing.expediente,
                received_by=request.user,
                at=timezone.now(),
                cures=cures,
            )
            return receipt_page(request, receipt, missing=[])
        except UploadRefused as error:
            form.refuse_file(str(error))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, template, {"form": form, "filing": filing, **(shown or {})}, status=status)


# What the pages show


def _form_page(request: DeskRequest, form: CounterFilingForm, *, status: HTTPStatus = HTTPStatus.OK) -> HttpResponse:
    context = {"form": form, "today": _counts_of_today(), "latest": _filings(request, "", 5)}
    return render(request, "desk/counter.html", context, status=status)


def receipt_page(request: DeskRequest, receipt: FilingReceipt, *, missing: list[str]) -> HttpResponse:
    """Show the receipt in the answer itself: the key is in no address, no session and no row."""
    context = {"receipt": receipt, "missing": missing, "is_mailed": receipts.mail_receipt(receipt=receipt)}
    if receipt.key:
        context |= _talon(receipt.expediente.label, receipt.key)
    return render(request, "desk/counter_receipt.html", context)


def _talon(label: str, key: str) -> dict[str, object]:
    return {"key": key, "key_shown": receipts.grouped_key(key), "qr": receipts.key_qr(label=label, key=key)}


def _registration_page(
    request: DeskRequest,
    filing: Filing,
    form: MendForm,
    *,
    status: HTTPStatus = HTTPStatus.OK,
    is_voiding: bool = False,
) -> HttpResponse:
    context = {
        "filing": filing,
        "form": form,
        "is_voiding": is_voiding,
        "items": _items(filing),
        "standing": standing_of([filing]),
        "lives_in": home_of(filing.party, filing.legal_filing_date),
    }
    return render(request, "desk/counter_registration.html", context, status=status)


def _items(filing: Filing) -> object:
    return filing.items.select_related("document__emitted_version").order_by("order")


def filing_of(filing_id: int) -> Filing:
    """Return a registration, or say that there is none."""
    return get_object_or_404(Filing.objects.select_related("expediente", "party", "cargo", "received_by"), pk=filing_id)


def _filings(request: DeskRequest, words: str, limit: int) -> list[Filing]:
    return filings_found(words, by=request.user, on=request.desk.today, limit=limit)


def _counts_of_today() -> dict[str, int]:
    today = timezone.make_aware(datetime.combine(timezone.localdate(), time.min))
    rows = Filing.objects.filter(presented_at__gte=today)
    return {
        "counter": rows.filter(channel=Channel.COUNTER).count(),
        "web": rows.filter(channel=Channel.WEB).count(),
        "voided": rows.filter(voided_at__isnull=False).count(),
    }
