"""Detours to units that the route does not name, and passes that are taken back."""

import pytest

from organization.models import Unit
from tests.factories import make_unit
from tests.workflows.conftest import Office, post_of, to_signature
from tests.workflows.drawings import ROUND, SPLIT
from workflows.errors import StepRefused, TaskAlreadyDone
from workflows.models import Process, Task
from workflows.services import engine


def derive(office: Office, process: Process, step: str, *units: Unit) -> list[str]:
    row = office.task(process, step)
    with engine.locked(row.pk) as locked:
        opened = engine.insert_step(
            locked, units=units, title="Para su opinión", by=office.people["jefe"], at=office.at
        )
    return [task.step for task in opened]


def test_a_detour_goes_to_a_unit_and_comes_back(office: Office) -> None:
    unit = make_unit("obras")
    process = office.begin(SPLIT)

    assert derive(office, process, "a", unit) == ["adhoc"]

    asked = office.task(process, "adhoc")
    assert (asked.title, asked.unit, asked.kind) == ("Para su opinión", unit, "task")
    assert office.does(process, "adhoc") == ["a"]
    assert sorted(office.does(process, "a")) == ["b", "c"]


def test_the_same_derivation_sent_twice_derives_once(office: Office) -> None:
    unit = make_unit("obras")
    process = office.begin(SPLIT)
    row = office.task(process, "a")

    for opened in (1, 0):
        with engine.locked(row.pk) as locked:
            found = engine.insert_step(locked, units=[unit], title="", by=office.people["jefe"], at=office.at)
        assert len(found) == opened


def test_a_detour_to_several_units_waits_for_all(office: Office) -> None:
    process = office.begin(SPLIT)
    office.does(process, "a")

    derive(office, process, "b", make_unit("obras"), make_unit("rentas"))

    first, second = engine.open_tasks(process).filter(step="adhoc")
    for row, opened in ((first, []), (second, ["b"])):
        with engine.locked(row.pk) as locked:
            found = engine.complete(locked, outcome="done", by=office.people["jefe"], at=office.at)
        assert [t.step for t in found] == opened
    office.does(process, "b")
    assert office.does(process, "c") == ["d"]


def test_a_detour_from_a_detour_comes_back_by_the_same_way(office: Office) -> None:
    process = office.begin(SPLIT)
    obras, rentas = make_unit("obras"), make_unit("rentas")
    derive(office, process, "a", obras)

    derive(office, process, "adhoc", rentas)

    assert office.task(process, "adhoc").unit == rentas
    assert office.does(process, "adhoc") == ["adhoc"]
    assert office.task(process, "adhoc").unit == obras
    assert office.does(process, "adhoc") == ["a"]


def test_a_detour_inside_a_round_keeps_the_round_open(office: Office) -> None:
    process = office.begin(ROUND)
    office.does(process, "redacta")
    for post in ("luis", "rosa"):
        office.does(process, "visa", post=post)

    derive(office, process, "visa", make_unit("obras"))

    assert office.does(process, "adhoc") == ["visa"]
    assert post_of(office.task(process, "visa")) == "ana"
    assert office.does(process, "visa") == ["firma"]


# Taking back


def take_back(office: Office, process: Process, step: str, to: str) -> list[str]:
    row = office.task(process, step)
    source = Task.objects.filter(process=process, step=to, status="DONE").latest("pk")
    with engine.locked(row.pk) as locked:
        opened = engine.take_back(locked, to=source, by=office.people["jefe"], at=office.at)
    return [task.step for task in opened]


def test_a_pase_that_was_taken_back_opens_its_own_task_again(office: Office) -> None:
    process = office.begin(SPLIT)
    office.does(process, "a")

    assert take_back(office, process, "b", "a") == ["a"]
    assert office.open_steps(process) == ["a"]
    assert sorted(office.does(process, "a")) == ["b", "c"]


def test_the_last_of_a_round_takes_back_what_the_round_opened(office: Office) -> None:
    process = office.begin(ROUND)
    to_signature(office, process)

    assert take_back(office, process, "firma", "visa") == ["visa"]
    assert [post_of(t) for t in engine.open_tasks(process)] == ["rosa"]
    assert office.does(process, "visa", "observed") == ["redacta"]


def test_a_detour_is_taken_back_to_who_asked(office: Office) -> None:
    process = office.begin(ROUND)
    office.does(process, "redacta")
    office.does(process, "visa", post="luis")
    derive_from = office.task(process, "visa", "ana")
    with engine.locked(derive_from.pk) as locked:
        engine.insert_step(locked, units=[make_unit(), make_unit()], title="", by=office.people["ana"], at=office.at)
    first = engine.open_tasks(process).filter(step="adhoc")[0]

    with engine.locked(first.pk) as locked:
        source = Task.objects.get(pk=derive_from.pk)
        engine.take_back(locked, to=source, by=office.people["ana"], at=office.at)

    assert sorted(post_of(t) for t in engine.open_tasks(process)) == ["ana", "rosa"]
    office.does(process, "visa", post="ana")
    assert office.does(process, "visa", post="rosa") == ["firma"]


def test_only_the_way_that_the_file_came_can_be_taken_back(office: Office) -> None:
    process, other = office.begin(SPLIT), office.begin(SPLIT)
    office.does(process, "a")
    row = office.task(process, "b")

    with engine.locked(row.pk) as locked:
        for source in (office.task(other, "a"), office.task(process, "c")):
            with pytest.raises(StepRefused):
                engine.take_back(locked, to=source, by=office.people["jefe"], at=office.at)
    office.does(process, "b")
    with pytest.raises(TaskAlreadyDone), engine.locked(row.pk) as locked:
        engine.take_back(locked, to=row, by=office.people["jefe"], at=office.at)
