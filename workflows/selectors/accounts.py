"""The whole account of a due day: the term drawn, the count step by step, what today's norm would give, what moves it.

It is recounted from its own inputs each time that it is read: what it says is compared with what was kept.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from law import selectors as law
from law.enums import SilenceKind, TermUnit
from law.errors import CalendarMissing, LawError, OutsideCalendar, UnknownTerm
from law.rules.business_days import Calendar, business_days_between
from law.rules.citations import UNVERIFIED
from law.rules.dates import ABBREVIATION, MONTHS, day_in_year, day_long, day_short
from law.rules.deadlines import UNIT_NAMES, derive
from law.rules.legal_dates import LegalDate, filing_step, own_date_step
from law.rules.procedure import silence
from law.rules.steps import DerivationStep, as_json
from workflows.enums import ClockPurpose, ClockState
from workflows.models import Clock
from workflows.selectors.clocks import Beside, beside
from workflows.selectors.counts import case_of, count, given
from workflows.selectors.strips import Mark, Strip, marks_of, strip_of

BUSINESS_DAYS_AT_MOST = "suspension-pedida"
OF_A_NOTIFICATION = frozenset(
    {ClockPurpose.CURE, ClockPurpose.RECOURSE, ClockPurpose.IMPULSE, ClockPurpose.THIRD_PARTIES}
)
"""What runs from when somebody was notified."""
NUMBERS = ("", "", "Dos", "Tres", "Cuatro", "Cinco", "Seis", "Siete", "Ocho", "Nueve")
Kept = dict[str, Any]


@dataclass(frozen=True)
class Told:
    """One step of the account. ``span`` is its day or what it gives; ``standing`` whether its norm is in force.

    ``look`` is ``plain``, ``disputed`` or ``due``.
    """

    title: str
    note: str
    span: str
    norm: str = ""
    standing: str = ""
    look: str = "plain"

    @property
    def is_unverified(self) -> bool:
        """Return whether its norm, or what the norm does to the term, is still to be verified."""
        return self.norm == UNVERIFIED or self.look == "disputed"


@dataclass(frozen=True)
class Recounted:
    """The count repeated now: its day, or the sentence that says why there is none."""

    due_on: date | None
    sentence: str
    is_same: bool


@dataclass(frozen=True)
class Account:
    """All that a person needs to check a due day by hand."""

    clock: Clock
    steps: tuple[Told, ...]
    strip: Strip
    beside: Beside | None
    recounted: Recounted
    days_left: int | None
    notify_by: date | None
    movers: tuple[tuple[str, str], ...]
    marks: tuple[Mark, ...]
    about: str
    today: date

    @property
    def question(self) -> str:
        """Return the question that the page answers: its title."""
        if self.is_suspended:
            return _("¿Por qué no corre este plazo?")
        due_on = self.clock.due_on
        if due_on is None:
            return _("¿Por qué este plazo no tiene día?")
        return (_("¿Por qué venció el %s?") if due_on < self.today else _("¿Por qué vence el %s?")) % day_long(due_on)

    @property
    def own(self) -> str:
        """Return the amount that it is counted by, with its unit."""
        return given(self.clock)

    @property
    def is_over(self) -> bool:
        return self.clock.stopped_at is not None

    @property
    def is_suspended(self) -> bool:
        return self.clock.state == ClockState.SUSPENDED

    @property
    def is_uncounted(self) -> bool:
        return self.clock.is_uncounted


def account_of(clock: Clock, today: date) -> Account:
    """Return the account of a clock as it is read that day."""
    calendar = _calendar(clock)
    notify_by, follows = _silence(clock, calendar, today)
    return Account(
        clock=clock,
        steps=tuple(_steps(clock, calendar, today, follows)),
        strip=strip_of(clock, calendar, today, notify_by=notify_by) if calendar else Strip(()),
        beside=beside(clock, today),
        recounted=_recounted(clock),
        days_left=_days_left(clock, calendar, today),
        notify_by=notify_by,
        movers=tuple(_movers(clock, today)),
        marks=tuple(marks_of(clock, calendar, today, notify_by=notify_by)),
        about=about_of(clock),
        today=today,
    )


def _calendar(clock: Clock) -> Calendar | None:
    try:
        return law.calendar_of(clock.place)
    except CalendarMissing:
        return None


def _recounted(clock: Clock) -> Recounted:
    """Count it again from its inputs; a day beyond the calendar is told, never guessed."""
    try:
        due_on = count(clock).due_on
    except OutsideCalendar as error:
        told = _("No hay calendario cargado para %(year)s: no se puede contar.") % {"year": error.year}
        return Recounted(None, told, is_same=False)
    except LawError as error:
        return Recounted(None, str(error), is_same=False)
    kept = None if clock.state == ClockState.SUSPENDED else clock.due_on
    if due_on == kept:
        return Recounted(due_on, _("el mismo día"), is_same=True)
    if due_on is None:
        return Recounted(None, _("El plazo quedó suspendido; se está recalculando."), is_same=False)
    told = _("da el %(day)s; el plazo se está recalculando") % {"day": day_in_year(due_on)}
    return Recounted(due_on, told, is_same=False)


def _days_left(clock: Clock, calendar: Calendar | None, today: date) -> int | None:
    if calendar is None or clock.state != ClockState.RUNNING or not calendar.first <= today <= clock.due_day:
        return None
    return business_days_between(calendar, today, clock.due_day) if clock.due_day <= calendar.last else None


def _silence(clock: Clock, calendar: Calendar | None, today: date) -> tuple[date | None, str]:
    """Return until when an answer may be notified, and the sentence of what follows if it is not."""
    window = law.silence_window(clock.silence, clock.event_on) if clock.silence else None
    if window is None or calendar is None or clock.state == ClockState.SUSPENDED or clock.due_on is None:
        return None, ""
    try:
        found = silence(SilenceKind(clock.silence), clock.due_on, window=window, calendar=calendar)
    except OutsideCalendar:
        return None, ""
    said = {"amount": window.amount, "day": _named(found.notify_by, today)}
    if found.is_approved:
        return found.notify_by, (
            _("Si no se notifica en los %(amount)s días hábiles siguientes, hasta el %(day)s, queda aprobada.") % said
        )
    return found.notify_by, (
        _(
            "Si no se notifica en los %(amount)s días hábiles siguientes, hasta el %(day)s, puede impugnar o "
            "seguir esperando la respuesta."
        )
        % said
    )


def about_of(clock: Clock) -> str:
    """Return what the clock runs for, in a few words."""
    if clock.task is not None:
        return str(clock.task.title)
    if clock.silence:
        return f"{ClockPurpose(clock.purpose).label}, {SilenceKind(clock.silence).label}"
    return str(ClockPurpose(clock.purpose).label)


# The steps


def _steps(clock: Clock, calendar: Calendar | None, today: date, follows: str) -> Iterator[Told]:
    kept: list[Kept] = [head_of(clock), *clock.derivation]
    standings = law.standings((step.get("norm", "") for step in kept), today)
    for rule, group in groupby(kept, key=_group):
        for told in _told(rule, list(group), clock, calendar, today):
            yield replace(told, standing=standings.get(told.norm, ""))
    if clock.state == ClockState.SUSPENDED:
        return
    if clock.due_on is None:
        title = _("Falta el calendario de %(year)s") if clock.missing_year else _("Falta el calendario de este lugar")
        note = clock.why_uncounted or _("Terminó antes de que se cargara.")
        yield Told(title % {"year": clock.missing_year}, note, _("sin día"), look="due")
        return
    if not clock.extension and not clock.distance:
        title, note = _("Sin ampliación ni término de la distancia"), _("Nadie los pidió: no se suma ningún día.")
        yield Told(title, note, _("+ 0 días"))
    done = _("Debe responderse hasta ese día.") if clock.purpose == ClockPurpose.ANSWER else ""
    yield Told(_("Vence"), f"{done} {follows}".strip(), day_short(clock.due_on, today=today), look="due")


def _group(step: Kept) -> str:
    """Holidays that follow each other under one norm are one step; every other step stands alone."""
    rule = str(step["rule"])
    return f"{rule} {step.get('norm', '')}" if rule == "non-working" else f"{rule} {step['day']} {step['note']}"


def head_of(clock: Clock) -> Kept:
    """Return the step of the event that the clock runs from: a filing with its hour, a notification, or a day."""
    if clock.filing is not None and clock.purpose in {ClockPurpose.ANSWER, ClockPurpose.OBSERVE}:
        return as_json(_filing_head(clock))
    rule = "notification" if clock.purpose in OF_A_NOTIFICATION else "date"
    return as_json(own_date_step(rule, clock.event_on))


def _filing_head(clock: Clock) -> DerivationStep:
    filing = clock.filing
    assert filing is not None
    try:
        book = law.book_of(clock.place)
    except CalendarMissing:
        return filing_step(filing.presented_at, LegalDate(clock.event_on, filing.rule_id))
    norm = book.sources_on(clock.event_on).get(filing.rule_id, "")
    legal = LegalDate(clock.event_on, filing.rule_id)
    return filing_step(filing.presented_at, legal, book.regime_on(clock.event_on), norm)


def _told(rule: str, steps: Sequence[Kept], clock: Clock, calendar: Calendar | None, today: date) -> Iterator[Told]:
    step = steps[0]
    name = rule.partition(" ")[0]
    day, norm = date.fromisoformat(step["day"]), step.get("norm", "")
    if name == "non-working":
        yield _holidays(steps, clock, calendar, today)
    elif name == "disputed":
        title = _("%(day)s: se cuenta, por ahora") if _is_counted(step) else _("%(day)s: no se cuenta, por ahora")
        title = title % {"day": day_in_year(day).capitalize()}
        yield Told(title, step["note"], day_short(day, today=today), norm, look="disputed")
    elif name in {"last-day", "zero"}:
        amount = given(clock)
        said = _("Es 1 %(unit)s") if clock.amount == 1 else _("Son %(given)s")
        title = said % {"given": amount, "unit": UNIT_NAMES[TermUnit(clock.unit)][0]}
        yield Told(title, _given_by(clock), amount, norm or ("" if not clock.term else UNVERIFIED))
    else:
        span = _span(step, today) if name == "suspension" else day_short(day, today=today)
        yield Told(_title(name), step["note"], span, norm)


def _is_counted(step: Kept) -> bool:
    return bool(step.get("inputs", {}).get("rule", "").endswith(".count"))


def _title(name: str) -> str:
    titles = {
        "until-midnight": _("Se presentó un día hábil"),
        "until-midnight.next-business-day": _("Se presentó un día inhábil"),
        "office-hours": _("Se presentó en el horario de atención"),
        "office-hours.next-business-day": _("Se presentó un día inhábil"),
        "office-hours.after-closing": _("Se presentó después del cierre"),
        "notification": _("Se notificó"),
        "date": _("Llegó"),
        "transitional": _("Un plazo nuevo lo alcanza"),
        "first-day": _("Empieza a correr"),
        "suspension": _("Estuvo suspendido"),
        "suspended": _("Está suspendido"),
        "last-day-moved": _("El último día es inhábil"),
        "extension": _("Prórroga"),
        "distance": _("Término de la distancia"),
    }
    return titles.get(name, _("Se presentó"))


def _given_by(clock: Clock) -> str:
    """Return what gives the amount: the law's row of that day, by its name, or the route."""
    if not clock.term:
        return _("Lo fija la ruta de este trámite para este paso.")
    try:
        return f"{law.term(clock.term, clock.term_since or clock.event_on).name}."
    except UnknownTerm:
        return ""


def _holidays(steps: Sequence[Kept], clock: Clock, calendar: Calendar | None, today: date) -> Told:
    """Return the step of days that were passed over; one whose norm nobody read tells what would follow without it."""
    days = [date.fromisoformat(step["day"]) for step in steps]
    named = "; ".join(
        f"{day_in_year(day)}, {str(step['note']).partition(':')[0]}" for day, step in zip(days, steps, strict=True)
    )
    note = _("%(days)s. Tampoco los sábados y domingos.") % {"days": named[:1].upper() + named[1:]}
    norm = steps[0].get("norm", "") or UNVERIFIED
    if norm == UNVERIFIED and calendar is not None:
        note = f"{note} {_without(clock, calendar, days, today)}".strip()
    title = _("Un día no laborable no cuenta") if len(days) == 1 else _("%(n)s días no laborables no cuentan")
    many = NUMBERS[len(days)] if len(days) < len(NUMBERS) else str(len(days))
    return Told(title % {"n": many}, note, _days_in_short(days, today), norm)


def _without(clock: Clock, calendar: Calendar, days: Sequence[date], today: date) -> str:
    """Return the day due if those days counted after all."""
    try:
        case = case_of(clock, law.book_of(clock.place).sources_on(clock.event_on))
        due_on = derive(case, replace(calendar, non_working=calendar.non_working - frozenset(days))).due_on
    except LawError:
        return ""
    if due_on is None:
        return ""
    told = _("Por ahora se descuentan. Si se confirma, la fecha es la misma; si no, vencería el %(day)s.")
    return told % {"day": _named(due_on, today)}


def _named(day: date, today: date) -> str:
    return day_in_year(day) if day.year == today.year else day_long(day)


def _span(step: Kept, today: date) -> str:
    inputs = step.get("inputs", {})
    first, last = date.fromisoformat(inputs["from"]), date.fromisoformat(inputs["to"])
    if first == last:
        return day_short(first, today=today)
    return f"{day_short(first, today=today)} – {day_short(last, today=today)}"


def _days_in_short(days: Sequence[date], today: date) -> str:
    """Return ``8 y 9 dic``; of many, the first and the last."""
    if len(days) == 1:
        return day_short(days[0], today=today)
    short = [f"{day.day} {MONTHS[day.month - 1][:ABBREVIATION]}" for day in days]
    if {day.month for day in days} == {days[0].month}:
        short = [*(str(day.day) for day in days[:-1]), short[-1]]
    if len(short) > 3:
        return f"{short[0]} … {short[-1]}"
    return _("%(days)s y %(last)s") % {"days": ", ".join(short[:-1]), "last": short[-1]}


def _movers(clock: Clock, today: date) -> Iterator[tuple[str, str]]:
    """Yield what can still move the day, and until when."""
    if clock.stopped_at is not None:
        return
    if clock.is_uncounted:
        yield _("El calendario que falta"), _("al cargarlo, el plazo se cuenta solo")
        return
    yield _("Un decreto de día no laborable"), _("mueve los plazos abiertos desde su fecha")
    if clock.extension is None and clock.state == ClockState.RUNNING and today <= clock.due_day:
        yield _("Una prórroga"), _("una vez, pedida hasta el %(day)s") % {"day": day_short(clock.due_day, today=today)}
    if clock.purpose == ClockPurpose.ANSWER:
        try:
            most = law.term(BUSINESS_DAYS_AT_MOST, today).amount
        except UnknownTerm:
            return
        yield _("Una suspensión que pida la persona"), _("hasta %(days)s días hábiles") % {"days": most}
