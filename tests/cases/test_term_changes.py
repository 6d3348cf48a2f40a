"""What moves the term of a filing: one extension asked for in time, a suspension that the citizen asks for (PL-07,
PL-08)."""

import io
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from config.chores import NIGHTLY
from law.errors import ExtensionTooLate, SecondExtension, SuspensionAfterExpiry, SuspensionTooLong
from ledger.models import Entry
from tests.cases.conftest import MONDAY, Town
from tests.cases.test_observations import answer_clock, cures, presents
from tests.factories import LIMA
from workflows.enums import ClockPurpose, ClockState, FilingState
from workflows.errors import FilingRefused
from workflows.models import Clock, Filing
from workflows.selectors.account_papers import line_of
from workflows.services import observations, silences, term_changes
from workflows.services.due import Answers

TUESDAY, FRIDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=4)
DUE = date(2026, 12, 31)


@pytest.fixture
def clock(town: Town) -> Clock:
    return answer_clock(presents().filing)


def on(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 10, tzinfo=LIMA)


def extends(town: Town, clock: Clock, at: datetime = TUESDAY, **values: Any) -> Clock:
    asked = {"amount": 5, "asked_on": at.date(), "asked_by": "Rosa", "reason": "Falta la pericia", **values}
    return term_changes.extend_term(clock=clock, by=town.person("auxiliar-mesa-de-partes"), at=at, **asked)


def suspends(town: Town, clock: Clock, last: date | None = None, at: datetime = TUESDAY, **values: Any) -> Clock:
    asked = {"asked_on": at.date(), "first": at.date(), "last": last, "reason": "Viaja", **values}
    return term_changes.suspend_on_request(clock=clock, by=town.person("auxiliar-mesa-de-partes"), at=at, **asked)


def resumes(town: Town, clock: Clock, last: date, at: datetime) -> Clock:
    by = town.person("auxiliar-mesa-de-partes")
    return term_changes.resume_on_request(clock=clock, last=last, by=by, at=at)


# PL-07


def test_pl_07_an_extension_is_counted_from_the_due_day_and_told_with_who_asked_and_why(
    town: Town, clock: Clock
) -> None:
    assert clock.due_on == DUE

    moved = extends(town, clock)

    assert moved.due_on == date(2027, 1, 8)
    entry = Entry.objects.get(kind="filing.term_extended")
    assert moved.extension is not None and moved.extension["asked_by"] == "Rosa"
    assert "Rosa" not in str(entry.facts)
    assert entry.facts["reason"] == "Falta la pericia"
    assert entry.actor == town.person("auxiliar-mesa-de-partes").actor


def test_pl_07_a_second_extension_is_refused(town: Town, clock: Clock) -> None:
    extends(town, clock)

    with pytest.raises(SecondExtension):
        extends(town, clock)
    assert Entry.objects.filter(kind="filing.term_extended").count() == 1


def test_pl_07_asked_for_after_expiry_it_is_refused_and_nothing_changes(town: Town, clock: Clock) -> None:
    late = on(date(2027, 1, 4))

    with pytest.raises(ExtensionTooLate, match="la que se pide hasta el día del vencimiento"):
        extends(town, clock, at=late)

    clock.refresh_from_db()
    assert (clock.due_on, clock.extension) == (DUE, None)
    assert extends(town, clock, at=late, asked_on=DUE).due_on == date(2027, 1, 8)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"asked_by": "  "}, "quién pidió"),
        ({"reason": ""}, "Escriba el motivo"),
        ({"amount": 0}, "uno o más"),
        ({"asked_on": FRIDAY.date()}, "entre la presentación y hoy"),
        ({"asked_on": date(2026, 11, 13)}, "entre la presentación y hoy"),
    ],
)
def test_pl_07_what_is_missing_or_cannot_be_is_told(
    town: Town, clock: Clock, values: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(FilingRefused, match=sentence):
        extends(town, clock, **values)


def test_pl_07_the_citizens_own_term_is_extended_too_and_the_cure_comes_in_time(town: Town) -> None:
    filing = presents().filing
    by = town.person("auxiliar-mesa-de-partes")
    observed = observations.observe(filing=filing, defects=("El diseño",), by=by, at=MONDAY)
    own = Clock.objects.get(filing=filing, purpose=ClockPurpose.CURE)

    extends(town, own, amount=1)

    assert observations.lapse_due(on(date(2026, 11, 19))) == 0
    cures(filing, observed, on(date(2026, 11, 19)))
    filing.refresh_from_db()
    assert filing.state == FilingState.CURED
    with pytest.raises(FilingRefused, match="ya terminó"):
        extends(town, own)


def test_pl_07_a_suspended_term_waits(town: Town, clock: Clock) -> None:
    suspends(town, clock)

    with pytest.raises(FilingRefused, match="cuando vuelva a correr"):
        extends(town, clock)


# PL-08


def test_pl_08_the_days_from_and_to_do_not_run(town: Town, clock: Clock) -> None:
    moved = suspends(town, clock, FRIDAY.date())

    assert (moved.state, moved.due_on) == (ClockState.RUNNING, date(2027, 1, 7))
    assert Entry.objects.get(kind="filing.suspended_on_request").facts["to"] == "2026-11-20"
    [answer] = Answers().of(io.BytesIO(line_of(moved).encode()))
    assert answer["due"] == "2027-01-07"


def test_pl_08_open_it_has_no_day_until_it_is_resumed(town: Town, clock: Clock) -> None:
    moved = suspends(town, clock)
    assert moved.is_suspended_on_request
    assert silences.lapse_due(on(date(2027, 1, 15))) == 0

    moved = resumes(town, clock, FRIDAY.date(), FRIDAY)

    assert (moved.state, moved.due_on) == (ClockState.RUNNING, date(2027, 1, 7))
    with pytest.raises(FilingRefused, match="nada que reanudar"):
        resumes(town, clock, FRIDAY.date(), FRIDAY)


def test_pl_08_the_national_maximum_holds_over_all_of_them(town: Town, clock: Clock) -> None:
    with pytest.raises(SuspensionTooLong, match="puede ser de 30"):
        suspends(town, clock, date(2027, 1, 4))
    suspends(town, clock, date(2026, 11, 30))

    with pytest.raises(SuspensionTooLong, match="puede ser de 20"):
        suspends(town, clock, date(2027, 1, 4), at=on(date(2026, 12, 1)))


def test_pl_08_used_up_there_is_no_other(town: Town, clock: Clock) -> None:
    suspends(town, clock, date(2026, 12, 31))

    with pytest.raises(FilingRefused, match="ya usó los 30 días"):
        suspends(town, clock, at=on(date(2027, 1, 4)))


def test_pl_08_left_open_the_term_runs_again_when_the_maximum_is_over(town: Town, clock: Clock) -> None:
    suspends(town, clock)
    chore = next(chore for chore in NIGHTLY if chore.name == "lapse_terms")

    assert chore.run(datetime(2026, 12, 31, 1, tzinfo=LIMA))["resumed"] == 0
    assert chore.run(datetime(2027, 1, 1, 2, tzinfo=LIMA))["resumed"] == 1

    clock.refresh_from_db()
    assert clock.suspensions == [{"from": "2026-11-17", "to": "2026-12-31", "asked": "2026-11-17"}]
    assert Entry.objects.get(kind="filing.resumed").actor == "system:clock"


def test_pl_08_only_under_positive_silence(town: Town) -> None:
    general = answer_clock(presents(procedure="").filing)

    with pytest.raises(FilingRefused, match="silencio positivo"):
        suspends(town, general)


def test_pl_08_a_term_that_is_over_is_not_suspended(town: Town, clock: Clock) -> None:
    with pytest.raises(SuspensionAfterExpiry):
        suspends(town, clock, at=on(date(2027, 1, 4)))


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"reason": " "}, "lo que pidió"),
        ({"first": MONDAY.date()}, "el día en que se pidió o después"),
        ({"asked_on": FRIDAY.date()}, "entre la presentación y hoy"),
        ({"first": FRIDAY.date()}, "necesita su último día"),
    ],
)
def test_pl_08_what_is_missing_or_cannot_be_is_told(
    town: Town, clock: Clock, values: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(FilingRefused, match=sentence):
        suspends(town, clock, **values)


def test_pl_08_a_cure_does_not_end_what_the_citizen_asked_for(town: Town) -> None:
    filing: Filing = presents().filing
    clock = answer_clock(filing)
    suspends(town, clock)
    by = town.person("auxiliar-mesa-de-partes")
    observed = observations.observe(filing=filing, defects=("El diseño",), by=by, at=TUESDAY)
    with pytest.raises(FilingRefused, match="subsane"):
        resumes(town, clock, TUESDAY.date(), TUESDAY)

    cures(filing, observed, TUESDAY + timedelta(days=1))

    clock.refresh_from_db()
    assert clock.is_suspended_on_request
    assert resumes(town, clock, FRIDAY.date(), FRIDAY).state == ClockState.RUNNING
