"""What a citizen may know of a file: with the key all that concerns the party, with the number states and days."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from docs_store.enums import DocumentState
from docs_store.models import Document, Expediente
from organization import selectors as organization
from organization.models import Person, Post, Unit
from portal.rules.articles import beginning, to, with_article
from portal.rules.relay_rows import Column, Look, Row, relay_rows
from workflows.enums import (
    Channel,
    ClockPurpose,
    ClockState,
    FilingState,
    MovementKind,
    NoticeMeans,
    NoticeState,
    StepKind,
)
from workflows.models import (
    OPEN_STATUSES,
    Clock,
    Filing,
    FilingObservation,
    FilingSilence,
    Movement,
    Notice,
    Standstill,
    Task,
)
from workflows.selectors.account_words import Reason, plain_reasons
from workflows.selectors.accounts import account_of
from workflows.selectors.answers import Answer, answer_of
from workflows.selectors.desistimientos import may_desist
from workflows.selectors.standstills import open_standstill

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
TITLES = {
    FilingState.VOIDED: gettext_lazy("Este registro fue anulado"),
    FilingState.OBSERVED: gettext_lazy("Falta que entregue algo"),
    FilingState.NOT_PRESENTED: gettext_lazy("Su solicitud consta como no presentada"),
    FilingState.BY_SILENCE: gettext_lazy("Su solicitud quedó aprobada por silencio"),
    FilingState.WITHDRAWN: gettext_lazy("Usted desistió de su solicitud"),
    FilingState.ABANDONED: gettext_lazy("Se declaró el abandono de su solicitud"),
}


@dataclass(frozen=True)
class Event:
    """One thing that happened, in the citizen's words. ``documents`` are those that the party may open."""

    column: Column
    look: Look
    title: str
    at: datetime | None = None
    note: str = ""
    documents: tuple[Document, ...] = ()


@dataclass(frozen=True)
class DrawnEvent:
    """An event and its place in the relay line."""

    event: Event
    row: Row


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


LONGEST_SEQUENCE = 7


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
    return _status(expediente, label)


def _status(expediente: Expediente, label: str) -> Status:
    """Return the status; a file that no citizen began counts from the day it was opened."""
    first = Filing.objects.filter(expediente=expediente, is_first=True).first()
    clock = _running_clock(expediente)
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


def _running_clock(expediente: Expediente) -> Clock | None:
    """Return the clock of the answer, else that of the step that ends first."""
    running = Clock.objects.filter(state=ClockState.RUNNING)
    answers = Clock.objects.filter(filing__expediente=expediente, purpose=ClockPurpose.ANSWER, stopped_at__isnull=True)
    answer = answers.order_by("due_on").first()
    steps = running.filter(task__process__expediente=expediente, task__status__in=OPEN_STATUSES)
    return answer or steps.order_by("due_on").first()


def tracking_of(expediente: Expediente, party: Person | None, *, on: date) -> Tracking:
    """Return all that the party may know of its file on that day."""
    status = _status(expediente, expediente.label)
    filings = tuple(
        Filing.objects.filter(expediente=expediente, party=party)
        .select_related("cargo", "procedure__norm", "cures")
        .prefetch_related("observations")
        .order_by("presented_at")
    )
    first = next((filing for filing in filings if filing.is_first), None)
    observation, cure_by = _awaited(filings)
    notices = _notices(expediente, party)
    answers = tuple(notice.document for notice in notices if may_be_read(notice))
    events = _events(expediente, party, filings, on)
    clock = _running_clock(expediente)
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


def may_be_read(notice: Notice) -> bool:
    """Return whether the document of a notice may be read: what was put into the casilla, only once it counts."""
    return bool(notice.means != NoticeMeans.CASILLA or notice.notified_on)


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
    """Return who has the file, as a sentence."""
    if status.state in TITLES:
        return str(TITLES[status.state])
    tasks = _open_tasks(expediente)
    if expediente.closed_at is not None or not tasks:
        return _("Su trámite terminó")
    signers = [task.post.title for task in tasks if task.kind == StepKind.SIGN and task.post is not None]
    if signers:
        return beginning(_("%(post)s firma la respuesta") % {"post": signers[0]})
    holders = sorted({_holder(task.unit, task.post, on) for task in tasks})
    if len(holders) == 1:
        return beginning(_("%(unit)s tiene su trámite") % {"unit": holders[0]})
    last = holders.pop()
    return beginning(_("%(units)s y %(last)s tienen su trámite") % {"units": ", ".join(holders), "last": last})


def _open_tasks(expediente: Expediente) -> list[Task]:
    return list(
        Task.objects.filter(process__expediente=expediente, status__in=OPEN_STATUSES)
        .exclude(kind="")
        .select_related("unit", "post__unit")
        .order_by("pk")
    )


def _holder(unit: Unit | None, post: Post | None, on: date) -> str:
    """Return the office's name with its article, as it was called on that day."""
    holder = unit or (post.unit if post else None)
    return with_article(organization.unit_name(holder, on).name) if holder else _("la entidad")


# What happened, oldest first


def _events(expediente: Expediente, party: Person | None, filings: Iterable[Filing], on: date) -> list[Event]:
    past = [event for filing in filings for event in _filing_events(filing, on)]
    past += [_movement_event(movement) for movement in _movements(expediente)]
    past += [_notice_event(notice) for notice in _notices(expediente, party)]
    past.sort(key=lambda event: event.at or datetime.max.replace(tzinfo=timezone.get_current_timezone()))
    if expediente.closed_at is not None:
        return [*past, Event(Column.UNIT, Look.PAST, _("Se archivó el expediente"), expediente.closed_at)]
    return [*past, *_now_events(expediente, on)]


def _filing_events(filing: Filing, on: date) -> Iterable[Event]:
    """Yield that the citizen presented something, and that it was received."""
    papers = tuple(item.document for item in filing.items.select_related("document").order_by("order"))
    title = _("Usted agregó: %(what)s") % {"what": filing.subject}
    if filing.is_first:
        title = _("Usted presentó su solicitud")
    elif filing.cures is not None:
        was_in_time = filing.cures.cured_at is not None and filing.presented_at <= filing.cures.cured_at
        title = _("Usted lo entregó a tiempo") if was_in_time else _("Usted lo entregó fuera de plazo")
    yield Event(Column.YOU, Look.PAST, title, filing.presented_at, documents=papers)
    where = _("en línea") if filing.channel == Channel.WEB else _("en ventanilla")
    note = _("Recibido %(where)s con el registro %(label)s.") % {"where": where, "label": filing.label}
    if filing.voided_at is not None:
        note = _("El registro %(label)s fue anulado: %(reason)s") % {
            "label": filing.label,
            "reason": filing.void_reason,
        }
    cargo = (filing.cargo,) if filing.cargo else ()
    yield Event(Column.UNIT, Look.PAST, _("La entidad lo recibió"), filing.presented_at, note, cargo)
    for observation in filing.observations.all():
        yield from _observation_events(observation)


def _observation_events(observation: FilingObservation) -> Iterable[Event]:
    """Yield that something was asked for and, where it was not handed in, what that means."""
    note = _("Faltaba: %(what)s. Mientras usted lo prepara, el plazo no corre.") % {"what": str(observation)}
    yield Event(Column.YOU, Look.RETURNED, _("Le pidieron lo que falta"), observation.observed_at, note)
    if observation.lapsed_at is not None:
        said = _("No se entregó lo que faltaba: la solicitud consta como no presentada. Recoja sus documentos.")
        if observation.refund_soles:
            said += " " + _("Le deben devolver el derecho que pagó: S/ %(sum)s.") % {"sum": observation.refund_soles}
        yield Event(Column.UNIT, Look.PAST, _("Venció el plazo para entregar"), observation.lapsed_at, said)


def _movements(expediente: Expediente) -> list[Movement]:
    """Return the changes of holder that a citizen cares for: originals that were not taken back, after reception."""
    return list(
        Movement.objects.filter(
            expediente=expediente,
            kind=MovementKind.ORIGINAL,
            taken_back_at__isnull=True,
            from_task__isnull=False,
        ).select_related("to_unit", "to_post__unit", "task__unit", "task__post__unit")
    )


def _movement_event(movement: Movement) -> Event:
    on = timezone.localdate(movement.sent_at)
    holder = _holder(movement.to_unit, movement.to_post, on)
    if movement.task is not None and movement.task.status in OPEN_STATUSES:
        return _now_event(movement.task, on, since=movement.sent_at)
    is_to_sign = movement.task is not None and movement.task.kind == StepKind.SIGN
    if is_to_sign and movement.to_post is not None:
        return Event(
            Column.SIGNER,
            Look.PAST,
            _("Pasó a la firma: %(post)s") % {"post": movement.to_post.title},
            movement.sent_at,
        )
    if movement.is_return:
        return Event(
            Column.UNIT, Look.RETURNED, contracted(_("Volvió a %(unit)s") % {"unit": holder}), movement.sent_at
        )
    return Event(Column.UNIT, Look.PAST, contracted(_("Pasó %(to_unit)s") % {"to_unit": to(holder)}), movement.sent_at)


def contracted(words: str) -> str:
    """Return ``Pasó al Comité`` for ``Pasó a el Comité``."""
    return words.replace(" a el ", " al ", 1)


def _notices(expediente: Expediente, party: Person | None) -> list[Notice]:
    return list(
        Notice.objects.filter(
            document__expediente=expediente, person=party, document__state=DocumentState.EMITTED
        ).select_related("document__kind", "document__emitted_version")
    )


def _notice_event(notice: Notice) -> Event:
    """Return that the answer was sent, or that it waits at the counter where there is no mail."""
    document = notice.document
    words = {"what": f"{document.kind} {document.label}".strip()}
    if not may_be_read(notice):
        return Event(Column.YOU, Look.PAST, _("Le notifican en su casilla: %(what)s") % words, notice.queued_at)
    if notice.state == NoticeState.FAILED:
        note = _("No pudimos enviarla por correo: puede leerla aquí o recogerla en ventanilla.")
        return Event(
            Column.YOU, Look.PAST, _("Tiene una respuesta: %(what)s") % words, notice.queued_at, note, (document,)
        )
    return Event(
        Column.YOU, Look.PAST, _("Le enviamos %(what)s") % words, notice.sent_at or notice.queued_at, "", (document,)
    )


def _now_events(expediente: Expediente, on: date) -> Iterable[Event]:
    """Yield who has it now without having got it from anybody: the first holders."""
    came_from_someone = {movement.task_id for movement in _movements(expediente)}
    for task in _open_tasks(expediente):
        if task.pk not in came_from_someone:
            yield _now_event(task, on, since=task.created)


def _now_event(task: Task, on: date, *, since: datetime) -> Event:
    """Return that somebody has it since a moment."""
    column = Column.SIGNER if task.kind == StepKind.SIGN else Column.UNIT
    holder = task.post.title if column == Column.SIGNER and task.post else _holder(task.unit, task.post, on)
    return Event(column, Look.NOW, beginning(_("%(holder)s lo tiene") % {"holder": holder}), since)
