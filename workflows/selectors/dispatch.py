"""Acts on their way to people: what must be notified, by when, by which means, and what happens next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from law import selectors as law
from law.errors import LawError
from law.rules.procedure import CasillaNotice, Recourse, casilla_notice
from workflows.enums import AttemptResult, ClockPurpose, ClockState, NoticeMeans
from workflows.models import Clock, Filing, Notice, NoticeAttempt
from workflows.selectors.means import NextMeans, announced_visit, next_means, papers_of

PAGE = 50
PLACES = {
    NoticeMeans.PERSONAL: gettext_lazy("1.º, personal"),
    NoticeMeans.CERTIFIED: gettext_lazy("2.º, lo pidió"),
    NoticeMeans.PUBLICATION: gettext_lazy("último, con motivo"),
    NoticeMeans.MAIL: gettext_lazy("lo pidió en su escrito"),
    NoticeMeans.CASILLA: gettext_lazy("aceptó casilla"),
}
VERBS = {
    NoticeMeans.PERSONAL: gettext_lazy("Registrar visita"),
    NoticeMeans.CERTIFIED: gettext_lazy("Anotar el envío"),
    NoticeMeans.PUBLICATION: gettext_lazy("Pedir publicación"),
}


class Shelf(StrEnum):
    """The lists of the page, as their addresses call them."""

    OPEN = "abiertas"
    TROUBLED = "con-problemas"
    NOTIFIED = "notificadas"


@dataclass(frozen=True)
class DispatchRow:
    """A notice with the day by which it must be notified, and the last link of its chain."""

    notice: Notice
    due_on: date | None
    last: NoticeAttempt | None
    is_uncounted: bool = False

    @property
    def verb(self) -> str:
        """Return what is expected, in words; nothing of what is notified."""
        if self.notice.notified_on is not None:
            return ""
        if self.notice.is_defective:
            return _("Reenviar aviso")
        return str(VERBS.get(NoticeMeans(self.notice.means), _("Esperar")))

    @property
    def place(self) -> str:
        """Return which place its means has in the order of the law, or why it comes before."""
        return str(PLACES[NoticeMeans(self.notice.means)])


def shelf_of(shelf: Shelf) -> list[DispatchRow]:
    """Return the rows of a list: the open ones by their due day. The number of queries does not depend on them."""
    running = Clock.objects.filter(notice=OuterRef("pk"), purpose=ClockPurpose.NOTIFY)
    newest = running.order_by("-pk")
    rows = _of(shelf).annotate(
        due_on=Subquery(newest.values("due_on")[:1]), clock_state=Subquery(newest.values("state")[:1])
    )
    order = ("-notified_on", "-pk") if shelf == Shelf.NOTIFIED else (F("due_on").asc(nulls_last=True), "pk")
    found = list(rows.select_related("document__kind", "document__expediente", "person").order_by(*order)[:PAGE])
    last: dict[int, NoticeAttempt] = {}
    for attempt in NoticeAttempt.objects.filter(notice__in=found):
        last[attempt.notice_id] = attempt
    return [
        DispatchRow(notice, notice.due_on, last.get(notice.pk), notice.clock_state == ClockState.UNCOUNTED)
        for notice in found
    ]


def counts() -> dict[str, int]:
    """Return how many notices each list holds."""
    return {shelf: _of(shelf).count() for shelf in Shelf}


def _of(shelf: Shelf) -> QuerySet[Notice]:
    if shelf == Shelf.NOTIFIED:
        return Notice.objects.filter(notified_on__isnull=False)
    waiting = Notice.objects.filter(notified_on__isnull=True)
    return waiting.filter(_troubled()) if shelf == Shelf.TROUBLED else waiting


def _troubled() -> Q:
    """A deposit that nobody was told of, or a mail that nobody answered."""
    unanswered = NoticeAttempt.objects.filter(notice=OuterRef("pk"), result=AttemptResult.NO_REPLY)
    return Q(means=NoticeMeans.CASILLA, alerted_at__isnull=True) | Q(Exists(unanswered))


@dataclass(frozen=True)
class Chain:
    """All that was done with a notice, its running terms, and both futures of one that waits to be opened."""

    notice: Notice
    attempts: Sequence[NoticeAttempt]
    notify: Clock | None
    acknowledge: Clock | None
    recourse: Clock | None
    deemed_on: date | None
    second_visit_on: date | None
    next_means: NextMeans | None
    has_papers: bool

    @property
    def firm_from(self) -> date | None:
        """Return the day from which the act is firm if nobody impugns it; nothing before its term is counted."""
        return Recourse(self.recourse.due_on).firm_from if self.recourse and self.recourse.due_on else None


def chain_of(notice: Notice) -> Chain:
    """Return the chain of a notice."""
    clocks = {clock.purpose: clock for clock in notice.clocks.order_by("pk")}
    waits = clocks.get(ClockPurpose.ACKNOWLEDGE)
    is_open = notice.notified_on is None and waits is not None and waits.stopped_at is None
    return Chain(
        notice=notice,
        attempts=list(notice.attempts.select_related("by", "minute", "evidence")),
        notify=clocks.get(ClockPurpose.NOTIFY),
        acknowledge=waits if is_open else None,
        recourse=clocks.get(ClockPurpose.RECOURSE),
        deemed_on=_deemed_on(waits) if is_open and waits and notice.means == NoticeMeans.CASILLA else None,
        second_visit_on=announced_visit(notice),
        next_means=next_means(notice) if notice.notified_on is None else None,
        has_papers=notice.notified_on is None and papers_of(notice).exists(),
    )


def _deemed_on(clock: Clock) -> date | None:
    found = deposit_of(clock)
    return found.notified_on if found else None


def deposit_of(clock: Clock, *, opened_on: date | None = None) -> CasillaNotice | None:
    """Return when a deposit is notified, by the clock of its days to be opened; nothing where no calendar tells."""
    if clock.due_on is None:
        return None
    try:
        return casilla_notice(clock.due_on, opened_on, law.calendar_of(clock.place))
    except LawError:
        return None


def late_recourse(filing: Filing, on: date) -> Clock | None:
    """Return the newest term to impugn an act that the party of a filing was notified of in its file, if it is over.

    A recourse that comes then is received all the same (PL-12, IN-03).
    """
    terms = Clock.objects.select_related("notice__document__kind").filter(
        purpose=ClockPurpose.RECOURSE,
        notice__person=filing.party_id,
        notice__document__expediente=filing.expediente_id,
        due_on__isnull=False,
    )
    newest = terms.exclude(state=ClockState.CANCELLED).order_by("due_on", "pk").last()
    return newest if newest is not None and Recourse(newest.due_day).is_late(on) else None


def offered(chain: Chain) -> list[str]:
    """Return what may be noted of a notice now: the names of the acts, the most likely first."""
    notice = chain.notice
    if notice.notified_on is not None:
        return ["evidence", "redo"]
    door = ["visit", "deliver", *(["leave"] if chain.second_visit_on else []), "refuse"]
    door += ["reply"] if lapsed_unanswered(chain.attempts) else []
    acts = {
        NoticeMeans.PERSONAL: door,
        NoticeMeans.MAIL: (["reply"] if notice.sent_at else []) + ["deliver"],
        NoticeMeans.CASILLA: (["alert"] if notice.is_defective else []) + ["deliver"],
        NoticeMeans.CERTIFIED: ["receive", "give_back"] if _was_posted(chain) else ["post"],
        NoticeMeans.PUBLICATION: ["publish"],
    }
    papers = ["known"] if chain.has_papers else []
    by_hand = ["address"] if notice.means in {NoticeMeans.PERSONAL, NoticeMeans.CERTIFIED} else []
    return [*acts[NoticeMeans(notice.means)], "evidence", *papers, *by_hand, "change"]


def lapsed_unanswered(attempts: Sequence[NoticeAttempt]) -> bool:
    """Return whether a mail's days to answer ran out: a reply that came in time may still be noted."""
    return _last_of(attempts, AttemptResult.NO_REPLY, AttemptResult.REDONE) == AttemptResult.NO_REPLY


def _was_posted(chain: Chain) -> bool:
    """Return whether it lies with the certified mail: it left, and did not come back since."""
    ends = (AttemptResult.POSTED, AttemptResult.RETURNED, AttemptResult.REDONE)
    return _last_of(chain.attempts, *ends) == AttemptResult.POSTED


def _last_of(attempts: Sequence[NoticeAttempt], *results: AttemptResult) -> str | None:
    """Return which of the results came last; the attempts are in their order."""
    return next((each.result for each in reversed(attempts) if each.result in results), None)


def ways(chain: Chain) -> list[NoticeMeans]:
    """Return the means to which it may go from the one of now, the next one of the order first."""
    after = chain.next_means.means if chain.next_means else None
    found = [after] if after else []
    return found + [each for each in (NoticeMeans.PERSONAL,) if each not in {after, chain.notice.means}]
