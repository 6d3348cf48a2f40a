"""A citizen desists: received at the counter, told to third parties, accepted by an act or not."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from desk.forms.terms import GoOnForm, NotifiedForm, WithdrawForm
from desk.views.counter import at_the_counter, filing_of, later_paper_page
from desk.views.decisions import decision_page, held_case, sent
from desk.views.sitting import DeskRequest, seated
from law.rules.dates import day_long
from workflows.enums import DesistimientoOutcome
from workflows.forms import CounterDesistForm
from workflows.models import Desistimiento
from workflows.selectors.desistimientos import follows, may_desist
from workflows.selectors.standstills import acts_of
from workflows.services import desistimientos


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_counter
def counter_desist(request: DeskRequest, filing_id: int) -> HttpResponse:
    """Receive at the counter that a party desists: a register number and a cargo of its own."""
    filing = filing_of(filing_id)
    if request.method != "POST" and not may_desist(filing):
        return redirect("desk:counter_registration", filing_id=filing.pk)
    return later_paper_page(request, "desk/counter_desist.html", CounterDesistForm, filing)


@require_http_methods(["GET", "HEAD", "POST"])
@seated
def tell(request: DeskRequest, pk: int, desistimiento_id: int) -> HttpResponse:
    """Note the day on which the third parties were notified."""
    found = _held(request, pk, desistimiento_id)
    form = NotifiedForm(sent(request))

    def act() -> str:
        day = form.cleaned_data["notified_on"]
        clock = desistimientos.tell_third_parties(found=found, notified_on=day, by=request.user, at=timezone.now())
        return _("Los terceros pueden pedir que siga hasta el %(day)s.") % {"day": day_long(clock.due_day)}

    words = {
        "filing": found.filing,
        "title": _("Se notificó a los terceros"),
        "verb": _("Anotar el día"),
        "effect": _("Desde ese día corre su plazo para pedir que el trámite siga. Hasta que termine no se acepta."),
    }
    return decision_page(request, found.filing.expediente, form, words, act)


@require_http_methods(["GET", "HEAD", "POST"])
@seated
def accept(request: DeskRequest, pk: int, desistimiento_id: int) -> HttpResponse:
    """Accept that a party desists, by an act of the file."""
    found = _held(request, pk, desistimiento_id)
    acts = acts_of(found.filing.expediente).filter(emitted_at__gte=found.paper.presented_at)
    form = WithdrawForm(sent(request), acts=acts_of(found.filing.expediente))

    def act() -> str:
        document = form.cleaned_data["document"]
        desistimientos.accept(found=found, document=document, by=request.user, at=timezone.now())
        return _("Se aceptó el desistimiento con %(act)s, y se notifica.") % {
            "act": f"{document.kind} {document.label}"
        }

    may_ask = follows(found).may_ask_again
    ends = _("Podrá volver a pedirlo en otro trámite.") if may_ask else _("No podrá volver a pedir lo mismo.")
    words = {
        "filing": found.filing,
        "lacks_act": not acts.exists(),
        "title": _("Aceptar el desistimiento"),
        "verb": _("Aceptar el desistimiento"),
        "effect": _(
            "Con una resolución emitida en este expediente después del desistimiento. Los plazos de la solicitud "
            "terminan, y la resolución se notifica."
        )
        + f" {ends}",
    }
    return decision_page(request, found.filing.expediente, form, words, act)


@require_http_methods(["GET", "HEAD", "POST"])
@seated
def go_on(request: DeskRequest, pk: int, desistimiento_id: int) -> HttpResponse:
    """Go on with the procedure all the same."""
    found = _held(request, pk, desistimiento_id)
    form = GoOnForm(sent(request))

    def act() -> str:
        reason = form.cleaned_data["reason"]
        desistimientos.go_on(found=found, reason=reason, by=request.user, at=timezone.now())
        return _("El trámite sigue, con su motivo.")

    words = {
        "filing": found.filing,
        "title": _("Seguir de oficio"),
        "verb": _("Seguir con el trámite"),
        "effect": _("Porque un tercero lo pidió o el interés general lo exige. Los plazos siguen como están."),
    }
    return decision_page(request, found.filing.expediente, form, words, act)


def _held(request: DeskRequest, pk: int, desistimiento_id: int) -> Desistimiento:
    """Return a desistimiento of a file that this person has now; decided meanwhile, the service says so."""
    rows = Desistimiento.objects.select_related("filing__expediente", "filing__party", "paper", "clock")
    desistimiento = get_object_or_404(rows, pk=desistimiento_id, filing__expediente=held_case(request, pk))
    if request.method != "POST" and desistimiento.outcome != DesistimientoOutcome.PENDING:
        raise Http404
    return desistimiento
