"""The day that an event takes in law, from which its terms run.

Convention 1 of the legal clock (IN-05, IN-06). A filing takes the day of the server's moment in Lima. Until midnight:
a business day counts until 23:59:59, another day becomes the next business day. Office hours: a moment whose hour and
minute are after closing on a business day becomes the next business day too. A notification or a plain date is its own
legal date. A cure in time keeps the date of the original filing (IN-13).
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import NamedTuple
from zoneinfo import ZoneInfo

from law.enums import Regime
from law.rules.business_days import Calendar, is_business_day, next_business_day
from law.rules.dates import day_long
from law.rules.steps import DerivationStep

LIMA = ZoneInfo("America/Lima")
SAME_DAY, NEXT_BUSINESS_DAY = "until-midnight", "until-midnight.next-business-day"
IN_HOURS, NOT_WORKED, AFTER_HOURS = "office-hours", "office-hours.next-business-day", "office-hours.after-closing"


@dataclass(frozen=True)
class FilingRegime:
    """Until when a filing counts for its day; ``norm`` is the source of an entity's own choice."""

    kind: Regime = Regime.UNTIL_MIDNIGHT
    closes: time | None = None
    norm: str = ""


class LegalDate(NamedTuple):
    """The day that a filing takes in law, and the rule that gave it."""

    day: date
    rule_id: str


UNTIL_MIDNIGHT = FilingRegime()


def legal_filing_date(presented_at: datetime, calendar: Calendar, regime: FilingRegime = UNTIL_MIDNIGHT) -> LegalDate:
    """Return the day from which a filing's terms run, and the rule that gave it.

    :param presented_at: the server's moment, aware.
    :raises OutsideCalendar: the calendar does not reach it.
    """
    moment = presented_at.astimezone(LIMA)
    day = moment.date()
    in_time, not_worked = SAME_DAY, NEXT_BUSINESS_DAY
    if regime.kind == Regime.OFFICE_HOURS:
        in_time, not_worked = IN_HOURS, NOT_WORKED
    if not is_business_day(calendar, day):
        return LegalDate(next_business_day(calendar, day), not_worked)
    if is_after_hours(moment, regime):
        return LegalDate(next_business_day(calendar, day), AFTER_HOURS)
    return LegalDate(day, in_time)


def is_after_hours(moment: datetime, regime: FilingRegime) -> bool:
    """Return whether the hour and minute in Lima are after closing, where the regime closes at all."""
    if regime.kind != Regime.OFFICE_HOURS or regime.closes is None:
        return False
    return (moment.hour, moment.minute) > (regime.closes.hour, regime.closes.minute)


def filing_step(
    presented_at: datetime, legal: LegalDate, regime: FilingRegime = UNTIL_MIDNIGHT, norm: str = ""
) -> DerivationStep:
    """Return the step that says why a filing takes its legal date.

    :param norm: what gives the rule, where the regime is nobody's own choice.
    """
    moment = presented_at.astimezone(LIMA)
    said = f"Se presentó el {day_long(moment.date())} a las {moment:%H:%M}"
    closes = f"{regime.closes:%H:%M}" if regime.closes else ""
    notes = {
        SAME_DAY: f"{said}, antes de la medianoche de un día hábil: vale ese mismo día.",
        IN_HOURS: f"{said}, un día hábil hasta las {closes}: vale ese mismo día.",
        AFTER_HOURS: f"{said}, después de las {closes}: vale el día hábil siguiente.",
    }
    note = notes.get(legal.rule_id, f"{said}, un día inhábil: vale el primer día hábil siguiente.")
    inputs = {"presented_at": presented_at.isoformat(), "regime": str(regime.kind)}
    if closes:
        inputs["closes"] = closes
    return DerivationStep(legal.rule_id, legal.day, regime.norm or norm, note, inputs)


def own_date_step(rule: str, day: date) -> DerivationStep:
    """Return the step of an event that is its own legal date: ``notification`` or ``date``."""
    said = "Se notificó el" if rule == "notification" else "La fecha de la que corre el plazo es el"
    return DerivationStep(rule, day, "", f"{said} {day_long(day)}.", {"event": day.isoformat()})
