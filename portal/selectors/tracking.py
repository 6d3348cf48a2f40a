"""What a citizen with the key may know of a file: all that concerns the party."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from docs_store.models import Document, Expediente
from organization.models import Person
from portal.rules.relay_rows import Row, relay_rows
from portal.selectors.events import Event, events_of
from portal.selectors.holders import holders_sentence, open_tasks
from portal.selectors.notices import may_be_read, notices_of
from portal.selectors.statuses import Status, running_clock, status_of_file
from workflows.enums import ClockPurpose, ClockState, FilingState
from workflows.models import Clock, Filing, FilingObservation, FilingSilence, Notice, Standstill
from workflows.selectors.account_words import Reason, plain_reasons
from workflows.selectors.accounts import account_of
from workflows.selectors.answers import Answer, answer_of
from workflows.selectors.desistimientos import may_desist
from workflows.selectors.standstills import open_standstill

TITLES = {
    FilingState.VOIDED: gettext_lazy("Este registro fue anulado"),
    FilingState.OBSERVED: gettext_lazy("Falta que entregue algo"),
    FilingState.NOT_PRESENTED: gettext_lazy("Su solicitud consta como no presentada"),
    FilingState.BY_SILENCE: gettext_lazy("Su solicitud quedó aprobada por silencio"),
    FilingState.WITHDRAWN: gettext_lazy("Usted desistió de su solicitud"),
    FilingState.ABANDONED: gettext_lazy("Se declaró el abandono de su solicitud"),
}


@dataclass(frozen=True)
class DrawnEvent:
    """An event and its place in the relay line."""

    event: Event
    row: Row


@dataclass(frozen=True)
class Tracking:
    """What number and key show together."""

    expediente: Expediente
    party: Person | None
    subject: str
    title: str
    status: Status
    clock: Clock | None
    answer: Answer | None = None
    observation: FilingObservation | None = None
    silence: FilingSilence | None = None
    standstill: Standstill | None = None
    may_desist: bool = False
    is_late: bool = False
    unopened: tuple[Notice, ...] = ()
    cure_by: date | None = None
    reasons: tuple[Reason, ...] = ()
    events: tuple[DrawnEvent, ...] = ()
    answers: tuple[Document, ...] = ()
    cargos: tuple[Filing, ...] = field(default_factory=tuple)


def tracking_of(expediente: Expediente, party: Person | None, *, on: date) -> Tracking:
    """Return all that the party may know of its file on that day."""
    status = status_of_file(expediente, expediente.label)
    filings = tuple(
        Filing.objects.filter(expediente=expediente, party=party)
        .select_related("cargo", "procedure__norm", "cures")
        .prefetch_related("observations")
        .order_by("presented_at")
    )
    first = next((filing for filing in filings if filing.is_first), None)
    observation, cure_by = _awaited(filings)
    notices = notices_of(expediente, party)
    answers = tuple(notice.document for notice in notices if may_be_read(notice))
    events = events_of(expediente, filings, notices, on)
    clock = running_clock(expediente)
    rows = relay_rows([(event.column, event.look) for event in events])
    return Tracking(
        expediente=expediente,
        party=party,
        subject=expediente.subject,
        title=_title(expediente, status, on),
        status=status,
        clock=clock,
        answer=answer_of(first) if first and not status.is_over else None,
        observation=observation,
        silence=FilingSilence.objects.filter(filing=first).first() if first else None,
        standstill=open_standstill(first) if first and not status.is_over else None,
        may_desist=first is not None and may_desist(first),
        is_late=is_late(expediente, party, on),
        unopened=tuple(notice for notice in notices if notice.notified_on is None),
        cure_by=cure_by,
        reasons=plain_reasons(account_of(clock, on)) if clock else (),
        events=tuple(DrawnEvent(event, row) for event, row in zip(events, rows, strict=True)),
        answers=answers,
        cargos=filings,
    )


def is_late(expediente: Expediente, party: Person | None, on: date) -> bool:
    """Return whether the term of the answer to this party is over."""
    open_ones = Clock.objects.filter(purpose=ClockPurpose.ANSWER, state=ClockState.RUNNING, stopped_at__isnull=True)
    return open_ones.filter(filing__expediente=expediente, filing__party=party, due_on__lt=on).exists()


def _awaited(filings: Iterable[Filing]) -> tuple[FilingObservation | None, date | None]:
    """Return the observation that waits to be cured, and until when."""
    for observation in (each for filing in filings for each in filing.observations.all() if each.is_open):
        clock = Clock.objects.filter(filing=observation.filing_id, purpose=ClockPurpose.CURE, stopped_at__isnull=True)
        return observation, clock.values_list("due_on", flat=True).first()
    return None, None


def observation_to_cure(expediente: Expediente, party: Person | None) -> tuple[FilingObservation | None, date | None]:
    """Return what this party still has to hand in, and until when."""
    return _awaited(Filing.objects.filter(expediente=expediente, party=party).prefetch_related("observations"))


def _title(expediente: Expediente, status: Status, on: date) -> str:
    """Return how it stands: what the filing itself says, else who has the file."""
    if status.state in TITLES:
        return str(TITLES[status.state])
    tasks = open_tasks(expediente)
    if expediente.closed_at is not None or not tasks:
        return _("Su trámite terminó")
    return holders_sentence(tasks, on)
