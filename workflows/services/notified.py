"""From which day a notice counts: opened, handed over, or deemed known; and what starts and ends on that day."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from law.rules.dates import day_long
from law.rules.procedure import mail_notice
from ledger import services as ledger
from organization.models import Person
from workflows.enums import AttemptResult, ClockPurpose, ClockState, FilingState, NoticeMeans, NoticeState
from workflows.errors import NoticeRefused
from workflows.models import Clock, Filing, Notice, VisitMinute
from workflows.selectors.dispatch import deposit_of, lapsed_unanswered
from workflows.selectors.distances import distance_of
from workflows.selectors.means import announced_visit
from workflows.services import clocks, notices

RECOURSE = "recurso"
SYSTEM = "system:clock"
WAITING = frozenset({FilingState.PRESENTED, FilingState.IN_PROGRESS, FilingState.CURED})


def acknowledge(*, notice: Notice, at: datetime) -> Notice:
    """Note that the person opened it: notified that day, whatever the means. A second time changes nothing.

    A deposit that is opened after its days counts as one that was not: from the business day after them (NT-04).
    """
    with held_notice(notice) as held:
        if held.notified_on is None:
            notices.keep_attempt(held, AttemptResult.ACKNOWLEDGED, at=at)
            day = timezone.localdate(at)
            clock = _clock(held, ClockPurpose.ACKNOWLEDGE) if held.means == NoticeMeans.CASILLA else None
            found = deposit_of(clock, opened_on=day) if clock is not None else None
            if found is not None and found.is_deemed and found.notified_on is not None:
                notices.keep_attempt(held, AttemptResult.DEEMED, at=at)
                settle(held, found.notified_on, AttemptResult.DEEMED, None, at)
            else:
                settle(held, day, AttemptResult.ACKNOWLEDGED, None, at)
    return held


def note_reply(*, notice: Notice, day: date, by: Person, at: datetime) -> Notice:
    """Note that the person answered the mail on that day, also where its days ran out before the reply was noted.

    :raises NoticeRefused: it was not sent by mail, was notified before, the day cannot be, or the reply came too late
        to be worth anything (NT-03).
    """
    with held_notice(notice) as held:
        if held.sent_at is None or not (held.means == NoticeMeans.MAIL or lapsed_unanswered(list(held.attempts.all()))):
            raise NoticeRefused(_("Esta notificación no se envió por correo: no hay respuesta que anotar."))
        check_day(held, day, timezone.localdate(held.sent_at), at)
        _check_reply(held, day)
        held.means = NoticeMeans.MAIL
        held.save(update_fields=["means"])
        notices.keep_attempt(held, AttemptResult.ACKNOWLEDGED, at=at, note=_("Respondió el correo."), by=by)
        settle(held, day, AttemptResult.ACKNOWLEDGED, by, at)
    return held


def _check_reply(notice: Notice, day: date) -> None:
    clock = notice.clocks.filter(purpose=ClockPurpose.ACKNOWLEDGE).order_by("pk").last()
    if clock is None or clock.due_on is None or mail_notice(clock.due_on, day).notified_on is not None:
        return
    raise NoticeRefused(
        _("Respondió después del %(day)s, el último día: ese correo ya no vale. Notifíquela en su domicilio.")
        % {"day": day_long(clock.due_on)}
    )


@dataclass(frozen=True)
class Minute:
    """What the paper minute of a visit says beside its day; what it does not say stays blank."""

    hour: time | None = None
    identity: str = ""
    kinship: str = ""
    witness: str = ""
    place_marks: str = ""
    returns_on: date | None = None


NO_MORE = Minute()


def deliver(
    *, notice: Notice, day: date, received_by: str, minute: Minute = NO_MORE, by: Person, at: datetime
) -> Notice:
    """Note that it was handed over at the door on that day, and to whom.

    :raises NoticeRefused: nobody is named, it was notified before, or the day cannot be.
    """
    if not received_by.strip():
        raise NoticeRefused(_("Escriba quién la recibió, como consta en la cédula."))
    with held_notice(notice) as held:
        check_day(held, day, timezone.localdate(held.queued_at), at)
        _visited(held, AttemptResult.DELIVERED, day=day, note=received_by, minute=minute, by=by, at=at)
        settle(held, day, AttemptResult.DELIVERED, by, at)
    return held


def refuse(*, notice: Notice, day: date, note: str, minute: Minute = NO_MORE, by: Person, at: datetime) -> Notice:
    """Note that whoever was at the door refused to receive it or to sign: it counts from that day all the same.

    :raises NoticeRefused: the place is not described, it was notified before, or the day cannot be.
    """
    if not minute.place_marks.strip():
        raise NoticeRefused(
            _("Si se negó a recibirla o a firmar, describa el lugar: el color de la puerta, los pisos, el medidor.")
        )
    with held_notice(notice) as held:
        check_day(held, day, timezone.localdate(held.queued_at), at)
        _visited(held, AttemptResult.REFUSED, day=day, note=note, minute=minute, by=by, at=at)
        settle(held, day, AttemptResult.REFUSED, by, at)
    return held


def note_visit(
    *, notice: Notice, note: str, day: date | None = None, minute: Minute = NO_MORE, by: Person, at: datetime
) -> Notice:
    """Note a visit that found nobody, and the day that the notice on the door gives for the second one.

    :raises NoticeRefused: nothing is said of it, it was notified before, or a day cannot be.
    """
    if not note.strip():
        raise NoticeRefused(_("Escriba qué pasó en la visita y cuándo se vuelve."))
    visited_on = day or timezone.localdate(at)
    if minute.returns_on is not None and minute.returns_on <= visited_on:
        raise NoticeRefused(_("La segunda visita es después de la primera. Corrija el día del aviso."))
    with held_notice(notice) as held:
        check_open(held)
        check_day(held, visited_on, timezone.localdate(held.queued_at), at)
        _visited(held, AttemptResult.VISITED, day=visited_on, note=note, minute=minute, by=by, at=at)
    return held


def leave(*, notice: Notice, day: date, note: str, minute: Minute = NO_MORE, by: Person, at: datetime) -> Notice:
    """Note that on the announced second visit nobody was found either, and it was left under the door with its minute.

    :raises NoticeRefused: no visit announced that day, it was notified before, or the day cannot be.
    """
    with held_notice(notice) as held:
        check_day(held, day, timezone.localdate(held.queued_at), at)
        announced = announced_visit(held)
        if announced is None:
            raise NoticeRefused(
                _("Antes registre la primera visita, con el día de la segunda según el aviso que se dejó.")
            )
        if day < announced:
            raise NoticeRefused(
                _("El aviso dice que se vuelve el %(day)s. Bajo la puerta se deja desde ese día.")
                % {"day": day_long(announced)}
            )
        _visited(held, AttemptResult.LEFT, day=day, note=note, minute=minute, by=by, at=at)
        settle(held, day, AttemptResult.LEFT, by, at)
    return held


def _visited(
    notice: Notice, result: AttemptResult, *, day: date, note: str, minute: Minute, by: Person, at: datetime
) -> None:
    """Write a visit with its minute: whatever the means was, now it goes to the address."""
    notice.means = NoticeMeans.PERSONAL
    notice.save(update_fields=["means"])
    words = note.strip()
    attempt = notices.keep_attempt(notice, result, at=at, note=words[:300], by=by)
    VisitMinute.objects.create(
        attempt=attempt,
        day=day,
        hour=minute.hour,
        received_by=words[:200] if result == AttemptResult.DELIVERED else "",
        identity=minute.identity.strip()[:40],
        kinship=minute.kinship.strip()[:80],
        witness=minute.witness.strip()[:200],
        place_marks=minute.place_marks.strip()[:300],
        returns_on=minute.returns_on,
    )


def check_open(notice: Notice) -> None:
    """Refuse what is done with a notice that counts already."""
    if notice.notified_on is not None:
        raise NoticeRefused(_("Ya consta como notificada. Vuelva a la lista."))


def check_day(notice: Notice, day: date, first: date, at: datetime) -> None:
    """Refuse a day on which it cannot have been notified: before ``first``, to come, or of a notice that counts."""
    check_open(notice)
    if not first <= day <= timezone.localdate(at):
        raise NoticeRefused(_("El día debe estar entre el envío y hoy. Corríjalo."))


def lapse_due(at: datetime, *, limit: int = 500) -> int:
    """Settle the notices whose days to be opened or answered are over, and return how many. May be run again.

    A deposit with its alert is deemed known the business day after; a mail without reply is worth nothing, and the
    days to notify begin again, at the door.
    """
    due = Clock.objects.filter(
        purpose=ClockPurpose.ACKNOWLEDGE,
        stopped_at__isnull=True,
        state=ClockState.RUNNING,
        due_on__lt=timezone.localdate(at),
    )
    return sum(_lapse(pk, at) for pk in due.order_by("due_on").values_list("notice", flat=True)[:limit])


def _lapse(notice_id: int, at: datetime) -> bool:
    notice = Notice.objects.get(pk=notice_id)
    with held_notice(notice) as held:
        clock = _clock(held, ClockPurpose.ACKNOWLEDGE)
        if clock is None or held.notified_on is not None:
            return False
        if held.means == NoticeMeans.CASILLA:
            found = deposit_of(clock)
            if found is None or found.notified_on is None or found.notified_on > timezone.localdate(at):
                return False
            notices.keep_attempt(held, AttemptResult.DEEMED, at=at)
            settle(held, found.notified_on, AttemptResult.DEEMED, None, at)
        else:
            notices.keep_attempt(held, AttemptResult.NO_REPLY, at=at)
            _begin_again(held, clock, at)
    return True


def _begin_again(notice: Notice, reply: Clock, at: datetime) -> None:
    """Go on to the address: the days to notify run anew from the end of those to answer (NT-03)."""
    since = mail_notice(reply.due_day, None).runs_anew_after or reply.due_day
    for clock in (reply, _clock(notice, ClockPurpose.NOTIFY)):
        if clock is not None:
            clocks.end(clock=clock, state=ClockState.CANCELLED, by=None, at=at)
    notice.means = NoticeMeans.PERSONAL
    notice.save(update_fields=["means"])
    clocks.start_for_notice(
        notice=notice,
        term=notices.NOTIFY,
        purpose=ClockPurpose.NOTIFY,
        event_on=since,
        by=None,
        at=at,
    )
    tell("notice.begun_again", notice, {}, None, at)


def alert_again(*, notice: Notice, by: Person, at: datetime) -> Notice:
    """Queue the alert of a deposit that nobody was told of, now that there is an address.

    :raises NoticeRefused: it was alerted, or the person left no address.
    """
    with held_notice(notice) as held:
        check_open(held)
        email = held.person.email
        if not held.is_defective:
            raise NoticeRefused(_("El aviso ya salió: no hace falta otro."))
        if not email:
            raise NoticeRefused(_("La persona no dejó correo. Notifíquela en su domicilio."))
        held.state, held.email = NoticeState.QUEUED, email
        held.save(update_fields=["state", "email"])
        tell("notice.queued", held, {"by_mail": True}, by, at)
    return held


def settle(notice: Notice, on: date, how: AttemptResult, by: Person | None, at: datetime) -> None:
    """Write that a notice counts from that day: its terms end, the recourse begins, and the filing is answered."""
    notice.notified_on, notice.notified_how = on, how
    notice.save(update_fields=["notified_on", "notified_how"])
    for purpose in (ClockPurpose.NOTIFY, ClockPurpose.ACKNOWLEDGE):
        clock = _clock(notice, purpose)
        if clock is not None:
            clocks.end(clock=clock, by=by, at=at)
    if notice.document.kind.is_act:
        far = distance_of(notice.person, on)
        clocks.start_for_notice(
            notice=notice, term=RECOURSE, purpose=ClockPurpose.RECOURSE, event_on=on, distance=far, by=by, at=at
        )
    _answer(notice, by, at)
    tell("notice.notified", notice, {"on": on.isoformat(), "how": str(how)}, by, at)


def _answer(notice: Notice, by: Person | None, at: datetime) -> None:
    """Mark as answered what the person presented, and end the clock of its answer."""
    waiting = Filing.objects.filter(
        expediente=notice.document.expediente_id, party=notice.person_id, is_first=True, state__in=WAITING
    )
    for filing in waiting:
        filing.state = FilingState.ANSWERED
        filing.save(update_fields=["state"])
        for clock in filing.clocks.filter(purpose=ClockPurpose.ANSWER, stopped_at__isnull=True):
            clocks.end(clock=clock, by=by, at=at)


def _clock(notice: Notice, purpose: ClockPurpose) -> Clock | None:
    found: Clock | None = notice.clocks.filter(purpose=purpose, stopped_at__isnull=True).first()
    return found


@contextmanager
def held_notice(notice: Notice) -> Iterator[Notice]:
    """Hold the notice's row: of two changes at once, the second one sees the first."""
    with transaction.atomic():
        rows = Notice.objects.select_for_update(of=("self",)).select_related("document__kind", "person")
        yield rows.get(pk=notice.pk)


def tell(kind: str, notice: Notice, facts: dict[str, object], by: Person | None, at: datetime) -> None:
    """Record what was done with a notice; without a person, the clock did it."""
    told = {"notice": notice.pk, **facts}
    actor = by.actor if by else SYSTEM
    ledger.record(kind, subject=f"document:{notice.document_id}", facts=told, by=actor, at=at)
