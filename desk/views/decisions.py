"""A page of its own for one decision on a file that somebody has now: its effect stands before the button."""

from collections.abc import Callable, Mapping
from http import HTTPStatus

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from desk.views.cases import holds_file, visible_case
from desk.views.sitting import DeskRequest, seated
from docs_store.models import Expediente
from law.errors import LawError
from workflows.errors import WorkflowsError
from workflows.services import endings
from workflows.services.engine import open_tasks


def held_case(request: DeskRequest, pk: int) -> Expediente:
    """Return the expediente if this person has it now: for who only reads it there is nothing to decide."""
    found = visible_case(request, pk)
    if not holds_file(request, found):
        raise Http404
    return found


@seated
@require_POST
def begin_act(request: DeskRequest, pk: int) -> HttpResponse:
    """Start, in a file that this person has, the resolution that would end its request."""
    file = held_case(request, pk)
    unit = request.desk.unit
    if unit is None:
        raise Http404
    try:
        process = endings.begin_act(expediente=file, unit=unit, by=request.user, at=timezone.now())
    except WorkflowsError as error:
        messages.error(request, str(error))
        return redirect("desk:expediente_tab", file.pk, "plazos")
    messages.success(request, _("La resolución está en preparación en este mismo expediente."))
    mine = next((task for task in open_tasks(process) if request.desk.seat.may_act(task)), None)
    return redirect("desk:task", mine.pk) if mine else redirect("desk:expediente", file.pk)


def sent(request: DeskRequest) -> QueryDict | None:
    """Return what a form sent, also where every box was left empty; nothing while it is only shown."""
    return request.POST if request.method == "POST" else None


def decision_page(
    request: DeskRequest, file: Expediente, form: forms.Form, words: Mapping[str, object], act: Callable[[], str]
) -> HttpResponse:
    """Show a form with its effect before the button; sent and in order, do it and say what was done.

    :param words: what the page says: ``title``, ``verb``, ``effect``, and the ``filing`` or ``clock`` it is about;
        ``lacks_act`` where a resolution is needed that the file does not have yet.
    :param act: does it, and returns the sentence that says so.
    """
    if form.is_valid():
        try:
            messages.success(request, act())
            return redirect("desk:expediente_tab", file.pk, "plazos")
        except (WorkflowsError, LawError) as error:
            form.add_error(None, str(error))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "desk/term_change.html", {"form": form, "file": file, **words}, status=status)
