"""What a filing lacks: observed once and all together, cured by a filing of its own, lapsed where it is not.

While the citizen cures, the term of the answer does not run and the file does not go on (IN-10 to IN-14).
"""

import logging
from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from docs_store.services.locking import lock_expediente
from law import selectors as law
from law.errors import LawError, SecondObservation
from law.rules.dates import day_long
from law.rules.procedure import (
    GivenTerm,
    check_observation,
    date_after_cure,
    is_cured_in_time,
    lapses_on,
    last_day,
)
from ledger import services as ledger
from organization import selectors as organization
from organization.models import Person
from workflows.enums import Bar, ClockPurpose, ClockState, FilingState
from workflows.errors import FilingRefused
from workflows.models import Clock, Filing, FilingObservation, Process
from workflows.selectors.answers import OBSERVABLE
from workflows.selectors.distances import distance_of
from workflows.services import bars, clocks, engine

OBSERVE, CURE = "observacion", "subsanacion"
SYSTEM = "system:clock"
LONGEST_DEFECT = 300
logger = logging.getLogger(__name__)


def observe_by(filing: Filing) -> date | None:
    """Return the last day on which a filing may be observed; nothing where the law that is loaded gives none."""
    try:
        term = law.term(OBSERVE, filing.legal_filing_date)
        calendar = law.calendar_of(organization.entity().place)
        return last_day(GivenTerm(term.amount), filing.legal_filing_date, calendar)
    except LawError:
        return None


def observe(*, filing: Filing, defects: Sequence[str], by: Person, at: datetime) -> FilingObservation:
    """Tell the citizen at once all that a filing lacks; from now on its term is suspended and the file stands still.

    What was cured badly may be asked for again; anything new may not. An attempt is recorded with its official.

    :raises FilingRefused: nothing is named, it was voided, answered or is being cured, or the days to observe are over.
    :raises SecondObservation: the filing was observed before, for something else.
    """
    texts = tuple(dict.fromkeys(" ".join(each.split())[:LONGEST_DEFECT] for each in defects if each.strip()))
    if not texts:
        raise FilingRefused(_("Escriba lo que falta, una cosa por línea."))
    try:
        with transaction.atomic():
            lock_expediente(filing.expediente_id)
            filing.refresh_from_db(fields=["state"])
            _check(filing, texts, at)
            return _observe(filing, texts, by, at)
    except (FilingRefused, SecondObservation) as refusal:
        facts = {"filing": filing.pk, "reason": type(refusal).__name__, "items": len(texts)}
        _record("filing.observation_refused", filing, facts, by, at)
        raise


def _check(filing: Filing, texts: Sequence[str], at: datetime) -> None:
    if filing.state == FilingState.OBSERVED:
        raise FilingRefused(_("Este escrito ya está observado y espera que lo subsanen. No se observa dos veces."))
    if filing.state not in OBSERVABLE:
        raise FilingRefused(
            _("Este escrito ya no se puede observar: %(state)s. Vuelva al expediente.")
            % {"state": filing.get_state_display()}
        )
    earlier = [text for each in filing.observations.all() for text in each.texts]
    if earlier:
        check_observation(frozenset(earlier), frozenset(earlier), frozenset(texts))
        return
    until = observe_by(filing)
    if until is not None and timezone.localdate(at) > until:
        raise FilingRefused(
            _("El plazo para observar venció el %(day)s. El escrito sigue su trámite con lo que tiene.")
            % {"day": day_long(until)}
        )


def _observe(filing: Filing, texts: Sequence[str], by: Person, at: datetime) -> FilingObservation:
    told_on = timezone.localdate(at)
    made = FilingObservation.objects.create(
        filing=filing, items=[{"text": text} for text in texts], told_on=told_on, observed_at=at, observed_by=by
    )
    filing.state = FilingState.OBSERVED
    filing.save(update_fields=["state"])
    bars.bar(filing.expediente, Bar.CURE)
    reason = _("Se espera que la persona subsane.")
    answer = answer_clock(filing, ClockState.RUNNING, ClockState.UNCOUNTED)
    if answer is not None:
        bars.suspend(answer, first=told_on, reason=reason, by=by, at=at)
    bars.suspend_steps(filing.expediente, first=told_on, reason=reason, by=by, at=at)
    far = distance_of(filing.party, told_on)
    clocks.start_for_filing(
        filing=filing, term=CURE, purpose=ClockPurpose.CURE, event_on=told_on, distance=far, by=by, at=at
    )
    _record("filing.observed", filing, {"observation": made.pk, "items": len(texts)}, by, at)
    return made


def answer_clock(filing: Filing, *states: ClockState) -> Clock | None:
    """Return the open clock of a filing's answer that is in one of these states, or nothing."""
    open_ones = Clock.objects.filter(filing=filing, purpose=ClockPurpose.ANSWER, stopped_at__isnull=True)
    return open_ones.filter(state__in=states).first()


def cure_clock(filing: Filing) -> Clock | None:
    """Return the clock of the cure that a filing waits for, or nothing."""
    return Clock.objects.filter(filing=filing, purpose=ClockPurpose.CURE, stopped_at__isnull=True).first()


def open_observation(filing: Filing) -> FilingObservation | None:
    """Return the observation that a filing waits to be cured of, or nothing."""
    found: FilingObservation | None = filing.observations.filter(cured_at__isnull=True, lapsed_at__isnull=True).first()
    return found


def take_cure(*, cure: Filing, by: Person | None, at: datetime) -> bool:
    """Settle an observation with the filing that cures it, inside the transaction that registered it.

    In time, the date of the original filing stands and its term runs again. Too late, the paper is received all the
    same and nothing changes. Return whether it came in time.
    """
    observed = cure.cures
    assert observed is not None
    filing, term = observed.filing, cure_clock(observed.filing)
    cured_on = cure.legal_filing_date
    until = term.due_on if term is not None else None
    if not observed.is_open or (until is not None and not is_cured_in_time(cured_on, until)):
        _record("filing.cure_too_late", filing, {"observation": observed.pk, "cure": cure.pk}, by, at)
        return False
    observed.cured_at = at
    observed.save(update_fields=["cured_at"])
    filing.state = FilingState.CURED
    if until is not None:
        filing.legal_filing_date = date_after_cure(filing.legal_filing_date, cured_on, until)
    filing.save(update_fields=["state", "legal_filing_date"])
    if term is not None:
        clocks.end(clock=term, by=by, at=at)
    bars.lift(filing.expediente)
    answer = answer_clock(filing, ClockState.SUSPENDED, ClockState.UNCOUNTED)
    if answer is not None and answer.has_open_suspension and not answer.is_suspended_on_request:
        bars.resume(answer, last=cured_on, by=by, at=at)
    bars.resume_steps(filing.expediente, last=cured_on, by=by, at=at)
    _record("filing.cured", filing, {"observation": observed.pk, "cure": cure.pk}, by, at)
    return True


def lapse_due(at: datetime, *, limit: int = 500) -> int:
    """Let the observations lapse that were not cured in their days, and return how many did. May be run again."""
    due = Clock.objects.filter(
        purpose=ClockPurpose.CURE, stopped_at__isnull=True, state=ClockState.RUNNING, due_on__lt=timezone.localdate(at)
    )
    return sum(_lapse(filing_id, at) for filing_id in due.order_by("due_on").values_list("filing", flat=True)[:limit])


def _lapse(filing_id: int, at: datetime) -> bool:
    """Count a filing as not presented: its route stops, its papers and its fee go back (IN-12)."""
    filing = Filing.objects.select_related("expediente", "procedure").get(pk=filing_id)
    with transaction.atomic():
        lock_expediente(filing.expediente_id)
        observed, term = open_observation(filing), cure_clock(filing)
        if observed is None or term is None or not _has_lapsed(term, timezone.localdate(at)):
            return False
        observed.lapsed_at = at
        observed.refund_soles = filing.procedure.fee_soles if filing.procedure else 0
        observed.save(update_fields=["lapsed_at", "refund_soles"])
        filing.state = FilingState.NOT_PRESENTED
        filing.save(update_fields=["state"])
        for clock in (term, answer_clock(filing, ClockState.SUSPENDED, ClockState.RUNNING, ClockState.UNCOUNTED)):
            if clock is not None:
                clocks.end(clock=clock, state=ClockState.CANCELLED, by=None, at=at)
        if filing.is_first:
            for process in Process.objects.filter(expediente=filing.expediente, finished__isnull=True):
                engine.cancel(process, by=None, at=at)
        facts = {"observation": observed.pk, "refund_soles": str(observed.refund_soles)}
        _record("filing.not_presented", filing, facts, None, at)
    return True


def _has_lapsed(term: Clock, today: date) -> bool:
    """Return whether the business day after the days to cure has come; where no calendar gives it, it has not."""
    try:
        return lapses_on(term.due_day, law.calendar_of(term.place)) <= today
    except LawError:
        return False


def give_back(*, observed: FilingObservation, by: Person, at: datetime) -> FilingObservation:
    """Note that the papers, and the fee where one was paid, were given back. A second time changes nothing.

    :raises FilingRefused: the filing does not count as not presented.
    """
    with transaction.atomic():
        held = FilingObservation.objects.select_for_update(of=("self",)).select_related("filing").get(pk=observed.pk)
        if held.lapsed_at is None:
            raise FilingRefused(
                _("Este escrito no consta como no presentado: no hay nada que devolver. Vuelva al registro.")
            )
        if held.returned_at is None:
            held.returned_at, held.returned_by = at, by
            held.save(update_fields=["returned_at", "returned_by"])
            _record("filing.returned", held.filing, {"observation": held.pk}, by, at)
    return held


def _record(kind: str, filing: Filing, facts: dict[str, object], by: Person | None, at: datetime) -> None:
    told = {"filing": filing.pk, **facts}
    ledger.record(kind, subject=f"expediente:{filing.expediente_id}", facts=told, by=by.actor if by else SYSTEM, at=at)
