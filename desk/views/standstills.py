"""A procedure that waits for its citizen: noted, ended because it goes on, or declared abandoned by a resolution."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from desk.forms.terms import DeclareForm, GoOnForm, WaitForm
from desk.views.decisions import decision_page, held_case, sent
from desk.views.sitting import DeskRequest, seated
from law.rules.dates import day_long
from workflows.models import Filing, Standstill
from workflows.selectors.standstills import acts_of
from workflows.services import standstills


@require_http_methods(["GET", "HEAD", "POST"])
@seated
def wait(request: DeskRequest, filing_id: int) -> HttpResponse:
    """Note that a procedure waits for its citizen."""
    filing = get_object_or_404(Filing.objects.select_related("expediente", "party"), pk=filing_id, is_first=True)
    held_case(request, filing.expediente_id)
    form = WaitForm(sent(request))

    def act() -> str:
        made = standstills.ask(filing=filing, **form.cleaned_data, by=request.user, at=timezone.now())
        day = day_long(standstills.declared_from(made))
        return _("Se espera a la persona. Puede declararse abandono desde el %(day)s.") % {"day": day}

    words = {
        "filing": filing,
        "title": _("Se espera a la persona"),
        "verb": _("Anotar la espera"),
        "effect": _(
            "Anote lo que se le pidió y el día en que se le notificó. El plazo de la respuesta sigue corriendo. Si no "
            "lo hace en su plazo, puede declararse el abandono; nunca ocurre solo."
        ),
    }
    return decision_page(request, filing.expediente, form, words, act)


@require_http_methods(["GET", "HEAD", "POST"])
@seated
def go_on(request: DeskRequest, pk: int, clock_id: int) -> HttpResponse:
    """End the wait: the procedure goes on."""
    found = _held(request, pk, clock_id)
    form = GoOnForm(sent(request))

    def act() -> str:
        standstills.go_on(standstill=found, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now())
        return _("El trámite sigue: ya no se espera a la persona.")

    words = {
        "filing": found.filing,
        "title": _("El trámite sigue"),
        "verb": _("Terminar la espera"),
        "effect": _("Ya no se espera a la persona, y no se declara el abandono."),
    }
    return decision_page(request, found.filing.expediente, form, words, act)


@require_http_methods(["GET", "HEAD", "POST"])
@seated
def declare(request: DeskRequest, pk: int, clock_id: int) -> HttpResponse:
    """Declare the abandonment, by a resolution of the file."""
    found = _held(request, pk, clock_id)
    form = DeclareForm(sent(request), acts=acts_of(found.filing.expediente))

    def act() -> str:
        document = form.cleaned_data["document"]
        standstills.declare(standstill=found, document=document, by=request.user, at=timezone.now())
        return _("Se declaró el abandono con %(act)s, y se notifica.") % {"act": f"{document.kind} {document.label}"}

    day = day_long(standstills.declared_from(found))
    words = {
        "filing": found.filing,
        "lacks_act": not acts_of(found.filing.expediente).exists(),
        "title": _("Declarar el abandono"),
        "verb": _("Declarar el abandono"),
        "effect": _(
            "Puede declararse desde el %(day)s, con una resolución emitida en este expediente. Los plazos de la "
            "solicitud terminan, la resolución se notifica, y la persona puede impugnarla."
        )
        % {"day": day},
    }
    return decision_page(request, found.filing.expediente, form, words, act)


def _held(request: DeskRequest, pk: int, clock_id: int) -> Standstill:
    """Return what a file stands still for that this person has now; ended meanwhile, the service says so."""
    rows = Standstill.objects.select_related("clock", "filing__expediente", "filing__party")
    standstill = get_object_or_404(rows, clock=clock_id, filing__expediente=held_case(request, pk))
    if request.method != "POST" and standstill.ended_at is not None:
        raise Http404
    return standstill
