"""How the copies are laid out: which copy is of which year, and which numbers it takes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

YEARS = 5
OPEN_SHARE = 0.05
LONGEST_CASE_DAYS = 100
WEEKS_OF_OPEN_CASES = 28


@dataclass(frozen=True)
class Layout:
    """So many copies of the closed cases and of the open ones; the closed ones spread over the last years."""

    closed_copies: int
    open_copies: int
    begins_on: date
    today: date

    @classmethod
    def for_total(cls, expedientes: int, *, closed: int, open: int, begins_on: date, today: date) -> "Layout":
        """Return the layout with which, the played ones counted, there are about as many files as wanted.

        :param closed: closed cases in one copy; ``open`` likewise.
        :param begins_on: the day on which the first played closed case begins.
        """
        missing = max(0, expedientes - closed - open)
        opened = round(missing * OPEN_SHARE / open)
        return cls((missing - opened * open) // closed, opened, begins_on, today)

    def copies(self) -> Iterator[tuple[int, bool, int, int, int, int]]:
        """Yield ``(k, is_open, year, place in its year, place in all, days to move)`` of each copy, the oldest first.

        Copies are counted from 1: 0 are the played cases themselves.
        """
        for place in range(self.closed_copies):
            year, within, of_year = self._year(place)
            yield place + 1, False, year, within, place, (self._start(year, within, of_year) - self.begins_on).days
        for place in range(self.open_copies):
            yield self.closed_copies + place + 1, True, self.today.year, place, place, -(place % WEEKS_OF_OPEN_CASES)

    def closed_in_this_year(self) -> int:
        return self.closed_copies - self._first_of(YEARS - 1)

    def _first_of(self, year_index: int) -> int:
        return -(-self.closed_copies * year_index // YEARS)

    def _year(self, place: int) -> tuple[int, int, int]:
        index = place * YEARS // self.closed_copies
        first = self._first_of(index)
        return self.today.year - YEARS + 1 + index, place - first, self._first_of(index + 1) - first

    def _start(self, year: int, within: int, of_year: int) -> date:
        first = date(year, 1, 5)
        last = self.begins_on if year == self.today.year else date(year, 12, 31) - timedelta(days=LONGEST_CASE_DAYS)
        return first + timedelta(days=(last - first).days * within // of_year)
