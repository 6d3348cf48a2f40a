"""All the notices of one mailbox: a link goes to it, and who opens the link sees what its alerts have told it."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal import services
from portal.forms import CasillaForm
from portal.views import visitors
from workflows.errors import NoticeRefused
from workflows.models import Notice, TrackingKey
from workflows.selectors.casillas import MOST, notices_to
from workflows.services import casillas

SESSION_KEY = "casilla"


@require_http_methods(["GET", "HEAD", "POST"])
def casilla(request: HttpRequest) -> HttpResponse:
    """Show the notices of the mailbox that this session proved; without one, ask which, and mail it the link."""
    if request.method == "POST":
        return _asked(request, CasillaForm(request.POST))
    mailbox = request.session.get(SESSION_KEY)
    if mailbox is None:
        return _page(request, CasillaForm())
    row, found = visitors.remembered(request), list(notices_to(mailbox)[:MOST])
    opened = {each.pk for each in found if row and _is_of(each, row)}
    context = {"mailbox": mailbox, "notices": found, "opened": opened}
    return visitors.unshared(render(request, "portal/casilla.html", context))


def _is_of(notice: Notice, row: TrackingKey) -> bool:
    """Return whether the key that this session gave opens the notice: to its party, in its file."""
    return (notice.document.expediente_id, notice.person_id) == (row.expediente_id, row.party_id)


def _asked(request: HttpRequest, form: CasillaForm) -> HttpResponse:
    """Answer each mailbox the same: who asks does not learn whether it has notices."""
    address = visitors.address_of(request)
    if services.has_to_wait(address):
        return visitors.told_to_wait(request)
    if not form.is_valid():
        return _page(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    services.count_miss(address)
    mailbox = form.cleaned_data["email"]
    if services.may_write_to(mailbox):
        casillas.ask(mailbox=mailbox, at=timezone.now())
    return visitors.unshared(render(request, "portal/casilla_asked.html", {"mailbox": mailbox}))


@visitors.unlogged("/seguimiento/casilla/")
@require_GET
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Open the notices of the mailbox that a link proves, and lead away at once to an address without it."""
    try:
        mailbox = casillas.mailbox_of(token)
    except NoticeRefused as error:
        form = CasillaForm({})
        form.errors.clear()
        form.add_error(None, str(error))
        return _page(request, form, HTTPStatus.GONE)
    request.session.cycle_key()
    request.session[SESSION_KEY] = mailbox
    return visitors.untold(redirect("portal:casilla"))


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Close the list on this machine."""
    request.session.pop(SESSION_KEY, None)
    return redirect("portal:casilla")


def _page(request: HttpRequest, form: CasillaForm, status: HTTPStatus = HTTPStatus.OK) -> HttpResponse:
    return visitors.unshared(render(request, "portal/casilla_ask.html", {"form": form}, status=status))
