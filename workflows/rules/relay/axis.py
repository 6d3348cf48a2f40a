"""From a day to its place on the drawing."""

from dataclasses import dataclass
from datetime import date

from law.rules.business_days import add_business_days
from workflows.rules.relay.course import Course

LONGEST_DAYS = 120
RECENT_DAYS = 60
PAST_SHARE = 0.3


@dataclass(frozen=True)
class Axis:
    """Business days from left to right; before ``break_on`` they are compressed."""

    course: Course
    left: float
    right: float
    days: int
    break_on: date | None = None
    break_days: int = 0

    def x(self, day: date) -> float:
        """Return the place of the end of that day."""
        passed = max(0, min(self.course.between(self.course.first, day), self.days))
        width = self.right - self.left
        if self.break_on is None:
            return _rounded(self.left + width * passed / self.days)
        past = width * PAST_SHARE
        if passed <= self.break_days:
            return _rounded(self.left + past * passed / self.break_days)
        rest = (passed - self.break_days) / (self.days - self.break_days)
        return _rounded(self.left + past + (width - past) * rest)


@dataclass(frozen=True)
class AxisPlaces:
    """Where days and holders stand when the line runs from left to right."""

    axis: Axis
    heights: dict[str, float]

    def x(self, day: date) -> float:
        return self.axis.x(day)

    def y(self, holder: str) -> float:
        return self.heights[holder]


def axis(course: Course, *, left: float, right: float, widest_day: float | None = None) -> Axis:
    """Return the axis of a course: its whole length, or with its past compressed when it is very long."""
    days = max(1, course.between(course.first, course.last))
    if widest_day is not None:
        right = min(right, left + widest_day * days)
    break_on = _break_on(course, days) if days > LONGEST_DAYS else None
    break_days = course.between(course.first, break_on) if break_on else 0
    if not 0 < break_days < days:
        return Axis(course, left, right, days)
    return Axis(course, left, right, days, break_on, break_days)


def _break_on(course: Course, days: int) -> date:
    """Return the day before which the past is compressed: the last return, else so many days before the end."""
    returns = [leg.since for leg in course.held if leg.is_return]
    return max(returns) if returns else add_business_days(course.calendar, course.first, days - RECENT_DAYS)


def _rounded(value: float) -> float:
    return round(value, 1)
