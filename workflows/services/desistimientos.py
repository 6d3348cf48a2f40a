"""A citizen desists: a paper of its own, days for third parties, an act that accepts it or a reason to go on (PL-14).

Of the procedure, unless it says that it is of the claim. Nothing ends before an official decides.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from docs_store.models import Document
from docs_store.services.locking import lock_expediente
from law.rules.dates import day_long
from ledger import services as ledger
from organization.models import Person
from workflows.enums import (
    ClockPurpose,
    ClockState,
    DesistimientoEffect,
    DesistimientoOutcome,
    FilingState,
)
from workflows.errors import FilingRefused
from workflows.models import Clock, Desistimiento, Filing
from workflows.selectors import desistimientos as selectors
from workflows.selectors.standstills import acts_of
from workflows.services import clocks, endings, notices, standstills

THIRD_PARTIES = "desistimiento-terceros"
LONGEST_REASON = 300
INTAKE = "system:intake"


def take(*, paper: Filing, effect: DesistimientoEffect, by: Person | None, at: datetime) -> Desistimiento | None:
    """Keep what a paper desists of, in the transaction that registers it.

    Where its party awaits nothing, or has desisted before, the paper is received all the same and changes nothing.
    """
    own = Filing.objects.filter(expediente=paper.expediente_id, party=paper.party_id, is_first=True).first()
    if own is None or not selectors.may_desist(own):
        _tell("filing.desisted_in_vain", paper, {"paper": paper.pk}, by, at)
        return None
    made = Desistimiento.objects.create(filing=own, paper=paper, effect=effect)
    _record("filing.desisted", made, {"paper": paper.pk, "effect": str(effect)}, by, at)
    return made


def tell_third_parties(*, found: Desistimiento, notified_on: date, by: Person, at: datetime) -> Clock:
    """Note the day on which the third parties were notified: their days to ask that it goes on begin.

    :raises FilingRefused: it was decided or noted before, the day cannot be, or the law that is loaded gives no term.
    """
    with _held(found) as held:
        if held.clock is not None:
            raise FilingRefused(_("Ya consta el día en que se notificó a los terceros. Vuelva al expediente."))
        if not timezone.localdate(held.paper.presented_at) <= notified_on <= timezone.localdate(at):
            raise FilingRefused(_("El día en que se les notificó debe estar entre el desistimiento y hoy. Corríjalo."))
        clock = clocks.start_for_filing(
            filing=held.paper,
            term=THIRD_PARTIES,
            purpose=ClockPurpose.THIRD_PARTIES,
            event_on=notified_on,
            by=by,
            at=at,
        )
        if clock is None or clock.is_uncounted:
            raise FilingRefused(
                _("Falta el plazo de los terceros o el calendario de ese año. Pida a Informática que los cargue.")
            )
        held.clock = clock
        held.save(update_fields=["clock"])
        _record("filing.third_parties_told", held, {"notified_on": notified_on.isoformat()}, by, at)
    return clock


def accept(*, found: Desistimiento, document: Document, by: Person, at: datetime) -> Filing:
    """Accept it by an act of the file, which is notified: the request ends, its clocks and what would decide it too.

    :raises FilingRefused: it was decided before, third parties still have days, or the document is no act emitted in
        this file since it was presented.
    """
    with _held(found) as held:
        filing = held.filing
        _check_third_parties(held, at)
        _check_act(held, document)
        filing.state = FilingState.WITHDRAWN
        filing.save(update_fields=["state"])
        standstills.cancel(filing=filing, by=by, at=at)
        for clock in filing.clocks.filter(stopped_at__isnull=True):
            clocks.end(clock=clock, state=ClockState.CANCELLED, by=by, at=at)
        held.document = document
        _decide(held, DesistimientoOutcome.ACCEPTED, by, at)
        notices.queue(document=document, by=by, at=at)
        endings.end_route(expediente=filing.expediente, act=document, by=by, at=at)
        facts = {"document": document.pk, "effect": held.effect}
        _record("filing.withdrawn", held, facts, by, at)
    return filing


def _check_third_parties(held: Desistimiento, at: datetime) -> None:
    if held.clock is None and selectors.third_parties(held.filing):
        raise FilingRefused(
            _("Hay otras personas en este expediente. Notifíqueles el desistimiento y anote el día: tienen un plazo.")
        )
    follows = selectors.follows(held)
    if follows.third_parties_until is not None and not follows.may_be_decided(timezone.localdate(at)):
        raise FilingRefused(
            _("Los terceros pueden pedir que siga hasta el %(day)s. Decida después de ese día.")
            % {"day": day_long(follows.third_parties_until)}
        )


def _check_act(held: Desistimiento, document: Document) -> None:
    is_of_file = acts_of(held.filing.expediente).filter(pk=document.pk).exists()
    if not is_of_file or document.emitted_at is None or document.emitted_at < held.paper.presented_at:
        raise FilingRefused(_("Elija una resolución emitida en este expediente después del desistimiento."))


def go_on(*, found: Desistimiento, reason: str, by: Person, at: datetime) -> Desistimiento:
    """Go on with the procedure all the same, because a third party asked for it or the general interest does.

    :raises FilingRefused: no reason is given, or it was decided before.
    """
    why = " ".join(reason.split())[:LONGEST_REASON]
    if not why:
        raise FilingRefused(_("Escriba por qué sigue el trámite."))
    with _held(found) as held:
        held.reason = why
        _decide(held, DesistimientoOutcome.CONTINUED, by, at)
        _record("filing.desistimiento_continued", held, {"reason": why}, by, at)
    return held


def _decide(held: Desistimiento, outcome: DesistimientoOutcome, by: Person, at: datetime) -> None:
    held.outcome, held.decided_at, held.decided_by = outcome, at, by
    held.save(update_fields=["outcome", "document", "reason", "decided_at", "decided_by"])
    if held.clock is not None and held.clock.stopped_at is None:
        clocks.end(clock=held.clock, by=by, at=at)


@contextmanager
def _held(found: Desistimiento) -> Iterator[Desistimiento]:
    """Hold the file and read again the desistimiento, which must wait for a decision on a request that does too."""
    with transaction.atomic():
        lock_expediente(found.filing.expediente_id)
        held = Desistimiento.objects.select_related("filing__expediente", "paper", "clock").get(pk=found.pk)
        if held.outcome != DesistimientoOutcome.PENDING:
            raise FilingRefused(_("Este desistimiento ya se decidió. Vuelva al expediente."))
        if held.filing.state not in selectors.WAITING:
            raise FilingRefused(
                _("Esta solicitud no espera respuesta ahora: %(state)s. Vuelva al expediente.")
                % {"state": held.filing.get_state_display()}
            )
        yield held


def _record(kind: str, held: Desistimiento, facts: dict[str, object], by: Person | None, at: datetime) -> None:
    _tell(kind, held.filing, {"desistimiento": held.pk, **facts}, by, at)


def _tell(kind: str, filing: Filing, facts: dict[str, object], by: Person | None, at: datetime) -> None:
    told = {"filing": filing.pk, **facts}
    actor = by.actor if by else INTAKE
    ledger.record(kind, subject=f"expediente:{filing.expediente_id}", facts=told, by=actor, at=at)
