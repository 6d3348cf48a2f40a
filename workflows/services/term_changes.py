"""What moves the term of a filing: an extension asked for in time, a suspension that the citizen asks for.

The count is the clocks'. Here stands who may ask for it, when, and up to how much (PL-07, PL-08).
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from docs_store.services.locking import lock_expediente
from law import selectors as law
from law.enums import SilenceKind, TermUnit
from law.errors import LawError, SuspensionAfterExpiry
from law.rules.business_days import ONE_DAY, business_days_between
from law.rules.procedure import GivenTerm, check_suspension, last_day
from ledger import services as ledger
from organization.models import Person
from workflows.enums import ClockPurpose, ClockState, FilingState
from workflows.errors import FilingRefused
from workflows.models import Clock
from workflows.services import clocks

LONGEST_SUSPENSION = "suspension-pedida"
LONGEST_REASON = 300
SYSTEM = "system:clock"
logger = logging.getLogger(__name__)


def may_extend(clock: Clock) -> bool:
    """Return whether the term of a filing runs and was not extended before."""
    return clock.filing_id is not None and clock.state == ClockState.RUNNING and clock.extension is None


def may_suspend(clock: Clock) -> bool:
    """Return whether a term runs that the citizen may ask to suspend: that of an answer under positive silence."""
    return _is_suspendable(clock) and clock.state == ClockState.RUNNING


def _is_suspendable(clock: Clock) -> bool:
    return clock.purpose == ClockPurpose.ANSWER and clock.silence == SilenceKind.POSITIVE


def extend_term(
    *, clock: Clock, amount: int, asked_on: date, asked_by: str, reason: str, by: Person, at: datetime
) -> Clock:
    """Extend the term of a filing once, in its own unit, where that was asked for on or before its due day (PL-07).

    :param asked_by: who asked for it, as the request says.
    :raises FilingRefused: it is over or suspended, nobody or no reason is named, or the day cannot be.
    :raises SecondExtension: it was extended before.
    :raises ExtensionTooLate: it was asked for after the due day.
    """
    who, why = _named(asked_by, _("Escriba quién pidió la prórroga.")), _named(reason, _("Escriba el motivo."))
    if amount < 1:
        raise FilingRefused(_("Escriba cuánto se prorroga: uno o más."))
    with _held(clock) as held:
        if held.is_uncounted:
            raise FilingRefused(held.why_uncounted)
        if held.state != ClockState.RUNNING:
            raise FilingRefused(_("El plazo está suspendido. Prorróguelo cuando vuelva a correr."))
        _check_asked(held, asked_on, at)
        unit = TermUnit(held.unit)
        moved = clocks.extend(clock=held, amount=amount, unit=unit, requested_on=asked_on, by=by, at=at)
        moved.extension = {**(moved.extension or {}), "asked_by": who}  # a name: beside the ledger, never in it
        moved.save(update_fields=["extension"])
        facts = {"amount": amount, "unit": str(unit), "asked": asked_on.isoformat(), "reason": why}
        _record("filing.term_extended", moved, facts, by, at)
    return moved


def suspend_on_request(
    *, clock: Clock, asked_on: date, first: date, last: date | None, reason: str, by: Person, at: datetime
) -> Clock:
    """Suspend the term of an answer under positive silence because the citizen asks for it (PL-08).

    :param last: without it the suspension is open: it ends when it is resumed, or with the most that the norm allows.
    :raises FilingRefused: the citizen may not ask for it here, no reason is given, a day cannot be, or nothing is left.
    :raises SuspensionTooLong: with what was suspended before it passes what the norm allows.
    :raises LawError: the term is over, days cross, or the law that is loaded does not give the days.
    """
    why = _named(reason, _("Escriba lo que pidió la persona."))
    with _held(clock) as held:
        _check_suspendable(held, asked_on, first, last, at)
        most = _days_left(held, asked_on)
        if last is not None and last >= first:
            check_suspension(first, last, most=most, calendar=law.calendar_of(held.place))
        moved = clocks.suspend(clock=held, first=first, reason=why, asked_on=asked_on, by=by, at=at)
        if last is not None:
            moved = clocks.resume(clock=moved, last=last, by=by, at=at)
        facts = {"from": first.isoformat(), "to": last and last.isoformat(), "asked": asked_on.isoformat()}
        _record("filing.suspended_on_request", moved, {**facts, "reason": why}, by, at)
    return moved


def _check_suspendable(clock: Clock, asked_on: date, first: date, last: date | None, at: datetime) -> None:
    if not _is_suspendable(clock):
        raise FilingRefused(
            _("La persona solo puede pedir que se suspenda el plazo de un trámite con silencio positivo.")
        )
    if clock.is_uncounted:
        raise FilingRefused(clock.why_uncounted)
    if clock.state != ClockState.RUNNING:
        raise FilingRefused(_("El plazo ya está suspendido."))
    if timezone.localdate(at) > clock.due_day:
        raise SuspensionAfterExpiry(clock.due_day)
    _check_asked(clock, asked_on, at)
    if first < asked_on:
        raise FilingRefused(_("La suspensión empieza el día en que se pidió o después. Corrija uno de los dos días."))
    if last is None and first > timezone.localdate(at):
        raise FilingRefused(_("Una suspensión que empieza después de hoy necesita su último día. Escríbalo."))


def longest_day(clock: Clock) -> date:
    """Return the last day that the open suspension of a clock may cover.

    :raises LawError: the law that is loaded does not give it.
    """
    open_one = clock.suspensions[-1]
    first = date.fromisoformat(open_one["from"])
    most = _days_left(clock, date.fromisoformat(open_one["asked"]))
    return last_day(most, first - ONE_DAY, law.calendar_of(clock.place))


def _days_left(clock: Clock, asked_on: date) -> GivenTerm:
    """Return what the norm still allows after the suspensions that were asked for before.

    :raises FilingRefused: nothing.
    """
    most = law.term(LONGEST_SUSPENSION, asked_on).amount
    calendar = law.calendar_of(clock.place)
    used = sum(
        business_days_between(calendar, date.fromisoformat(each["from"]) - ONE_DAY, date.fromisoformat(each["to"]))
        for each in clock.suspensions
        if each.get("asked") and each["to"]
    )
    if used >= most:
        raise FilingRefused(_("La persona ya usó los %(days)s días hábiles de suspensión.") % {"days": most})
    return GivenTerm(most - used)


def resume_on_request(*, clock: Clock, last: date, by: Person | None, at: datetime) -> Clock:
    """Let a term that the citizen asked to suspend run again after that day; no later than the norm allows.

    :param last: the last suspended day, of the past or today.
    :raises FilingRefused: it was not suspended on request, a cure is awaited, or the day cannot be.
    :raises SuspensionBackwards: it is before the first day.
    """
    with _held(clock) as held:
        if not held.is_suspended_on_request:
            raise FilingRefused(_("Este plazo no está suspendido a pedido de la persona: no hay nada que reanudar."))
        if held.filing is not None and held.filing.state == FilingState.OBSERVED:
            raise FilingRefused(_("Se espera que la persona subsane: el plazo se reanuda después."))
        if last > timezone.localdate(at):
            raise FilingRefused(_("El último día suspendido no puede ser posterior a hoy. Corríjalo."))
        ends_on = min(last, longest_day(held))
        moved = clocks.resume(clock=held, last=ends_on, by=by, at=at)
        _record("filing.resumed", moved, {"to": ends_on.isoformat()}, by, at)
    return moved


def resume_due(at: datetime) -> int:
    """Resume the open suspensions whose most is over, and return how many. May be run again."""
    asked = Clock.objects.filter(
        purpose=ClockPurpose.ANSWER, state=ClockState.SUSPENDED, stopped_at__isnull=True
    ).exclude(filing__state=FilingState.OBSERVED)
    return sum(_resume_due(clock, at) for clock in asked if clock.is_suspended_on_request)


def _resume_due(clock: Clock, at: datetime) -> bool:
    """Resume one; what somebody resumed meanwhile, or cannot be counted, holds up none of the others."""
    try:
        ends_on = longest_day(clock)
        if ends_on < timezone.localdate(at):
            resume_on_request(clock=clock, last=ends_on, by=None, at=at)
            return True
    except (LawError, FilingRefused):
        logger.warning("a suspension was not resumed", extra={"clock": clock.pk})
    return False


@contextmanager
def _held(clock: Clock) -> Iterator[Clock]:
    """Hold the file and read again the clock, which must run for a filing."""
    with transaction.atomic():
        lock_expediente(clock.expediente_id)
        held = Clock.objects.select_related("filing").get(pk=clock.pk)
        if held.filing is None or held.stopped_at is not None:
            raise FilingRefused(_("Este plazo ya terminó: no se puede mover."))
        yield held


def _check_asked(clock: Clock, asked_on: date, at: datetime) -> None:
    """Refuse a day of the future, or before the paper came: on a day off its legal date is a later one."""
    assert clock.filing is not None
    came_on = min(clock.event_on, timezone.localdate(clock.filing.presented_at))
    if not came_on <= asked_on <= timezone.localdate(at):
        raise FilingRefused(_("El día del pedido debe estar entre la presentación y hoy. Corríjalo como consta en él."))


def _named(text: str, sentence: str) -> str:
    """Return a text in one line, no longer than is kept.

    :raises FilingRefused: there is none.
    """
    words = " ".join(text.split())[:LONGEST_REASON]
    if not words:
        raise FilingRefused(sentence)
    return words


def _record(kind: str, clock: Clock, facts: dict[str, object], by: Person | None, at: datetime) -> None:
    told = {"filing": clock.filing_id, "clock": clock.pk, **facts}
    actor = by.actor if by else SYSTEM
    ledger.record(kind, subject=f"expediente:{clock.expediente_id}", facts=told, by=actor, at=at)
