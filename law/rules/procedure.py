"""What follows from the last day of a term in a procedure: notices, cures, silence, recourses, abandonment,
desistimiento.

Every amount comes from a row of the law (``GivenTerm``), and every last day from its clock, whose derivation people
see; here stands only what is done with it. Identifiers in brackets are those of the requirements.
"""

from dataclasses import dataclass
from datetime import date

from law.enums import SilenceKind, TermUnit
from law.errors import SecondObservation, SilenceMissing, SuspensionTooLong, TermTooLong
from law.rules.business_days import ONE_DAY, Calendar, business_days_between, next_business_day
from law.rules.suspensions import count


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


def lapses_on(cure_by: date, calendar: Calendar) -> date:
    """Return the business day on which an observed filing counts as not presented, uncured by its last day (IN-12)."""
    return next_business_day(calendar, cure_by)


def is_cured_in_time(cured_on: date, cure_by: date) -> bool:
    """Return whether what cures a filing, by its own legal date, came within its days (IN-12)."""
    return cured_on <= cure_by


def date_after_cure(original: date, cured_on: date, cure_by: date, *, has_priority: bool = False) -> date:
    """Return the legal date of a cured filing: in time, the original one stands (IN-13).

    :param has_priority: trilateral and registral priority goes by the day of the cure.
    """
    return original if is_cured_in_time(cured_on, cure_by) and not has_priority else cured_on


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
    """Until when an act may be impugned; from the day after it is firm (PL-12)."""

    last_day: date

    @property
    def firm_from(self) -> date:
        return self.last_day + ONE_DAY

    def is_late(self, filed_on: date) -> bool:
        """Return whether a recourse comes late: it is received all the same, with a warning (PL-12, IN-03)."""
        return filed_on > self.last_day


def abandonment_from(do_by: date) -> date:
    """Return from which day abandonment may be declared: never by itself, by a resolution that is notified (PL-13).

    :param do_by: the last day on which the citizen could do what the procedure waits for.
    """
    return do_by + ONE_DAY


@dataclass(frozen=True)
class Desistimiento:
    """Until when third parties may ask that the procedure goes on, and what ends where nobody says otherwise (PL-14).

    ``third_parties_until`` is nothing while none was notified. It is of the procedure, unless it says that it is of the
    claim: then the same cannot be asked for again.
    """

    third_parties_until: date | None
    is_of_claim: bool = False

    @property
    def may_ask_again(self) -> bool:
        return not self.is_of_claim

    def may_be_decided(self, on: date) -> bool:
        """Return whether it may be accepted that day: no third party has days left."""
        return self.third_parties_until is None or on > self.third_parties_until


# Notices


@dataclass(frozen=True)
class MailNotice:
    """A notification by e-mail: valid on the day of the reply, else the days to notify run anew, by cedula."""

    notified_on: date | None
    runs_anew_after: date | None


def mail_notice(reply_by: date, replied_on: date | None) -> MailNotice:
    """Return what an e-mail is worth: without a reply in time, the term to notify starts again, by cedula (NT-03)."""
    if replied_on is not None and replied_on <= reply_by:
        return MailNotice(replied_on, None)
    return MailNotice(None, reply_by)


@dataclass(frozen=True)
class CasillaNotice:
    """A deposit in the casilla: the day on which it is notified, if it is; without its alert it is defective."""

    notified_on: date | None
    is_deemed: bool = False
    is_defective: bool = False


def casilla_notice(acknowledge_by: date | None, acknowledged_on: date | None, calendar: Calendar) -> CasillaNotice:
    """Return when a deposit is notified: when acknowledged in time, else the business day after the term (NT-04).

    :param acknowledge_by: the last day to open it, counted from its alert; nothing: no alert left.
    """
    if acknowledge_by is None:
        return CasillaNotice(None, is_defective=True)
    if acknowledged_on is not None and acknowledged_on <= acknowledge_by:
        return CasillaNotice(acknowledged_on)
    return CasillaNotice(next_business_day(calendar, acknowledge_by), is_deemed=True)


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
