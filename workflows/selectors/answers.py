"""When a filing must be answered, and what it means that nobody does: the words of its cargo and of its pages."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from docs_store.models import Document
from law import selectors as law
from law.enums import SilenceKind, TermUnit
from law.errors import LawError
from law.rules.business_days import ONE_DAY
from law.rules.deadlines import UNIT_NAMES
from law.rules.procedure import GivenTerm, SilenceOutcome, silence
from workflows.enums import ClockPurpose, ClockState, FilingState
from workflows.models import Clock, Desistimiento, Filing, FilingObservation, Notice, Standstill
from workflows.selectors.desistimientos import DESISTABLE, pending
from workflows.selectors.procedures import basis_of, window_of
from workflows.selectors.standstills import open_standstill

ENDED = frozenset({FilingState.WITHDRAWN, FilingState.ABANDONED})
"""The states of a filing that an act ended without deciding it: no answer is due any more."""
OBSERVABLE = frozenset({FilingState.PRESENTED, FilingState.IN_PROGRESS, FilingState.CURED, FilingState.APPROVED})
"""The states in which a filing may be observed."""


@dataclass(frozen=True)
class Answer:
    """The term of an answer. ``answer_by`` is nothing while the term is suspended, or where no clock runs.

    ``if_unanswered`` says in two words what silence means, ``why`` in sentences with their norm.
    """

    clock: Clock | None
    answer_by: date | None
    term_words: str
    outcome: SilenceOutcome | None
    if_unanswered: str
    why: str

    @property
    def is_suspended(self) -> bool:
        return self.clock is not None and self.clock.state == ClockState.SUSPENDED

    @property
    def why_uncounted(self) -> str:
        """Return why it has no day, where a calendar is missing."""
        return self.clock.why_uncounted if self.clock else ""


@dataclass(frozen=True)
class Standing:
    """The first filing of a file, the term of its answer, and what it may still be observed for.

    ``ended_by`` is the act that ended it undecided, ``unnotified`` how many people do not know of it yet.
    """

    filing: Filing
    answer: Answer
    observation: FilingObservation | None
    cure_by: date | None
    standstill: Standstill | None = None
    desistimiento: Desistimiento | None = None
    ended_by: Document | None = None
    unnotified: int = 0

    @property
    def abandoned_from(self) -> date | None:
        """Return from which day abandonment may be declared, where the citizen is waited for (PL-13)."""
        return self.standstill.clock.due_day + ONE_DAY if self.standstill else None

    @property
    def may_desist(self) -> bool:
        """Return whether the party may still desist."""
        return self.filing.is_first and self.filing.state in DESISTABLE and self.desistimiento is None

    @property
    def may_observe(self) -> bool:
        return self.filing.state in OBSERVABLE


def standing_of(filings: Iterable[Filing]) -> Standing | None:
    """Return how the first filing of a file stands; nothing where no citizen began it."""
    first = next((filing for filing in filings if filing.is_first), None)
    if first is None:
        return None
    observation = FilingObservation.objects.filter(filing=first).order_by("-pk").first()
    cure = Clock.objects.filter(filing=first, purpose=ClockPurpose.CURE, stopped_at__isnull=True)
    cure_by = cure.values_list("due_on", flat=True).first() if observation and observation.is_open else None
    act = ending_act(first)
    unnotified = Notice.objects.filter(document=act, notified_on__isnull=True).count() if act else 0
    return Standing(
        filing=first,
        answer=answer_of(first),
        observation=observation,
        cure_by=cure_by,
        standstill=open_standstill(first),
        desistimiento=pending(first),
        ended_by=act,
        unnotified=unnotified,
    )


def ending_act(filing: Filing) -> Document | None:
    """Return the act that accepted the desistimiento or declared the abandonment of a filing, or nothing."""
    if filing.state not in ENDED:
        return None
    gave_up = Desistimiento.objects.filter(filing=filing, document__isnull=False)
    stood_still = Standstill.objects.filter(filing=filing, document__isnull=False)
    row = (gave_up if filing.state == FilingState.WITHDRAWN else stood_still).select_related("document__kind").last()
    return row.document if row else None


def answer_of(filing: Filing) -> Answer:
    """Return when the filing must be answered and what follows if it is not."""
    clock = Clock.objects.filter(filing=filing, purpose=ClockPurpose.ANSWER).order_by("-pk").first()
    if filing.procedure is not None and filing.procedure.silence == SilenceKind.AUTOMATIC:
        return Answer(None, None, "", None, _("ya está aprobada"), _automatic_words(filing))
    if clock is None or filing.state in ENDED:
        return Answer(None, None, "", None, "", "")
    runs = clock.state not in {ClockState.SUSPENDED, ClockState.UNCOUNTED}
    outcome = outcome_of(clock) if runs else None
    title, why = _words_of(filing, clock)
    return Answer(clock, clock.due_on if runs else None, term_words(clock), outcome, title, why)


def outcome_of(clock: Clock) -> SilenceOutcome | None:
    """Return what follows where nothing is notified in time; nothing where no silence was declared, or no calendar or
    norm reaches so far."""
    row = window_of(clock.silence, clock.event_on) if clock.silence else None
    if row is None or clock.due_on is None:
        return None
    try:
        window = GivenTerm(row.window)
        return silence(SilenceKind(row.kind), clock.due_day, window=window, calendar=law.calendar_of(clock.place))
    except LawError:
        return None


def term_words(clock: Clock) -> str:
    """Return ``30 días hábiles. Ley 27444, art. 35``."""
    singular, plural = UNIT_NAMES[TermUnit(clock.unit)]
    words = f"{clock.amount} {singular if clock.amount == 1 else plural}"
    return f"{words}. {clock.norm}" if clock.norm else words


def _words_of(filing: Filing, clock: Clock) -> tuple[str, str]:
    row = window_of(clock.silence, clock.event_on) if clock.silence else None
    if row is None:
        return _("puede quejarse"), _(
            "Este pedido no tiene un silencio declarado en el TUPA: la entidad sigue obligada a responderle."
        )
    norm = law.article_label(row.norm, row.article, on=clock.event_on)
    after = ngettext(
        "%(days)s día hábil después de esa fecha", "%(days)s días hábiles después de esa fecha", row.window
    )
    days = after % {"days": row.window}
    if clock.silence == SilenceKind.POSITIVE:
        title = _("queda aprobada")
        said = _("Silencio positivo, %(days)s. Este cargo le sirve de prueba.")
    else:
        title = _("puede impugnar")
        said = _("Silencio negativo, %(days)s. También puede esperar: la entidad sigue obligada a responderle.")
    return title, " ".join(filter(None, [said % {"days": days}, norm and f"{norm}.", _doubt(filing)]))


def _doubt(filing: Filing) -> str:
    """Return a sentence where nobody has read the text that gives this procedure its silence."""
    if filing.procedure is None or filing.procedure.is_verified:
        return ""
    basis = basis_of(filing.procedure, filing.legal_filing_date)
    return _("Que a este trámite le toque ese silencio: %(norm)s.") % {"norm": basis}


def _automatic_words(filing: Filing) -> str:
    said = _("Aprobación automática desde que se presentó con todo lo que se pide. Este cargo le sirve de prueba.")
    return " ".join(filter(None, [said, _doubt(filing)]))
