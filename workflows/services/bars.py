"""What keeps a file from going on: an observation that waits for its cure, an approval by silence, a request that
ended.

The bar is a column of the process, which every step reads under its lock anyway.
"""

from datetime import date, datetime, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from docs_store.models import Expediente
from organization.models import Person
from workflows.enums import Bar, ClockState, StepKind
from workflows.errors import StepRefused
from workflows.models import OPEN_STATUSES, Clock, Process
from workflows.services import clocks

RESOLVING = frozenset({StepKind.DRAFT, StepKind.OPINION, StepKind.VISADO, StepKind.NUMBER, StepKind.SIGN})
"""The kinds of step that lead to a resolution."""


def check_bar(process: Process, kind: str) -> None:
    """Refuse a step of a file that does not go on.

    :raises StepRefused: a cure is awaited, silence has approved what the step would decide, or the request ended.
    """
    if process.bar == Bar.CURE:
        raise StepRefused(
            _(
                "Este expediente espera que la persona entregue lo que falta: su plazo está suspendido y no se deriva "
                "ni se resuelve. Cuando lo entregue, podrá seguir desde aquí."
            )
        )
    if process.bar == Bar.SILENCE and kind in RESOLVING:
        raise StepRefused(
            _(
                "La solicitud quedó aprobada por silencio positivo: ya no se resuelve. Si la aprobación es ilegal, "
                "corresponde declarar su nulidad en otro expediente."
            )
        )

    if process.bar == Bar.ENDED and kind in RESOLVING:
        raise StepRefused(
            _("La solicitud terminó por desistimiento o abandono: ya no se resuelve. Solo queda notificar y archivar.")
        )


def bar(expediente: Expediente, why: Bar) -> None:
    """Keep the open processes of a file from going on."""
    _open_processes(expediente).update(bar=why)


def lift(expediente: Expediente) -> None:
    """Let the open processes of a file go on."""
    _open_processes(expediente).update(bar="")


def _open_processes(expediente: Expediente) -> QuerySet[Process]:
    return Process.objects.filter(expediente=expediente, finished__isnull=True)


def suspend_steps(expediente: Expediente, *, first: date, reason: str, by: Person | None, at: datetime) -> None:
    """Suspend the clocks of the open steps of a file; one that is over stays as it is."""
    for clock in _clocks_of_steps(expediente, ClockState.RUNNING, ClockState.UNCOUNTED):
        suspend(clock, first=first, reason=reason, by=by, at=at)


def suspend(clock: Clock, *, first: date, reason: str, by: Person | None, at: datetime) -> None:
    """Suspend a running clock from that day, or from the day after its last suspension if they would share one; a
    clock that is over stays as it is."""
    ends = max((date.fromisoformat(each["to"]) for each in clock.suspensions if each["to"]), default=date.min)
    start = first if ends < first else ends + timedelta(days=1)
    if clock.due_on is None or start <= clock.due_on:
        clocks.suspend(clock=clock, first=start, reason=reason, by=by, at=at)


def resume_steps(expediente: Expediente, *, last: date, by: Person | None, at: datetime) -> None:
    """Let the suspended clocks of the open steps of a file run again after that day."""
    for clock in _clocks_of_steps(expediente, ClockState.SUSPENDED, ClockState.UNCOUNTED):
        if clock.has_open_suspension:
            resume(clock, last=last, by=by, at=at)


def resume(clock: Clock, *, last: date, by: Person | None, at: datetime) -> None:
    """Let a suspended clock run again after that day, or after the suspension's first day if that comes later."""
    first = date.fromisoformat(clock.suspensions[-1]["from"])
    clocks.resume(clock=clock, last=max(first, last), by=by, at=at)


def _clocks_of_steps(expediente: Expediente, *states: ClockState) -> list[Clock]:
    open_ones = Clock.objects.filter(task__process__expediente=expediente, task__status__in=OPEN_STATUSES)
    return list(open_ones.filter(state__in=states))
