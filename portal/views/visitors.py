"""Who is on the other side: from which address, and whose file the session opened."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from workflows.models import TrackingKey

Answer = TypeVar("Answer", bound=HttpResponseBase)
View = Callable[..., HttpResponse]
SESSION_KEY = "tracking_key"
WAIT_SECONDS = "60"


def address_of(request: HttpRequest) -> str:
    """Return the visitor's address: the one that our own proxy saw, where there is a proxy."""
    forwarded = str(request.META.get("HTTP_X_FORWARDED_FOR", ""))
    if settings.IS_TLS and forwarded:
        return forwarded.rpartition(",")[2].strip()
    return str(request.META.get("REMOTE_ADDR", ""))


def remember(request: HttpRequest, row: TrackingKey) -> None:
    """Open the key's file for this session. The session keeps which row fitted, never the key."""
    request.session.cycle_key()
    request.session[SESSION_KEY] = row.pk


def remembered(request: HttpRequest) -> TrackingKey | None:
    """Return the row of the key that opened this session's file; nothing once it was replaced."""
    pk = request.session.get(SESSION_KEY)
    if pk is None:
        return None
    return TrackingKey.objects.select_related("expediente", "party").filter(pk=pk, revoked_at__isnull=True).first()


def unlogged(path: str) -> Callable[[View], View]:
    """Blank the path of a request whose address holds a secret, so that nothing that is logged of it holds it.

    Also of a method that is refused: a mail server's HEAD, a POST without a CSRF token. That check would log the path
    before any view runs, and guards nothing here: under this goes a view that takes GET alone.
    """

    def blanking(view: View) -> View:
        @wraps(view)
        def wrapped(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            request.path = request.path_info = path
            return view(request, *args, **kwargs)

        return csrf_exempt(wrapped)

    return blanking


def forget(request: HttpRequest) -> None:
    """Close the file for this session."""
    request.session.pop(SESSION_KEY, None)


def untold(response: Answer) -> Answer:
    """Return the response to an address that holds a secret: no cache keeps it, and no page it leads to hears of it."""
    response.headers["Referrer-Policy"] = "no-referrer"
    return unshared(response)


def unshared(response: Answer) -> Answer:
    """Return the response so that no cache, of browser or network, keeps it."""
    response.headers["Cache-Control"] = "no-store"
    return response


def told_to_wait(request: HttpRequest) -> HttpResponse:
    """Return the page for an address that tried too often."""
    response = render(
        request,
        "error.html",
        {"title": _("Espere un momento"), "sentence": _("Espere un minuto y vuelva a intentar.")},
        status=HTTPStatus.TOO_MANY_REQUESTS,
    )
    response.headers["Retry-After"] = WAIT_SECONDS
    return unshared(response)
