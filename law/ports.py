"""The values that cross the law room's border: an entity profile as lines, and what is wrong with it."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, order=True)
class ProfileFault:
    """One thing that is wrong in a profile: where, and a sentence that says what to do."""

    file: str
    line: int
    sentence: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.sentence}"


@dataclass(frozen=True)
class NormLine:
    """A norm, as ``norms.csv`` gives it."""

    slug: str
    title: str
    valid_from: date
    valid_to: date | None
    source: str
    is_verified: bool


@dataclass(frozen=True)
class DayLine:
    """A non-working day of a place, as ``days.csv`` gives it."""

    date: date
    place: str
    name: str
    kind: str
    suspends_terms: bool
    norm: str


@dataclass(frozen=True)
class TermLine:
    """A term, as ``terms.csv`` gives it."""

    slug: str
    name: str
    amount: int
    unit: str
    norm: str


@dataclass(frozen=True)
class SpanLine:
    """The years for which a place's calendar is loaded, as ``spans.csv`` gives them."""

    place: str
    first: date
    last: date


@dataclass(frozen=True)
class LawProfile:
    """What a profile says of the law: its own lines after the country's. ``places`` are those whose days it lists."""

    norms: tuple[NormLine, ...]
    days: tuple[DayLine, ...]
    terms: tuple[TermLine, ...]
    spans: tuple[SpanLine, ...]
    places: tuple[str, ...]
