"""Where bars stand: places in per cent, lanes for who overlaps, labels that fit, days that nobody covers."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from desk.rules.bars import Look, Stay, Window, bars, height_px, month_marks, months_around, vacancies, whole_months
from organization.models import Appointment, Post
from tests.desk.conftest import Seat, person

YEAR = Window(date(2026, 1, 1), date(2026, 12, 31))
DAYS = some.integers(0, 90).map(lambda number: date(2026, 1, 1) + timedelta(number))
STRETCHES = some.tuples(DAYS, some.one_of(some.none(), some.integers(0, 40))).map(
    lambda two: (two[0], None if two[1] is None else two[0] + timedelta(two[1]))
)


def stay(first: str, last: str | None = None, look: Look = Look.HELD, *labels: str) -> Stay:
    return Stay(date.fromisoformat(first), date.fromisoformat(last) if last else None, look, labels or ("Ana",))


def test_a_bar_begins_and_ends_with_its_days() -> None:
    [bar] = bars([stay("2026-01-01", "2026-12-31")], YEAR)
    assert (bar.left, bar.width, bar.ends) == (0, 100, True)

    [bar] = bars([stay("2020-01-01")], YEAR)
    assert (bar.x, bar.wide, bar.right, bar.ends) == ("0.000%", "100.000%", "100.000%", False)

    assert bars([stay("2027-01-01"), stay("2024-01-01", "2025-12-31")], YEAR) == []


def test_who_overlaps_has_a_lane_below_and_the_row_grows() -> None:
    cover = stay("2026-03-01", "2026-03-20", Look.COVER)
    drawn = bars([cover, stay("2026-01-01"), stay("2026-05-01", None, Look.DELEGATION)], YEAR)

    assert [(bar.stay.look, bar.lane) for bar in drawn] == [(Look.HELD, 0), (Look.COVER, 1), (Look.DELEGATION, 1)]
    assert height_px(drawn) > height_px(drawn[:1]) == height_px([])


def test_a_label_stands_inside_else_beside_else_shorter_else_nowhere() -> None:
    long, short = "Máximo Ensayo · R.A. 1", "Máximo"
    inside, beside = bars([stay("2026-01-01", "2026-06-30", Look.HELD, long)], YEAR)[0], "2026-01-05"
    assert (inside.label, inside.is_beside) == (long, False)

    [bar] = bars([stay("2026-01-01", beside, Look.COVER, long)], YEAR)
    assert (bar.label, bar.is_beside) == (long, True)

    first, _next = bars([stay("2026-01-01", "2026-02-20", Look.HELD, long, short), stay("2026-02-21")], YEAR)
    assert (first.label, first.is_beside) == (short, False)

    first, _next = bars([stay("2026-01-01", beside, Look.HELD, long, short), stay("2026-01-06")], YEAR)
    assert first.label == ""


def test_months_name_the_year_where_it_begins() -> None:
    marks = month_marks(months_around(date(2023, 11, 10), 8))
    assert [mark.name for mark in marks] == ["jul 2023", "ago", "set", "oct", "nov", "dic", "ene 2024", "feb"]

    years = whole_months(date(2023, 11, 10), 36)
    assert (years.first, years.last) == (date(2023, 11, 1), date(2026, 10, 31))
    assert [mark.name for mark in month_marks(years)] == ["nov 2023", "may 2024", "nov", "may 2025", "nov", "may 2026"]


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(some.lists(STRETCHES, max_size=4), DAYS, some.one_of(some.none(), DAYS))
def test_vacancies_are_the_days_that_nobody_covers(
    held: list[tuple[date, date | None]], first: date, last: date | None
) -> None:
    found = vacancies(held, first, last)

    for number in range(date(2025, 12, 1).toordinal(), date(2026, 5, 1).toordinal()):
        day = date.fromordinal(number)
        lives = first <= day and (last is None or day <= last)
        covered = any(start <= day and (end is None or day <= end) for start, end in held)
        is_vacant = any(start <= day and (end is None or day <= end) for start, end in found)
        assert is_vacant == (lives and not covered)


@pytest.mark.django_db
def test_more_people_cost_no_more_queries(seat: Seat) -> None:
    client, today = seat("secretario-general"), timezone.localdate()
    client.get("/mesa/organizacion/")

    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get("/mesa/organizacion/")
    post = Post.objects.get(slug="auxiliar-mesa-de-partes")
    for name in ("jefe-ois", "jefe-oaf", "gerente-gds", "gerente-gde", "jefe-opp"):
        Appointment.objects.create(post=post, person=person(name), from_on=today, to_on=today, act="R.A. 1")
    with CaptureQueriesContext(connection) as many:
        page = client.get("/mesa/organizacion/").content.decode()

    assert page.count("Designación de Auxiliar") == 5
    assert len(many) <= len(few) + 2, "the posts that end, and what waits there, cost two"
    assert len(few) <= 40
