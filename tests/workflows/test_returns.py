"""Returns: the file goes back to a step that the route names, and whatever else runs since then is cancelled."""

import pytest

from tests.workflows.conftest import Office, to_signature
from tests.workflows.drawings import ROUND, arrows, each, end, exclusive, parallel, route, start, task
from workflows.errors import StepRefused
from workflows.models import Task
from workflows.services import engine


def test_a_return_goes_only_where_the_route_says(office: Office) -> None:
    process = office.begin(ROUND)
    to_signature(office, process)

    with pytest.raises(StepRefused):
        office.does(process, "firma", "observed", back_to="visa")

    assert office.does(process, "firma", "observed", back_to="redacta") == ["redacta"]


def test_observing_without_an_arrow_goes_back_by_itself(office: Office) -> None:
    process = office.begin(ROUND)
    to_signature(office, process)

    assert office.does(process, "firma", "observed") == ["redacta"]


AT_ONCE = route(
    start(),
    task("a"),
    parallel("abre"),
    each("visto", each='posts="ana luis"', outcomes="done observed", returnsTo="a", cancelsSiblings="true"),
    task("conforme", who='post="rosa"', outcomes="done observed", returnsTo="a"),
    parallel("junta"),
    task("fuera"),
    end(),
    arrows(
        "inicio a", "a abre", "abre visto", "abre conforme", "visto junta", "conforme junta", "junta fuera", "fuera fin"
    ),
)


def test_an_immediate_return_cancels_whoever_is_still_asked(office: Office) -> None:
    process = office.begin(AT_ONCE)
    for _round in range(3):
        office.does(process, "a")
        office.does(process, "visto", post="ana")
        assert office.does(process, "visto", "observed", post="luis") == ["a"]
        assert office.open_steps(process) == ["a"]
        assert str(office.task(process, "a").token) == "start"

    office.does(process, "a")
    office.does(process, "conforme")
    office.does(process, "visto", post="ana")
    assert office.does(process, "visto", post="luis") == ["fuera"]


def test_what_was_cancelled_says_so_and_leaves_no_join_waiting(office: Office) -> None:
    process = office.begin(AT_ONCE)
    office.does(process, "a")
    office.does(process, "visto", post="ana")

    office.does(process, "conforme", "observed", back_to="a")

    rows = Task.objects.filter(process=process)
    assert sorted(rows.filter(status="CANCELED").exclude(kind="").values_list("step", flat=True)) == ["visto"]
    assert not rows.filter(status="STARTED").exists()


def test_cancelling_siblings_without_a_return_ends_the_round(office: Office) -> None:
    process = office.begin(
        route(
            start(),
            task("a"),
            each("visa", each='posts="ana luis"', outcomes="done observed", cancelsSiblings="true"),
            exclusive("bien"),
            end(),
            arrows("inicio a", "a visa", "visa bien", "bien a observed", "bien fin"),
        )
    )
    office.does(process, "a")

    assert office.does(process, "visa", "observed", post="ana") == ["a"]
    assert office.open_steps(process) == ["a"]


def test_a_stopped_process_leaves_nothing_open(office: Office) -> None:
    process = office.begin(AT_ONCE)
    office.does(process, "a")
    office.does(process, "visto", post="ana")

    engine.cancel(process, by=office.people["jefe"], at=office.at)

    assert process.status == "CANCELED"
    assert not engine.open_tasks(process).exists()
