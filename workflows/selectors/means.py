"""In which order a person is notified, and what opens the next means: the address, certified mail, publication (NT-02).

One means never stands in for another: each comes when the one before could not be used, and the chain holds why.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from law import selectors as law
from organization import selectors as organization
from workflows.enums import AttemptResult, NoticeGround, NoticeMeans
from workflows.models import Filing, Notice, NoticeAttempt, VisitMinute

ORDER = (NoticeMeans.PERSONAL, NoticeMeans.CERTIFIED, NoticeMeans.PUBLICATION)
VISITS_NEEDED = {NoticeGround.UNKNOWN: 0, NoticeGround.NOT_FOUND: 1, NoticeGround.NOBODY: 2}
RULE = "notice-order"


@dataclass(frozen=True)
class Tried:
    """What the chain of a notice shows of the means so far.

    ``visit_days`` are those on which nobody was found; ``asked_certified`` that the person asked for certified mail.
    """

    means: NoticeMeans
    visit_days: frozenset[date] = frozenset()
    asked_certified: bool = False
    was_returned: bool = False


def since_begun(notice: Notice) -> QuerySet[NoticeAttempt]:
    """Return the links of the chain since the notice was last begun: what was done before a defect proves nothing."""
    redone = notice.attempts.filter(result=AttemptResult.REDONE).order_by("-pk").values_list("pk", flat=True).first()
    return notice.attempts.filter(pk__gt=redone or 0).select_related("minute")


def announced_visit(notice: Notice) -> date | None:
    """Return the day that the last notice on the door gives for the second visit."""
    announced = since_begun(notice).filter(minute__returns_on__isnull=False).order_by("-pk")
    last: date | None = announced.values_list("minute__returns_on", flat=True).first()
    return last


def tried(notice: Notice) -> Tried:
    """Return what was tried since the notice was last begun."""
    found = list(since_begun(notice))
    visits = frozenset(_visited_on(each) for each in found if each.result == AttemptResult.VISITED)
    was_returned = any(each.result == AttemptResult.RETURNED for each in found)
    return Tried(NoticeMeans(notice.means), visits, asked_certified(notice), was_returned)


def _visited_on(visit: NoticeAttempt) -> date:
    """Return the day of a visit; one that was noted without a minute, by older code, has that of its note."""
    minute: VisitMinute | None = getattr(visit, "minute", None)
    return minute.day if minute else timezone.localdate(visit.at)


def asked_certified(notice: Notice) -> bool:
    """Return whether the person asked for certified mail in what they presented."""
    own = Filing.objects.filter(expediente=notice.document.expediente_id, party=notice.person_id)
    return own.filter(voided_at__isnull=True, notify_by=NoticeMeans.CERTIFIED).exists()


def refusal(to: NoticeMeans, ground: NoticeGround | None, found: Tried) -> str:
    """Return why a notice may not go on by that means, and what comes first; or nothing where it may."""
    if to == found.means:
        return _("Ya se notifica por ese medio.")
    if to == NoticeMeans.PERSONAL:
        return ""
    if to not in ORDER:
        return _("El correo y la casilla los elige la persona en lo que presenta: no se pasa a ellos desde aquí.")
    return _not_before(found, to, ground)


def _not_before(found: Tried, to: NoticeMeans, ground: NoticeGround | None) -> str:
    """Return what comes before certified mail or publication, from where the notice stands."""
    if found.means == NoticeMeans.PERSONAL:
        return _not_before_the_address(to, ground, found)
    if found.means == NoticeMeans.PUBLICATION:
        return _("Ya se pasó a la publicación. Si ahora conoce el domicilio, notifique allí.")
    if found.means == NoticeMeans.CERTIFIED:
        return "" if found.was_returned else _("Primero anote que el correo certificado la devolvió, y por qué.")
    return _("Primero se notifica en el domicilio: pase a ese medio y registre la visita.")


def _not_before_the_address(to: NoticeMeans, ground: NoticeGround | None, found: Tried) -> str:
    if ground is None:
        return _("Primero se notifica en el domicilio. Registre la visita, o elija por qué no se puede.")
    if len(found.visit_days) < VISITS_NEEDED[ground]:
        if VISITS_NEEDED[ground] == 1:
            return _("Primero registre la visita en la que no se ubicó la dirección.")
        return _("Primero registre dos visitas en días distintos, cada una con su acta.")
    if to == NoticeMeans.CERTIFIED and not found.asked_certified:
        return _("El correo certificado vale solo si la persona lo pidió en un escrito, y no consta. Pase a publicar.")
    if to == NoticeMeans.PUBLICATION and found.asked_certified:
        return _("La persona pidió correo certificado: envíela así antes de publicarla.")
    return ""


@dataclass(frozen=True)
class NextMeans:
    """The means that may follow the one of now, and its place in the order."""

    means: NoticeMeans
    needs_ground: bool


def next_means(notice: Notice) -> NextMeans | None:
    """Return which means follows, once its evidence is there; after publication there is none."""
    found = tried(notice)
    if found.means not in ORDER:
        return NextMeans(NoticeMeans.PERSONAL, needs_ground=False)
    if found.means == NoticeMeans.PERSONAL:
        to = NoticeMeans.CERTIFIED if found.asked_certified else NoticeMeans.PUBLICATION
        return NextMeans(to, needs_ground=True)
    if found.means == NoticeMeans.CERTIFIED:
        return NextMeans(NoticeMeans.PUBLICATION, needs_ground=False)
    return None


def order_norm(on: date) -> str:
    """Return the norm that gives the order, as it may be shown on that day; nothing where none is loaded."""
    return norm_of(RULE, on)


def norm_of(rule: str, on: date) -> str:
    """Return the norm of a rule of notices, as it may be shown on that day."""
    return law.book_of(organization.entity().place).sources_on(on).get(rule, "")


def papers_of(notice: Notice) -> QuerySet[Filing]:
    """Return what the person presented in the file since the document was emitted: in it they may say that they know.

    Theirs is what bears their identity document in the same file; nobody else's paper heals a notice.
    """
    person, emitted_at = notice.person, notice.document.emitted_at or notice.queued_at
    return Filing.objects.filter(
        expediente=notice.document.expediente_id,
        party__id_kind=person.id_kind,
        party__id_number=person.id_number,
        voided_at__isnull=True,
        presented_at__gte=emitted_at,
    ).order_by("presented_at")
