"""Real ways of files, as legs: Pichari's fifty-eight business days and Cajamarca's parallel visados."""

from datetime import date

from law.rules.business_days import Calendar
from workflows.rules.relay import Course, Leg, LegKind

YEAR_2023 = Calendar(
    date(2023, 1, 1),
    date(2023, 12, 31),
    frozenset({date(2023, 8, 30), date(2023, 11, 1), date(2023, 12, 8), date(2023, 12, 25)}),
)
YEAR_2011 = Calendar(date(2011, 1, 1), date(2011, 12, 31), frozenset({date(2011, 7, 28), date(2011, 7, 29)}))


def day(month: int, number: int) -> date:
    return date(2023, month, number)


PICHARI = (
    Leg("Consultor", day(8, 18), day(8, 18), note="Carta 010"),
    Leg("Comité", day(8, 18), day(8, 31), (0,)),
    Leg("OIS", day(8, 31), day(9, 11), (1,), note="Acta 002"),
    Leg("GM", day(9, 11), day(9, 11), (2,), note="Informe 432"),
    Leg("OAJ", day(9, 11), day(10, 13), (3,), term=7),
    Leg("OIS", day(10, 13), day(10, 30), (4,), term=7, is_return=True),
    Leg("OAJ", day(10, 30), day(11, 8), (5,), term=7),
    Leg("GM", day(11, 8), day(11, 8), (6,)),
    Leg("Alcaldía", day(11, 8), None, (7,), term=3),
)


def pichari() -> Course:
    """The whole of it, on the day of the signature."""
    return Course(PICHARI, day(11, 10), YEAR_2023)


def pichari_returned() -> Course:
    """On Wednesday 18 October: back at the OIS, with what the route still foresees."""
    legs = (
        *PICHARI[:5],
        Leg("OIS", day(10, 13), None, (4,), term=7, is_return=True),
        Leg("OAJ", day(10, 24), day(11, 3), (5,), term=7, kind=LegKind.PLANNED, verb="opinión"),
        Leg("GM", day(11, 3), day(11, 6), (6,), term=1, kind=LegKind.PLANNED),
        Leg("Alcaldía", day(11, 6), day(11, 9), (7,), term=3, kind=LegKind.PLANNED, verb="firma"),
    )
    return Course(legs, day(10, 18), YEAR_2023)


def cajamarca() -> Course:
    """Three endorsements at once; two finish before the third."""
    legs = (
        Leg("CIS", date(2011, 7, 21), date(2011, 8, 4), verb="redacta"),
        Leg("GRPPAT", date(2011, 8, 4), date(2011, 8, 5), (0,), verb="visto"),
        Leg("DRAJ", date(2011, 8, 4), date(2011, 8, 8), (0,), verb="visto"),
        Leg("GGR", date(2011, 8, 4), date(2011, 8, 9), (0,), verb="conformidad"),
        Leg("Presidencia", date(2011, 8, 9), None, (1, 2, 3)),
    )
    return Course(legs, date(2011, 8, 11), YEAR_2011)
