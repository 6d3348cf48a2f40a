"""The words of a relay line: they say the same without the drawing."""

from dataclasses import dataclass

from law.rules.dates import day_short
from workflows.rules.relay.course import Course, Leg, LegKind


@dataclass(frozen=True)
class Sentence:
    """The totals, and who holds the file; together they are the drawing's text alternative."""

    totals: str
    holder: str

    def __str__(self) -> str:
        return f"{self.totals} {self.holder}".strip()


def sentence(course: Course) -> Sentence:
    """Return ``58 días hábiles, 8 pases, 1 devolución.`` and ``Lo tiene Alcaldía desde el mié 8 nov.``"""
    days = course.between(course.first, course.reached)
    passes = sum(len(leg.sources) > 0 for leg in course.held)
    returns = sum(leg.is_return for leg in course.held)
    parts = [_count(days, "día hábil", "días hábiles"), _count(passes, "pase", "pases")]
    if returns:
        parts.append(_count(returns, "devolución", "devoluciones"))
    return Sentence(f"{', '.join(parts)}.", _holder(course))


def _holder(course: Course) -> str:
    holders = course.open_legs
    if len(holders) == 1:
        return f"Lo tiene {holders[0].full_name} desde el {day_short(holders[0].since, today=course.today)}."
    if holders:
        names = list(dict.fromkeys(leg.full_name for leg in holders))
        return f"Lo tienen {', '.join(names[:-1])} y {names[-1]}." if len(names) > 1 else f"Lo tiene {names[0]}."
    if not course.held:
        return ""
    return f"Terminó el {day_short(course.reached, today=course.today)}."


def leg_sentence(course: Course, leg: Leg) -> str:
    """Return what one leg says on its own: who, from, to, days, term."""
    days = course.between(leg.since, course.end(leg))
    since = day_short(leg.since, today=course.today)
    if leg.kind == LegKind.PLANNED:
        return f"{leg.full_name}, previsto desde el {since}"
    if leg.kind == LegKind.COPY:
        return f"{leg.full_name}, copia para conocimiento, {since}"
    until = "hoy" if leg.until is None else f"el {day_short(leg.until, today=course.today)}"
    term = "" if leg.term is None else f", plazo {leg.term}"
    return f"{leg.full_name}, del {since} hasta {until}: {_count(days, 'día hábil', 'días hábiles')}{term}"


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
