"""Acting on a task: each form is one call of one service, and every answer says what was done."""

from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from desk.forms.steps import DeriveForm, ReturnForm, StepForm
from desk.views import cases, stepping_up
from desk.views.sitting import DeskRequest, seated
from desk.views.stepping_up import KeyGiven, Wanted
from docs_store.errors import DocsStoreError
from organization import selectors as organization
from signing.errors import SigningError
from workflows import services
from workflows.errors import CaseBusy, TaskAlreadyDone, TaskNotFound, WorkflowsError
from workflows.models import OPEN_STATUSES, Movement, Task
from workflows.selectors import actions
from workflows.selectors.actions import Action
from workflows.selectors.trays import Tab

REFUSALS = (WorkflowsError, SigningError, DocsStoreError)
BUSY = HTTPStatus.CONFLICT
WRONG = HTTPStatus.UNPROCESSABLE_ENTITY


@seated
@require_safe
def task(request: DeskRequest, task_id: int) -> HttpResponse:
    """Open a task: its file, with what is expected of this person. The first opening receives the pase."""
    found = opened(request, task_id)
    if found.status not in OPEN_STATUSES:
        return redirect("desk:expediente", found.process.expediente_id)
    return cases.case_page(request, found.process.expediente, task=found)


def opened(request: DeskRequest, task_id: int) -> Task:
    """Return the task, opened by this person; one that is not theirs does not exist for them."""
    try:
        return services.open_task(task_id=task_id, by=request.user, at=timezone.now())
    except TaskNotFound as error:
        raise Http404 from error


@seated
@require_POST
@sensitive_post_parameters("pin")
def decide(request: DeskRequest, task_id: int) -> HttpResponse:
    """Complete a task as its form says."""
    found = opened(request, task_id)
    action = action_of(found)
    form = StepForm(action, cases.units_for(request, action), request.POST)
    _leave_pin(request, form)
    if form.is_valid():
        key = _key(request, found, action, signs=action.needs_pin)
        if isinstance(key, HttpResponse):
            return key
        answer = _attempt(request, found, form, lambda: _complete(request, found, form, key))
        if answer is not None:
            return answer
    return cases.case_page(request, found.process.expediente, task=found, form=form, status=WRONG)


def action_of(found: Task) -> Action:
    action = actions.action_of(cases.with_heads(found))
    if action is None:
        raise Http404
    return action


def _leave_pin(request: DeskRequest, form: StepForm | ReturnForm) -> None:
    """Let the page that comes before a signature ask for the PIN, for who confirms there."""
    if stepping_up.asks(request):
        form.fields.pop("pin", None)


def _key(request: DeskRequest, found: Task, action: Action, *, signs: bool) -> KeyGiven | HttpResponse:
    """Return what opens the person's key, where it signs, or the page that asks for it."""
    document = action.document or action.about
    if not signs or document is None:
        return KeyGiven(request.POST.get("pin", ""), "")
    back = reverse("desk:task", args=[found.pk])
    return stepping_up.key_of(request, lambda: [Wanted(document, found.post)], back=back)


def _complete(request: DeskRequest, found: Task, form: StepForm | ReturnForm, key: KeyGiven) -> HttpResponse:
    decision = replace(form.decision(), pin=key.pin, proof=key.proof)
    services.complete_step(task_id=found.pk, decision=decision, by=request.user, at=timezone.now())
    messages.success(request, _told(found))
    return redirect("desk:tab", tab=Tab.TO_DO)


def _told(found: Task) -> str:
    """Return what became of the file: who has it now."""
    label = found.process.expediente.label
    following = Task.objects.filter(process=found.process_id, status__in=OPEN_STATUSES).exclude(kind="")
    tasks = list(following.select_related("post"))
    names = organization.unit_names([task.unit_id for task in tasks], timezone.localdate())
    holders = [str(task.post or names[task.unit_id].name) for task in tasks]
    if not holders:
        return _("Expediente %(label)s: hecho. No queda ningún paso pendiente.") % {"label": label}
    return _("Expediente %(label)s: hecho. Ahora lo tiene %(who)s.") % {
        "label": label,
        "who": ", ".join(dict.fromkeys(holders)),
    }


def _attempt(
    request: DeskRequest, found: Task, form: StepForm | ReturnForm | DeriveForm, act: Callable[[], HttpResponse]
) -> HttpResponse | None:
    """Act, or say why not: a conflict has its own page, any other refusal stands at the head of the form."""
    try:
        return act()
    except TaskAlreadyDone as error:
        return _conflict(request, found, error)
    except CaseBusy as error:
        form.add_error(None, str(error))
    except TaskNotFound as error:
        raise Http404 from error
    except REFUSALS as error:
        form.add_error("pin" if "pin" in form.fields and isinstance(error, SigningError) else None, str(error))
    return None


def _conflict(request: DeskRequest, found: Task, error: Exception) -> HttpResponse:
    """Tell who was first, and give the person's own words back."""
    done = Task.objects.select_related("owner", "process__expediente").get(pk=found.pk)
    words = [request.POST.get(name, "").strip() for name in ("proveido", "observation")]
    context = {"task": done, "sentence": str(error), "words": "\n".join(filter(None, words))}
    return render(request, "desk/conflict.html", context, status=BUSY)


@seated
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("pin")
def give_back(request: DeskRequest, task_id: int) -> HttpResponse:
    """Return a file with what must be mended: a page of its own, with the effect before the button."""
    found = opened(request, task_id)
    action = action_of(found)
    if not action.may_return:
        raise Http404
    form = ReturnForm(action, request.POST if request.method == "POST" else None)
    _leave_pin(request, form)
    if request.method == "POST" and form.is_valid():
        key = _key(request, found, action, signs=bool(action.step.emits))
        if isinstance(key, HttpResponse):
            return key
        answer = _attempt(request, found, form, lambda: _complete(request, found, form, key))
        if answer is not None:
            return answer
    context = {"form": form, "action": action, "task": found, "file": found.process.expediente}
    return render(request, "desk/give_back.html", context, status=WRONG if form.is_bound else HTTPStatus.OK)


@seated
@require_http_methods(["GET", "HEAD", "POST"])
def derive(request: DeskRequest, task_id: int) -> HttpResponse:
    """Derive a file to units that the route does not name."""
    found = opened(request, task_id)
    form = DeriveForm(cases.units_for(request), request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        answer = _attempt(request, found, form, lambda: _derive(request, found, form))
        if answer is not None:
            return answer
    context = {"form": form, "task": found, "file": found.process.expediente}
    return render(request, "desk/derive.html", context, status=WRONG if form.is_bound else HTTPStatus.OK)


def _derive(request: DeskRequest, found: Task, form: DeriveForm) -> HttpResponse:
    services.derive(
        task_id=found.pk,
        units=tuple(form.cleaned_data["units"]),
        proveido=form.cleaned_data["proveido"].strip(),
        copies=tuple(form.cleaned_data["copies"]),
        by=request.user,
        at=timezone.now(),
    )
    messages.success(request, _told(found))
    return redirect("desk:tab", tab=Tab.TO_DO)


@seated
@require_POST
def take_back(request: DeskRequest, movement_id: int) -> HttpResponse:
    """Take a pase back while nobody has read it."""
    mine = Movement.objects.filter(from_unit__in=request.desk.units).select_related("expediente")
    movement = get_object_or_404(mine, pk=movement_id)
    try:
        opened = services.take_back(movement_id=movement.pk, by=request.user, at=timezone.now())
    except REFUSALS as error:
        messages.error(request, str(error))
        return redirect("desk:expediente", movement.expediente_id)
    messages.success(request, _("Retiró el pase: el expediente está otra vez en su unidad."))
    return redirect("desk:task", opened.pk)
