"""Terms that a transitional rule gives to cases under way: open clocks take the new row from its date.

Without such a rule a clock keeps the row of its legal date. A clock that the new row would end before the rule takes
hold keeps its own (a choice: a rule never ends a term that was running on the day before).
"""

import json
import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from law import selectors as law
from law.enums import TermUnit
from law.errors import LawError
from law.models import Term
from law.rules.dates import day_long
from law.rules.deadlines import UNIT_NAMES
from law.rules.steps import Derivation
from ledger import services as ledger
from workflows.enums import ClockState
from workflows.models import OPEN_STATUSES, Clock, Recount, Task
from workflows.selectors.counts import count_by
from workflows.services import clocks

REASON_LENGTH = 500
logger = logging.getLogger(__name__)


def open_transition(*, entry_id: int, facts: Mapping[str, Any], at: datetime) -> Recount | None:
    """Return the recount that a term's new row asks for, the same one each time; nothing where the row is gone."""
    first = date.fromisoformat(facts["first"])
    row = _row(facts["term"], first)
    if row is None:
        return None
    said = {
        "day": day_long(first),
        "name": row.name,
        "given": f"{row.amount} {UNIT_NAMES[TermUnit(row.unit)][row.amount != 1]}",
        "norm": law.article_label(row.norm, row.article, on=first),
    }
    reason = _("Desde el %(day)s el plazo «%(name)s» es de %(given)s también para lo que está en trámite: %(norm)s.")
    found, _is_new = Recount.objects.get_or_create(
        entry_id=entry_id,
        defaults={
            "places": [],
            "term": row.slug,
            "first": first,
            "last": first,
            "reason": (reason % said)[:REASON_LENGTH],
            "started_at": at,
        },
    )
    return found


def touched(recount: Recount) -> QuerySet[Clock]:
    """Return the open clocks that an older row of the term gives; one that waits for a calendar takes the new row
    when it is counted."""
    is_older = Q(term_since__isnull=True) | Q(term_since__lt=recount.first)
    counted = Clock.objects.exclude(state=ClockState.UNCOUNTED)
    return counted.filter(is_older, term=recount.term, stopped_at__isnull=True, event_on__lt=recount.first)


def reach(batch: Sequence[Clock], recount: Recount, at: datetime) -> int:
    """Count a batch by the new row, write it and tell why; return how many clocks took it."""
    row = _row(recount.term, recount.first)
    if row is None:
        return 0
    norm = law.article_label(row.norm, row.article, on=recount.first)
    told: list[tuple[str, dict[str, object]]] = []
    for same in alike(batch):
        taken = same[0]
        before = {"amount": taken.amount, "unit": taken.unit, "before": taken.due_on and taken.due_on.isoformat()}
        taken.amount, taken.unit, taken.norm, taken.term_since = row.amount, row.unit, norm, recount.first
        counted = _count(taken)
        if counted is None or (counted.due_on is not None and counted.due_on < recount.first):
            continue
        _write(same, taken, counted)
        due = counted.due_on and counted.due_on.isoformat()
        facts = {**before, "due": due, "reason": recount.reason, "entry": recount.entry_id}
        told += [(subject(clock), {"clock": clock.pk, **facts}) for clock in same]
    ledger.record_each("clock.term_changed", facts=told, by=clocks.SYSTEM, at=at)
    return len(told)


def alike(batch: Iterable[Clock]) -> Collection[list[Clock]]:
    """Return the clocks of a batch in groups that count the same: one count and one write for each."""
    same: dict[tuple[object, ...], list[Clock]] = defaultdict(list)
    for clock in batch:
        more = json.dumps([clock.suspensions, clock.extension, clock.distance])
        given = (clock.amount, clock.unit, clock.term, clock.norm, clock.term_since)
        same[clock.place, clock.event_on, *given, clock.state, clock.due_on, clock.missing_year, more].append(clock)
    return same.values()


def subject(clock: Any) -> str:
    """Return the file of a clock that was read with it."""
    return f"expediente:{clock.file}"


def _row(slug: str, first: date) -> Term | None:
    return Term.objects.select_related("norm").filter(slug=slug, valid_from=first, reaches_open=True).first()


def _count(clock: Clock) -> Derivation | None:
    """Return the count by the new row, or nothing where the law does not give it: the clock then keeps its own."""
    try:
        return count_by(clock, law.calendar_of(clock.place), law.book_of(clock.place))
    except LawError as error:
        logger.warning("clock keeps its term", extra={"clock": clock.pk, "error": type(error).__name__})
        return None


def _write(same: Sequence[Clock], taken: Clock, counted: Derivation) -> None:
    ids = [clock.pk for clock in same]
    Clock.objects.filter(pk__in=ids).update(
        amount=taken.amount,
        unit=taken.unit,
        norm=taken.norm,
        term_since=taken.term_since,
        due_on=counted.due_on or taken.due_on,
        derivation=clocks.kept(counted),
    )
    if taken.state == ClockState.RUNNING:
        Task.objects.filter(clock__in=ids, status__in=OPEN_STATUSES).update(due_on=counted.due_on)
