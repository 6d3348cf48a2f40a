"""From when to when an act says that something lasts: read from its words, never guessed."""

import re
from datetime import date

from law.rules.dates import MONTHS

MONTH = "|".join([*MONTHS, "septiembre"])
YEAR = r"(?:,? (?:de|del)(?: año)? (?P<y{n}>\d{{4}}))?"
DAY = r"(?P<d{n}>\d{{1,2}})(?:\.?[°º])?(?: de (?P<m{n}>" + MONTH + "))?" + YEAR
NAMED = r"(?:(?:el )?(?:lunes|martes|miércoles|jueves|viernes|sábado|domingo) |el (?:día )?)?"
FIRST, LAST = DAY.format(n=1), DAY.format(n=2)
FROM_TO = re.compile(rf"\b(?:desde|del|a partir del) {NAMED}{FIRST},? (?:hasta|al) {NAMED}{LAST}", re.IGNORECASE)
ONLY_FROM = re.compile(rf"\b(?:desde|a partir del) {NAMED}{FIRST}", re.IGNORECASE)


def days_in(text: str, *, year: int) -> tuple[date, date | None] | None:
    """Return the first and the last day that a text names as a stretch; nothing where it names none, or several.

    A day without a year takes that of the stretch's other end, else the act's own; a last day that would come before
    the first lies in the year after.

    :param year: in which the act was signed.
    """
    words = re.sub(r"\s+", " ", text)
    found = {days for match in FROM_TO.finditer(words) if (days := _stretch(match, year))}
    if not found:
        found = {(day, None) for match in ONLY_FROM.finditer(words) if (day := _day(match, "1", year)) is not None}
    return found.pop() if len(found) == 1 else None


def _stretch(match: re.Match[str], year: int) -> tuple[date, date | None] | None:
    told = match.groupdict()
    month = told["m1"] or told["m2"]
    last_year = int(told["y2"]) if told["y2"] else int(told["y1"] or year)
    last = _built(last_year, told["m2"], told["d2"])
    first = _built(int(told["y1"]) if told["y1"] else last_year, month, told["d1"])
    if first is None or last is None:
        return None
    if last < first:
        if told["y2"] and not told["y1"]:
            first = _built(last_year - 1, month, told["d1"])
        elif not told["y2"]:
            last = _built(last_year + 1, told["m2"], told["d2"])
    return (first, last) if first is not None and last is not None and first <= last else None


def _day(match: re.Match[str], number: str, year: int) -> date | None:
    told = match.groupdict()
    return _built(int(told[f"y{number}"] or year), told[f"m{number}"], told[f"d{number}"])


def _built(year: int, month: str | None, day: str) -> date | None:
    if month is None:
        return None
    name = "setiembre" if month.lower() == "septiembre" else month.lower()
    try:
        return date(year, MONTHS.index(name) + 1, int(day))
    except ValueError:
        return None
