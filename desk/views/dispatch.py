"""Despacho y notificación: what must be notified, by when, and what each attempt came to."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from desk.views.sitting import DeskRequest, seated
from organization.enums import Role
from workflows.errors import WorkflowsError
from workflows.models import Notice
from workflows.selectors.dispatch import Shelf, chain_of, counts, shelf_of
from workflows.services import notified

DISPATCHERS = frozenset({Role.SECRETARIAT, Role.INTAKE})
SHELVES = {
    Shelf.OPEN: gettext_lazy("Abiertas"),
    Shelf.TROUBLED: gettext_lazy("Con problemas"),
    Shelf.NOTIFIED: gettext_lazy("Notificadas"),
}
View = Callable[..., HttpResponseBase]


class DeliveryForm(forms.Form):
    """What came of an attempt: the day, and who received it or what was met."""

    day = forms.DateField(required=False, error_messages={"invalid": gettext_lazy("Escriba el día como 2026-12-15.")})
    words = forms.CharField(required=False, max_length=300)


def for_dispatchers(view: View) -> View:
    """Let only those in who hold a post in secretaría general or mesa de partes today."""

    @seated
    @wraps(view)
    def wrapped(request: DeskRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if not request.desk.roles & DISPATCHERS:
            raise Http404
        return view(request, *args, **kwargs)

    return wrapped


@require_safe
@for_dispatchers
def dispatch(request: DeskRequest, shelf: str = Shelf.OPEN) -> HttpResponse:
    """Show one list of notices, and the chain of the one that was chosen."""
    if shelf not in SHELVES:
        raise Http404
    return _page(request, Shelf(shelf), request.GET.get("n", ""))


def _page(
    request: DeskRequest, shelf: Shelf, chosen: str, *, error: str = "", status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    rows = shelf_of(shelf)
    notice = next((row.notice for row in rows if str(row.notice.pk) == chosen), None)
    found = counts()
    context = {
        "rows": rows,
        "shelf": shelf,
        "shelves": [(each, name, found[each]) for each, name in SHELVES.items()],
        "chain": chain_of(notice) if notice else None,
        "error": error,
    }
    return render(request, "desk/dispatch.html", context, status=status)


@require_POST
@for_dispatchers
def attempt(request: DeskRequest, notice_id: int) -> HttpResponse:
    """Note what was done with a notice, as the button says."""
    notice = get_object_or_404(Notice, pk=notice_id)
    act, form = ACTS.get(request.POST.get("act", "")), DeliveryForm(request.POST)
    if act is None:
        raise Http404
    if not form.is_valid():
        return _refused(request, notice, _("Escriba el día como 2026-12-15."))
    try:
        act(request, notice, form)
    except WorkflowsError as error:
        return _refused(request, notice, str(error))
    messages.success(request, _("Quedó anotado en la cadena de la notificación."))
    return redirect("desk:dispatch_shelf", shelf=Shelf.OPEN)


def _refused(request: DeskRequest, notice: Notice, sentence: str) -> HttpResponse:
    shelf = Shelf.OPEN if notice.notified_on is None else Shelf.NOTIFIED
    return _page(request, shelf, str(notice.pk), error=sentence, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _deliver(request: DeskRequest, notice: Notice, form: DeliveryForm) -> None:
    values = form.cleaned_data
    notified.deliver(
        notice=notice,
        day=values["day"] or request.desk.today,
        received_by=values["words"],
        by=request.user,
        at=timezone.now(),
    )


def _visit(request: DeskRequest, notice: Notice, form: DeliveryForm) -> None:
    notified.note_visit(notice=notice, note=form.cleaned_data["words"], by=request.user, at=timezone.now())


def _reply(request: DeskRequest, notice: Notice, form: DeliveryForm) -> None:
    day = form.cleaned_data["day"] or request.desk.today
    notified.note_reply(notice=notice, day=day, by=request.user, at=timezone.now())


def _alert(request: DeskRequest, notice: Notice, form: DeliveryForm) -> None:
    notified.alert_again(notice=notice, by=request.user, at=timezone.now())


ACTS: dict[str, Callable[[DeskRequest, Notice, DeliveryForm], None]] = {
    "deliver": _deliver,
    "visit": _visit,
    "reply": _reply,
    "alert": _alert,
}
