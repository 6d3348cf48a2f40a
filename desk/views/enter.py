"""In and out: local accounts, and in the demo one click for each role of the entity."""

from allauth.account.internal.flows.login import perform_login, perform_password_login, record_authentication
from allauth.account.internal.stagekit import clear_login
from allauth.account.models import Login
from django.conf import settings
from django.contrib.auth import authenticate, logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from desk import services
from desk.forms.enter import EnterForm
from desk.views import confirming
from desk.views.callers import attempt_of
from desk.views.keeping import KEPT
from desk.views.second_step import entered
from desk.views.sitting import UNIT_IN_VIEW, DeskRequest, seated
from organization import selectors
from organization.errors import DirectoryUnavailable
from organization.models import Person
from organization.services import entrance, identities, sessions
from organization.services.entrance import Step

THEMES = {"": _("Igual que el equipo"), "light": _("Claro"), "dark": _("Oscuro")}


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Show the entrance, or let a person in by their password: as far as the second step, where there is one."""
    if request.user.is_authenticated and request.method != "POST":
        return redirect(wanted_place(request))
    form = EnterForm(request.POST or None)
    sentence = ""
    if request.method == "POST" and form.is_valid():
        person, sentence = _checked(request, form.cleaned_data["username"], form.cleaned_data["password"])
        if person is not None:
            return _onward(request, person, {"username": person.username})
    return entrance_page(request, form, sentence=sentence, status=200 if request.method != "POST" else 422)


def entrance_page(request: HttpRequest, form: EnterForm, *, sentence: str, status: int) -> HttpResponse:
    """Return the entrance, with what went wrong."""
    context = {
        "form": form,
        "sentence": sentence,
        "next": wanted_place(request, default=""),
        "roles": _roles(request),
        "has_kept": KEPT in request.session,
        "has_ended": request.method != "POST" and not sentence and _had_session(request),
        "has_institutional": bool(settings.OIDC_ISSUER),
    }
    return render(request, "desk/enter.html", context, status=status)


def _checked(request: HttpRequest, username: str, password: str) -> tuple[Person | None, str]:
    """Return the person, or why not, without saying which datum is wrong: unknown names take as long as known ones."""
    now = timezone.now()
    named = selectors.person_named(username)
    attempt = attempt_of(request, step=Step.PASSWORD, account=username, person=named)
    until = entrance.held_until(attempt, at=now)
    if until is not None:
        return None, confirming.wait_sentence(until)
    try:
        person = authenticate(request, username=username, password=password)
    except DirectoryUnavailable as error:
        entrance.record_failure(attempt, person=named, at=now)  # a local password was guessed all the same
        return None, str(error)
    if not isinstance(person, Person):
        return None, confirming.refusal_sentence(attempt, named, _("Los datos no coinciden."), now)
    entrance.forget_failures(attempt)
    return person, ""


def _onward(request: HttpRequest, person: Person, credentials: dict[str, str | None]) -> HttpResponse:
    """Begin django-allauth's stages: the second step, or the desk."""
    going_in = Login(user=person, redirect_url=wanted_place(request))
    if getattr(person, "backend", "") == settings.DIRECTORY_BACKEND:
        record_authentication(request, person, "directory")
        response: HttpResponse = perform_login(request, going_in)
    else:
        response = perform_password_login(request, credentials, going_in)
    return entered(request, response, person)


def _had_session(request: HttpRequest) -> bool:
    """Return whether this browser was signed in on its last page, and comes from there."""
    return bool(request.GET.get("next")) and settings.SESSION_COOKIE_NAME in request.COOKIES


def wanted_place(request: HttpRequest, default: str | None = None) -> str:
    """Return where the person wanted to go, if that is on this site."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if wanted and url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure()):
        return wanted
    return resolve_url(settings.LOGIN_REDIRECT_URL) if default is None else default


def _is_demo(request: HttpRequest) -> bool:
    return bool(getattr(request, "is_demo", False))


def _roles(request: HttpRequest) -> list[selectors.Seat]:
    """Return the posts of the entity that somebody holds today, for the demo's one-click entrance."""
    if not _is_demo(request):
        return []
    today = timezone.localdate()
    return [seat for seat in selectors.seats_on(today) if seat.person.username]


@never_cache
@require_safe
def not_me(request: HttpRequest) -> HttpResponse:
    """Drop a sign-in that is half way, and begin anew."""
    clear_login(request)
    return redirect("desk:enter")


@require_safe
def cannot_enter(request: HttpRequest) -> HttpResponse:
    """Tell who cannot enter what to do: whom to see, and what to bring."""
    return render(request, "desk/cannot_enter.html")


@never_cache
@require_POST
def enter_demo(request: HttpRequest, username: str) -> HttpResponse:
    """Sign in as one of the demo's people with one click. Outside the demo this address does not exist."""
    if not _is_demo(request):
        raise Http404
    person = get_object_or_404(Person, username=username, is_active=True)
    record_authentication(request, person, "demo")
    response = perform_login(request, Login(user=person, redirect_url=wanted_place(request)))
    unit = request.POST.get("unit", "")
    if request.user.is_authenticated and unit.isdecimal():
        request.session[UNIT_IN_VIEW] = int(unit)
    return entered(request, response, person)


@never_cache
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Sign out; who entered with the institution's account goes on to sign out over there.

    A page sends them there: browsers let no answer to a form of ours lead to another site.
    """
    farewell = None
    if isinstance(request.user, Person):
        farewell = identities.farewell_of(request.session, person=request.user)
        key = request.session.session_key or ""
        sessions.record_end(session_key=key, person=request.user, at=timezone.now())
    logout(request)
    if farewell is None:
        return redirect("desk:enter")
    back = request.build_absolute_uri(reverse("desk:enter"))
    return render(request, "desk/left.html", {"address": farewell.address(back=back)})


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
    return redirect(wanted_place(request))
