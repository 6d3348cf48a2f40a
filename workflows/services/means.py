"""From one means of notification to the next, each with the evidence that opens it (NT-02)."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from organization.models import Person
from workflows.enums import AttemptResult, NoticeGround, NoticeMeans
from workflows.errors import NoticeRefused
from workflows.models import Notice
from workflows.selectors.means import refusal, since_begun, tried
from workflows.services import notices
from workflows.services.notified import check_day, check_open, held_notice, settle, tell

LONGEST_NOTE = 300


def change(
    *, notice: Notice, to: NoticeMeans, ground: NoticeGround | None = None, note: str = "", by: Person, at: datetime
) -> Notice:
    """Go on by another means, in the order of the law, with what shows that the one before could not be used.

    :param ground: why the person cannot be notified at their address; needed to leave that means.
    :param note: where the address was looked for, or what was met: the evidence in words.
    :raises NoticeRefused: another means comes first, its evidence is missing, or it was notified before. The sentence
        says what to do first.
    """
    with held_notice(notice) as held:
        check_open(held)
        why = refusal(to, ground, tried(held))
        if why:
            raise NoticeRefused(why)
        if not note.strip():
            raise NoticeRefused(_("Escriba qué se hizo y qué se encontró: es la prueba de que se pasa a otro medio."))
        facts: dict[str, object] = {"from": held.means, "to": str(to), "ground": str(ground or "")}
        held.means = to
        held.save(update_fields=["means"])
        notices.keep_attempt(
            held, AttemptResult.NEXT_MEANS, at=at, note=note.strip()[:LONGEST_NOTE], ground=ground, by=by
        )
        tell("notice.means_changed", held, facts, by, at)
    return held


def post(*, notice: Notice, code: str, by: Person, at: datetime) -> Notice:
    """Note that it left by certified mail, with the number of the envelope.

    :raises NoticeRefused: it is not that means' turn, no number is given, or it was notified before.
    """
    with held_notice(notice) as held:
        _check_means(held, NoticeMeans.CERTIFIED)
        notices.keep_attempt(
            held, AttemptResult.POSTED, at=at, note=_said(code, _("Escriba el número del envío.")), by=by
        )
        tell("notice.posted", held, {}, by, at)
    return held


def receive(*, notice: Notice, day: date, received_by: str, by: Person, at: datetime) -> Notice:
    """Note that the certified mail was received on that day, as its return receipt says.

    :raises NoticeRefused: it was not posted, nobody is named, it was notified before, or the day cannot be.
    """
    with held_notice(notice) as held:
        posted = _posted(held)
        said = _said(received_by, _("Escriba quién la recibió, como consta en el acuse del correo."))
        check_day(held, day, timezone.localdate(posted), at)
        notices.keep_attempt(held, AttemptResult.RECEIVED, at=at, note=said, by=by)
        settle(held, day, AttemptResult.RECEIVED, by, at)
    return held


def give_back(*, notice: Notice, reason: str, by: Person, at: datetime) -> Notice:
    """Note that the certified mail came back, and why: publication is open from then on.

    :raises NoticeRefused: it was not posted, no reason is given, or it was notified before.
    """
    with held_notice(notice) as held:
        _posted(held)
        said = _said(reason, _("Escriba por qué la devolvió el correo."))
        notices.keep_attempt(held, AttemptResult.RETURNED, at=at, note=said, by=by)
        tell("notice.returned", held, {}, by, at)
    return held


def publish(*, notice: Notice, day: date, where: str, by: Person, at: datetime) -> Notice:
    """Note where it was published and on which day, the last one of several: it counts from then.

    :raises NoticeRefused: it is not that means' turn, the place is not named, it was notified before, or the day
        cannot be.
    """
    with held_notice(notice) as held:
        _check_means(held, NoticeMeans.PUBLICATION)
        said = _said(where, _("Escriba en qué diario se publicó, y la página."))
        check_day(held, day, timezone.localdate(held.queued_at), at)
        notices.keep_attempt(held, AttemptResult.PUBLISHED, at=at, note=said, by=by)
        settle(held, day, AttemptResult.PUBLISHED, by, at)
    return held


def _check_means(notice: Notice, means: NoticeMeans) -> None:
    """Refuse what is not the turn of: the sentence says what comes first."""
    check_open(notice)
    if notice.means == means:
        return
    why = refusal(means, None, tried(notice))
    raise NoticeRefused(why or _("Pase antes a ese medio, con lo que muestra que el anterior no se pudo usar."))


def _posted(notice: Notice) -> datetime:
    _check_means(notice, NoticeMeans.CERTIFIED)
    posted = since_begun(notice).filter(result=AttemptResult.POSTED).last()
    if posted is None:
        raise NoticeRefused(_("Antes anote que salió por correo certificado, con el número del envío."))
    return posted.at


def _said(text: str, missing: str) -> str:
    if not text.strip():
        raise NoticeRefused(missing)
    return text.strip()[:LONGEST_NOTE]
