"""The account of a due day in the few words that a citizen needs: what began it, what did not count, the answer."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from law.rules.citations import UNVERIFIED
from law.rules.dates import day_short
from workflows.enums import ClockPurpose
from workflows.models import Clock
from workflows.selectors.accounts import Account


@dataclass(frozen=True)
class Reason:
    """One reason for the day: what it is, and what is said of it. ``norm`` gives it, where one does."""

    what: str
    said: str
    norm: str = ""


def plain_reasons(account: Account) -> tuple[Reason, ...]:
    """Return the reasons for a due day, in the order in which they were counted."""
    return tuple(_reasons(account))


def _reasons(account: Account) -> Iterator[Reason]:
    clock, today = account.clock, account.today
    is_answer = clock.purpose == ClockPurpose.ANSWER
    began = account.marks[0]
    yield Reason(_("Presentó") if is_answer else _("Empieza"), began.day)
    yield Reason(_("Plazo"), account.own, clock.derivation_norm or (UNVERIFIED if clock.term else ""))
    for each in clock.suspensions:
        yield Reason(_("No contaron"), _suspended(each, today))
    days = [step for step in clock.derivation if step["rule"] == "non-working"]
    if days:
        yield Reason(_("Feriados"), "; ".join(_holiday(step, today) for step in days))
    for step in clock.derivation:
        if step["rule"] == "disputed":
            yield Reason(_("Por verificar"), f"{_short(step['day'], today)}. {step['note']}")
    if account.is_suspended or account.is_uncounted:
        return
    yield from _distance(clock)
    yield Reason(_("Respuesta") if is_answer else _("Vence"), day_short(clock.due_day, today=today))
    if account.notify_by is not None:
        yield Reason(_("Para notificarle"), _("hasta el %(day)s") % {"day": day_short(account.notify_by, today=today)})


def _distance(clock: Clock) -> Iterator[Reason]:
    for step in clock.derivation:
        if step["rule"] == "distance":
            yield Reason(_("Distancia"), step["note"], step.get("norm") or UNVERIFIED)


def _suspended(each: dict[str, str | None], today: date) -> str:
    first, last = _short(each["from"] or "", today), each["to"]
    if last is None:
        return _("desde el %(first)s, mientras dure la suspensión") % {"first": first}
    if last == each["from"]:
        return _("%(first)s, por la suspensión") % {"first": first}
    return _("del %(first)s al %(last)s, por la suspensión") % {"first": first, "last": _short(last, today)}


def _holiday(step: dict[str, str], today: date) -> str:
    return f"{_short(step['day'], today)}, {step['note'].partition(':')[0]}"


def _short(day: str, today: date) -> str:
    return day_short(date.fromisoformat(day), today=today)
