"""Where is my file: the number alone, number and key, the talón's QR, and the file itself."""

from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ledger import services as ledger
from organization import selectors as organization
from organization.models import Person
from portal import selectors, services
from portal.forms import TrackForm
from portal.views import visitors
from portal.views.files import version_response
from workflows.errors import FilingNotFound
from workflows.models import TrackingKey
from workflows.services import keys

VISITOR = "system:portal"


@require_http_methods(["GET", "HEAD", "POST"])
def home(request: HttpRequest) -> HttpResponse:
    """Ask for the number; with its key, open the file for this session."""
    form = TrackForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return visitors.unshared(render(request, "portal/home.html", {"form": form, "seats": _demo_seats(request)}))
    number, key = form.cleaned_data["number"], form.cleaned_data["key"]
    if not key:
        return redirect("portal:status", label=number)
    if services.has_to_wait(visitors.address_of(request)):
        return visitors.told_to_wait(request)
    try:
        row = keys.track(label=selectors.known_label(number), key=key)
    except FilingNotFound as error:
        services.count_miss(visitors.address_of(request))
        form.add_error(None, str(error))
        page = render(request, "portal/home.html", {"form": form}, status=HTTPStatus.NOT_FOUND)
        return visitors.unshared(page)
    visitors.remember(request, row)
    return redirect("portal:file")


def _demo_seats(request: HttpRequest) -> list[organization.Seat]:
    """Return whom one click signs in: in the demo, on this machine, and nowhere else."""
    is_demo = getattr(request, "is_demo", False)
    return [seat for seat in organization.seats_on(timezone.localdate()) if seat.person.username] if is_demo else []


@require_GET
def status(request: HttpRequest, label: str) -> HttpResponse:
    """Show what the number alone may show: states and days."""
    if services.has_to_wait(visitors.address_of(request)):
        return visitors.told_to_wait(request)
    found = selectors.status_of(selectors.known_label(label))
    if found is None:
        services.count_miss(visitors.address_of(request))
        form = TrackForm({"number": label})
        form.add_error("number", _("No encontramos ese número. Revise su cargo, o pregunte en Mesa de Partes."))
        page = render(request, "portal/home.html", {"form": form}, status=HTTPStatus.NOT_FOUND)
        return visitors.unshared(page)
    form = TrackForm(initial={"number": found.label})
    return visitors.unshared(render(request, "portal/status.html", {"status": found, "form": form}))


@visitors.unlogged("/t/")
@require_GET
def talon(request: HttpRequest, label: str, key: str) -> HttpResponse:
    """Open the file of a talón's QR and lead away at once, to an address without the key."""
    return visitors.untold(_opened_by_talon(request, label, key))


def _opened_by_talon(request: HttpRequest, label: str, key: str) -> HttpResponse:
    if services.has_to_wait(visitors.address_of(request)):
        return redirect("portal:wait")
    try:
        row = keys.track(label=label, key=key)
    except FilingNotFound:
        services.count_miss(visitors.address_of(request))
        return redirect("portal:unknown_talon")
    visitors.remember(request, row)
    return redirect("portal:file")


@visitors.unlogged("/t/")
@require_GET
def misread_talon(request: HttpRequest, rest: str) -> HttpResponse:
    """Lead on from an address that was typed or cut off wrongly: it may hold a key, and no log shall have it."""
    return visitors.untold(redirect("portal:unknown_talon"))


@require_GET
def unknown_talon(request: HttpRequest) -> HttpResponse:
    """Say that a talón's QR opened nothing."""
    form = TrackForm({"number": ""})
    form.errors.clear()
    form.add_error(None, str(FilingNotFound()))
    return visitors.unshared(render(request, "portal/home.html", {"form": form}, status=HTTPStatus.NOT_FOUND))


@require_GET
def wait(request: HttpRequest) -> HttpResponse:
    """Say that there were too many tries."""
    return visitors.told_to_wait(request)


@require_GET
def file(request: HttpRequest) -> HttpResponse:
    """Show the session's file: who has it, until when, its way, and what can be done."""
    row = visitors.remembered(request)
    if row is None:
        return redirect("portal:home")
    tracking = selectors.tracking_of(row.expediente, row.party, on=timezone.localdate())
    return visitors.unshared(render(request, "portal/file.html", {"tracking": tracking}))


@require_GET
def document(request: HttpRequest, document_id: int) -> HttpResponseBase:
    """Hand out a document of the session's file that its party may read."""
    row = visitors.remembered(request)
    if row is None:
        return redirect("portal:home")
    found = selectors.readable_document(row.expediente, row.party, document_id)
    if found is None or found.emitted_version is None:
        raise Http404
    ledger.read(f"document:{found.pk}", by=_reader(row))
    return visitors.unshared(version_response(found.emitted_version, is_ours=not found.outside_author))


def _reader(row: TrackingKey) -> str:
    party: Person | None = row.party
    return party.actor if party else VISITOR


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Close the file on this machine."""
    visitors.forget(request)
    return redirect("portal:home")
