"""Files move on their routes as they are drawn."""

from datetime import timedelta

import pytest

from ledger.models import Entry
from organization.models import Post
from tests.workflows.conftest import Office
from tests.workflows.drawings import LINE
from workflows.errors import StepRefused, TaskAlreadyDone, TaskNotFound
from workflows.models import Task
from workflows.services import engine


def test_a_file_goes_from_step_to_step_to_its_end(office: Office) -> None:
    process = office.begin(LINE)

    assert office.open_steps(process) == ["uno"]
    assert office.does(process, "uno") == ["dos"]
    assert office.does(process, "dos") == []

    process.refresh_from_db()
    assert process.status == "DONE"
    assert process.finished == office.at


def test_an_observed_file_goes_back_as_often_as_needed(office: Office) -> None:
    process = office.begin(LINE)

    for _round in range(3):
        office.does(process, "uno")
        assert office.does(process, "dos", "observed") == ["uno"]

    assert {str(t.token) for t in Task.objects.filter(process=process)} == {"start"}


def test_a_task_says_whose_it_is_and_bears_the_moment_of_its_call(office: Office) -> None:
    process = office.begin(LINE)

    (task,) = engine.open_tasks(process)

    assert (task.title, task.kind) == ("Paso uno", "task")
    assert task.post == Post.objects.get(slug="jefe")
    assert task.unit == task.post.unit
    assert task.created == office.at


def test_a_transition_is_one_entry_with_all_that_it_changed(office: Office) -> None:
    process = office.begin(LINE)
    entries = Entry.objects.count()

    office.does(process, "uno")

    entry = Entry.objects.latest("pk")
    assert Entry.objects.count() == entries + 1
    assert entry.kind == "task.completed"
    assert [(t["node"], t["from"], t["to"]) for t in entry.facts["transitions"]] == [
        ("n_uno", "NEW", "DONE"),
        ("n_dos", "", "NEW"),
    ]


def test_the_same_decision_again_is_answered_and_does_nothing(office: Office) -> None:
    process = office.begin(LINE)
    task = office.task(process, "uno")
    office.does(process, "uno")

    with engine.locked(task.pk) as locked:
        opened = engine.complete(locked, outcome="done", by=office.people["jefe"], at=office.at)

    assert opened == []
    assert office.open_steps(process) == ["dos"]


def test_another_decision_on_a_closed_task_is_told_who_was_first(office: Office) -> None:
    process = office.begin(LINE)
    task = office.task(process, "uno")
    office.does(process, "uno")

    with pytest.raises(TaskAlreadyDone, match="ya atendió"), engine.locked(task.pk) as locked:
        engine.complete(locked, outcome="done", by=office.people["ana"], at=office.at + timedelta(hours=1))


def test_an_outcome_that_the_step_does_not_offer_is_refused(office: Office) -> None:
    process = office.begin(LINE)

    with pytest.raises(StepRefused):
        office.does(process, "uno", "observed")

    assert office.open_steps(process) == ["uno"]


def test_an_unknown_task_is_not_found(office: Office) -> None:
    with pytest.raises(TaskNotFound), engine.locked(987654):
        pass


def test_the_engines_own_rows_are_nobodys_task(office: Office) -> None:
    process = office.begin(LINE)
    beginning = Task.objects.get(process=process, kind="")

    with pytest.raises(TaskNotFound), engine.locked(beginning.pk):
        pass
