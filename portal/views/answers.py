"""What a citizen does about an answer, or about its absence: open it, get the proof of an approval, complain."""

from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal import selectors
from portal.forms import ComplaintForm
from portal.views import visitors
from workflows.errors import FilingRefused
from workflows.models import Filing, Notice, TrackingKey
from workflows.selectors.dispatch import chain_of
from workflows.services import notified, receipts, silences


@require_GET
def notice(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Show a notice before it is opened: what it is, and both futures."""
    row = visitors.remembered(request)
    if row is None:
        return redirect("portal:home")
    context = {"row": row, "chain": chain_of(_own(row, notice_id)), "today": timezone.localdate()}
    return visitors.unshared(render(request, "portal/notice.html", context))


@require_POST
def open_notice(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Open a notice: from this moment the person is notified."""
    row = visitors.remembered(request)
    if row is None:
        return redirect("portal:home")
    notified.acknowledge(notice=_own(row, notice_id), at=timezone.now())
    return redirect("portal:notice", notice_id=notice_id)


def _own(row: TrackingKey, notice_id: int) -> Notice:
    """Return a notice to this party in this file; any other does not exist."""
    rows = Notice.objects.select_related("document__kind", "document__unit", "document__expediente")
    found = rows.filter(pk=notice_id, person=row.party, document__expediente=row.expediente).first()
    if found is None:
        raise Http404
    return found


@require_POST
def constancia(request: HttpRequest) -> HttpResponse:
    """Make the constancia of an approval by silence, and lead to it."""
    row = visitors.remembered(request)
    if row is None:
        return redirect("portal:home")
    document = silences.ensure_constancia(filing=_first(row), at=timezone.now())
    return redirect("portal:document", document_id=document.pk)


def _first(row: TrackingKey) -> Filing:
    found = Filing.objects.select_related("expediente", "party", "procedure")
    first = found.filter(expediente=row.expediente, party=row.party, is_first=True).first()
    if first is None:
        raise Http404
    return first


@require_http_methods(["GET", "HEAD", "POST"])
def complain(request: HttpRequest) -> HttpResponse:
    """Receive a complaint of delay: a file of its own, and the one complained of goes on."""
    row = visitors.remembered(request)
    if row is None or row.party is None:
        return redirect("portal:home")
    form = ComplaintForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            receipt = silences.complain(
                filing=_first(row), text=form.cleaned_data["text"], token=form.cleaned_data["token"], at=timezone.now()
            )
            context = {"receipt": receipt, "row": row, "is_mailed": receipts.mail_receipt(receipt=receipt)}
            if receipt.key:
                context |= {"key": receipts.grouped_key(receipt.key)}
            return visitors.unshared(render(request, "portal/complained.html", context))
        except FilingRefused as error:
            form.add_error(None, str(error))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    late = selectors.is_late(row.expediente, row.party, timezone.localdate())
    context = {"form": form, "row": row, "is_late": late}
    return visitors.unshared(render(request, "portal/complain.html", context, status=status))
