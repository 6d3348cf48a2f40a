"""What the number alone tells of a file: states and days."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from docs_store.models import Expediente
from workflows.enums import ClockPurpose, ClockState, FilingState
from workflows.models import OPEN_STATUSES, Clock, Filing, Movement

LONGEST_SEQUENCE = 7
OVER = frozenset(
    {
        FilingState.ANSWERED,
        FilingState.VOIDED,
        FilingState.NOT_PRESENTED,
        FilingState.WITHDRAWN,
        FilingState.ABANDONED,
    }
)
"""The states in which nothing is awaited any more."""
SAID = (OVER - {FilingState.ANSWERED}) | {FilingState.OBSERVED, FilingState.BY_SILENCE}
"""The states that a filing says itself, wherever its file has gone."""


@dataclass(frozen=True)
class Status:
    """What the number alone shows: states and days, no subject, no names, no documents."""

    label: str
    state: FilingState
    presented_at: datetime
    counts_from: date
    due_on: date | None
    closed_at: datetime | None

    @property
    def is_over(self) -> bool:
        return self.state in OVER


def known_label(typed: str) -> str:
    """Return the number as it was printed, however many zeros the person wrote before it; else as it was typed."""
    sequence, dash, rest = typed.strip().partition("-")
    if not dash or not sequence.isdecimal():
        return typed.strip()
    plain = sequence.lstrip("0") or "0"
    spellings = [f"{plain.zfill(width)}-{rest}" for width in range(len(plain), LONGEST_SEQUENCE + 1)]
    of_files = Expediente.objects.filter(label__in=spellings).values_list("label", flat=True).first()
    of_filings = Filing.objects.filter(label__in=spellings).values_list("label", flat=True).first()
    return of_files or of_filings or typed.strip()


def status_of(label: str) -> Status | None:
    """Return the states and days of the file with this expediente or register number, or nothing."""
    expediente = Expediente.objects.filter(label=label).first()
    if expediente is None:
        filing = Filing.objects.select_related("expediente").filter(label=label).first()
        expediente = filing.expediente if filing else None
    if expediente is None:
        return None
    return status_of_file(expediente, label)


def status_of_file(expediente: Expediente, label: str) -> Status:
    """Return the status; a file that no citizen began counts from the day it was opened."""
    first = Filing.objects.filter(expediente=expediente, is_first=True).first()
    clock = running_clock(expediente)
    return Status(
        label=label,
        state=_state(expediente, first),
        presented_at=first.presented_at if first else expediente.opened_at,
        counts_from=first.legal_filing_date if first else timezone.localdate(expediente.opened_at),
        due_on=clock.due_on if clock and clock.state == ClockState.RUNNING else None,
        closed_at=expediente.closed_at,
    )


def _state(expediente: Expediente, first: Filing | None) -> FilingState:
    if first is not None and first.state in SAID:
        return FilingState(first.state)
    if expediente.closed_at is not None:
        return FilingState.ANSWERED
    state = FilingState(first.state) if first else FilingState.IN_PROGRESS
    has_moved = Movement.objects.filter(expediente=expediente, from_task__isnull=False).exists()
    return FilingState.IN_PROGRESS if state in {FilingState.PRESENTED, FilingState.CURED} and has_moved else state


def running_clock(expediente: Expediente) -> Clock | None:
    """Return the clock of the answer, else that of the step that ends first."""
    running = Clock.objects.filter(state=ClockState.RUNNING)
    answers = Clock.objects.filter(filing__expediente=expediente, purpose=ClockPurpose.ANSWER, stopped_at__isnull=True)
    answer = answers.order_by("due_on").first()
    steps = running.filter(task__process__expediente=expediente, task__status__in=OPEN_STATUSES)
    return answer or steps.order_by("due_on").first()
