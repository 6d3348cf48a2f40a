"""Who held a post over time, as bars: places are per cent of the drawn days, so that any width shows them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from law.rules.dates import ABBREVIATION, MONTHS

CHARACTER_PX, MARGIN_PX, USUAL_WIDTH_PX = 6.35, 12, 546
"""What a letter and the space around a label take, and how wide the drawing of the whole organisation is."""
LANE_PX, FIRST_LANE_PX, LEAST_ROW_PX = 23, 6, 46
MOST_MONTH_NAMES = 12
ONE_DAY = timedelta(days=1)
Days = tuple[date, date | None]


class Look(StrEnum):
    """How a bar is drawn: by an appointment, in another's place, by delegation, by an act still unsigned, nobody."""

    HELD = "held"
    COVER = "cover"
    DELEGATION = "delegation"
    WAITING = "waiting"
    VACANT = "vacant"


@dataclass(frozen=True)
class Stay:
    """Somebody at a post from a day to another, both included, or nobody; ``key`` tells whose row it is.

    ``labels`` say it at length, then ever shorter.
    """

    first: date
    last: date | None
    look: Look
    labels: tuple[str, ...]
    key: str = ""

    @property
    def label(self) -> str:
        return self.labels[0]


@dataclass(frozen=True)
class Window:
    """The days that are drawn, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def place(self, day: date) -> float:
        """Return how far from the left the day begins, in per cent; what lies outside stands at the edge."""
        return min(max((day - self.first).days / self.days, 0), 1) * 100


@dataclass(frozen=True)
class Bar:
    """One bar: place and width in per cent, lane from the top, and where its label stands."""

    stay: Stay
    left: float
    width: float
    lane: int
    label: str
    is_beside: bool
    ends: bool

    @property
    def x(self) -> str:
        return f"{self.left:.3f}%"

    @property
    def wide(self) -> str:
        return f"{self.width:.3f}%"

    @property
    def right(self) -> str:
        return f"{self.left + self.width:.3f}%"

    @property
    def top_px(self) -> int:
        return FIRST_LANE_PX + self.lane * LANE_PX


@dataclass(frozen=True)
class Month:
    """A month's first day in the drawing, and its name where there is room for it."""

    x: str
    name: str


def months_around(day: date, months: int) -> Window:
    """Return so many whole months, a little more than half of them up to the day's own."""
    return whole_months(_month(day, -(months // 2)), months)


def whole_months(first: date, months: int) -> Window:
    """Return so many whole months from that of the day on."""
    return Window(first.replace(day=1), _month(first, months) - ONE_DAY)


def bars(stays: Iterable[Stay], window: Window, *, width_px: int = USUAL_WIDTH_PX) -> list[Bar]:
    """Return the bars of what falls into the window: who holds the post in the first lanes, the others below.

    :param width_px: how wide the drawing is where it is narrowest: labels that would not fit there are shortened.
    """
    shown = [stay for stay in stays if stay.first <= window.last and (stay.last or date.max) >= window.first]
    is_beneath = (Look.HELD, Look.VACANT, Look.COVER, Look.DELEGATION, Look.WAITING)
    ordered = sorted(shown, key=lambda stay: (is_beneath.index(stay.look), stay.first))
    lanes: list[list[Stay]] = []
    placed = [(stay, _lane(stay, lanes)) for stay in ordered]
    return [_bar(stay, lane, lanes[lane], window, width_px) for stay, lane in placed]


def height_px(drawn: Sequence[Bar]) -> int:
    """Return how high the row must be."""
    lanes = max((bar.lane for bar in drawn), default=0) + 1
    return max(LEAST_ROW_PX, 2 * FIRST_LANE_PX + lanes * LANE_PX)


def vacancies(
    held: Iterable[tuple[date, date | None]], first: date, last: date | None
) -> list[tuple[date, date | None]]:
    """Return the stretches between two days, or from a day on, that nobody's days cover."""
    found: list[Days] = []
    free: date | None = first
    for start, end in sorted(held, key=lambda days: days[0]):
        if free is None or (last is not None and free > last):
            break
        if start > free:
            found.append((free, min(start - ONE_DAY, last or date.max)))
        free = None if end is None else max(free, end + ONE_DAY)
    if free is not None and (last is None or free <= last):
        found.append((free, last))
    return found


def month_marks(window: Window) -> list[Month]:
    """Return the months of the window; the year stands with the first and with each January."""
    firsts = []
    day = window.first.replace(day=1)
    while day <= window.last:
        firsts.append(day)
        day = _month(day, 1)
    step = 1 if len(firsts) <= MOST_MONTH_NAMES else 6
    return [
        Month(f"{window.place(day):.3f}%", _month_name(day, is_first=number == 0, step=step))
        for number, day in enumerate(firsts)
        if number % step == 0
    ]


def _month_name(day: date, *, is_first: bool, step: int) -> str:
    name = MONTHS[day.month - 1][:ABBREVIATION]
    return f"{name} {day.year}" if is_first or day.month <= step else name


def _month(day: date, further: int) -> date:
    """Return the first day of the month that lies so many months further."""
    count = day.year * 12 + day.month - 1 + further
    return date(count // 12, count % 12 + 1, 1)


def _lane(stay: Stay, lanes: list[list[Stay]]) -> int:
    """Return the first lane in which nobody stands on those days."""
    for number, lane in enumerate(lanes):
        if all((other.last or date.max) < stay.first or (stay.last or date.max) < other.first for other in lane):
            lane.append(stay)
            return number
    lanes.append([stay])
    return len(lanes) - 1


def _bar(stay: Stay, lane: int, neighbours: Sequence[Stay], window: Window, width_px: int) -> Bar:
    left = window.place(stay.first)
    right = 100.0 if stay.last is None else window.place(stay.last + ONE_DAY)
    later = [window.place(other.first) for other in neighbours if other.first > stay.first]
    free = min(later, default=100.0) - right
    label, is_beside = _label(stay, (right - left) * width_px / 100, free * width_px / 100)
    ends = stay.last is not None and stay.last <= window.last
    return Bar(stay, left, max(right - left, 0.4), lane, label, is_beside, ends)


def _label(stay: Stay, width_px: float, free_px: float) -> tuple[str, bool]:
    """Return the longest label that fits, and whether it stands beside the bar; none, where none does."""
    for words in stay.labels:
        needed = len(words) * CHARACTER_PX + MARGIN_PX
        if needed <= width_px:
            return words, False
        if stay.look != Look.VACANT and needed <= free_px:
            return words, True
    return "", False
