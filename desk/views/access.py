"""A person's own access: password, second factors, recovery codes, and where they are signed in."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from desk.forms.access import NewPasswordForm
from desk.views import confirming
from desk.views.keeping import KEPT, kept_for
from desk.views.setting_up import Setup
from desk.views.sitting import DeskRequest, seated
from organization.errors import FactorRefused, LastFactor, PasswordRefused
from organization.services import change_password, factors, sessions

WRONG = HTTPStatus.UNPROCESSABLE_ENTITY
CONFIRMED = "access_confirmed"
HOLDS_SECONDS = 300
View = Callable[..., HttpResponseBase]


@require_http_methods(["GET", "HEAD", "POST"])
@seated
def go_on(request: DeskRequest) -> HttpResponse:
    """Show what the person was writing when their session ended, to be sent from here; a post drops it."""
    kept = kept_for(request, request.user)
    if request.method == "POST" or kept is None:
        request.session.pop(KEPT, None)
        return redirect("desk:tray")
    return render(request, "desk/go_on.html", {"kept": kept})


@require_safe
@seated
def my_access(request: DeskRequest) -> HttpResponse:
    """Show how the person signs in, and where they are signed in now."""
    return _page(request)


def _page(request: DeskRequest, *, sentence: str = "", status: int = HTTPStatus.OK) -> HttpResponse:
    person = request.user
    context: dict[str, Any] = {
        **confirming.choices(request, person),
        "asks": not _is_confirmed(request),
        "sentence": sentence,
        "sessions": UserSession.objects.purge_and_list(person),
        "session_key": request.session.session_key,
    }
    return render(request, "desk/my_access.html", context, status=status)


def _is_confirmed(request: DeskRequest) -> bool:
    """Return whether the person confirmed in the last minutes that it is they; a first factor is set up without."""
    if request.user.second_factor_since is None:
        return True
    return timezone.now().timestamp() - float(request.session.get(CONFIRMED, 0)) < HOLDS_SECONDS


def confirmed(view: View) -> View:
    """Send who has not just confirmed to do so first."""

    @seated
    @wraps(view)
    def wrapped(request: DeskRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if not _is_confirmed(request):
            messages.warning(request, _("Confirme primero que es usted."))
            return redirect("desk:my_access")
        return view(request, *args, **kwargs)

    return wrapped


@require_POST
@sensitive_post_parameters("code", "answer")
@seated
def confirm_access(request: DeskRequest) -> HttpResponse:
    """Let the person change their access for some minutes, once they confirmed that it is they."""
    try:
        confirming.confirm(request, request.user, at=timezone.now())
    except confirming.NotConfirmed as error:
        return _page(request, sentence=str(error), status=WRONG)
    request.session[CONFIRMED] = timezone.now().timestamp()
    return redirect("desk:my_access")


@require_POST
@confirmed
def remove_factor(request: DeskRequest, factor_id: int) -> HttpResponse:
    """Take one of the person's factors away."""
    try:
        factors.remove_factor(person=request.user, factor_id=factor_id, at=timezone.now())
    except LastFactor as error:
        return _page(request, sentence=str(error), status=WRONG)
    messages.success(request, _("Quitado: ya no sirve para entrar ni para firmar."))
    return redirect("desk:my_access")


@require_POST
@confirmed
def new_codes(request: DeskRequest) -> HttpResponse:
    """Make the former recovery codes useless, and show new ones once."""
    try:
        codes = factors.renew_recovery_codes(person=request.user, at=timezone.now())
    except FactorRefused as error:
        return _page(request, sentence=str(error), status=WRONG)
    return render(request, "desk/my_codes.html", {"codes": codes})


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("code", "answer")
@confirmed
def my_factor(request: DeskRequest) -> HttpResponse:
    """Set another factor up."""
    setup, sentence = Setup(request, request.user), ""
    is_first = request.user.second_factor_since is None
    if request.method == "POST":
        try:
            setup.complete(at=timezone.now())
        except FactorRefused as error:
            sentence = str(error)
        else:
            messages.success(request, _("Agregado: ya puede confirmar con él."))
            if is_first:
                return render(request, "desk/my_codes.html", {"codes": factors.recovery_codes(request.user)})
            return redirect("desk:my_access")
    context = {"sentence": sentence, **setup.offer()}
    return render(request, "desk/my_factor.html", context, status=WRONG if sentence else HTTPStatus.OK)


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password", "again")
@confirmed
def my_password(request: DeskRequest) -> HttpResponse:
    """Choose another password; the person's other sessions end."""
    form = NewPasswordForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            change_password(
                person=request.user,
                password=form.cleaned_data["password"],
                keep_session=request.session.session_key or "",
                at=timezone.now(),
            )
        except PasswordRefused as error:
            form.add_error("password", str(error))
        else:
            update_session_auth_hash(request, request.user)
            messages.success(request, _("Contraseña cambiada. Sus otras sesiones terminaron."))
            return redirect("desk:my_access")
    return render(request, "desk/my_password.html", {"form": form}, status=WRONG if form.is_bound else HTTPStatus.OK)


@require_POST
@seated
def end_session(request: DeskRequest, session_id: int) -> HttpResponse:
    """End one of the person's sessions, wherever it is."""
    if sessions.end_session(person=request.user, session_id=session_id, at=timezone.now()):
        messages.success(request, _("Esa sesión terminó."))
    return redirect("desk:my_access")
