"""What becomes of a file's route once its request has ended by an act that does not decide it (PL-13, PL-14).

What would decide it is cancelled with its clocks, the act is still notified, and the file goes to whoever archives it.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from docs_store import services as docs
from docs_store.enums import DocumentState
from docs_store.models import Document, Expediente
from docs_store.services.locking import lock_expediente
from organization.models import Person, Unit
from workflows.enums import Bar, StepKind
from workflows.errors import StepRefused
from workflows.models import Process, Standstill
from workflows.ports import Step
from workflows.selectors.desistimientos import pending_of
from workflows.selectors.standstills import WAITING
from workflows.services import bars, cases, engine, movements
from workflows.services.movements import Handover

ACT_ROUTE = "resolucion"
CLOSING = frozenset({StepKind.NOTIFY, StepKind.PUBLISH, StepKind.ARCHIVE})
"""The kinds of step that follow an act: they go on as the route draws them."""


def begin_act(*, expediente: Expediente, unit: Unit, by: Person, at: datetime) -> Process:
    """Start the route of a resolution in the very file whose request waits to be ended by one; where it runs already,
    return that one.

    The route of the request need not emit an act: most answer by a letter.

    :param unit: whose head writes the report that the resolution rests on.
    :raises StepRefused: nobody desisted of the request, and it does not stand still.
    :raises RouteRefused: the entity has no such route.
    """
    with transaction.atomic():
        lock_expediente(expediente.pk)
        if pending_of(expediente) is None and not _stands_still(expediente):
            raise StepRefused(_("Nadie desistió de esta solicitud ni se espera a la persona: no hay qué terminar."))
        running = Process.objects.filter(expediente=expediente, finished__isnull=True)
        begun = running.filter(route_version__route__slug=ACT_ROUTE).first()
        movements.set_out(expediente)
        return begun or cases.start_process(expediente=expediente, route=ACT_ROUTE, unit=unit, data={}, by=by, at=at)


def _stands_still(expediente: Expediente) -> bool:
    waiting = Standstill.objects.filter(filing__expediente=expediente, filing__state__in=WAITING)
    return waiting.filter(ended_at__isnull=True).exists()


def end_route(*, expediente: Expediente, act: Document, by: Person, at: datetime) -> None:
    """Cancel what would still decide the request, with its clocks and timers, and lead the file to its archive.

    A process that already notifies, publishes or archives goes on. Where one does, another one that would decide is
    stopped; else the first one is led to the step that archives, and a route without such a step closes the file.
    Called inside the transaction that ends the request.
    """
    running = list(Process.objects.filter(expediente=expediente, finished__isnull=True).order_by("pk"))
    deciding = [process for process in running if not _is_closing(process)]
    is_led = len(deciding) < len(running)
    for process in deciding:
        _drop_numbered(process, act, by, at)
        archive = None if is_led else _archive_of(process)
        if archive is None:
            engine.cancel(process, by=by, at=at)
        else:
            _lead(process, archive, act, by, at)
            is_led = True
    bars.bar(expediente, Bar.ENDED)
    if running and not is_led:
        cases.close_case(expediente=expediente, by=by, at=at)


def _is_closing(process: Process) -> bool:
    kinds = set(engine.open_tasks(process).values_list("kind", flat=True))
    return bool(kinds) and kinds <= CLOSING


def _archive_of(process: Process) -> Step | None:
    """Return the step in which the route archives the file, or nothing."""
    steps = engine.flow_class_of(process.route_version).steps.values()
    return next((step for step in steps if step.kind == StepKind.ARCHIVE), None)


def _lead(process: Process, archive: Step, act: Document, by: Person, at: datetime) -> None:
    source = engine.open_tasks(process).first()
    opened = engine.lead_to(process, step=archive.id, by=by, at=at)
    words = _("La solicitud terminó con %(act)s. Queda archivar el expediente.") % {"act": f"{act.kind} {act.label}"}
    movements.hand_over(source=source, targets=opened, handover=Handover(proveido=words), by=by, at=at)


def _drop_numbered(process: Process, act: Document, by: Person, at: datetime) -> None:
    """Annul the acts that were numbered and wait for a signature, with their numbers; drafts without one stay."""
    waiting = Document.objects.filter(process_documents__process=process, state=DocumentState.FOR_DISPATCH)
    reason = _("La solicitud terminó con %(act)s.") % {"act": f"{act.kind} {act.label}"}
    for document in waiting.distinct():
        docs.annul_document(document=document, reason=reason, by=by, at=at)
