"""What an official does with the term of a filing: extend it, suspend it as the citizen asks, let it run again."""

from collections.abc import Callable

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from desk.forms.terms import ExtendForm, ResumeForm, SuspendForm
from desk.views.decisions import decision_page, held_case, sent
from desk.views.sitting import DeskRequest, seated
from docs_store.models import Expediente
from law import selectors as law
from law.errors import UnknownTerm
from law.rules.dates import day_long
from workflows.models import Clock
from workflows.selectors.accounts import about_of
from workflows.selectors.clocks import clocks_of
from workflows.services import term_changes


@require_http_methods(["GET", "HEAD", "POST"])
@seated
def extend(request: DeskRequest, pk: int, clock_id: int) -> HttpResponse:
    """Extend the term of a filing, once."""
    file, clock = _held(request, pk, clock_id, is_offered=term_changes.may_extend)
    given = {"asked_on": request.desk.today, "asked_by": clock.filing.party.full_name if clock.filing else ""}
    form = ExtendForm(sent(request), initial=given, unit=clock.unit)

    def act() -> str:
        data = form.cleaned_data
        return _done(term_changes.extend_term(clock=clock, **data, by=request.user, at=timezone.now()))

    words = {
        "clock": clock,
        "about": about_of(clock),
        "title": _("Prorrogar el plazo"),
        "verb": _("Prorrogar"),
        "effect": _(
            "Se concede una sola vez, y solo si se pidió hasta el día del vencimiento. Se cuenta desde ese día, y la "
            "persona ve la nueva fecha en su trámite."
        ),
    }
    return decision_page(request, file, form, words, act)


@require_http_methods(["GET", "HEAD", "POST"])
@seated
def suspend(request: DeskRequest, pk: int, clock_id: int) -> HttpResponse:
    """Suspend the term of an answer because the citizen asked for it."""
    file, clock = _held(request, pk, clock_id, is_offered=term_changes.may_suspend)
    form = SuspendForm(sent(request), initial={"asked_on": request.desk.today, "first": request.desk.today})

    def act() -> str:
        data = form.cleaned_data
        return _done(term_changes.suspend_on_request(clock=clock, **data, by=request.user, at=timezone.now()))

    words = {
        "clock": clock,
        "about": about_of(clock),
        "title": _("Suspender a pedido de la persona"),
        "verb": _("Suspender el plazo"),
        "effect": " ".join(filter(None, [_("Esos días no corren, ni el silencio."), _most(request)])),
    }
    return decision_page(request, file, form, words, act)


def _most(request: DeskRequest) -> str:
    try:
        days = law.term(term_changes.LONGEST_SUSPENSION, request.desk.today).amount
    except UnknownTerm:
        return ""
    told = _("En total pueden ser %(days)s días hábiles; si llega a ellos, el plazo vuelve a correr solo.")
    return told % {"days": days}


@require_http_methods(["GET", "HEAD", "POST"])
@seated
def resume(request: DeskRequest, pk: int, clock_id: int) -> HttpResponse:
    """Let a term run again that the citizen had asked to suspend."""
    file, clock = _held(request, pk, clock_id, is_offered=lambda clock: clock.is_suspended_on_request)
    form = ResumeForm(sent(request), initial={"last": request.desk.today})

    def act() -> str:
        last = form.cleaned_data["last"]
        return _done(term_changes.resume_on_request(clock=clock, last=last, by=request.user, at=timezone.now()))

    words = {
        "clock": clock,
        "about": about_of(clock),
        "title": _("Reanudar el plazo"),
        "verb": _("Reanudar el plazo"),
        "effect": _("Vuelve a correr el día hábil siguiente, y el vencimiento se cuenta otra vez."),
    }
    return decision_page(request, file, form, words, act)


def _held(
    request: DeskRequest, pk: int, clock_id: int, *, is_offered: Callable[[Clock], bool]
) -> tuple[Expediente, Clock]:
    """Return a file that this person has now, and a clock of a filing of it. What a page no longer offers may still be
    sent: the service answers why not."""
    file = held_case(request, pk)
    own = clocks_of(file).filter(pk=clock_id, filing__isnull=False)
    clock = own.select_related("filing__party", "filing__expediente").first()
    if clock is None or (request.method != "POST" and not is_offered(clock)):
        raise Http404
    return file, clock


def _done(clock: Clock) -> str:
    """Return what a term is now, for who changed it."""
    if clock.is_suspended_on_request:
        return _("El plazo está suspendido hasta que la persona pida reanudarlo.")
    if clock.is_uncounted:
        return clock.why_uncounted
    return _("El plazo vence ahora el %(day)s.") % {"day": day_long(clock.due_day)}
