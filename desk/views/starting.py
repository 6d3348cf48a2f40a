"""Opening a file from the desk, on one of the entity's routes."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from desk.forms.starting import NewCaseForm
from desk.views.sitting import DeskRequest, seated
from desk.views.steps import REFUSALS
from workflows import services
from workflows.models import OPEN_STATUSES, Process, Route, Task
from workflows.services.presentations import GENERIC_ROUTE


@seated
@require_http_methods(["GET", "HEAD", "POST"])
def new_case(request: DeskRequest) -> HttpResponse:
    """Ask what to open, or open it for the unit in view."""
    routes = list(Route.objects.exclude(slug=GENERIC_ROUTE).order_by("name"))
    form = NewCaseForm(routes, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            return _open(request, form)
        except REFUSALS as error:
            form.add_error(None, str(error))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "desk/new_case.html", {"form": form, "routes": routes}, status=status)


def _open(request: DeskRequest, form: NewCaseForm) -> HttpResponse:
    unit = request.desk.unit
    assert unit is not None
    process = services.open_case(
        route=form.cleaned_data["route"],
        subject=form.cleaned_data["subject"],
        deliverables=form.titles,
        token=form.cleaned_data["token"],
        unit=unit,
        by=request.user,
        at=timezone.now(),
    )
    messages.success(request, _("Se abrió el expediente %(label)s.") % {"label": process.expediente.label})
    return _first_page(request, process)


def _first_page(request: DeskRequest, process: Process) -> HttpResponse:
    """Go to the first step if it is this person's, else to the file."""
    tasks = Task.objects.filter(process=process, status__in=OPEN_STATUSES).exclude(kind="")
    mine = next((task for task in tasks if request.desk.seat.may_act(task)), None)
    return redirect("desk:task", mine.pk) if mine else redirect("desk:expediente", process.expediente_id)
