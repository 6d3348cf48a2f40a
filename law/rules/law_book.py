"""Which row of the law holds on a day: a change of law is a new row with a date, and the row of the day is in force."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Protocol, TypeVar

from law.enums import Regime
from law.rules.legal_dates import UNTIL_MIDNIGHT, FilingRegime

PUBLIC_SECTOR_DAYS, SUSPENSION_ENDS = "public-sector-days", "suspension-ends"
ENDS_RUN = f"{SUSPENSION_ENDS}.run"
CHOICES: Mapping[str, tuple[str, ...]] = {
    PUBLIC_SECTOR_DAYS: ("count", "do-not-count"),
    SUSPENSION_ENDS: ("do-not-run", "run"),
}
"""The rules that an entity can replace by another choice with its source; the first one of each is the default."""


class Dated(Protocol):
    """A row with validity; without ``valid_to`` it is still in force."""

    @property
    def valid_from(self) -> date: ...
    @property
    def valid_to(self) -> date | None: ...


D = TypeVar("D", bound=Dated)


def in_force(rows: Iterable[D], on: date) -> D | None:
    """Return the row that holds on that day, the newest of several, or nothing."""
    holding = [row for row in rows if row.valid_from <= on and (row.valid_to is None or on <= row.valid_to)]
    return max(holding, key=lambda row: row.valid_from, default=None)


@dataclass(frozen=True)
class RuleRow:
    """The norm that gives a rule, as it may be shown, and the choice it makes where the law leaves room."""

    rule: str
    choice: str
    norm: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True)
class RegimeRow:
    """Until when a filing counts for its day, with the norm as it may be shown."""

    kind: Regime
    closes: time | None
    norm: str
    valid_from: date
    valid_to: date | None


class LawBook:
    """The rules and regimes that are loaded, by their days."""

    def __init__(self, rules: Iterable[RuleRow], regimes: Iterable[RegimeRow]) -> None:
        self._rules: dict[str, list[RuleRow]] = {}
        for row in rules:
            self._rules.setdefault(row.rule, []).append(row)
        self._regimes = list(regimes)
        every: list[Dated] = [*self._regimes, *(row for rows in self._rules.values() for row in rows)]
        self._changes = sorted({row.valid_from for row in every} | {row.valid_to for row in every if row.valid_to})
        self._sources: dict[int, Mapping[str, str]] = {}

    def regime_on(self, day: date) -> FilingRegime:
        """Return the entity's regime of that day: until midnight, unless it chose another one."""
        row = in_force(self._regimes, day)
        return FilingRegime(row.kind, row.closes, row.norm) if row else UNTIL_MIDNIGHT

    def choice_on(self, rule: str, day: date) -> str:
        """Return the choice in force on that day for a rule where the law leaves room."""
        row = in_force((row for row in self._rules.get(rule, ()) if row.choice), day)
        return row.choice if row else CHOICES[rule][0]

    def sources_on(self, day: date) -> Mapping[str, str]:
        """Return for each rule the norm that gives it on that day, as it may be shown."""
        era = bisect_left(self._changes, day) + bisect_right(self._changes, day)
        if era not in self._sources:
            held = {rule: in_force(rows, day) for rule, rows in self._rules.items()}
            self._sources[era] = {self._key(row): row.norm for row in held.values() if row is not None}
        return self._sources[era]

    @staticmethod
    def _key(row: RuleRow) -> str:
        return f"{row.rule}.{row.choice}" if row.choice else row.rule
