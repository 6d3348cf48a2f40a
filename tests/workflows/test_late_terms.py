"""PL-15: which steps missed their day, who answered for them that day, and who above."""

import io
import json
from datetime import date, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command

from law.models import CalendarSpan
from organization.models import Unit, UnitMove
from tests.factories import LIMA
from tests.workflows.conftest import Office
from tests.workflows.drawings import arrows, end, route, start, task
from workflows.enums import ClockState
from workflows.models import Clock, Process
from workflows.selectors.late_terms import late_terms

TWO = route(start(), task("a", term="2"), task("b", term="3"), end(), arrows("inicio a", "a b", "b fin"))
FIRST, LAST = date(2023, 10, 1), date(2023, 10, 31)


@pytest.fixture
def process(office: Office) -> Process:
    CalendarSpan.objects.create(place="cusco", first=date(2023, 1, 1), last=date(2023, 12, 31))
    return office.begin(TWO)


def told(*arguments: str) -> str:
    out = io.StringIO()
    call_command("late_terms", *arguments, stdout=out)
    return out.getvalue()


def test_pl_15_what_was_done_late_names_its_official_and_how_many_business_days(
    office: Office, process: Process
) -> None:
    office.at = datetime(2023, 10, 20, 9, tzinfo=LIMA)
    office.does(process, "a")

    [late] = late_terms(FIRST, LAST, today=date(2023, 10, 20))

    owner = Clock.objects.get(task__step="a").task.owner  # type: ignore[union-attr]
    assert owner is not None
    assert (late.step, late.due_on, late.done_on, late.days) == ("Paso a", date(2023, 10, 18), date(2023, 10, 20), 2)
    assert late.official == owner.full_name
    assert late.expediente == process.expediente.label


def test_pl_15_what_still_waits_after_its_day_is_there_and_what_is_in_time_or_suspended_is_not(
    office: Office, process: Process
) -> None:
    assert late_terms(FIRST, LAST, today=date(2023, 10, 18)) == []

    [late] = late_terms(FIRST, LAST, today=date(2023, 10, 23))
    assert (late.done_on, late.days) == (None, 3)

    Clock.objects.update(state=ClockState.SUSPENDED)
    assert late_terms(FIRST, LAST, today=date(2023, 10, 23)) == []


def test_pl_15_the_superior_is_the_head_of_the_unit_or_of_the_one_above(office: Office, process: Process) -> None:
    clock = Clock.objects.select_related("task__unit", "task__post").get()
    assert clock.task is not None and clock.task.unit is not None
    unit = clock.task.unit
    above = Unit.objects.exclude(pk=unit.pk).filter(posts__appointments__isnull=False).first()
    head = unit.posts.order_by("pk")[0]
    type(head).objects.filter(pk=head.pk).update(is_head=True)

    [late] = late_terms(FIRST, LAST, today=date(2023, 10, 23))

    person = head.appointments.get().person.full_name
    assert person in {late.superior, late.official}
    if above is not None:
        boss = above.posts.filter(appointments__isnull=False).order_by("pk")[0]
        type(boss).objects.filter(pk=boss.pk).update(is_head=True)
        Unit.objects.filter(pk=unit.pk).update(parent=above)
        type(clock.task).objects.update(post=head)
        [late] = late_terms(FIRST, LAST, today=date(2023, 10, 23))
        assert (late.official, late.superior) == (person, boss.appointments.get().person.full_name)
        move = UnitMove.objects.create(unit=unit, from_on=late.due_on + timedelta(1), act="O.M. 4-2023")
        assert late_terms(FIRST, LAST, today=date(2023, 10, 23)) == [late]
        UnitMove.objects.filter(pk=move.pk).update(from_on=late.due_on)
        [moved] = late_terms(FIRST, LAST, today=date(2023, 10, 23))
        assert (moved.official, moved.superior) == (person, "")


def test_pl_15_beyond_the_calendar_the_days_are_not_guessed(office: Office, process: Process) -> None:
    [late] = late_terms(FIRST, LAST, today=date(2024, 1, 5))

    assert late.days is None


def test_pl_15_the_report_groups_by_official_and_answers_as_data_too(office: Office, process: Process) -> None:
    text = told("--from", "2023-10-01", "--to", "2023-10-31")
    assert "1 plazo fuera de día. Superior: " in text
    assert f"{process.expediente.label} · Paso a · " in text
    assert "venció el 18/10/2023, sigue pendiente" in text

    row = json.loads(told("--from", "2023-10-01", "--to", "2023-10-31", "--json"))
    assert (row["due_on"], row["done_on"], row["step"]) == ("2023-10-18", None, "Paso a")


def test_pl_15_none_is_said_and_a_period_the_wrong_way_round_is_refused(office: Office, process: Process) -> None:
    assert "Ningún paso" in told("--from", "2022-01-01", "--to", "2022-12-31")
    with pytest.raises(CommandError, match="termina antes de empezar"):
        told("--from", "2023-10-31", "--to", "2023-10-01")
    with pytest.raises(CommandError, match="no es un día"):
        told("--from", "ayer")
