"""In and out: local accounts, and in the demo one click for each role of the entity."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from desk import services
from desk.forms.enter import EnterForm
from desk.views.sitting import UNIT_IN_VIEW, DeskRequest, seated
from organization import selectors as organization
from organization.errors import DirectoryUnavailable
from organization.models import Person

TRIES = 5
WAIT = timedelta(minutes=5)
THEMES = {"": _("Igual que el equipo"), "light": _("Claro"), "dark": _("Oscuro")}


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Show the entrance, or let a local account in."""
    if request.user.is_authenticated and request.method != "POST":
        return redirect(_next(request))
    form = EnterForm(request.POST or None)
    sentence = ""
    if request.method == "POST" and form.is_valid():
        sentence = _try(request, form.cleaned_data["username"], form.cleaned_data["password"])
        if not sentence:
            return redirect(_next(request))
    context = {"form": form, "sentence": sentence, "next": _next(request, default=""), "roles": _roles(request)}
    return render(request, "desk/enter.html", context, status=200 if request.method != "POST" else 422)


def _try(request: HttpRequest, username: str, password: str) -> str:
    """Sign the person in, or return why not, without saying which datum is wrong."""
    now = timezone.now()
    locked_until = cache.get(_lock_key(username))
    if isinstance(locked_until, datetime) and locked_until > now:
        return _wait(locked_until)
    try:
        person = authenticate(request, username=username, password=password)
    except DirectoryUnavailable as error:
        _count_try(username, now)  # a local password was guessed all the same
        return str(error)
    if person is None:
        return _count_try(username, now)
    cache.delete_many([_lock_key(username), _tries_key(username)])
    login(request, person)
    return ""


def _count_try(username: str, now: datetime) -> str:
    cache.add(_tries_key(username), 0, timeout=WAIT.total_seconds() * 3)
    tries = cache.incr(_tries_key(username))
    if tries >= TRIES:
        cache.set(_lock_key(username), now + WAIT, timeout=WAIT.total_seconds())
        cache.delete(_tries_key(username))
        return _wait(now + WAIT)
    left = TRIES - tries
    return ngettext(
        "Los datos no coinciden. Queda %(left)d intento antes de una espera de %(minutes)d minutos.",
        "Los datos no coinciden. Quedan %(left)d intentos antes de una espera de %(minutes)d minutos.",
        left,
    ) % {"left": left, "minutes": WAIT.total_seconds() // 60}


def _wait(until: datetime) -> str:
    return _("Hubo %(tries)d intentos seguidos con su usuario. Espere hasta las %(hour)s.") % {
        "tries": TRIES,
        "hour": f"{timezone.localtime(until) + timedelta(minutes=1):%H:%M}",
    }


def _tries_key(username: str) -> str:
    return f"enter:tries:{username.lower()[:80].encode().hex()}"


def _lock_key(username: str) -> str:
    return f"enter:wait:{username.lower()[:80].encode().hex()}"


def _next(request: HttpRequest, default: str | None = None) -> str:
    """Return where the person wanted to go, if that is on this site."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if wanted and url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure()):
        return wanted
    return resolve_url(settings.LOGIN_REDIRECT_URL) if default is None else default


def _is_demo(request: HttpRequest) -> bool:
    return bool(getattr(request, "is_demo", False))


def _roles(request: HttpRequest) -> list[organization.Seat]:
    """Return the posts of the entity that somebody holds today, for the demo's one-click entrance."""
    if not _is_demo(request):
        return []
    today = timezone.localdate()
    return [seat for seat in organization.seats_on(today) if seat.person.username]


@never_cache
@require_POST
def enter_demo(request: HttpRequest, username: str) -> HttpResponse:
    """Sign in as one of the demo's people with one click. Outside the demo this address does not exist."""
    if not _is_demo(request):
        raise Http404
    person = get_object_or_404(Person, username=username, is_active=True)
    login(request, person, backend="django.contrib.auth.backends.ModelBackend")
    unit = request.POST.get("unit", "")
    if unit.isdecimal():
        request.session[UNIT_IN_VIEW] = int(unit)
    return redirect(_next(request))


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Sign out."""
    logout(request)
    return redirect("desk:enter")


@require_POST
@seated
def choose_unit(request: DeskRequest) -> HttpResponse:
    """Look at another of the person's own units."""
    wanted = request.POST.get("unit", "")
    if wanted.isdecimal() and int(wanted) in {unit.pk for unit in request.desk.units}:
        request.session[UNIT_IN_VIEW] = int(wanted)
    return redirect("desk:tray")


@require_POST
@seated
def choose_theme(request: DeskRequest) -> HttpResponse:
    """Keep the person's theme: light, dark, or as the machine says."""
    theme = request.POST.get("theme", "")
    if theme in THEMES:
        services.choose_theme(person=request.user, theme=theme)
    return redirect(_next(request))
