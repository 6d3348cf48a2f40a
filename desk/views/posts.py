"""Who holds what, who is away and who acts meanwhile: for secretaría general alone."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial, wraps
from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from desk.forms.covers import CoverForm, DayForm, EndForm, by_unit
from desk.services import cover_post
from desk.views.sitting import DeskRequest, seated
from organization import selectors as organization
from organization import services
from organization.enums import GrantKind, Role
from organization.errors import OrganizationError
from organization.models import Absence, Grant

SOON = timedelta(days=30)
View = Callable[..., HttpResponseBase]


def at_the_secretariat(view: View) -> View:
    """Let only those in who hold a post in secretaría general today; for anyone else the page does not exist."""

    @seated
    @wraps(view)
    def wrapped(request: DeskRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if Role.SECRETARIAT not in request.desk.roles:
            raise Http404
        return view(request, *args, **kwargs)

    return wrapped


@require_safe
@at_the_secretariat
def posts(request: DeskRequest) -> HttpResponse:
    """Show who holds each post on the day asked for, who is away, and what ends in the thirty days after it."""
    form = DayForm(request.GET) if "dia" in request.GET else DayForm(initial={"dia": request.desk.today})
    return _page(request, form, _day_of(form, request.desk.today))


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_secretariat
def posts_cover(request: DeskRequest) -> HttpResponse:
    """Register who covers a post."""
    if request.method != "POST":
        form = CoverForm(request.desk.today, initial={"post": request.GET.get("puesto")})
        return render(request, "desk/posts_cover.html", {"form": form})
    form = CoverForm(request.desk.today, request.POST)
    if form.is_valid():
        try:
            _register(request, form)
            messages.success(request, _("Quedó registrado, con su nombre y el acto."))
            return redirect("desk:posts")
        except OrganizationError as error:
            form.add_error(None, str(error))
    return render(request, "desk/posts_cover.html", {"form": form}, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@require_POST
@at_the_secretariat
def posts_end_grant(request: DeskRequest, grant_id: int) -> HttpResponse:
    """Let a grant end on a day."""
    grant = get_object_or_404(Grant, pk=grant_id)
    return _end(
        request,
        partial(services.end_grant, grant=grant),
        done=_("El encargo termina ese día."),
        no_day=_("Escriba el último día del encargo."),
    )


@require_POST
@at_the_secretariat
def posts_end_absence(request: DeskRequest, absence_id: int) -> HttpResponse:
    """Let an absence end on a day."""
    absence = get_object_or_404(Absence, pk=absence_id)
    return _end(
        request,
        partial(services.end_absence, absence=absence),
        done=_("La ausencia termina ese día."),
        no_day=_("Escriba el último día de la ausencia."),
    )


def _end(request: DeskRequest, end: Callable[..., object], *, done: str, no_day: str) -> HttpResponse:
    """Let it end on the day of the form, and say so; or show the page with what to change."""
    form = EndForm(request.POST)
    if not form.is_valid():
        return _not_ended(request, no_day)
    try:
        end(to_on=form.cleaned_data["to_on"], by=request.user, at=timezone.now())
    except OrganizationError as error:
        return _not_ended(request, str(error))
    messages.success(request, done)
    return redirect("desk:posts")


def _register(request: DeskRequest, form: CoverForm) -> None:
    data = form.cleaned_data
    titular = organization.titulars_of([data["post"].pk], data["from_on"]).get(data["post"].pk)
    cover_post(
        kind=GrantKind(data["kind"]),
        post=data["post"],
        absentee=titular if data["reason"].strip() else None,
        reason=data["reason"],
        own=form.own_appointment,
        from_on=data["from_on"],
        to_on=data["to_on"],
        scope=data["scope"],
        act=data["act"],
        by=request.user,
        at=timezone.now(),
    )


def _not_ended(request: DeskRequest, sentence: str) -> HttpResponse:
    messages.error(request, sentence)
    today = request.desk.today
    return _page(request, DayForm(initial={"dia": today}), today, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _day_of(form: DayForm, today: date) -> date:
    return form.cleaned_data["dia"] if form.is_bound and form.is_valid() else today


def _page(request: DeskRequest, form: DayForm, on: date, status: int = HTTPStatus.OK) -> HttpResponse:
    places = organization.places_on(on)
    shown = {
        "form": form,
        "on": on,
        "units": by_unit(places),
        "away": [place for place in places if place.absence],
        "vacant": sum(place.titular is None for place in places),
        "endings": organization.ending_between(on, on + SOON),
        "until": on + SOON,
    }
    return render(request, "desk/posts.html", shown, status=status)
