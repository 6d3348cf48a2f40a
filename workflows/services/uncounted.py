"""Terms that no calendar reached: they wait without a day, and are counted by themselves when it is loaded.

The count is that of ``workflows.services.clocks``: what was suspended meanwhile does not run.
"""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from law.errors import CalendarMissing, LawError, OutsideCalendar
from law.rules.steps import Derivation
from ledger import services as ledger
from workflows.enums import ClockState
from workflows.models import OPEN_STATUSES, Clock, Recount, Task
from workflows.selectors.counts import count
from workflows.services import clocks, transitions

WAITS = Q(state=ClockState.UNCOUNTED) | Q(state=ClockState.RUNNING, missing_year__isnull=False)
"""What waits for a calendar: without a day, or with the one that it had before the calendar changed under it."""
logger = logging.getLogger(__name__)


def start_waiting(alike: Sequence[Clock], recount: Recount, at: datetime) -> int:
    """Count the clocks that waited with the same inputs, and tell why; return how many have a day now."""
    first = alike[0]
    try:
        counted = _count(first, at)
    except (OutsideCalendar, CalendarMissing) as error:
        still_wait(alike, error, recount, at)
        return 0
    except LawError as error:
        logger.warning("clock still not counted", extra={"clock": first.pk, "error": type(error).__name__})
        return 0
    state = ClockState.SUSPENDED if counted.due_on is None else ClockState.RUNNING
    Clock.objects.filter(pk__in=[clock.pk for clock in alike]).update(
        state=state,
        due_on=counted.due_on or first.due_on,
        missing_year=None,
        amount=first.amount,
        unit=first.unit,
        norm=first.norm,
        term_since=first.term_since,
        derivation=clocks.kept(counted),
    )
    open_tasks = Task.objects.filter(clock__in=[clock.pk for clock in alike], status__in=OPEN_STATUSES)
    open_tasks.update(due_on=counted.due_on)
    _record("clock.counted", alike, {"due": counted.due_on and counted.due_on.isoformat()}, recount, at)
    return len(alike)


def _count(clock: Clock, at: datetime) -> Derivation:
    """Count one by the law of its legal date, or by what reaches what is under way since."""
    if clock.term and clock.is_uncounted:
        return clocks.count_first(clock, timezone.localdate(at))
    return count(clock)


def still_wait(alike: Sequence[Clock], error: LawError, recount: Recount, at: datetime) -> None:
    """Note of clocks that a changed calendar no longer reaches which year is missing: they keep their day until then,
    and are counted when it is loaded. Noted before: nothing happens."""
    year = error.year if isinstance(error, OutsideCalendar) else None
    if year == alike[0].missing_year:
        return
    Clock.objects.filter(pk__in=[clock.pk for clock in alike]).update(missing_year=year)
    _record("clock.not_counted", alike, {"missing": year}, recount, at)


def _record(kind: str, alike: Sequence[Clock], facts: dict[str, Any], recount: Recount, at: datetime) -> None:
    because = {"reason": recount.reason, "entry": recount.entry_id}
    told = [(transitions.subject(clock), {"clock": clock.pk, **facts, **because}) for clock in alike]
    ledger.record_each(kind, facts=told, by=clocks.SYSTEM, at=at)
