"""What follows from a term and a day in a procedure: notices, cures, silence, recourses, abandonment, desistimiento.

Every amount comes from a row of the law (``GivenTerm``); here stands only what is done with it. Identifiers in brackets
are those of the requirements.
"""

from dataclasses import dataclass
from datetime import date

from law.enums import SilenceKind, TermUnit
from law.errors import SecondObservation, SilenceMissing, SuspensionTooLong, TermTooLong
from law.rules.business_days import (
    ONE_DAY,
    Calendar,
    business_day_from,
    business_days_between,
    next_business_day,
)
from law.rules.suspensions import Suspension, count


@dataclass(frozen=True)
class GivenTerm:
    """An amount of time as a row of the law gives it, with the norm as it may be shown."""

    amount: int
    unit: TermUnit = TermUnit.BUSINESS_DAYS
    norm: str = ""


def last_day(term: GivenTerm, after: date, calendar: Calendar) -> date:
    """Return the last day of a term that runs after that day (PL-06, NT-01)."""
    return count(after, term.amount, term.unit, calendar, ()).due_on


# Observation and cure


@dataclass(frozen=True)
class Cure:
    """Until when a filing may be observed and cured, and from when it counts as not presented."""

    observe_by: date
    cure_by: date
    lapses_on: date


def observation(
    filed_on: date, observed_on: date | None, *, observe: GivenTerm, cure: GivenTerm, calendar: Calendar
) -> Cure:
    """Return the days of an observation: to observe, to cure, and the business day on which it lapses (IN-10, IN-12).

    :param observed_on: when the citizen was told; not yet: the last day on which that may happen.
    """
    observe_by = last_day(observe, filed_on, calendar)
    cure_by = last_day(cure, observed_on or observe_by, calendar)
    return Cure(observe_by, cure_by, next_business_day(calendar, cure_by))


def suspension_of_cure(observed_on: date, cured_on: date | None) -> Suspension:
    """Return the days that do not run while a filing is being cured, both ends included (IN-11)."""
    return Suspension(observed_on, cured_on)


def date_after_cure(original: date, cured_on: date, cure: Cure, *, has_priority: bool = False) -> date:
    """Return the legal date of a cured filing: in time, the original one stands (IN-13).

    :param has_priority: trilateral and registral priority goes by the day of the cure.
    """
    return original if cured_on <= cure.cure_by and not has_priority else cured_on


def check_observation(earlier: frozenset[str], uncured: frozenset[str], new: frozenset[str]) -> None:
    """Refuse a second observation, except of what was not cured (IN-10).

    :param earlier: the defects of the first observation; none: there was none.
    :raises SecondObservation: something new is observed.
    """
    if earlier and not new <= (earlier & uncured):
        raise SecondObservation


# Silence


@dataclass(frozen=True)
class SilenceOutcome:
    """What it means that nothing was notified in time.

    ``takes_effect_on`` is the first day on which the term and its notification window have lapsed. Under positive
    silence the filing is approved then, and nothing may be asked for it. Under negative silence the citizen may go on
    with a recourse, the entity must still resolve, and no term to appeal begins.
    """

    kind: SilenceKind
    notify_by: date
    takes_effect_on: date
    is_approved: bool
    opens_recourse: bool
    must_still_resolve: bool


def silence(kind: SilenceKind, due_on: date, *, window: GivenTerm, calendar: Calendar) -> SilenceOutcome:
    """Return what follows if nobody answers a filing whose term ends that day (PL-09, PL-10).

    :param window: the days after the term in which what was resolved may still be notified.
    """
    notify_by = last_day(window, due_on, calendar)
    is_negative = kind == SilenceKind.NEGATIVE
    return SilenceOutcome(
        kind=kind,
        notify_by=notify_by,
        takes_effect_on=notify_by + ONE_DAY,
        is_approved=not is_negative,
        opens_recourse=is_negative,
        must_still_resolve=is_negative,
    )


def has_lapsed(outcome: SilenceOutcome, *, notified_on: date | None, on: date) -> bool:
    """Return whether silence has taken effect by that day: nothing was notified within the window."""
    return on >= outcome.takes_effect_on and (notified_on is None or notified_on > outcome.notify_by)


def check_silence(kind: str) -> SilenceKind:
    """Return the kind of silence that a procedure declares (PL-11).

    :raises SilenceMissing: it declares none.
    """
    if kind not in SilenceKind.values:
        raise SilenceMissing
    return SilenceKind(kind)


# Recourses, abandonment, desistimiento


@dataclass(frozen=True)
class Recourse:
    """Until when an act may be impugned; from the day after it is firm."""

    last_day: date

    @property
    def firm_from(self) -> date:
        return self.last_day + ONE_DAY

    def is_late(self, filed_on: date) -> bool:
        """Return whether a recourse comes late: it is received all the same, with a warning (PL-12, IN-03)."""
        return filed_on > self.last_day


def recourse(notified_on: date, term: GivenTerm, calendar: Calendar) -> Recourse:
    """Return until when an act notified that day may be impugned (PL-12)."""
    return Recourse(last_day(term, notified_on, calendar))


def abandonment_from(paralysed_since: date, term: GivenTerm, calendar: Calendar) -> date:
    """Return from which day abandonment may be declared: never by itself, by a resolution that is notified (PL-13)."""
    return last_day(term, paralysed_since, calendar) + ONE_DAY


@dataclass(frozen=True)
class Desistimiento:
    """Until when third parties may ask that the procedure goes on, and what ends where nobody says otherwise."""

    third_parties_until: date
    ends_procedure: bool
    ends_claim: bool


def desistimiento(notified_on: date, term: GivenTerm, calendar: Calendar, *, of_claim: bool = False) -> Desistimiento:
    """Return what follows from a desistimiento: of the procedure, unless it says that it is of the claim (PL-14)."""
    return Desistimiento(last_day(term, notified_on, calendar), ends_procedure=True, ends_claim=of_claim)


# Notices


@dataclass(frozen=True)
class MailNotice:
    """A notification by e-mail: valid on the day of the reply, else to be made anew by cedula until a day."""

    reply_by: date
    notified_on: date | None
    cedula_by: date | None


def mail_notice(
    sent_on: date, replied_on: date | None, *, reply: GivenTerm, notify: GivenTerm, calendar: Calendar
) -> MailNotice:
    """Return what an e-mail is worth: without a reply in time, the term to notify starts again, by cedula (NT-03)."""
    reply_by = last_day(reply, sent_on, calendar)
    if replied_on is not None and replied_on <= reply_by:
        return MailNotice(reply_by, replied_on, None)
    return MailNotice(reply_by, None, last_day(notify, reply_by, calendar))


@dataclass(frozen=True)
class CasillaNotice:
    """A deposit in the casilla: the day on which it is notified, if it is; without its alert it is defective."""

    acknowledge_by: date
    notified_on: date | None
    is_defective: bool


def casilla_notice(
    deposited_on: date, *, was_alerted: bool, acknowledged_on: date | None, term: GivenTerm, calendar: Calendar
) -> CasillaNotice:
    """Return when a deposit is notified: when acknowledged in time, else the business day after the term (NT-04)."""
    acknowledge_by = last_day(term, deposited_on, calendar)
    if not was_alerted:
        return CasillaNotice(acknowledge_by, None, is_defective=True)
    if acknowledged_on is not None and acknowledged_on <= acknowledge_by:
        return CasillaNotice(acknowledge_by, acknowledged_on, is_defective=False)
    return CasillaNotice(acknowledge_by, next_business_day(calendar, acknowledge_by), is_defective=False)


# Limits and lateness


def check_term(days: int, *, most: GivenTerm, has_law: bool) -> None:
    """Refuse a procedure's term beyond the general maximum, unless a law gives it (PL-05).

    :raises TermTooLong: no law is named.
    """
    if days > most.amount and not has_law:
        raise TermTooLong(days, most.amount)


def check_suspension(first: date, last: date, *, most: GivenTerm, calendar: Calendar) -> None:
    """Refuse a suspension at the citizen's request that is longer than allowed (PL-08).

    :raises SuspensionTooLong: it is.
    """
    days = business_days_between(calendar, first - ONE_DAY, last)
    if days > most.amount:
        raise SuspensionTooLong(days, most.amount)


def days_late(due_on: date, done_on: date, calendar: Calendar) -> int:
    """Return how many business days after its due day something was done; in time it is none (PL-15)."""
    return max(0, business_days_between(calendar, due_on, done_on))


def resumes_on(suspension: Suspension, calendar: Calendar) -> date | None:
    """Return the first business day on which a suspended term runs again, or nothing while it is open."""
    return business_day_from(calendar, suspension.last + ONE_DAY) if suspension.last else None
