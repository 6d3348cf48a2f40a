"""What the clock does of each requirement, by its identifier. The days are those of November and December 2026:

Friday 20 November; Tuesday 8 and Wednesday 9 December and Friday 25 December are holidays.
"""

from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from law.enums import Regime, SilenceKind, TermUnit
from law.errors import (
    ExtensionTooLate,
    SecondObservation,
    SilenceMissing,
    SuspensionTooLong,
    TermTooLong,
)
from law.rules import procedure
from law.rules.business_days import Calendar
from law.rules.deadlines import Case, Distance, Extension, derive, due
from law.rules.legal_dates import FilingRegime, legal_filing_date
from law.rules.procedure import GivenTerm, last_day
from law.rules.steps import as_json
from law.rules.suspensions import Suspension
from tests.law.conftest import calendar

LIMA = ZoneInfo("America/Lima")
WALL = calendar("2026-12-08", "2026-12-09", "2026-12-25", "2027-01-01")
FRIDAY, BUSINESS, MONTHS = date(2026, 11, 20), TermUnit.BUSINESS_DAYS, TermUnit.MONTHS
TWO, THREE, FIVE, TEN, FIFTEEN, THIRTY = (GivenTerm(n) for n in (2, 3, 5, 10, 15, 30))


def day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


def case(amount: int = 15, unit: TermUnit = BUSINESS, **more: object) -> date | None:
    return derive(Case(FRIDAY, amount, unit, **more), WALL).due_on  # type: ignore[arg-type]


def filed(hour: int, minute: int, on: date = FRIDAY, kind: Regime = Regime.UNTIL_MIDNIGHT) -> date:
    moment = datetime(on.year, on.month, on.day, hour, minute, tzinfo=LIMA)
    return legal_filing_date(moment, WALL, FilingRegime(kind, datetime(2026, 1, 1, 16, 30).time())).day  # noqa: DTZ001


def cure_by(observed: str) -> date:
    return last_day(TWO, day(observed), WALL)


def positive(due_on: str = "12-04") -> procedure.SilenceOutcome:
    return procedure.silence(SilenceKind.POSITIVE, day(due_on), window=FIVE, calendar=WALL)


def negative(due_on: str = "12-04") -> procedure.SilenceOutcome:
    return procedure.silence(SilenceKind.NEGATIVE, day(due_on), window=FIVE, calendar=WALL)


def casilla(acknowledged: str | None = None) -> procedure.CasillaNotice:
    return procedure.casilla_notice(last_day(FIVE, FRIDAY, WALL), day(acknowledged) if acknowledged else None, WALL)


def mail(replied: str | None) -> procedure.MailNotice:
    return procedure.mail_notice(last_day(TWO, FRIDAY, WALL), day(replied) if replied else None)


def recourse() -> procedure.Recourse:
    return procedure.Recourse(last_day(FIFTEEN, FRIDAY, WALL))


def desistimiento(*, of_claim: bool = False) -> procedure.Desistimiento:
    return procedure.Desistimiento(last_day(TEN, FRIDAY, WALL), is_of_claim=of_claim)


def refuses(error: type[Exception], act: Callable[[], object]) -> bool:
    with pytest.raises(error) as caught:
        act()
    return str(caught.value).endswith(".")


def suspended(first: str, last: str | None) -> Suspension:
    return Suspension(day(first), day(last) if last else None)


NEW_GROUND = ({"folios"}, {"folios"}, {"firma"})
UNCURED = ({"folios", "firma"}, {"firma"}, {"firma"})
TABLE: list[tuple[str, str, Callable[[], object], object]] = [
    ("PL-01", "non-working days are skipped, from the day after", lambda: case(15), day("12-15")),
    (
        "PL-01",
        "notified on a Saturday, day one is Monday",
        lambda: last_day(GivenTerm(1), day("11-21"), WALL),
        day("11-23"),
    ),
    ("PL-01", "a last day that is not worked moves", lambda: case(18, TermUnit.CALENDAR_DAYS), day("12-10")),
    ("PL-02", "date to date", lambda: case(1, MONTHS), day("12-21")),
    (
        "PL-02",
        "31 January and a month is 1 March, a Saturday",
        lambda: due(event_on=date(2025, 1, 31), amount=1, unit="months", calendar=calendar()).due_on,
        date(2025, 3, 3),
    ),
    ("PL-04", "distance comes after the term", lambda: case(15, distance=Distance(3, BUSINESS)), day("12-18")),
    (
        "PL-04",
        "its table's version stands in the derivation",
        lambda: derive(Case(FRIDAY, 15, BUSINESS, distance=Distance(3, BUSINESS, "Cuadro 7")), WALL).steps[-1].norm,
        "Cuadro 7",
    ),
    (
        "PL-05",
        "31 days without a law",
        lambda: refuses(TermTooLong, lambda: procedure.check_term(31, most=THIRTY, has_law=False)),
        True,
    ),
    ("PL-05", "31 days with a law", lambda: procedure.check_term(31, most=THIRTY, has_law=True), None),
    ("PL-05", "30 days", lambda: procedure.check_term(30, most=THIRTY, has_law=False), None),
    ("PL-06", "a derivation has a day", lambda: last_day(GivenTerm(1), FRIDAY, WALL), day("11-23")),
    ("PL-06", "mere procedure has three", lambda: last_day(THREE, FRIDAY, WALL), day("11-25")),
    ("PL-06", "an opinion has seven", lambda: last_day(GivenTerm(7), FRIDAY, WALL), day("12-01")),
    ("PL-06", "the citizen has ten", lambda: last_day(TEN, FRIDAY, WALL), day("12-04")),
    ("PL-07", "asked on the due day", lambda: case(15, extension=Extension(5, BUSINESS, day("12-15"))), day("12-22")),
    (
        "PL-07",
        "asked the day after",
        lambda: refuses(ExtensionTooLate, lambda: case(15, extension=Extension(5, BUSINESS, day("12-16")))),
        True,
    ),
    ("PL-08", "a suspension asked for", lambda: case(15, suspensions=[suspended("11-23", "11-25")]), day("12-18")),
    (
        "PL-08",
        "31 days of it",
        lambda: refuses(
            SuspensionTooLong,
            lambda: procedure.check_suspension(FRIDAY, date(2027, 1, 7), most=THIRTY, calendar=WALL),
        ),
        True,
    ),
    (
        "PL-08",
        "30 days of it",
        lambda: procedure.check_suspension(FRIDAY, date(2027, 1, 6), most=THIRTY, calendar=WALL),
        None,
    ),
    ("PL-09", "five days more to notify", lambda: positive().notify_by, day("12-15")),
    ("PL-09", "approved the day after them", lambda: positive().takes_effect_on, day("12-16")),
    ("PL-09", "approved", lambda: positive().is_approved, True),
    ("PL-09", "not yet", lambda: procedure.has_lapsed(positive(), notified_on=None, on=day("12-15")), False),
    ("PL-09", "lapsed", lambda: procedure.has_lapsed(positive(), notified_on=None, on=day("12-16")), True),
    (
        "PL-09",
        "notified on the last day",
        lambda: procedure.has_lapsed(positive(), notified_on=day("12-15"), on=day("12-20")),
        False,
    ),
    (
        "PL-09",
        "notified too late",
        lambda: procedure.has_lapsed(positive(), notified_on=day("12-16"), on=day("12-20")),
        True,
    ),
    ("PL-10", "after the same window", lambda: negative().takes_effect_on, day("12-16")),
    (
        "PL-10",
        "opens the recourse, approves nothing, and the entity must still resolve",
        lambda: (negative().opens_recourse, negative().is_approved, negative().must_still_resolve),
        (True, False, True),
    ),
    ("PL-11", "no silence declared", lambda: refuses(SilenceMissing, lambda: procedure.check_silence("")), True),
    ("PL-11", "declared", lambda: procedure.check_silence("negative"), SilenceKind.NEGATIVE),
    ("PL-12", "fifteen days", lambda: recourse().last_day, day("12-15")),
    ("PL-12", "firm from the day after", lambda: recourse().firm_from, day("12-16")),
    ("PL-12", "late is warned of", lambda: recourse().is_late(day("12-16")), True),
    ("PL-12", "in time is not", lambda: recourse().is_late(day("12-15")), False),
    ("PL-12", "an appeal has thirty to be resolved", lambda: last_day(THIRTY, FRIDAY, WALL), date(2027, 1, 7)),
    (
        "PL-13",
        "may be declared after thirty days",
        lambda: procedure.abandonment_from(last_day(THIRTY, FRIDAY, WALL)),
        date(2027, 1, 8),
    ),
    ("PL-14", "third parties have ten", lambda: desistimiento().third_parties_until, day("12-04")),
    ("PL-14", "while they have days it is not decided", lambda: desistimiento().may_be_decided(day("12-04")), False),
    ("PL-14", "after them it is", lambda: desistimiento().may_be_decided(day("12-05")), True),
    ("PL-14", "nobody to notify", lambda: procedure.Desistimiento(None).may_be_decided(FRIDAY), True),
    ("PL-14", "of the procedure, by default", lambda: desistimiento().may_ask_again, True),
    ("PL-14", "of the claim, if it says so", lambda: desistimiento(of_claim=True).may_ask_again, False),
    ("PL-15", "two days late", lambda: procedure.days_late(day("12-07"), day("12-11"), WALL), 2),
    ("PL-15", "in time", lambda: procedure.days_late(day("12-07"), day("12-04"), WALL), 0),
    (
        "PL-16",
        "every step tells rule, day and note, and ends on the due day",
        lambda: [(s.rule, s.day) for s in derive(Case(FRIDAY, 15, BUSINESS), WALL).steps],
        [
            ("first-day", day("11-23")),
            ("non-working", day("12-08")),
            ("non-working", day("12-09")),
            ("last-day", day("12-15")),
        ],
    ),
    (
        "PL-16",
        "a norm stands in a step only where there is one",
        lambda: "norm" in as_json(derive(Case(FRIDAY, 15, BUSINESS), WALL).steps[0]),
        False,
    ),
    ("IN-05", "Friday 23:58 until midnight", lambda: filed(23, 58), FRIDAY),
    ("IN-05", "Friday 16:31 in office hours", lambda: filed(16, 31, kind=Regime.OFFICE_HOURS), day("11-23")),
    ("IN-05", "Friday 16:31 until midnight", lambda: filed(16, 31), FRIDAY),
    ("IN-05", "Saturday", lambda: filed(9, 0, day("11-21")), day("11-23")),
    (
        "IN-05",
        "the eve of a holiday, 16:31 in office hours",
        lambda: filed(16, 31, day("12-07"), Regime.OFFICE_HOURS),
        day("12-10"),
    ),
    (
        "IN-06",
        "a moment of another zone is Lima's",
        lambda: legal_filing_date(datetime(2026, 11, 21, 5, 0, tzinfo=ZoneInfo("Europe/Madrid")), WALL).day,
        FRIDAY,
    ),
    ("IN-10", "the entity has two days to observe", lambda: last_day(TWO, FRIDAY, WALL), day("11-24")),
    ("IN-10", "the citizen has two days to cure", lambda: cure_by("11-23"), day("11-25")),
    (
        "IN-10",
        "a new ground is refused",
        lambda: refuses(SecondObservation, lambda: procedure.check_observation(*map(frozenset, NEW_GROUND))),
        True,
    ),
    (
        "IN-10",
        "what was not cured may be said again",
        lambda: procedure.check_observation(*map(frozenset, UNCURED)),
        None,
    ),
    (
        "IN-10",
        "the first observation",
        lambda: procedure.check_observation(frozenset(), frozenset(), frozenset({"firma"})),
        None,
    ),
    (
        "IN-11",
        "while curing the clock is suspended",
        lambda: derive(Case(FRIDAY, 15, BUSINESS, [suspended("11-23", None)]), WALL).state,
        "suspended",
    ),
    (
        "IN-11",
        "cured, it runs again",
        lambda: derive(Case(FRIDAY, 15, BUSINESS, [suspended("11-23", "11-27")]), WALL).first_day,
        day("11-30"),
    ),
    ("IN-11", "not cured, it does not", lambda: case(15, suspensions=[suspended("11-23", None)]), None),
    (
        "IN-12",
        "not cured, it lapses on the third day",
        lambda: procedure.lapses_on(cure_by("11-23"), WALL),
        day("11-26"),
    ),
    (
        "IN-12",
        "told on the last day to do so, counted from then",
        lambda: procedure.lapses_on(cure_by("11-24"), WALL),
        day("11-27"),
    ),
    (
        "IN-12",
        "its last day a Friday, it lapses on Monday",
        lambda: procedure.lapses_on(cure_by("11-25"), WALL),
        day("11-30"),
    ),
    (
        "IN-13",
        "cured in time, the original date stands",
        lambda: procedure.date_after_cure(FRIDAY, day("11-25"), cure_by("11-23")),
        FRIDAY,
    ),
    (
        "IN-13",
        "too late, it does not",
        lambda: procedure.date_after_cure(FRIDAY, day("11-26"), cure_by("11-23")),
        day("11-26"),
    ),
    (
        "IN-13",
        "nor where order of entry gives priority",
        lambda: procedure.date_after_cure(FRIDAY, day("11-24"), cure_by("11-23"), has_priority=True),
        day("11-24"),
    ),
    ("NT-01", "notified within five days of issue", lambda: last_day(FIVE, FRIDAY, WALL), day("11-27")),
    ("NT-03", "answered, it is valid that day", lambda: mail("11-24").notified_on, day("11-24")),
    ("NT-03", "answered too late, it is not", lambda: mail("11-25").notified_on, None),
    (
        "NT-03",
        "without answer, five days again for the cedula",
        lambda: last_day(FIVE, mail(None).runs_anew_after or FRIDAY, WALL),
        day("12-01"),
    ),
    ("NT-03", "answered too late, too", lambda: mail("11-25").runs_anew_after, day("11-24")),
    ("NT-04", "acknowledged, notified that day", lambda: casilla("11-25").notified_on, day("11-25")),
    (
        "NT-04",
        "not acknowledged, notified the business day after five",
        casilla,
        procedure.CasillaNotice(day("11-30"), is_deemed=True),
    ),
    ("NT-04", "acknowledged later, as if it had not been", lambda: casilla("12-02").notified_on, day("11-30")),
    (
        "NT-04",
        "without its alert it is defective",
        lambda: procedure.casilla_notice(None, None, WALL),
        procedure.CasillaNotice(None, is_defective=True),
    ),
]
ELSEWHERE = {"PL-03": "tests/law/test_law_profile.py: a calendar row without a norm is refused"}
ASKED = [
    *(f"PL-{n:02}" for n in range(1, 17)),
    "IN-05",
    "IN-06",
    "IN-10",
    "IN-11",
    "IN-12",
    "IN-13",
    "NT-01",
    "NT-03",
    "NT-04",
]


@pytest.mark.parametrize(("requirement", "says", "act", "expected"), TABLE, ids=[f"{row[0]} {row[1]}" for row in TABLE])
def test_requirement(requirement: str, says: str, act: Callable[[], object], expected: object) -> None:
    assert act() == expected, f"{requirement}: {says}"


def test_every_requirement_of_the_clock_has_its_row() -> None:
    assert {row[0] for row in TABLE} | set(ELSEWHERE) == set(ASKED)


def test_pl_01_regions_have_their_own_days(national: Calendar) -> None:
    """Lima, Arequipa and Puno differ by their own rows only; those used here are examples, not law."""
    own = {"Lima": set(), "Arequipa": {date(2026, 8, 14)}, "Puno": {date(2026, 11, 4)}}
    found = {
        place: [
            due(
                event_on=start,
                amount=5,
                unit="business_days",
                calendar=Calendar(national.first, national.last, national.non_working | days),
            ).due_on
            for start in (date(2026, 8, 12), date(2026, 11, 2))
        ]
        for place, days in own.items()
    }

    assert found == {
        "Lima": [date(2026, 8, 19), date(2026, 11, 9)],
        "Arequipa": [date(2026, 8, 20), date(2026, 11, 9)],
        "Puno": [date(2026, 8, 19), date(2026, 11, 10)],
    }


def test_callao_s_term_had_lapsed_in_august(national: Calendar) -> None:
    """120 business days of RM 61-2011-PCM, published on 18 February 2011: its plan came on 29 December."""
    answer = due(event_on=date(2011, 2, 18), amount=120, unit="business_days", calendar=national)

    assert answer.due_on == date(2011, 8, 12)
    assert procedure.days_late(answer.due_on, date(2011, 12, 29), national) > 90
    assert [s.day for s in answer.steps if s.rule == "disputed"] == [date(2011, 5, 2)]
