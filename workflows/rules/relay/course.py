"""The way of one file as legs, and what follows from them before anything is drawn."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cached_property

from law.errors import OutsideCalendar
from law.rules.business_days import Calendar, add_business_days, business_days_between


class LegKind(StrEnum):
    """What a leg is: somebody holds the file, will hold it, has a copy, or days that do not count."""

    HELD = "held"
    PLANNED = "planned"
    COPY = "copy"
    SUSPENDED = "suspended"


@dataclass(frozen=True)
class Leg:
    """One holder of the file, from the day it was handed over until the day it went on.

    ``sources`` are the places, in the list of legs, of those that handed it over: two legs of one source are a
    split, two sources of one leg a join. ``until`` is empty while the holder has it.
    """

    holder: str
    since: date
    until: date | None = None
    sources: tuple[int, ...] = ()
    term: int | None = None
    is_return: bool = False
    kind: LegKind = LegKind.HELD
    verb: str = ""
    note: str = ""
    name: str = ""
    href: str = ""

    @property
    def is_open(self) -> bool:
        """Return whether somebody holds the file on this leg today."""
        return self.until is None and self.kind in {LegKind.HELD, LegKind.SUSPENDED}

    @property
    def full_name(self) -> str:
        return self.name or self.holder


@dataclass(frozen=True)
class Course:
    """All legs of a file in the order in which they began, and the day on which they are looked at."""

    legs: tuple[Leg, ...]
    today: date
    calendar: Calendar

    @cached_property
    def first(self) -> date:
        return min((leg.since for leg in self.legs), default=self.today)

    @cached_property
    def last(self) -> date:
        """Return the last day drawn: today while somebody holds the file, or the end of what is planned."""
        return max((self.end(leg) for leg in self.legs), default=self.today)

    @cached_property
    def reached(self) -> date:
        """Return the last day that has happened: today while open, else the day of the last hand-over."""
        return max((self.end(leg) for leg in self.held), default=self.today)

    @cached_property
    def held(self) -> tuple[Leg, ...]:
        return tuple(leg for leg in self.legs if leg.kind in {LegKind.HELD, LegKind.SUSPENDED})

    @cached_property
    def open_legs(self) -> tuple[Leg, ...]:
        return tuple(leg for leg in self.legs if leg.is_open)

    @cached_property
    def successors(self) -> dict[int, tuple[int, ...]]:
        """Return, for each leg, the legs that it handed the file to."""
        found: dict[int, list[int]] = {place: [] for place in range(len(self.legs))}
        for place, leg in enumerate(self.legs):
            if leg.kind != LegKind.COPY:
                for source in leg.sources:
                    found[source].append(place)
        return {place: tuple(after) for place, after in found.items()}

    @cached_property
    def holders(self) -> tuple[str, ...]:
        """Return the rows, in order of first appearance."""
        return tuple(dict.fromkeys(leg.holder for leg in self.legs))

    def end(self, leg: Leg) -> date:
        """Return the day on which the leg ends as drawn: today if it is open."""
        if leg.until is not None:
            return leg.until
        return max(self.today, leg.since) if leg.is_open else leg.since

    def between(self, a: date, b: date) -> int:
        return business_days_between(self.calendar, a, b)

    def is_split(self, place: int) -> bool:
        """Return whether the leg began beside others that the same holder handed out at once."""
        return bool(self.siblings(place))

    def is_join(self, place: int) -> bool:
        return len(self.legs[place].sources) > 1

    def siblings(self, place: int) -> tuple[int, ...]:
        """Return the other legs that began with this one, from the same single source."""
        leg = self.legs[place]
        if len(leg.sources) != 1 or leg.kind == LegKind.COPY:
            return ()
        beside = self.successors[leg.sources[0]]
        return tuple(p for p in beside if p != place and self.legs[p].since == leg.since)

    def waits_until(self, place: int) -> date | None:
        """Return until when a finished branch waits for the others, if it does."""
        leg = self.legs[place]
        if leg.until is None or leg.kind != LegKind.HELD:
            return None
        joins = [self.legs[p].since for p in self.successors[place] if self.is_join(p)]
        if joins:
            return min(joins) if min(joins) > leg.until else None
        is_awaited = not self.successors[place] and any(self.legs[p].is_open for p in self.siblings(place))
        return self.today if is_awaited and self.today > leg.until else None

    def without_copies(self) -> "Course":
        """Return the course of the original alone."""
        kept = [place for place, leg in enumerate(self.legs) if leg.kind != LegKind.COPY]
        new = {old: place for place, old in enumerate(kept)}
        legs = (replace(self.legs[old], sources=tuple(new[s] for s in self.legs[old].sources)) for old in kept)
        return Course(tuple(legs), self.today, self.calendar)


def leg_days(course: Course, leg: Leg) -> int:
    """Return the business days that the leg has taken."""
    return course.between(leg.since, course.end(leg))


def late_days(course: Course, leg: Leg) -> int:
    """Return the business days beyond the leg's term; zero while it is within."""
    if leg.term is None or leg.kind != LegKind.HELD:
        return 0
    return max(0, leg_days(course, leg) - leg.term)


def term_ends_on(course: Course, leg: Leg) -> date | None:
    """Return the last day of the leg's term, if it has one and the calendar reaches it."""
    if leg.term is None:
        return None
    try:
        return add_business_days(course.calendar, leg.since, leg.term)
    except OutsideCalendar:
        return None
