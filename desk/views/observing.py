"""What a filing lacks, at the desk: observe once and all together, receive the cure, give back what was not cured."""

from http import HTTPStatus

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from desk.forms.drafts import lines_of
from desk.views.counter import at_the_counter, filing_of, later_paper_page
from desk.views.sitting import DeskRequest, seated
from law.errors import LawError
from workflows.errors import WorkflowsError
from workflows.forms import CounterPapersForm
from workflows.models import OPEN_STATUSES, Filing, FilingObservation, Task
from workflows.services import observations

LONGEST = 4_000


class ObserveForm(forms.Form):
    """What is missing, one thing a line."""

    defects = forms.CharField(
        label=gettext_lazy("Qué falta"),
        help_text=gettext_lazy("Una cosa por línea. Escríbalo todo: no podrá pedir nada más después."),
        max_length=LONGEST,
        error_messages={"required": gettext_lazy("Escriba lo que falta, una cosa por línea.")},
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 5}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@seated
def observe(request: DeskRequest, filing_id: int) -> HttpResponse:
    """Observe a filing: a page of its own, with the effect before the button."""
    filing = _filing_here(request, filing_id)
    form = ObserveForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        defects = lines_of(form.cleaned_data["defects"].replace("\r\n", "\n"))
        try:
            observations.observe(filing=filing, defects=defects, by=request.user, at=timezone.now())
            messages.success(request, _("Se observó. El plazo espera y la persona ya sabe qué falta."))
            return redirect("desk:expediente", filing.expediente_id)
        except (WorkflowsError, LawError) as error:
            form.add_error("defects", str(error))
    context = {
        "form": form,
        "filing": filing,
        "file": filing.expediente,
        "observe_by": observations.observe_by(filing),
        "earlier": filing.observations.last(),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "desk/observe.html", context, status=status)


def _filing_here(request: DeskRequest, filing_id: int) -> Filing:
    """Return a filing that mesa de partes received, or of a file that this person has a task on."""
    filing = get_object_or_404(Filing.objects.select_related("expediente", "party", "procedure"), pk=filing_id)
    tasks = Task.objects.filter(process__expediente=filing.expediente, status__in=OPEN_STATUSES).exclude(kind="")
    if request.desk.is_intake or any(request.desk.seat.may_act(task) for task in tasks):
        return filing
    raise Http404


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_counter
def cure(request: DeskRequest, filing_id: int) -> HttpResponse:
    """Receive at the counter what a filing lacked: a register number and a cargo of its own."""
    filing = filing_of(filing_id)
    observed = observations.open_observation(filing)
    if observed is None:
        return redirect("desk:counter_add", filing_id=filing.pk)
    shown = {"observed": observed, "clock": observations.cure_clock(filing)}
    return later_paper_page(request, "desk/counter_cure.html", CounterPapersForm, filing, cures=observed, shown=shown)


@require_POST
@at_the_counter
def give_back(request: DeskRequest, observation_id: int) -> HttpResponse:
    """Note that the papers of a filing that was not cured, and its fee, were given back."""
    observed = get_object_or_404(FilingObservation, pk=observation_id)
    try:
        observations.give_back(observed=observed, by=request.user, at=timezone.now())
        messages.success(request, _("Quedó anotado que se devolvió."))
    except WorkflowsError as error:
        messages.error(request, str(error))
    return redirect("desk:counter_registration", filing_id=observed.filing_id)
