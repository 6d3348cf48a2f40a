"""A defective notice made anew without harm to the person, and one that they say in writing that they know (NT-05)."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from law.rules.dates import day_long
from organization import selectors as organization
from organization.models import Person
from workflows.enums import AttemptResult, ClockPurpose, ClockState, NoticeState
from workflows.errors import NoticeRefused
from workflows.models import Filing, Notice
from workflows.selectors.means import papers_of
from workflows.services import clocks, notices
from workflows.services.notified import check_open, held_notice, settle, tell

LONGEST_REASON = 200
RUNNING = (ClockPurpose.NOTIFY, ClockPurpose.ACKNOWLEDGE, ClockPurpose.RECOURSE)


def redo(*, notice: Notice, reason: str, by: Person, at: datetime) -> Notice:
    """Notify again what was notified with a defect: the day that it counted from no longer does.

    The chain keeps what was done. The days to notify run from today, those of the recourse from the new notification:
    what ran before does not run against the person. It begins by the means that they asked for.

    :raises NoticeRefused: no defect is named, or it does not count yet.
    """
    why = " ".join(reason.split())[:LONGEST_REASON]
    if not why:
        raise NoticeRefused(_("Escriba qué defecto tuvo la notificación."))
    with held_notice(notice) as held:
        if held.notified_on is None:
            raise NoticeRefused(_("Todavía no consta como notificada: siga con el medio de ahora."))
        was = held.notified_on
        note = _("%(why)s Constaba desde el %(day)s.") % {"why": _ended(why), "day": day_long(was)}
        notices.keep_attempt(held, AttemptResult.REDONE, at=at, note=note, by=by)
        for clock in held.clocks.filter(purpose__in=RUNNING, stopped_at__isnull=True):
            clocks.end(clock=clock, state=ClockState.CANCELLED, by=by, at=at)
        _begin_anew(held, at)
        tell("notice.redone", held, {"was": was.isoformat()}, by, at)
        tell("notice.queued", held, {"by_mail": bool(held.email)}, by, at)
    return held


def _begin_anew(held: Notice, at: datetime) -> None:
    """Leave the notice as if it were queued now, with a Message-ID of its own; its days to notify begin."""
    times = 1 + held.attempts.filter(result=AttemptResult.REDONE).count()
    host = organization.entity().host
    held.message_id = f"<notice-{held.document_id}-{held.person_id}-{times}@{host}>"
    held.email = held.person.email
    held.state = NoticeState.QUEUED if held.email else NoticeState.FAILED
    held.queued_at, held.sent_at, held.alerted_at = at, None, None
    held.notified_on, held.notified_how = None, ""
    held.means = notices.means_of(held)
    held.save()
    clocks.start_for_notice(
        notice=held,
        term=notices.NOTIFY,
        purpose=ClockPurpose.NOTIFY,
        event_on=timezone.localdate(at),
        by=None,
        at=at,
    )


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def note_known(*, notice: Notice, paper: Filing, by: Person, at: datetime) -> Notice:
    """Note that the person says in a paper of theirs that they received it, or acts on it: it counts from that day.

    :raises NoticeRefused: it counts already, or the paper is not theirs, or older than the document.
    """
    with held_notice(notice) as held:
        check_open(held)
        if not papers_of(held).filter(pk=paper.pk).exists():
            raise NoticeRefused(
                _("Elija un escrito de la misma persona, presentado en este expediente después de emitido el acto.")
            )
        notices.keep_attempt(held, AttemptResult.KNOWN, at=at, note=paper.label, evidence=paper.cargo, by=by)
        settle(held, timezone.localdate(paper.presented_at), AttemptResult.KNOWN, by, at)
    return held
