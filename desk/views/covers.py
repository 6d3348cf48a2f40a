"""Who covers a post and who is away: registered by act, ended by a day, never overwritten."""

from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from desk.forms.covers import AbsenceForm, CoverForm, EndForm, act_days_words, with_chosen
from desk.selectors.acts import act_of, acts_found
from desk.selectors.covering import Cover, preview_of, stamp_of
from desk.services import cover_post
from desk.views.posts import covers_page, keeps_posts
from desk.views.sitting import DeskRequest
from docs_store.rules.file_types import PDF
from docs_store.selectors.renditions import draw_page
from docs_store.typesetting import typeset_stamp
from organization import selectors as organization
from organization import services
from organization.enums import GrantKind
from organization.errors import AlreadyCovered, OrganizationError
from organization.models import Absence, Grant, Post

STAMP_PX = 672


@require_http_methods(["GET", "HEAD", "POST"])
@keeps_posts
def posts_cover(request: DeskRequest) -> HttpResponse:
    """Register who covers a post; the form's other buttons only look for the act, or show what it would mean."""
    if request.method != "POST":
        return _form_page(request, _blank_form(request))
    form = CoverForm(request.POST, by=request.user, today=request.desk.today)
    if request.POST.get("accion"):
        form.full_clean()
        return _form_page(request, _with_days_of_the_act(request, form), shows_errors=False)
    if form.is_valid():
        try:
            _register(request, form)
            messages.success(request, _done(form))
            return redirect("desk:posts_covers")
        except AlreadyCovered as error:
            form.add_error("post", str(error))
        except OrganizationError as error:
            form.add_error(None, str(error))
    return _form_page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@require_safe
@keeps_posts
def posts_cover_preview(request: DeskRequest) -> HttpResponse:
    """Show what the cover would mean as far as the form has it, with the days of an act just chosen. For htmx."""
    form = CoverForm(request.GET, by=request.user, today=request.desk.today)
    form.full_clean()
    shown = _with_days_of_the_act(request, form)
    is_read = shown is not form
    context = _form_context(request, shown) | {"is_read": is_read, "is_fragment": True}
    return render(request, "desk/_cover_preview.html", context)


@require_safe
@keeps_posts
def posts_cover_stamp(request: DeskRequest) -> HttpResponse:
    """Draw the stamp as it would print."""
    form = CoverForm(request.GET, by=request.user, today=request.desk.today)
    form.full_clean()
    text = stamp_of(_cover_of(form), at=timezone.now())
    if text is None:
        raise Http404
    return HttpResponse(draw_page(typeset_stamp(text), PDF.media_type, 1, STAMP_PX), content_type="image/png")


@require_safe
@keeps_posts
def posts_acts(request: DeskRequest) -> HttpResponse:
    """Show the acts whose number begins with what was typed. For htmx."""
    words, chosen = request.GET.get("buscar", ""), request.GET.get("document", "")
    found = acts_found(words, by=request.user, on=request.desk.today)
    act = act_of(int(chosen), by=request.user, on=request.desk.today) if chosen.isdecimal() else None
    return render(request, "desk/_cover_acts.html", {"found": with_chosen(act, found), "act": act, "words": words})


@require_http_methods(["GET", "HEAD", "POST"])
@keeps_posts
def posts_absence(request: DeskRequest) -> HttpResponse:
    """Register that somebody is away, without saying yet who covers them."""
    if request.method != "POST":
        return render(request, "desk/posts_absence.html", {"form": AbsenceForm(request.desk.today)})
    form = AbsenceForm(request.desk.today, request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            services.register_absence(
                person=form.person,
                from_on=data["from_on"],
                to_on=data["to_on"],
                reason=data["reason"],
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, _("Quedó registrada la ausencia. Registre ahora quién cubre sus puestos."))
            return redirect("desk:posts_covers")
        except OrganizationError as error:
            form.add_error(None, str(error))
    return render(request, "desk/posts_absence.html", {"form": form}, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@require_POST
@keeps_posts
def posts_end_grant(request: DeskRequest, grant_id: int) -> HttpResponse:
    """Let a grant end on a day."""
    grant = get_object_or_404(Grant, pk=grant_id)
    return end_on_its_day(
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
    return end_on_its_day(
        request,
        partial(services.end_absence, absence=absence),
        done=_("La ausencia termina ese día."),
        no_day=_("Escriba el último día de la ausencia."),
    )


def end_on_its_day(request: DeskRequest, end: Callable[..., object], *, done: str, no_day: str) -> HttpResponse:
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


def _blank_form(request: DeskRequest) -> CoverForm:
    """Return the form for the post and the kind that the page's links name."""
    kind = request.GET.get("clase", "")
    start = {"post": request.GET.get("puesto"), "kind": kind if kind in GrantKind.values else GrantKind.SUBSTITUTION}
    return CoverForm(initial=start, by=request.user, today=request.desk.today)


def _with_days_of_the_act(request: DeskRequest, form: CoverForm) -> CoverForm:
    """Return the form with the days that a newly chosen act names; the same form, where nothing new was read."""
    data = form.cleaned_data
    if form.found is None or data.get("read_for") == form.found.document.pk:
        return form
    values = cast(QueryDict, form.data).copy()
    values["read_for"] = str(form.found.document.pk)
    if form.found.days is not None:
        first, last = form.found.days
        values["from_on"], values["to_on"] = first.isoformat(), last.isoformat() if last else ""
    read = CoverForm(values, by=request.user, today=request.desk.today)
    read.full_clean()
    return read


def _cover_of(form: CoverForm) -> Cover:
    """Return the cover as far as the form has it."""
    data = getattr(form, "cleaned_data", {})
    kind = data.get("kind") or form.initial.get("kind") or GrantKind.SUBSTITUTION
    post = data.get("post")
    if post is None and not form.is_bound and str(form.initial.get("post") or "").isdecimal():
        post = Post.objects.select_related("unit").filter(pk=form.initial["post"]).first()
    return Cover(
        kind=GrantKind(kind),
        post=post,
        own=form.own_appointment if form.is_bound else None,
        from_on=data.get("from_on"),
        to_on=data.get("to_on"),
        scope=tuple(data.get("scope", ())),
        act=form.cited if form.is_bound else "",
    )


def _form_context(request: DeskRequest, form: CoverForm) -> dict[str, Any]:
    words = form.cleaned_data.get("buscar", "") if form.is_bound else ""
    cover = _cover_of(form)
    act = form.found if form.is_bound else None
    return {
        "form": form,
        "preview": preview_of(cover, at=timezone.now()),
        "on": cover.from_on or request.desk.today,
        "act": act,
        "act_days": act_days_words(act, request.desk.today) if act else "",
        "found": with_chosen(act, acts_found(words, by=request.user, on=request.desk.today)) if words else [],
        "words": words,
        "query": _stamp_query(form),
    }


def _stamp_query(form: CoverForm) -> str:
    """Return what of the form decides the stamp."""
    names = ("kind", "post", "own", "from_on", "document", "act")
    return urlencode({name: form[name].value() or "" for name in names})


def _form_page(
    request: DeskRequest, form: CoverForm, *, status: int = HTTPStatus.OK, shows_errors: bool = True
) -> HttpResponse:
    context = _form_context(request, form) | {"shows_errors": shows_errors and form.is_bound}
    return render(request, "desk/posts_cover.html", context, status=status)


def _register(request: DeskRequest, form: CoverForm) -> None:
    data = form.cleaned_data
    own = form.own_appointment
    assert own is not None
    titular = organization.titulars_of([data["post"].pk], data["from_on"]).get(data["post"].pk)
    cover_post(
        kind=GrantKind(data["kind"]),
        post=data["post"],
        absentee=titular if data["reason"].strip() else None,
        reason=data["reason"],
        own=own,
        from_on=data["from_on"],
        to_on=data["to_on"],
        scope=data["scope"],
        act=form.cited,
        document_id=form.document_id,
        why=data["why"] if form.differs else "",
        by=request.user,
        at=timezone.now(),
    )


def _done(form: CoverForm) -> str:
    if not form.is_signed:
        return _("Quedó guardado, pero no vale hasta que el acto esté firmado.")
    return _("Quedó registrado, con su nombre y el acto.")


def _not_ended(request: DeskRequest, sentence: str) -> HttpResponse:
    messages.error(request, sentence)
    return covers_page(request, status=HTTPStatus.UNPROCESSABLE_ENTITY)
