"""A term drawn day by day: which day counted, which did not and why, today and the last one."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _

from law.enums import TermUnit
from law.rules.business_days import Calendar, business_days_between, is_business_day
from law.rules.citations import UNVERIFIED
from law.rules.dates import ABBREVIATION, MONTHS, WEEKDAYS, day_short
from workflows.enums import ClockPurpose, ClockState
from workflows.models import Clock
from workflows.selectors.counts import given

ONE_DAY = timedelta(days=1)
WEEK, WORKING_WEEK = 7, 5
NUMBERED = {TermUnit.BUSINESS_DAYS, TermUnit.CALENDAR_DAYS}
LONGEST, ONE_LINE = 800, 37
ROOM_OF_A_MONTH = timedelta(days=3)


@dataclass(frozen=True)
class StripDay:
    """One day of a term.

    ``look`` is its class on the page: ``event``, ``counts``, ``gone`` (it counted and is over), ``disputed``,
    ``suspended``, ``off``, ``weekend``, ``due``, ``window``. ``number`` is there if it counted. ``month`` and ``part``
    are told where they begin; ``within`` is the part that the day lies in: ``term``, ``suspended`` or ``window``.
    """

    day: date
    look: str
    number: int | None
    is_today: bool
    name: str = ""
    month: str = ""
    part: str = ""
    within: str = ""
    is_unverified: bool = False

    @property
    def weekday_name(self) -> str:
        """Return ``lun``; of a day that is not worked, only its letter."""
        name = WEEKDAYS[self.day.weekday()]
        return name[:ABBREVIATION] if self.day.weekday() < WORKING_WEEK else name[0]


@dataclass(frozen=True)
class Mark:
    """A day of the strip that says something, under it: ``look`` as of the strip, or ``today``."""

    day: str
    what: str
    look: str


@dataclass(frozen=True)
class Strip:
    """The whole term, week by week from Monday; the first week starts on the day of the event."""

    weeks: tuple[tuple[StripDay, ...], ...]

    @property
    def is_short(self) -> bool:
        """Return whether it goes in one line of a wide page."""
        return sum(map(len, self.weeks)) <= ONE_LINE

    @property
    def looks(self) -> set[str]:
        """Return the looks that it has: what the key explains."""
        found = {day.look for week in self.weeks for day in week}
        return found | {"unverified" for week in self.weeks for day in week if day.is_unverified}

    def __bool__(self) -> bool:
        return bool(self.weeks)


def strip_of(clock: Clock, calendar: Calendar, today: date, *, notify_by: date | None = None) -> Strip:
    """Return the days of a clock from its event to its last one; none where the calendar does not reach them.

    :param notify_by: the last day on which what was resolved may be notified, drawn after the due day.
    """
    ends = today if clock.state == ClockState.SUSPENDED else clock.due_on
    if ends is None:
        return Strip(())
    last = notify_by or ends
    if not calendar.first <= clock.event_on <= last <= calendar.last or (last - clock.event_on).days > LONGEST:
        return Strip(())
    days = list(_days(clock, calendar, today, last))
    starts = clock.event_on.weekday()
    ends_of_weeks = range(WEEK - starts, len(days) + WEEK, WEEK)
    return Strip(
        tuple(tuple(days[max(0, end - WEEK) : end]) for end in ends_of_weeks if days[max(0, end - WEEK) : end])
    )


def marks_of(clock: Clock, calendar: Calendar | None, today: date, *, notify_by: date | None = None) -> Iterator[Mark]:
    """Yield the days that the strip names under it, in order of kind."""
    yield _begins(clock, today)
    for each in clock.suspensions:
        if each["to"]:
            ends = day_short(date.fromisoformat(each["to"]), today=today)
            yield Mark(ends, _("fin de la suspensión"), "suspended")
    for step in clock.derivation:
        if step["rule"] == "disputed":
            day = day_short(date.fromisoformat(step["day"]), today=today)
            yield Mark(day, _("norma por verificar"), "disputed")
    is_running = clock.state == ClockState.RUNNING
    if is_running and calendar is not None and clock.event_on < today < clock.due_day <= calendar.last:
        left = business_days_between(calendar, today, clock.due_day)
        told = _("queda 1 día hábil") if left == 1 else _("quedan %(left)s días hábiles") % {"left": left}
        yield Mark(_("hoy, %(day)s") % {"day": day_short(today, today=today)}, told, "today")
    if clock.state != ClockState.SUSPENDED and clock.due_on is not None:
        yield Mark(_("vence %(day)s") % {"day": day_short(clock.due_on, today=today)}, given(clock), "due")
    if notify_by is not None:
        yield Mark(day_short(notify_by, today=today), _("último para notificar"), "window")


def _begins(clock: Clock, today: date) -> Mark:
    filing = clock.filing if clock.purpose == ClockPurpose.ANSWER else None
    if filing is None:
        return Mark(day_short(clock.event_on, today=today), _("inicio"), "event")
    day, hour = day_short(localdate(filing.presented_at), today=today), f"{localtime(filing.presented_at):%H:%M}"
    return Mark(f"{day}, {hour}", _("presentó"), "event")


def _is_month_told(day: date, *, is_first: bool) -> bool:
    """Return whether the month stands over the day: over its first one, and over the strip's, if there is room."""
    return day.day == 1 or (is_first and (day + ROOM_OF_A_MONTH).month == day.month)


def _days(clock: Clock, calendar: Calendar, today: date, last: date) -> Iterator[StripDay]:
    number, told, part_before = 0, 0, ""
    for ahead in range((last - clock.event_on).days + 1):
        day = clock.event_on + timedelta(days=ahead)
        look = _look(clock, calendar, day)
        number += look in {"counts", "disputed"}
        told += look == "window"
        part = _part(look)
        starts_part = part and part != part_before and not (part == "suspended" and not _is_long(clock, day))
        mark = calendar.marks.get(day)
        yield StripDay(
            day=day,
            look=_seen(clock, look, day, today),
            number=told if look == "window" else number if _is_numbered(clock, look) else None,
            is_today=day == today,
            name=mark.name if mark and look in {"off", "disputed"} else "",
            month=MONTHS[day.month - 1] if _is_month_told(day, is_first=ahead == 0) else "",
            part=_part_name(clock, part) if starts_part else "",
            within=part or (part_before if look in {"off", "weekend"} and part_before != "suspended" else ""),
            is_unverified=look == "disputed" or (look == "off" and mark is not None and mark.norm == UNVERIFIED),
        )
        part_before = part or part_before


def _look(clock: Clock, calendar: Calendar, day: date) -> str:
    """Return whether a day is suspended, the event's, not worked, or counts: for the term, or to notify after it."""
    if any(each["from"] <= day.isoformat() <= (each["to"] or "9999") for each in clock.suspensions):
        return "suspended"
    if day == clock.event_on:
        return "event"
    is_after = clock.state != ClockState.SUSPENDED and day > clock.due_day
    if is_after or clock.unit == TermUnit.BUSINESS_DAYS:
        if not is_business_day(calendar, day):
            return "weekend" if day.weekday() >= WORKING_WEEK else "off"
        return "window" if is_after else "disputed" if day in calendar.disputed else "counts"
    return "counts"


def _seen(clock: Clock, look: str, day: date, today: date) -> str:
    if day == clock.due_on and clock.state != ClockState.SUSPENDED:
        return "due"
    return "gone" if look == "counts" and day < today else look


def _is_numbered(clock: Clock, look: str) -> bool:
    return look in {"counts", "disputed"} and clock.unit in NUMBERED


def _part(look: str) -> str:
    return {"suspended": "suspended", "window": "window", "counts": "term", "disputed": "term"}.get(look, "")


def _is_long(clock: Clock, day: date) -> bool:
    """Return whether the suspension that starts that day lasts long enough for its name to have room."""
    return any(each["to"] is None or each["to"] > (day + ONE_DAY).isoformat() for each in clock.suspensions)


def _part_name(clock: Clock, part: str) -> str:
    if part == "term":
        return given(clock)
    return {"suspended": _("no corre"), "window": _("para notificar")}[part]
