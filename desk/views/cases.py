"""The page of an expediente: its way, its documents, its diagram, and what this person may do now."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from desk.forms.steps import StepForm, unit_choices
from desk.views.sitting import DeskRequest, seated
from docs_store import selectors as stored
from docs_store.models import Expediente
from ledger import services as ledger
from organization import selectors as organization
from organization.models import Post, Unit
from workflows.enums import Bar, ClockPurpose
from workflows.models import OPEN_STATUSES, Clock, Process, Task
from workflows.selectors import actions, cases
from workflows.selectors.accounts import about_of
from workflows.selectors.actions import Action
from workflows.selectors.answers import standing_of
from workflows.selectors.cases import CaseView
from workflows.selectors.clocks import Why, as_json, clocks_of, why
from workflows.selectors.desistimientos import pending_of
from workflows.selectors.legs import calendar_on_hand
from workflows.selectors.standstills import may_wait
from workflows.services import term_changes

TABS = {
    "recorrido": _("Recorrido"),
    "documentos": _("Documentos"),
    "diagrama": _("Diagrama"),
    "plazos": _("Tareas y plazos"),
}


@seated
@require_safe
def expediente(request: DeskRequest, pk: int, tab: str = "recorrido") -> HttpResponse:
    """Show a file that this person may see; of any other they are told that it does not exist."""
    if tab not in TABS:
        raise Http404
    found = visible_case(request, pk)
    ledger.read(f"expediente:{found.pk}", by=request.user.actor)
    return case_page(request, found, tab=tab)


@seated
@require_safe
def bpmn(request: DeskRequest, pk: int) -> HttpResponse:
    """Hand out the route of a file, for the diagram."""
    found = visible_case(request, pk)
    process = Process.objects.filter(expediente=found).select_related("route_version").first()
    if process is None:
        raise Http404
    return HttpResponse(process.route_version.bpmn, content_type="application/xml; charset=utf-8")


def visible_case(request: DeskRequest, pk: int) -> Expediente:
    """Return the expediente if this person may see it: otherwise it does not exist."""
    return get_object_or_404(stored.visible_expedientes(request.user, request.desk.today), pk=pk)


@dataclass(frozen=True)
class Panel:
    """What the person may do now, with the form that does it."""

    action: Action
    form: StepForm
    days_left: int | None
    why: Why | None


def panel_of(request: DeskRequest, task: Task, form: StepForm | None = None) -> Panel | None:
    """Return the panel of an open task that this person may complete."""
    action = actions.action_of(task)
    if action is None:
        return None
    calendar = calendar_on_hand(request.desk.today, place=request.desk.seat.place)
    days = actions.counted_days(action.clock, calendar, request.desk.today) if action.clock else []
    left = sum(day.number is not None and day.day > request.desk.today for day in days) if days else None
    reasons = why(action.clock, calendar, request.desk.today) if action.clock else None
    return Panel(action, form or StepForm(action, units_for(request, action)), left, reasons)


def holds_file(request: DeskRequest, found: Expediente) -> bool:
    """Return whether this person has the file now: who only reads it adds and changes nothing."""
    if found.closed_at is not None:
        return False
    open_tasks = Task.objects.filter(process__expediente=found, status__in=OPEN_STATUSES).exclude(kind="")
    return any(request.desk.seat.may_act(task) for task in open_tasks.select_related("post"))


def writing_tasks(request: DeskRequest, found: Expediente) -> list[Task]:
    """Return the open steps of a file in which this person writes a document that may still change."""
    open_tasks = Task.objects.filter(process__expediente=found, status__in=OPEN_STATUSES).exclude(kind="")
    held = [task for task in open_tasks.select_related("post", "process") if request.desk.seat.may_act(task)]
    return [task for task in held if actions.may_write(task)]


def why_of(request: DeskRequest, view: CaseView) -> Why | None:
    """Return why a file is due that day, for who has no task on it."""
    held = Clock.objects.filter(task__in=[holder.task.pk for holder in view.holders])
    clock = held.order_by(F("due_on").asc(nulls_last=True)).first()
    if clock is None:
        return None
    return why(clock, calendar_on_hand(request.desk.today, place=request.desk.seat.place), request.desk.today)


@dataclass(frozen=True)
class CaseTerm:
    """A term of the file: what it is for, why it is due that day, and what this person may change of it: the name of
    the page and its word."""

    about: str
    why: Why
    changes: tuple[tuple[str, str], ...] = ()


def terms_of(request: DeskRequest, found: Expediente) -> dict[str, Any]:
    """Return the terms of a file that run, and those that ended."""
    calendar = calendar_on_hand(request.desk.today, place=request.desk.seat.place)
    clocks = list(clocks_of(found))
    running = [clock for clock in clocks if clock.stopped_at is None]
    asked = pending_of(found)
    own = next((clock.filing for clock in running if clock.filing), None)
    holds = (own is not None or asked is not None) and holds_file(request, found)
    return {
        "running": [
            CaseTerm(
                about_of(clock),
                why(clock, calendar, request.desk.today),
                tuple(_changes(clock, request.desk.today)) if holds and clock.filing else (),
            )
            for clock in running
        ],
        "desistimiento": asked,
        "may_decide": asked is not None and holds,
        "may_wait": own if holds and own is not None and may_wait(own) else None,
        "ended": [(about_of(clock), clock) for clock in reversed(clocks) if clock.stopped_at is not None],
    }


def _changes(clock: Clock, today: date) -> Iterator[tuple[str, str]]:
    if term_changes.may_extend(clock):
        yield "desk:extend_term", _now("Prorrogar")
    if term_changes.may_suspend(clock):
        yield "desk:suspend_term", _now("Suspender a pedido de la persona")
    if clock.is_suspended_on_request:
        yield "desk:resume_term", _now("Reanudar")
    if clock.purpose == ClockPurpose.IMPULSE:
        yield "desk:go_on_without", _now("El trámite sigue")
        if clock.due_on is not None and clock.due_on < today:
            yield "desk:declare_abandonment", _now("Declarar el abandono")


@seated
@require_safe
def terms(request: DeskRequest, pk: int) -> JsonResponse:
    """Hand out the clocks of a file with their derivations (PL-16)."""
    found = visible_case(request, pk)
    return JsonResponse({"clocks": [as_json(clock, request.desk.today) for clock in clocks_of(found)]})


def units_for(request: DeskRequest, action: Action | None = None) -> Any:
    """Return the units that can receive a file today."""
    if action is not None and not (action.needs_units or action.step.kind == "derive"):
        return ()
    units = organization_units(request)
    names = organization.unit_names([unit.pk for unit in units], request.desk.today)
    return unit_choices(units, names, without=request.desk.unit.pk if request.desk.unit else None)


def organization_units(request: DeskRequest) -> list[Unit]:
    """Return the units of today that have somebody to receive a file; a committee has none of its own."""
    with_posts = set(Post.objects.values_list("unit_id", flat=True))
    units = organization.units_on(request.desk.today)
    return [unit for unit in units if unit.pk in with_posts and not unit.is_outside]


def case_page(
    request: DeskRequest,
    found: Expediente,
    *,
    tab: str = "recorrido",
    task: Task | None = None,
    form: StepForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show the page of a file, with the panel of a task if the person has one on it."""
    newest_first = request.GET.get("orden") != "inicio"
    view = cases.case_view(found, today=request.desk.today, newest_first=newest_first, names=request.desk.names)
    task = task or next((h.task for h in view.holders if request.desk.seat.may_act(h.task)), None)
    context: dict[str, Any] = {
        "case": view,
        "file": found,
        "tab_in_view": tab,
        "tabs": TABS.items(),
        "newest_first": newest_first,
        "panel": panel_of(request, with_heads(task), form) if task else None,
        "why": None if task else why_of(request, view),
        "state": state_of(view, task),
        "standing": standing_of(view.filings),
        "deliverables": found.deliverables.all(),
        "can_take_back": _returnable(view, request),
    }
    if tab == "diagrama" and view.process is not None:
        context["steps"] = cases.drawn_steps(view.process, today=request.desk.today, names=view.names)
    if tab == "plazos":
        context |= terms_of(request, found)
    response = render(request, f"desk/case_{tab}.html", context, status=status)
    if tab == "diagrama":
        response.places_by_style = True  # type: ignore[attr-defined]
    return response


def with_heads(task: Task) -> Task:
    """Return the task with what its panel shows of it."""
    return Task.objects.select_related("process__expediente", "process__route_version", "unit", "post").get(pk=task.pk)


def state_of(view: CaseView, task: Task | None) -> str:
    """Return the one word for the state of the file."""
    if view.expediente.closed_at is not None:
        return "archived"
    if view.process is not None and view.process.bar == Bar.CURE:
        return "observed"
    current = task or next((holder.task for holder in view.holders), None)
    if current is None:
        return "attended"
    if any(leg.is_open and leg.is_return for leg in view.way.course.legs):
        return "observed"
    kinds = {"opinion": "opinion", "visado": "for_visado", "sign": "for_dispatch", "number": "for_dispatch"}
    return kinds.get(current.kind, "in_progress")


def _returnable(view: CaseView, request: DeskRequest) -> Any:
    """Return the last pase of this person's unit, while nobody has read it."""
    moves = [m for m in view.way.movements.values() if m.task_id is not None]
    last = max(moves, key=lambda m: m.pk, default=None)
    if view.process is not None and view.process.bar == Bar.ENDED:
        return None
    is_mine = last is not None and last.from_unit_id in {unit.pk for unit in request.desk.units}
    return last if is_mine and last is not None and last.received_at is None and last.from_task_id else None
