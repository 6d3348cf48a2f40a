"""Why a file is due that day: one disclosure with its reasons and its wall calendar, and the same as JSON."""

from datetime import date, datetime

import pytest

from law.models import Norm, Term
from law.rules.business_days import Calendar
from tests.desk.conftest import Seat, open_resolution, waiting
from tests.factories import LIMA
from workflows.models import Clock
from workflows.selectors.clocks import Why, beside, why
from workflows.services import clocks

pytestmark = pytest.mark.django_db
WALL = Calendar(date(2026, 1, 1), date(2027, 12, 31), frozenset({date(2026, 12, 8), date(2026, 12, 9)}))


def clock(**fields: object) -> Clock:
    plain = {"event_on": date(2026, 11, 20), "amount": 15, "unit": "business_days", "due_on": date(2026, 12, 15)}
    return Clock(**{**plain, "place": "PE-CUS", "state": "running", **fields})


def looks(reasons: Why) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for week in reasons.strip.weeks:
        for day in week:
            found.setdefault(day.look, []).append(day.day.day)
    return found


def test_who_has_the_task_and_who_has_not_see_why(seat: Seat) -> None:
    process = open_resolution()

    mine = seat("jefe-ois").get(f"/mesa/tareas/{waiting(process).pk}/").content.decode()
    theirs = seat("secretario-general").get(f"/mesa/expedientes/{process.expediente_id}/").content.decode()

    for page in (mine, theirs):
        assert page.count('<details class="why">') == 1
        assert ". Por qué</summary>" in page
        assert 'class="strip-day strip-due' in page


def test_the_clocks_of_a_file_come_as_json(seat: Seat) -> None:
    process = open_resolution()

    found = seat("jefe-ois").get(f"/mesa/expedientes/{process.expediente_id}/plazos.json").json()["clocks"]

    kept = Clock.objects.get(task=waiting(process))
    assert [each["due"] for each in found] == [kept.due_day.isoformat()]
    assert found[0]["derivation"] == kept.derivation
    assert found[0]["by_todays_norm"] is None


def test_a_suspended_clock_says_so(seat: Seat) -> None:
    process = open_resolution()
    kept = Clock.objects.get(task=waiting(process))
    clocks.suspend(clock=kept, first=kept.event_on, reason="falta", by=None, at=datetime(2026, 11, 20, 9, tzinfo=LIMA))
    ois = seat("jefe-ois")

    page = ois.get(f"/mesa/tareas/{waiting(process).pk}/").content.decode()
    told = ois.get(f"/mesa/expedientes/{process.expediente_id}/plazos.json").json()["clocks"][0]

    assert "Suspendido: el plazo no corre. Por qué" in page
    assert (told["due"], told["state"]) == (None, "suspended")


def test_the_wall_calendar_has_holidays_suspensions_and_today() -> None:
    paused = clock(suspensions=[{"from": "2026-11-25", "to": "2026-11-26"}], due_on=date(2026, 12, 17))

    reasons = why(paused, WALL, date(2026, 11, 30))

    found = looks(reasons)
    assert found["event"] == [20]
    assert found["suspended"] == [25, 26]
    assert found["off"] == [8, 9]
    assert found["due"] == [17]
    assert found["gone"] == [23, 24, 27]
    numbers = [day.number for week in reasons.strip.weeks for day in week if day.number]
    assert numbers == list(range(1, 16))
    assert [day.day.day for week in reasons.strip.weeks for day in week if day.is_today] == [30]


def test_an_open_suspension_is_drawn_until_today_and_a_calendar_too_short_not_at_all() -> None:
    paused = clock(suspensions=[{"from": "2026-11-25", "to": None}], state="suspended")

    assert looks(why(paused, WALL, date(2026, 11, 27)))["suspended"] == [25, 26, 27]
    assert why(clock(due_on=date(2028, 1, 3)), WALL, date(2026, 11, 27)).strip.weeks == ()


def test_calendar_days_count_weekends_and_months_have_no_number() -> None:
    days = clock(unit="calendar_days", due_on=date(2026, 12, 7), amount=15)
    months = clock(unit="months", amount=1, due_on=date(2026, 12, 21))

    numbers = [
        [d.number for week in why(c, WALL, date(2026, 11, 21)).strip.weeks for d in week] for c in (days, months)
    ]
    assert numbers[0][1:4] == [1, 2, 3]
    assert set(numbers[1]) == {None}


def test_today_s_norm_is_shown_beside_and_never_applied(seat: Seat) -> None:
    norm = Norm.objects.create(
        slug="o-1", title="Ordenanza 1", valid_from=date(2020, 1, 1), source="F", is_verified=True
    )
    old = Term.objects.create(
        slug="anuncio", name="A", amount=15, unit="business_days", norm=norm, valid_from=date(2020, 1, 1)
    )
    kept = clock(term=old.slug)

    same = beside(kept, date(2026, 11, 30))
    Term.objects.create(
        slug="anuncio", name="A", amount=12, unit="business_days", norm=norm, valid_from=date(2026, 12, 1)
    )
    other = beside(kept, date(2026, 12, 2))

    assert same is not None
    assert same.is_same
    assert other is not None
    assert (other.is_same, other.amount, other.norm) == (False, 12, "Ordenanza 1")
    assert other.due_on < kept.due_day
    assert beside(clock(), date(2026, 12, 2)) is None
    assert beside(clock(term="nadie"), date(2026, 12, 2)) is None
