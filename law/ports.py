"""The values that cross the law room's border: an entity profile as lines, and what is wrong with it."""

from dataclasses import dataclass
from datetime import date, time


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
    published_on: date | None = None


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
class ArticleLine:
    """An article in its norm's own numbering, as ``articles.csv`` gives it."""

    norm: str
    number: str
    title: str
    valid_from: date
    valid_to: date | None
    source: str
    is_verified: bool


@dataclass(frozen=True)
class AliasLine:
    """The number of an article in a consolidated text, as ``aliases.csv`` gives it."""

    norm: str
    number: str
    in_norm: str
    alias: str
    source: str


@dataclass(frozen=True)
class GivenLine:
    """What every line that a norm gives has: the norm, the article, and its own validity."""

    norm: str
    article: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True)
class TermLine(GivenLine):
    """A term, as ``terms.csv`` gives it."""

    slug: str
    name: str
    amount: int
    unit: str
    event: str
    reaches_open: bool


@dataclass(frozen=True)
class SilenceLine(GivenLine):
    """A kind of silence, as ``silences.csv`` gives it."""

    kind: str
    name: str
    window: int


@dataclass(frozen=True)
class DistanceLine(GivenLine):
    """A row of a distance table, as ``distances.csv`` gives it. ``lives_in_name`` is how people call that place;
    ``is_general`` tells the country's table from the entity's own."""

    table: str
    lives_in: str
    lives_in_name: str
    acts_in: str
    days: int
    unit: str
    is_general: bool


@dataclass(frozen=True)
class RegimeLine(GivenLine):
    """Until when a filing counts for its day, as ``regimes.csv`` gives it."""

    regime: str
    closes: time | None


@dataclass(frozen=True)
class RuleLine(GivenLine):
    """The norm that gives a rule of the clock, as ``rules.csv`` gives it."""

    rule: str
    choice: str


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
    articles: tuple[ArticleLine, ...]
    aliases: tuple[AliasLine, ...]
    days: tuple[DayLine, ...]
    terms: tuple[TermLine, ...]
    silences: tuple[SilenceLine, ...]
    distances: tuple[DistanceLine, ...]
    regimes: tuple[RegimeLine, ...]
    rules: tuple[RuleLine, ...]
    spans: tuple[SpanLine, ...]
    places: tuple[str, ...]
