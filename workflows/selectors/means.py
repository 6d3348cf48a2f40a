"""In which order a person is notified, and what opens the next means: the address, certified mail, publication (NT-02).

One means never stands in for another: each comes when the one before could not be used, and the chain holds why.
"""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from law import selectors as law
from organization import selectors as organization
from workflows.enums import AttemptResult, NoticeGround, NoticeMeans
from workflows.models import Filing, Notice

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


def tried(notice: Notice) -> Tried:
    """Return what was tried since the notice was last begun."""
    days: set[date] = set()
    was_returned = False
    for attempt in notice.attempts.select_related("minute"):
        if attempt.result == AttemptResult.REDONE:
            days, was_returned = set(), False
        elif attempt.result == AttemptResult.VISITED:
            minute = getattr(attempt, "minute", None)
            days.add(minute.day if minute else attempt.at.date())
        was_returned = was_returned or attempt.result == AttemptResult.RETURNED
    return Tried(NoticeMeans(notice.means), frozenset(days), asked_certified(notice), was_returned)


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
