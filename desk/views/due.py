"""Why a date, in full: the term drawn, the count step by step; on paper, and added to the file."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from desk.views.cases import holds_file, visible_case, writing_tasks
from desk.views.sitting import DeskRequest, seated
from docs_store.models import Expediente
from ledger import services as ledger
from workflows.models import Clock
from workflows.selectors.account_papers import printed_account
from workflows.selectors.accounts import account_of
from workflows.selectors.clocks import clocks_of
from workflows.services.accounts import add_account


@seated
@require_safe
def due(request: DeskRequest, pk: int, clock_id: int) -> HttpResponse:
    """Show the account of a clock of a file that this person may see."""
    found, clock = _asked(request, pk, clock_id)
    ledger.read(f"expediente:{found.pk}", by=request.user.actor)
    account = account_of(clock, request.desk.today)
    context = {
        "file": found,
        "account": account,
        "may_add": holds_file(request, found),
        "writing": writing_tasks(request, found),
    }
    return render(request, "desk/due.html", context)


@seated
@require_safe
def due_pdf(request: DeskRequest, pk: int, clock_id: int) -> HttpResponse:
    """Hand out the account for a printer; nothing is stored."""
    found, clock = _asked(request, pk, clock_id)
    return pdf_response(printed_account(account_of(clock, request.desk.today), found))


@seated
@require_POST
def due_add(request: DeskRequest, pk: int, clock_id: int) -> HttpResponse:
    """Add the account to the index of the file, for who has it now."""
    found, clock = _asked(request, pk, clock_id)
    if not holds_file(request, found):
        raise Http404
    document = add_account(clock=clock, post=request.desk.post, by=request.user, at=timezone.now())
    messages.success(request, _("La cuenta quedó en el expediente: %(title)s") % {"title": document.title})
    return redirect("desk:expediente_tab", found.pk, "documentos")


def pdf_response(pdf: bytes) -> HttpResponse:
    """Return a PDF of ours, shown inside the browser."""
    response = HttpResponse(pdf, content_type="application/pdf")
    response.headers["Content-Disposition"] = 'inline; filename="cuenta.pdf"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _asked(request: DeskRequest, pk: int, clock_id: int) -> tuple[Expediente, Clock]:
    found = visible_case(request, pk)
    clock = clocks_of(found).filter(pk=clock_id).first()
    if clock is None:
        raise Http404
    return found, clock
