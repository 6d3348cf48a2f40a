"""Who gets a post and who leaves it, and what becomes of units: each by the act that orders it."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from desk import services as desk
from desk.forms.appointing import AppointForm, EndAppointmentForm, MergeForm, MoveForm, RenameForm, SplitForm
from desk.forms.covers import ActForm, with_chosen
from desk.selectors.acts import acts_found
from desk.views.posts import keeps_posts
from desk.views.sitting import DeskRequest
from organization import selectors as organization
from organization.errors import OrganizationError
from organization.models import Appointment, Unit

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])
UNIT_CHANGES = {
    "renombrar": (RenameForm, gettext_lazy("Cambiar nombre y siglas"), gettext_lazy("Cambiar el nombre")),
    "mover": (MoveForm, gettext_lazy("Cambiar de qué unidad depende"), gettext_lazy("Mover la unidad")),
    "fusionar": (MergeForm, gettext_lazy("Fusionar con otra unidad"), gettext_lazy("Fusionar")),
    "dividir": (SplitForm, gettext_lazy("Dividir entre otras unidades"), gettext_lazy("Dividir")),
}
Words = str | Promise


@GET_OR_POST
@keeps_posts
def posts_appoint(request: DeskRequest) -> HttpResponse:
    """Give a post to somebody."""

    def appoint(form: ActForm) -> None:
        data = form.cleaned_data
        desk.appoint_by_act(
            post=data["post"],
            person=data["person"],
            from_on=data["from_on"],
            to_on=data["to_on"],
            act=desk.ByAct(form.cited, form.document_id, is_signed=form.is_signed),
            by=request.user,
            at=timezone.now(),
        )

    start = {"post": request.GET.get("puesto"), "from_on": request.desk.today}
    form = AppointForm(request.POST or None, initial=start, by=request.user, today=request.desk.today)
    return change_page(request, form, appoint, title=_("Designar a quien ocupa un puesto"), verb=_("Designar"))


@GET_OR_POST
@keeps_posts
def posts_end_appointment(request: DeskRequest, appointment_id: int) -> HttpResponse:
    """Let an appointment end on a day."""
    row = get_object_or_404(Appointment.objects.select_related("post", "person"), pk=appointment_id)

    def end(form: ActForm) -> None:
        desk.end_appointment_by_act(
            appointment=row,
            to_on=form.cleaned_data["to_on"],
            act=desk.ByAct(form.cited, form.document_id, is_signed=form.is_signed),
            by=request.user,
            at=timezone.now(),
        )

    form = EndAppointmentForm(
        request.POST or None, initial={"to_on": row.to_on}, by=request.user, today=request.desk.today
    )
    title = _("Terminar la designación de %(person)s") % {"person": row.person.full_name}
    about = _("%(post)s, por %(act)s. El puesto queda sin titular al día siguiente; lo que espera queda en su unidad.")
    return change_page(
        request,
        form,
        end,
        title=title,
        verb=_("Terminar la designación"),
        about=about % {"post": row.post.title, "act": row.act},
    )


@GET_OR_POST
@keeps_posts
def posts_unit(request: DeskRequest, unit_id: int, change: str) -> HttpResponse:
    """Rename a unit, hang it from another one, merge it into another one, or split it among others."""
    if change not in UNIT_CHANGES:
        raise Http404
    unit = get_object_or_404(Unit, pk=unit_id)
    form_class, title, verb = UNIT_CHANGES[change]
    name = organization.unit_name(unit, request.desk.today)
    options: dict[str, Any] = {"by": request.user, "today": request.desk.today}
    if form_class is RenameForm:
        options["initial"] = {"name": name.name, "siglas": name.siglas, "siglas_path": name.siglas_path}
    else:
        options["unit"] = unit
    form = form_class(request.POST or None, **options)

    def apply(form: ActForm) -> None:
        act = desk.ByAct(form.cited, form.document_id, is_signed=form.is_signed)
        desk.change_unit(unit=unit, change=change, values=_values(form), act=act, by=request.user, at=timezone.now())

    about = _(
        "%(name)s · %(siglas)s. Nada se borra: el nombre y los actos anteriores siguen explicando lo de su tiempo."
    )
    return change_page(
        request,
        form,
        apply,
        title=title,
        verb=verb,
        about=about % {"name": name.name, "siglas": name.siglas},
        then="desk:posts_names",
    )


def _values(form: ActForm) -> desk.UnitChange:
    data = form.cleaned_data
    return desk.UnitChange(
        on=data.get("on") or data["from_on"],
        name=data.get("name", ""),
        siglas=data.get("siglas", ""),
        siglas_path=data.get("siglas_path", ""),
        into=data.get("into") or data.get("main"),
        parts=form.parts if isinstance(form, SplitForm) else {},
    )


def change_page(
    request: DeskRequest,
    form: ActForm,
    apply: Callable[[ActForm], None],
    *,
    title: Words,
    verb: Words,
    about: str = "",
    then: str = "desk:posts",
) -> HttpResponse:
    """Show the form; make the change that it asks for, and say so; or only look for the act."""
    is_looking = request.method == "POST" and bool(request.POST.get("accion"))
    if is_looking:
        form.full_clean()
    elif request.method == "POST" and form.is_valid():
        try:
            apply(form)
            messages.success(request, _("Quedó registrado, con su nombre y el acto."))
            return redirect(reverse(then))
        except OrganizationError as error:
            form.add_error(None, str(error))
    is_refused = form.is_bound and not is_looking
    words = {"title": title, "verb": verb, "about": about, "then": then, "shows_errors": is_refused}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if is_refused else HTTPStatus.OK
    return render(request, "desk/posts_change.html", _with_acts(request, form) | words, status=status)


def _with_acts(request: DeskRequest, form: ActForm) -> dict[str, object]:
    """Return the form as it is shown: its own fields, and the acts that its words find."""
    words = str(form["buscar"].value() or "")
    found = acts_found(words, by=request.user, on=request.desk.today) if words else []
    return {
        "form": form,
        "fields": [form[name] for name in form.fields if name not in {"buscar", "document", "act"}],
        "found": with_chosen(form.found, found),
        "act": form.found,
        "words": words,
        "needs_signed": True,
    }
