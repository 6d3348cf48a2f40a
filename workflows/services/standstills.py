"""Procedures that their citizen paralyses: what they were asked, the proposal of each night, the declaration (PL-13).

Nothing ends by itself: an official declares the abandonment, by a resolution of the file that is notified.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from docs_store.enums import DocumentState
from docs_store.models import Document
from docs_store.services.locking import lock_expediente
from law.rules.dates import day_long
from law.rules.procedure import abandonment_from
from ledger import services as ledger
from organization.models import Person
from workflows.enums import ClockPurpose, ClockState, FilingState
from workflows.errors import FilingRefused
from workflows.models import Filing, Standstill
from workflows.selectors.distances import distance_of
from workflows.selectors.standstills import WAITING, open_standstill
from workflows.services import clocks, endings, notices

ABANDONMENT = "abandono"
LONGEST = 300
SYSTEM = "system:clock"


def ask(*, filing: Filing, what: str, notified_on: date, by: Person, at: datetime) -> Standstill:
    """Note that the procedure stands still until its citizen does what they were notified of that day.

    :raises FilingRefused: nothing is named, nothing is awaited of it any more, it stands still already, the day cannot
        be, or the law that is loaded gives no term.
    """
    words = " ".join(what.split())[:LONGEST]
    if not words:
        raise FilingRefused(_("Escriba lo que la persona debe hacer."))
    with transaction.atomic():
        lock_expediente(filing.expediente_id)
        filing.refresh_from_db(fields=["state"])
        _check_waiting(filing)
        if open_standstill(filing) is not None:
            raise FilingRefused(_("Este expediente ya espera a la persona. Termine esa espera antes de anotar otra."))
        if not timezone.localdate(filing.presented_at) <= notified_on <= timezone.localdate(at):
            raise FilingRefused(_("El día en que se le notificó debe estar entre la presentación y hoy. Corríjalo."))
        clock = clocks.start_for_filing(
            filing=filing,
            term=ABANDONMENT,
            purpose=ClockPurpose.IMPULSE,
            event_on=notified_on,
            distance=distance_of(filing.party, notified_on),
            by=by,
            at=at,
        )
        if clock is None or clock.is_uncounted:
            raise FilingRefused(
                _("Falta el plazo del abandono o el calendario de ese año. Pida a Informática que los cargue.")
            )
        made = Standstill.objects.create(filing=filing, clock=clock, what=words, asked_at=at, asked_by=by)
        _record("filing.standstill", made, {"notified_on": notified_on.isoformat()}, by, at)
    return made


def _check_waiting(filing: Filing) -> None:
    if not filing.is_first or filing.state not in WAITING:
        raise FilingRefused(
            _("Esta solicitud ya no espera respuesta: %(state)s. Vuelva al expediente.")
            % {"state": filing.get_state_display()}
        )


def declared_from(standstill: Standstill) -> date:
    """Return from which day its abandonment may be declared."""
    return abandonment_from(standstill.clock.due_day)


def take(*, filing: Filing, by: Person | None, at: datetime) -> None:
    """Let a paper that came in time end what its party was waited for, in the transaction that registers it. Late, it
    is received, and an official decides whether the file goes on."""
    for found in Standstill.objects.select_related("clock", "filing").filter(
        filing__expediente=filing.expediente_id, filing__party=filing.party_id, ended_at__isnull=True
    ):
        if filing.legal_filing_date <= found.clock.due_day:
            _end(found, ClockState.DONE, by, at)
            _record("filing.went_on", found, {"paper": filing.pk}, by, at)


def go_on(*, standstill: Standstill, reason: str, by: Person, at: datetime) -> None:
    """End the wait without a declaration: the procedure goes on.

    :raises FilingRefused: no reason is given, or it ended before.
    """
    why = " ".join(reason.split())[:LONGEST]
    if not why:
        raise FilingRefused(_("Escriba por qué sigue el trámite."))
    with _held(standstill) as held:
        _end(held, ClockState.CANCELLED, by, at)
        _record("filing.went_on", held, {"reason": why}, by, at)


def cancel(*, filing: Filing, by: Person, at: datetime) -> None:
    """End the wait because the request itself ended, in the transaction that ends it."""
    found = open_standstill(filing)
    if found is not None:
        _end(found, ClockState.CANCELLED, by, at)


def propose_due(at: datetime, *, limit: int = 500) -> int:
    """Note which procedures may be declared abandoned from now on, and return how many. It declares nothing."""
    over = Standstill.objects.select_related("clock", "filing").filter(
        ended_at__isnull=True,
        proposed_at__isnull=True,
        filing__state__in=WAITING,
        clock__state=ClockState.RUNNING,
        clock__due_on__lt=timezone.localdate(at),
    )
    return sum(_propose(found, at) for found in over.order_by("pk")[:limit])


def _propose(found: Standstill, at: datetime) -> bool:
    with transaction.atomic():
        if not Standstill.objects.filter(pk=found.pk, proposed_at__isnull=True).update(proposed_at=at):
            return False
        _record("filing.abandonment_proposed", found, {"from": declared_from(found).isoformat()}, None, at)
    return True


def declare(*, standstill: Standstill, document: Document, by: Person, at: datetime) -> Filing:
    """Declare the abandonment by a resolution of the file, which is notified to its parties.

    :raises FilingRefused: it ended before, its days are not over, the document is no emitted act of this file of a day
        on which it could be declared, or the request was answered meanwhile.
    """
    with _held(standstill) as held:
        filing = held.filing
        _check_waiting(filing)
        _check_act(held, document, at)
        _end(held, ClockState.DONE, by, at, document)
        filing.state = FilingState.ABANDONED
        filing.save(update_fields=["state"])
        for clock in filing.clocks.filter(stopped_at__isnull=True):
            clocks.end(clock=clock, state=ClockState.CANCELLED, by=by, at=at)
        notices.queue(document=document, by=by, at=at)
        endings.end_route(expediente=filing.expediente, act=document, by=by, at=at)
        _record("filing.abandoned", held, {"document": document.pk}, by, at)
    return filing


def _check_act(held: Standstill, document: Document, at: datetime) -> None:
    since = declared_from(held)
    if timezone.localdate(at) < since:
        raise FilingRefused(_("El abandono puede declararse desde el %(day)s, no antes.") % {"day": day_long(since)})
    is_act = document.state == DocumentState.EMITTED and document.kind.is_act
    if not is_act or document.expediente_id != held.filing.expediente_id or document.emitted_at is None:
        raise FilingRefused(_("Elija una resolución emitida en este expediente."))
    if timezone.localdate(document.emitted_at) < since:
        raise FilingRefused(
            _("Esa resolución es anterior al día desde el que podía declararse, el %(day)s.") % {"day": day_long(since)}
        )


@contextmanager
def _held(standstill: Standstill) -> Iterator[Standstill]:
    """Hold the file and read again the standstill, which must be open."""
    with transaction.atomic():
        lock_expediente(standstill.filing.expediente_id)
        held = Standstill.objects.select_related("filing", "clock").get(pk=standstill.pk)
        if held.ended_at is not None:
            raise FilingRefused(_("Esta espera ya terminó. Vuelva al expediente."))
        yield held


def _end(
    held: Standstill, state: ClockState, by: Person | None, at: datetime, document: Document | None = None
) -> None:
    held.ended_at, held.document = at, document
    held.save(update_fields=["ended_at", "document"])
    clocks.end(clock=held.clock, state=state, by=by, at=at)


def _record(kind: str, held: Standstill, facts: dict[str, object], by: Person | None, at: datetime) -> None:
    told = {"filing": held.filing_id, "standstill": held.pk, **facts}
    actor = by.actor if by else SYSTEM
    ledger.record(kind, subject=f"expediente:{held.filing.expediente_id}", facts=told, by=actor, at=at)
