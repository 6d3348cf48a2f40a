"""What happened to a file, in the citizen's words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from docs_store.models import Document, Expediente
from portal.rules.articles import beginning, to
from portal.rules.relay_rows import Column, Look
from portal.selectors.holders import holder_name, open_tasks
from portal.selectors.notices import may_be_read
from workflows.enums import Channel, MovementKind, NoticeState, StepKind
from workflows.models import OPEN_STATUSES, Filing, FilingObservation, Movement, Notice, Task


@dataclass(frozen=True)
class Event:
    """One thing that happened, in the citizen's words. ``documents`` are those that the party may open."""

    column: Column
    look: Look
    title: str
    at: datetime | None = None
    note: str = ""
    documents: tuple[Document, ...] = ()


def events_of(expediente: Expediente, filings: Iterable[Filing], notices: Iterable[Notice], on: date) -> list[Event]:
    """Return what happened to the file as far as these filings and notices tell, the oldest first, and who has it."""
    past = [event for filing in filings for event in _filing_events(filing, on)]
    past += [_movement_event(movement) for movement in _movements(expediente)]
    past += [_notice_event(notice) for notice in notices]
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
    holder = holder_name(movement.to_unit, movement.to_post, on)
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
            Column.UNIT, Look.RETURNED, _contracted(_("Volvió a %(unit)s") % {"unit": holder}), movement.sent_at
        )
    return Event(Column.UNIT, Look.PAST, _contracted(_("Pasó %(to_unit)s") % {"to_unit": to(holder)}), movement.sent_at)


def _contracted(words: str) -> str:
    """Return ``Pasó al Comité`` for ``Pasó a el Comité``."""
    return words.replace(" a el ", " al ", 1)


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
    for task in open_tasks(expediente):
        if task.pk not in came_from_someone:
            yield _now_event(task, on, since=task.created)


def _now_event(task: Task, on: date, *, since: datetime) -> Event:
    """Return that somebody has it since a moment."""
    column = Column.SIGNER if task.kind == StepKind.SIGN else Column.UNIT
    holder = task.post.title if column == Column.SIGNER and task.post else holder_name(task.unit, task.post, on)
    return Event(column, Look.NOW, beginning(_("%(holder)s lo tiene") % {"holder": holder}), since)
