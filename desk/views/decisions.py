"""A page of its own for one decision on a file that somebody has now: its effect stands before the button."""

from collections.abc import Callable, Mapping
from http import HTTPStatus

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from desk.views.cases import holds_file, visible_case
from desk.views.sitting import DeskRequest
from docs_store.models import Expediente
from law.errors import LawError
from workflows.errors import WorkflowsError


def held_case(request: DeskRequest, pk: int) -> Expediente:
    """Return the expediente if this person has it now: for who only reads it there is nothing to decide."""
    found = visible_case(request, pk)
    if not holds_file(request, found):
        raise Http404
    return found


def sent(request: DeskRequest) -> QueryDict | None:
    """Return what a form sent, also where every box was left empty; nothing while it is only shown."""
    return request.POST if request.method == "POST" else None


def decision_page(
    request: DeskRequest, file: Expediente, form: forms.Form, words: Mapping[str, object], act: Callable[[], str]
) -> HttpResponse:
    """Show a form with its effect before the button; sent and in order, do it and say what was done.

    :param words: what the page says: ``title``, ``verb``, ``effect``, and the ``filing`` or ``clock`` it is about.
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
