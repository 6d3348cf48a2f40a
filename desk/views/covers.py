"""Who covers a post and who is away: registered by act, ended by a day, never overwritten."""

from collections.abc import Callable
from functools import partial
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from desk.forms.covers import CoverForm, EndForm
from desk.services import cover_post
from desk.views.posts import covers_page, keeps_posts
from desk.views.sitting import DeskRequest
from organization import selectors as organization
from organization import services
from organization.enums import GrantKind
from organization.errors import OrganizationError
from organization.models import Absence, Grant


@require_http_methods(["GET", "HEAD", "POST"])
@keeps_posts
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
@keeps_posts
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
@keeps_posts
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
    return redirect("desk:posts_covers")


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
    return covers_page(request, status=HTTPStatus.UNPROCESSABLE_ENTITY)
