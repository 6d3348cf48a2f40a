"""The legal clock day by day, as a person counts on a wall calendar: slow, plain, and written apart from the rules."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

DAY = timedelta(days=1)
WEEKEND = (5, 6)


@dataclass(frozen=True)
class SlowClock:
    """A wall calendar with its holidays and the days crossed out by suspensions."""

    holidays: frozenset[date]
    crossed_out: tuple[tuple[date, date], ...] = ()

    def works(self, day: date) -> bool:
        return day.weekday() not in WEEKEND and day not in self.holidays

    def runs(self, day: date) -> bool:
        return not any(first <= day <= last for first, last in self.crossed_out)

    def term(self, start: date, amount: int, unit: str) -> tuple[date, date]:
        """Return the first day that counted and the due day."""
        if amount == 0:
            return start, start
        if unit == "business_days":
            return self._count(start, amount, business=True)
        days = amount if unit == "calendar_days" else self._span(start, amount * (12 if unit == "years" else 1))
        first, day = self._count(start, days, business=False)
        while not self.works(day):
            day += DAY
        return first, day

    def _count(self, start: date, amount: int, *, business: bool) -> tuple[date, date]:
        day, counted, first = start, 0, None
        while counted < amount:
            day += DAY
            if self.runs(day) and (self.works(day) or not business):
                counted += 1
                first = first or day
        assert first is not None
        return first, day

    @staticmethod
    def _span(start: date, months: int) -> int:
        """Count the days from date to date, month by month."""
        year, month = start.year, start.month
        for _month in range(months):
            year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        if start.day <= monthrange(year, month)[1]:
            return (date(year, month, start.day) - start).days
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        return (date(year, month, 1) - start).days
