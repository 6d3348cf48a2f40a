"""What somebody was writing when their session ended: it waits in the session, and comes back to them alone."""

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.urls import reverse

from desk.views.callers import is_last_here, last_here
from organization.models import Person

KEPT = "kept"
NEVER = {"csrfmiddlewaretoken", "pin", "code", "answer", "password", "again", "directory_password", "confirms"}
MOST_CHARACTERS = 300_000


def keep(request: HttpRequest) -> HttpResponse:
    """Keep what a form brought whose session has ended, and lead to the entrance and back to it.

    It is kept for who entered last from this device: without one, or too large, it is not.
    """
    who = last_here(request)
    fields = [(name, value) for name, values in request.POST.lists() if name not in NEVER for value in values]
    size = sum(len(value) for _name, value in fields)
    onward = request.path
    if who and fields and size <= MOST_CHARACTERS:
        has_files = bool(request.FILES)
        request.session[KEPT] = {"who": who, "path": request.path, "fields": fields, "has_files": has_files}
        onward = reverse("desk:go_on")
    address = f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': onward})}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)


def kept_for(request: HttpRequest, person: Person) -> dict[str, object] | None:
    """Return what waits for this person; what waits for somebody else is dropped."""
    kept = request.session.get(KEPT)
    if kept is not None and not is_last_here(str(kept["who"]), person):
        del request.session[KEPT]
        return None
    return kept
