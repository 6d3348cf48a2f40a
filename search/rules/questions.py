"""What a person types into the search box, understood.

Words, ``"exact phrases"``, ``-not this``, numbers in any spelling, and fields: ``tipo:informe``, ``unidad:OAJ``,
``año:2011``, ``fecha:ago-2011``, ``desde:1/8/2023``, ``hasta:2023-10-31``. A field that is not one of these is read
as words.
"""

import calendar
import re
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from search.ports import Clause, Query
from search.rules.text import fold
from search.rules.tokens import DASH, MARKER, PAIR, terms

FIELD_NAMES = {
    "tipo": "k",
    "unidad": "u",
    "de": "u",
    "año": "year",
    "ano": "year",
    "anio": "year",
    "fecha": "in",
    "desde": "from",
    "hasta": "to",
}
PIECE = re.compile(
    r'(?P<field>[^\W\d_]+):(?:"(?P<quoted>[^"]*)"|(?P<value>[^\s"]+))'
    r'|"(?P<phrase>[^"]*)"?'
    rf"|(?P<marker>(?i:{MARKER}))"
    rf"|(?P<pair>{PAIR})"
    r'|(?<!\S)-(?:"(?P<not_phrase>[^"]*)"?|(?P<not_word>[^\W_][^\s"]*))'
    r'|(?P<words>[^\s"]+)'
)
QUOTES = str.maketrans("«»“”„", '"""""')
MONTHS = ["ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "set", "oct", "nov", "dic"]
OTHER_MONTHS = {"sep": 9}
KEPT_MARKS = 4_096
DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
YEAR_FIRST = re.compile(r"(\d{4})(?:[/.-](\d{1,2})(?:[/.-](\d{1,2}))?)?")
MONTH_AND_YEAR = re.compile(rf"([^\W\d_]{{3,}}){DASH}?(\d{{4}})")


@dataclass
class _Gathered:
    clauses: list[Clause] = field(default_factory=list)
    excluded: list[Clause] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)
    from_on: date | None = None
    to_on: date | None = None

    def narrow(self, first: date | None, last: date | None) -> None:
        """Keep the later of the first days and the earlier of the last ones."""
        if first is not None:
            self.from_on = max(first, self.from_on or first)
        if last is not None:
            self.to_on = min(last, self.to_on or last)


def query(typed: str) -> Query:
    """Return the query that those words ask.

    Nothing is refused: what cannot be understood as a phrase, a number or a field is read as words.
    """
    gathered = _Gathered()
    for found in PIECE.finditer(typed.translate(QUOTES)):
        _gather(found, gathered)
    return Query(
        clauses=tuple(gathered.clauses),
        excluded=tuple(gathered.excluded),
        marks=tuple(gathered.marks),
        from_on=gathered.from_on,
        to_on=gathered.to_on,
    )


def without_siglas(asked: Query) -> Query | None:
    """Return the query with its numbers cut to sequence and year, or nothing if no number has siglas.

    One document is cited under several siglas: what is not found under one may be found under another.
    """
    cut = tuple(Clause(clause.terms[:1]) if clause.is_near else clause for clause in asked.clauses)
    if cut == asked.clauses:
        return None
    return Query(cut, asked.excluded, asked.marks, asked.from_on, asked.to_on)


@lru_cache(maxsize=KEPT_MARKS)
def kind_marks(slug: str, name: str) -> frozenset[str]:
    """Return the terms by which ``tipo:`` finds a kind of document."""
    return frozenset(f"k-{term}" for term in terms(f"{slug.replace('-', ' ')} {name}"))


@lru_cache(maxsize=KEPT_MARKS)
def unit_marks(*names: str) -> frozenset[str]:
    """Return the terms by which ``unidad:`` finds a unit: its siglas whole and in parts, aliases, and name."""
    whole = {_joined(name) for name in names if name}
    return frozenset(f"u-{term}" for term in whole | set(terms(" ".join(names))))


def _joined(siglas: str) -> str:
    return re.sub(r"[\W_]", "", fold(siglas))


def _gather(found: re.Match[str], gathered: _Gathered) -> None:
    """Add one piece of what was typed to what is known so far."""
    name = FIELD_NAMES.get((found["field"] or "").casefold())
    if name is not None:
        _gather_field(name, found["quoted"] or found["value"] or "", gathered)
    elif found["pair"]:
        gathered.clauses.append(_number(found["pair"]))
    elif found["phrase"] is not None:
        gathered.clauses.extend(_phrase(found["phrase"]))
    elif found["not_phrase"] is not None:
        gathered.excluded.extend(_phrase(found["not_phrase"]))
    elif found["not_word"] is not None:
        gathered.excluded.extend(Clause((term,)) for term in terms(found["not_word"]))
    elif found["marker"] is None:
        gathered.clauses.extend(Clause((term,)) for term in terms(found[0].replace(":", " ")))


def _gather_field(name: str, value: str, gathered: _Gathered) -> None:
    """Add one field. A day that cannot be read narrows nothing and is looked for as words."""
    if name == "u":
        gathered.marks.append(f"u-{_joined(value)}")
    elif name == "k":
        gathered.marks.extend(f"k-{term}" for term in terms(value))
    else:
        first, last = _days(value)
        if first is None:
            gathered.clauses.extend(Clause((term,)) for term in terms(value))
        gathered.narrow(first if name != "to" else None, last if name != "from" else None)


def _phrase(text: str) -> list[Clause]:
    found = tuple(terms(text))
    return [Clause(found)] if found else []


def _number(text: str) -> Clause:
    """Return the clause of a number with its year: the pair, and its siglas close by."""
    pair, _sequence, _year, *siglas = terms(text)
    return Clause((pair, *siglas), is_near=bool(siglas))


def _days(value: str) -> tuple[date | None, date | None]:
    """Return the first and last day of a day, a month or a year as typed, or nothing for what is none."""
    year, month, day = _calendar_parts(value)
    try:
        first = date(year, month or 1, day or 1)
        last_month = month or 12
        return first, date(year, last_month, day or calendar.monthrange(year, last_month)[1])
    except ValueError:
        return None, None


def _calendar_parts(value: str) -> tuple[int, int, int]:
    """Return year, month and day (0: not given); year 0 for what is no date."""
    if found := DAY_FIRST.fullmatch(value):
        return int(found[3]), int(found[2]), int(found[1])
    if found := YEAR_FIRST.fullmatch(value):
        return int(found[1]), int(found[2] or 0), int(found[3] or 0)
    if found := MONTH_AND_YEAR.fullmatch(value):
        month = fold(found[1])[:3]
        known = MONTHS.index(month) + 1 if month in MONTHS else OTHER_MONTHS.get(month, 99)
        return int(found[2]), known, 0
    return 0, 0, 0
