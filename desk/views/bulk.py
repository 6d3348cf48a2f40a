"""Deriving several files at once, each with its own result."""

from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from desk.forms.steps import DeriveForm
from desk.views import cases
from desk.views.sitting import DeskRequest, seated
from desk.views.steps import REFUSALS
from workflows import services
from workflows.models import OPEN_STATUSES, Task
from workflows.selectors.trays import PAGE, Tab

MOST_AT_ONCE = PAGE * 5


@seated
@require_http_methods(["GET", "HEAD", "POST"])
def derive_many(request: DeskRequest) -> HttpResponse:
    """Ask where the marked files go, or derive each of them: one that fails stops none of the others."""
    tasks = _marked(request)
    if not tasks:
        messages.warning(request, _("Marque al menos un expediente que le toque a usted."))
        return redirect("desk:tab", tab=Tab.TO_DO)
    form = DeriveForm(cases.units_for(request), request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _derive(request, tasks, form)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "desk/derive_many.html", {"form": form, "tasks": tasks, "tab": Tab.TO_DO}, status=status)


def _marked(request: DeskRequest) -> list[Task]:
    """Return the marked tasks that this person may act on."""
    values = (request.POST if request.method == "POST" else request.GET).getlist("t")
    ids = [int(value) for value in values if value.isdecimal()][: MOST_AT_ONCE + 1]
    if len(ids) > MOST_AT_ONCE:
        raise Http404
    tasks = Task.objects.filter(pk__in=ids, status__in=OPEN_STATUSES).exclude(kind="")
    heads = tasks.select_related("process__expediente", "post", "unit").order_by("due_on", "pk")
    return [task for task in heads if request.desk.seat.may_act(task)]


def _derive(request: DeskRequest, tasks: list[Task], form: DeriveForm) -> HttpResponse:
    failed = [sentence for task in tasks if (sentence := _derive_one(request, task, form))]
    for sentence in failed:
        messages.error(request, sentence)
    done = len(tasks) - len(failed)
    if done:
        words = ngettext("Se derivó %(count)d expediente.", "Se derivaron %(count)d expedientes.", done)
        messages.success(request, words % {"count": done})
    return redirect("desk:tab", tab=Tab.TO_DO)


def _derive_one(request: DeskRequest, task: Task, form: DeriveForm) -> str:
    """Derive one file, or return why it stays."""
    try:
        services.derive(
            task_id=task.pk,
            units=tuple(form.cleaned_data["units"]),
            proveido=form.cleaned_data["proveido"].strip(),
            copies=tuple(form.cleaned_data["copies"]),
            by=request.user,
            at=timezone.now(),
        )
    except REFUSALS as error:
        return _("Expediente %(label)s, no derivado: %(why)s") % {
            "label": task.process.expediente.label,
            "why": error,
        }
    return ""
