"""Why a file is due that day: the count of its clock, its days, and what today's norm would give."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from docs_store.models import Expediente
from law import selectors as law
from law.enums import TermUnit
from law.errors import LawError
from law.rules.business_days import Calendar
from law.rules.deadlines import UNIT_NAMES, derive
from organization.models import Person
from workflows.enums import ClockState
from workflows.models import OPEN_STATUSES, Clock
from workflows.selectors.counts import case_of, extension_of, given
from workflows.selectors.strips import Strip, strip_of


@dataclass(frozen=True)
class Beside:
    """What the norm of today would give; it is shown, never applied. ``is_same``: the same day."""

    due_on: date
    amount: int
    unit: str
    norm: str
    since: date
    is_same: bool
    is_same_row: bool

    @property
    def given(self) -> str:
        """Return the amount with its unit."""
        return f"{self.amount} {self.unit}"


@dataclass(frozen=True)
class Why:
    """A clock with its days, and what today's norm would give."""

    clock: Clock
    strip: Strip
    beside: Beside | None

    @property
    def own(self) -> str:
        """Return the amount that it is counted by, with its unit."""
        return given(self.clock)

    @property
    def more(self) -> str:
        """Return the amount of its extension, with its unit; empty without one."""
        asked = self.clock.extension
        return f"{asked['amount']} {UNIT_NAMES[TermUnit(asked['unit'])][asked['amount'] != 1]}" if asked else ""

    @property
    def is_suspended(self) -> bool:
        return self.clock.state == ClockState.SUSPENDED

    @property
    def is_uncounted(self) -> bool:
        return self.clock.is_uncounted


def why(clock: Clock, calendar: Calendar, today: date) -> Why:
    """Return why a clock is due that day, as far as the calendar reaches."""
    return Why(clock, strip_of(clock, calendar, today), beside(clock, today))


def clocks_of(expediente: Expediente) -> QuerySet[Clock]:
    """Return the clocks of a file, its filings', its steps' and its notices', the oldest first."""
    of_steps, of_filings = Q(task__process__expediente=expediente), Q(filing__expediente=expediente)
    of_file = of_steps | of_filings | Q(notice__document__expediente=expediente)
    rows = Clock.objects.select_related("filing", "task__process", "notice__document", "standstill")
    return rows.filter(of_file).order_by("event_on", "id")


def shown_clocks(expediente: Expediente, party: Person | None) -> QuerySet[Clock]:
    """Return the clocks of a file that a party of it may see: of its filings and notices, and of the open steps."""
    of_steps = Q(task__process__expediente=expediente, task__status__in=OPEN_STATUSES)
    own = Q(filing__expediente=expediente, filing__party=party)
    told = Q(notice__document__expediente=expediente, notice__person=party)
    rows = Clock.objects.filter(of_steps | own | told) if party else Clock.objects.filter(of_steps)
    return rows.select_related("filing", "task__process", "notice__document")


def as_json(clock: Clock, today: date) -> dict[str, Any]:
    """Return a clock with its inputs and its derivation, for other systems."""
    now = beside(clock, today)
    return {
        "id": clock.pk,
        "purpose": clock.purpose,
        "state": clock.state,
        **_presented(clock),
        "legal_date": clock.event_on.isoformat(),
        "term": {"amount": clock.amount, "unit": clock.unit},
        "place": clock.place,
        "suspensions": clock.suspensions,
        "extension": extension_of(clock),
        "distance": clock.distance,
        "due": clock.due_on.isoformat() if clock.due_on and clock.state != ClockState.SUSPENDED else None,
        **({"error": clock.why_uncounted} if clock.is_uncounted else {}),
        "derivation": clock.derivation,
        "by_todays_norm": {"due": now.due_on.isoformat(), "amount": now.amount, "unit": now.unit} if now else None,
    }


def _presented(clock: Clock) -> dict[str, str]:
    """Return when a filing came in and the rule that gave its legal date (IN-05)."""
    filing = clock.filing
    return {"presented_at": filing.presented_at.isoformat(), "rule_id": filing.rule_id} if filing else {}


def beside(clock: Clock, today: date) -> Beside | None:
    """Return what the term's row of today would give to the same case; nothing for a term that no norm gives."""
    if not clock.term:
        return None
    try:
        row = law.term(clock.term, today)
        book = law.book_of(clock.place)
        case = replace(case_of(clock, book.sources_on(today)), amount=row.amount, unit=TermUnit(row.unit))
        due_on = derive(case, law.calendar_of(clock.place)).due_on
    except LawError:
        return None
    if due_on is None:
        return None
    is_same_row = (row.amount, row.unit) == (clock.amount, clock.unit)
    unit = UNIT_NAMES[TermUnit(row.unit)][row.amount != 1]
    norm = law.article_label(row.norm, row.article, on=today)
    return Beside(due_on, row.amount, unit, norm, row.valid_from, due_on == clock.due_on, is_same_row)
