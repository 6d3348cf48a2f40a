"""Despacho y notificación: what must be notified, by when, and what each attempt came to."""

from collections.abc import Callable
from datetime import date
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from desk.forms.dispatch import FORMS, ActForm, ChangeForm
from desk.views.sitting import DeskRequest, seated
from docs_store.errors import UploadRefused
from organization.enums import Role
from workflows.enums import NoticeGround, NoticeMeans
from workflows.errors import WorkflowsError
from workflows.models import Notice
from workflows.selectors.dispatch import Chain, Shelf, chain_of, counts, offered, shelf_of, ways
from workflows.selectors.means import order_norm
from workflows.services import cedulas, means, notified, redoing

DISPATCHERS = frozenset({Role.SECRETARIAT, Role.INTAKE})
SHELVES = {
    Shelf.OPEN: gettext_lazy("Abiertas"),
    Shelf.TROUBLED: gettext_lazy("Con problemas"),
    Shelf.NOTIFIED: gettext_lazy("Notificadas"),
}
View = Callable[..., HttpResponseBase]


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
    request: DeskRequest,
    shelf: Shelf,
    chosen: str,
    *,
    refused: ActForm | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    rows = shelf_of(shelf)
    notice = next((row.notice for row in rows if str(row.notice.pk) == chosen), None)
    found, chain = counts(), chain_of(notice) if notice else None
    context = {
        "rows": rows,
        "shelf": shelf,
        "shelves": [(each, name, found[each]) for each, name in SHELVES.items()],
        "chain": chain,
        "refused": refused,
        "acts": _acts(chain, refused, request.desk.today) if chain else [],
        "order_norm": order_norm(request.desk.today),
    }
    return render(request, "desk/dispatch.html", context, status=status)


def _acts(chain: Chain, refused: ActForm | None, today: date) -> list[tuple[str, ActForm]]:
    """Return what may be noted of a notice, each with its form; the one that was refused keeps what was typed."""
    found: list[tuple[str, ActForm]] = []
    for slug in offered(chain):
        form = FORMS[slug](auto_id=f"{slug}_%s", initial={"day": today})
        if isinstance(refused, FORMS[slug]):
            form = refused
        if isinstance(form, ChangeForm):
            form.offer(ways(chain))
        form.about(chain.notice)
        found.append((slug, form))
    return found


@require_POST
@for_dispatchers
def attempt(request: DeskRequest, notice_id: int) -> HttpResponse:
    """Note what was done with a notice, as the button says."""
    notice, slug = get_object_or_404(Notice, pk=notice_id), request.POST.get("act", "")
    if slug not in ACTS:
        raise Http404
    form = FORMS[slug](request.POST, request.FILES, auto_id=f"{slug}_%s")
    form.about(notice)
    if form.is_valid():
        try:
            ACTS[slug](request, notice, form)
        except (WorkflowsError, UploadRefused) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Quedó anotado en la cadena de la notificación."))
            return redirect("desk:dispatch_shelf", shelf=Shelf.OPEN)
    shelf = Shelf.OPEN if notice.notified_on is None else Shelf.NOTIFIED
    return _page(request, shelf, str(notice.pk), refused=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


Act = Callable[[DeskRequest, Notice, Any], object]


def _day(request: DeskRequest, form: Any) -> date:
    day: date | None = form.cleaned_data["day"]
    return day or request.desk.today


def _deliver(request: DeskRequest, notice: Notice, form: Any) -> None:
    notified.deliver(
        notice=notice,
        day=_day(request, form),
        received_by=form.cleaned_data["words"],
        minute=form.minute(),
        by=request.user,
        at=timezone.now(),
    )


def _visit(request: DeskRequest, notice: Notice, form: Any) -> None:
    notified.note_visit(
        notice=notice,
        note=form.cleaned_data["words"],
        day=_day(request, form),
        minute=form.minute(),
        by=request.user,
        at=timezone.now(),
    )


def _door(service: Callable[..., object]) -> Act:
    """Return the act of a visit that ended without anybody's hand: refused, or left under the door."""

    def act(request: DeskRequest, notice: Notice, form: Any) -> None:
        day, note = _day(request, form), form.cleaned_data["words"]
        service(notice=notice, day=day, note=note, minute=form.minute(), by=request.user, at=timezone.now())

    return act


def _reply(request: DeskRequest, notice: Notice, form: Any) -> None:
    notified.note_reply(notice=notice, day=_day(request, form), by=request.user, at=timezone.now())


def _alert(request: DeskRequest, notice: Notice, form: Any) -> None:
    notified.alert_again(notice=notice, by=request.user, at=timezone.now())


def _change(request: DeskRequest, notice: Notice, form: Any) -> None:
    said = form.cleaned_data
    means.change(
        notice=notice,
        to=NoticeMeans(said["to"]),
        ground=NoticeGround(said["ground"]) if said["ground"] else None,
        note=said["words"],
        by=request.user,
        at=timezone.now(),
    )


def _post(request: DeskRequest, notice: Notice, form: Any) -> None:
    means.post(notice=notice, code=form.cleaned_data["words"], by=request.user, at=timezone.now())


def _receive(request: DeskRequest, notice: Notice, form: Any) -> None:
    day, who = _day(request, form), form.cleaned_data["words"]
    means.receive(notice=notice, day=day, received_by=who, by=request.user, at=timezone.now())


def _give_back(request: DeskRequest, notice: Notice, form: Any) -> None:
    means.give_back(notice=notice, reason=form.cleaned_data["words"], by=request.user, at=timezone.now())


def _publish(request: DeskRequest, notice: Notice, form: Any) -> None:
    day, where = _day(request, form), form.cleaned_data["words"]
    means.publish(notice=notice, day=day, where=where, by=request.user, at=timezone.now())


def _evidence(request: DeskRequest, notice: Notice, form: Any) -> None:
    paper = form.cleaned_data["paper"]
    cedulas.add_evidence(notice=notice, name=paper.name or "", content=paper, by=request.user, at=timezone.now())


def _address(request: DeskRequest, notice: Notice, form: Any) -> None:
    said = form.cleaned_data
    cedulas.readdress(
        notice=notice, address=said["address"], found_in=said["words"], by=request.user, at=timezone.now()
    )


def _known(request: DeskRequest, notice: Notice, form: Any) -> None:
    redoing.note_known(notice=notice, paper=form.cleaned_data["paper"], by=request.user, at=timezone.now())


def _redo(request: DeskRequest, notice: Notice, form: Any) -> None:
    redoing.redo(notice=notice, reason=form.cleaned_data["words"], by=request.user, at=timezone.now())


ACTS: dict[str, Act] = {
    "deliver": _deliver,
    "visit": _visit,
    "refuse": _door(notified.refuse),
    "leave": _door(notified.leave),
    "reply": _reply,
    "alert": _alert,
    "address": _address,
    "evidence": _evidence,
    "known": _known,
    "change": _change,
    "redo": _redo,
    "post": _post,
    "receive": _receive,
    "give_back": _give_back,
    "publish": _publish,
}
