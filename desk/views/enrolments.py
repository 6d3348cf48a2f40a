"""Links to enter: who got one uses it; who looks after access gives them, and two approve one after a loss."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from desk.forms.access import NewPasswordForm, WhoForm
from desk.views import confirming
from desk.views.second_step import entered
from desk.views.sitting import DeskRequest, seated
from organization import selectors as organization
from organization import services
from organization.errors import EnrolmentRefused, OrganizationError, PasswordRefused
from organization.models import Enrolment, Person

View = Callable[..., HttpResponseBase]
WRONG = HTTPStatus.UNPROCESSABLE_ENTITY
ENROLMENT = "enrolment"
"""Where the session keeps whose link this browser brought."""


@never_cache
@sensitive_post_parameters("token")
@require_http_methods(["GET", "HEAD", "POST"])
def enrolment(request: HttpRequest) -> HttpResponse:
    """Take what stands behind the ``#`` of a link, sent by our script or pasted, and keep in the session whose it is.

    A browser tells no server what stands there: no log on the way can hold it.
    """
    if request.method != "POST":
        return _with_origin(render(request, "desk/enrolment.html"))
    found = services.enrolment_of(services.pasted_token(request.POST.get("token", "")), at=timezone.now())
    if found is None:
        return _gone(request)
    if not request.user.is_authenticated:
        request.session.cycle_key()
    request.session[ENROLMENT] = found.pk
    return redirect("desk:enrolment_password")


@never_cache
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def enrolment_password(request: HttpRequest) -> HttpResponse:
    """Let who brought a link choose a password; then the sign-in goes on to their second factor."""
    if ENROLMENT not in request.session:
        return redirect("desk:enrolment")
    now, enrolment_id = timezone.now(), request.session[ENROLMENT]
    found = services.open_enrolment(enrolment_id, at=now)
    if found is None:
        return _gone(request)
    form = NewPasswordForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            person = services.use_enrolment(enrolment_id=enrolment_id, password=form.cleaned_data["password"], at=now)
        except PasswordRefused as error:
            form.add_error("password", str(error))
        except EnrolmentRefused:  # somebody else used it meanwhile
            return _gone(request)
        else:
            logout(request)
            response: HttpResponse = perform_login(request, Login(user=person, redirect_url=reverse("desk:tray")))
            return entered(request, response, person)
    context = {"form": form, "person": found.person}
    status = WRONG if form.is_bound else HTTPStatus.OK
    return _with_origin(render(request, "desk/enrolment_password.html", context, status=status))


def _gone(request: HttpRequest) -> HttpResponse:
    request.session.pop(ENROLMENT, None)
    return render(request, "desk/enrolment_gone.html", status=HTTPStatus.GONE)


def _with_origin(page: HttpResponse) -> HttpResponse:
    page.headers["Referrer-Policy"] = "strict-origin"  # none at all would send the form with Origin: null
    return page


def administering(view: View) -> View:
    """Let only those in who look after access; for anyone else the page does not exist."""

    @seated
    @wraps(view)
    def wrapped(request: DeskRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if not request.desk.administers:
            raise Http404
        return view(request, *args, **kwargs)

    return wrapped


@require_safe
@administering
def people_access(request: DeskRequest) -> HttpResponse:
    """Show the links that wait, and give one."""
    return _page(request, WhoForm(besides=request.user))


def _page(request: DeskRequest, form: WhoForm, *, status: int = HTTPStatus.OK, **told: Any) -> HttpResponse:
    context = {
        "form": form,
        "waiting": organization.open_enrolments(),
        "closed": organization.closed_people(request.desk.today),
        **(confirming.choices(request, request.user) if _asks(request) else {}),
        "asks": _asks(request),
        **told,
    }
    return render(request, "desk/people_access.html", context, status=status)


def _asks(request: DeskRequest) -> bool:
    return request.user.second_factor_since is not None


def _confirmed(request: DeskRequest) -> None:
    if _asks(request):
        confirming.confirm(request, request.user, at=timezone.now())


@require_POST
@sensitive_post_parameters("code", "answer")
@administering
def give_link(request: DeskRequest) -> HttpResponse:
    """Give a first link, ask for a recovery, or close the access, as the button says."""
    form = WhoForm(request.POST, besides=request.user)
    if not form.is_valid():
        return _page(request, form, status=WRONG)
    person: Person = form.cleaned_data["person"]
    try:
        _confirmed(request)
        if done := _done_without_link(request, person):
            messages.success(request, done)
            return redirect("desk:people_access")
        token = services.invite(person=person, by=request.user, at=timezone.now())
    except (OrganizationError, confirming.NotConfirmed) as error:
        return _page(request, form, status=WRONG, sentence=str(error))
    return _link(request, person, token)


def _done_without_link(request: DeskRequest, person: Person) -> str:
    """Do what the button says where it leads to no link yet, and return what to tell; empty: it asks for the link."""
    if "close" in request.POST:
        services.close_access(person=person, by=request.user, at=timezone.now())
        return _("Cerrado: %(person)s ya no entra, y sus sesiones terminaron.") % {"person": person.full_name}
    if "recover" in request.POST:
        services.ask_recovery(person=person, by=request.user, at=timezone.now())
        return _("Pidió la recuperación. Falta que la apruebe otra persona que administre el acceso.")
    return ""


@require_POST
@sensitive_post_parameters("code", "answer")
@administering
def open_access(request: DeskRequest, person_id: int) -> HttpResponse:
    """Let somebody enter again whose access was closed."""
    person = get_object_or_404(Person, pk=person_id, username__isnull=False)
    try:
        _confirmed(request)
        services.open_access(person=person, by=request.user, at=timezone.now())
    except (OrganizationError, confirming.NotConfirmed) as error:
        return _page(request, WhoForm(besides=request.user), status=WRONG, sentence=str(error))
    messages.success(request, _("Abierto: %(person)s entra como antes.") % {"person": person.full_name})
    return redirect("desk:people_access")


@require_POST
@sensitive_post_parameters("code", "answer")
@administering
def approve_link(request: DeskRequest, enrolment_id: int) -> HttpResponse:
    """Approve what another asked for, and show the link once."""
    found = get_object_or_404(Enrolment.objects.select_related("person"), pk=enrolment_id)
    try:
        _confirmed(request)
        token = services.approve_recovery(enrolment_id=found.pk, by=request.user, at=timezone.now())
    except (OrganizationError, confirming.NotConfirmed) as error:
        return _page(request, WhoForm(besides=request.user), status=WRONG, sentence=str(error))
    return _link(request, found.person, token)


@require_POST
@administering
def withdraw_link(request: DeskRequest, enrolment_id: int) -> HttpResponse:
    """Make a link useless."""
    get_object_or_404(Enrolment, pk=enrolment_id)
    try:
        services.withdraw_enrolment(enrolment_id=enrolment_id, by=request.user, at=timezone.now())
    except OrganizationError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Retirado: ese enlace ya no abre nada."))
    return redirect("desk:people_access")


def _link(request: DeskRequest, person: Person, token: str) -> HttpResponse:
    address = request.build_absolute_uri(services.link_path(token))
    return render(request, "desk/enrolment_link.html", {"person": person, "address": address})
