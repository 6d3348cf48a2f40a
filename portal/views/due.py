"""Why the citizen is answered by that day: the same account that the desk reads."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from portal.views import visitors
from workflows.models import Clock, TrackingKey
from workflows.selectors.account_papers import printed_account
from workflows.selectors.accounts import account_of
from workflows.selectors.clocks import shown_clocks


@require_GET
def due(request: HttpRequest, clock_id: int) -> HttpResponse:
    """Show the account of a clock of the session's file."""
    row = visitors.remembered(request)
    if row is None:
        return redirect("portal:home")
    account = account_of(_asked(row, clock_id), timezone.localdate())
    return visitors.unshared(render(request, "portal/due.html", {"file": row.expediente, "account": account}))


@require_GET
def due_pdf(request: HttpRequest, clock_id: int) -> HttpResponse:
    """Hand out the account for a printer."""
    row = visitors.remembered(request)
    if row is None:
        return redirect("portal:home")
    pdf = printed_account(account_of(_asked(row, clock_id), timezone.localdate()), row.expediente)
    response = HttpResponse(pdf, content_type="application/pdf")
    response.headers["Content-Disposition"] = 'inline; filename="cuenta.pdf"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return visitors.unshared(response)


def _asked(row: TrackingKey, clock_id: int) -> Clock:
    """Return a clock of the file that the party may see: of its filings, of its notices, and of the open steps."""
    clock = shown_clocks(row.expediente, row.party).filter(pk=clock_id).first()
    if clock is None:
        raise Http404
    return clock
