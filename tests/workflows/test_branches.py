"""Branches and rounds: tokens meet where they should."""

import pytest

from tests.factories import make_unit
from tests.workflows.conftest import Office, post_of
from tests.workflows.drawings import ROUND, SPLIT, arrows, each, end, exclusive, parallel, route, start, task
from workflows.errors import StepRefused
from workflows.services import engine

NESTED = route(
    start(),
    task("a", outcomes="done"),
    parallel("abre"),
    each("visto", each='posts="ana luis"', outcomes="done observed"),
    task("conforme", who='post="rosa"', outcomes="done observed"),
    parallel("junta"),
    exclusive("bien"),
    task("fuera"),
    end(),
    arrows(
        "inicio a",
        "a abre",
        "abre visto",
        "abre conforme",
        "visto junta",
        "conforme junta",
        "junta bien",
        "bien a observed",
        "bien fuera",
        "fuera fin",
    ),
)


def test_a_join_waits_for_every_branch(office: Office) -> None:
    process = office.begin(SPLIT)

    assert sorted(office.does(process, "a")) == ["b", "c"]
    assert office.does(process, "c") == []
    assert office.does(process, "b") == ["d"]
    assert office.task(process, "d").token == "start"


def test_each_post_of_a_round_gets_a_task(office: Office) -> None:
    process = office.begin(ROUND)

    office.does(process, "redacta")

    tasks = engine.open_tasks(process)
    assert [(t.step, post_of(t)) for t in tasks] == [("visa", "ana"), ("visa", "luis"), ("visa", "rosa")]


def test_a_round_ends_first_and_its_observations_are_gathered(office: Office) -> None:
    process = office.begin(ROUND)
    office.does(process, "redacta")

    assert office.does(process, "visa", "observed", post="luis") == []
    assert office.does(process, "visa", post="ana") == []
    assert office.does(process, "visa", post="rosa") == ["redacta"]


def test_rounds_can_be_repeated_and_old_ones_do_not_count(office: Office) -> None:
    process = office.begin(ROUND)
    for _round in range(3):
        office.does(process, "redacta")
        for post in ("ana", "rosa"):
            office.does(process, "visa", post=post)
        assert office.does(process, "visa", "observed", post="luis") == ["redacta"]

    office.does(process, "redacta")
    for post in ("ana", "rosa"):
        office.does(process, "visa", post=post)
    assert office.does(process, "visa", post="luis") == ["firma"]


def test_a_round_inside_a_branch_meets_its_own_join(office: Office) -> None:
    process = office.begin(NESTED)

    for _round in range(2):
        office.does(process, "a")
        assert office.does(process, "visto", "observed", post="ana") == []
        assert office.does(process, "conforme") == []
        assert office.does(process, "visto", post="luis") == ["a"]

    office.does(process, "a")
    office.does(process, "visto", post="luis")
    office.does(process, "visto", post="ana")
    assert office.does(process, "conforme") == ["fuera"]
    assert office.does(process, "fuera") == []
    process.refresh_from_db()
    assert process.status == "DONE"


def test_splits_inside_splits(office: Office) -> None:
    process = office.begin(
        route(
            start(),
            parallel("s1"),
            parallel("s2"),
            task("a"),
            task("b", who='post="ana"'),
            parallel("j2"),
            task("c", who='post="luis"'),
            parallel("j1"),
            task("d"),
            end(),
            arrows("inicio s1", "s1 s2", "s1 c", "s2 a", "s2 b", "a j2", "b j2", "j2 j1", "c j1", "j1 d", "d fin"),
        )
    )

    assert sorted(office.open_steps(process)) == ["a", "b", "c"]
    assert office.does(process, "c") == []
    assert office.does(process, "a") == []
    assert office.does(process, "b") == ["d"]


def test_what_was_mended_within_its_branch_is_mended(office: Office) -> None:
    process = office.begin(
        route(
            start(),
            task("z"),
            parallel("abre"),
            exclusive("otra_vez"),
            task("a"),
            task("revisa", outcomes="done observed"),
            exclusive("bien"),
            task("b", outcomes="done observed"),
            parallel("junta"),
            exclusive("todo"),
            task("c"),
            end(),
            arrows(
                "inicio z",
                "z abre",
                "abre otra_vez",
                "abre b",
                "otra_vez a",
                "a revisa",
                "revisa bien",
                "b junta",
                "bien otra_vez observed",
                "bien junta",
                "junta todo",
                "todo z observed",
                "todo c",
                "c fin",
            ),
        )
    )

    office.does(process, "z")
    office.does(process, "a")
    assert office.does(process, "revisa", "observed") == ["a"]
    office.does(process, "a")
    assert office.does(process, "revisa") == []
    assert office.does(process, "b") == ["c"]


def test_gateways_in_a_row_are_one_decision(office: Office) -> None:
    process = office.begin(
        route(
            start(),
            task("a", outcomes="favourable unfavourable observed done"),
            exclusive("x"),
            exclusive("y"),
            task("si"),
            task("no"),
            task("vuelve"),
            end(),
            arrows(
                "inicio a",
                "a x",
                "x y favourable",
                "x vuelve observed",
                "x y",
                "y si favourable",
                "y no",
                "si fin",
                "no fin",
                "vuelve a",
            ),
        )
    )

    assert office.does(process, "a", "observed") == ["vuelve"]
    assert office.does(process, "vuelve") == ["a"]
    assert office.does(process, "a", "favourable") == ["si"]
    other = office.begin(process.route_version.bpmn.encode())
    assert office.does(other, "a", "unfavourable") == ["no"]


def test_a_sequential_round_asks_one_after_the_other(office: Office) -> None:
    process = office.begin(
        route(
            start(),
            task("a"),
            each("visa", each='posts="ana luis rosa"', sequential=True),
            task("z"),
            end(),
            arrows("inicio a", "a visa", "visa z", "z fin"),
        )
    )

    office.does(process, "a")
    for post, following in (("ana", ["visa"]), ("luis", ["visa"]), ("rosa", ["z"])):
        assert [post_of(t) for t in engine.open_tasks(process)] == [post]
        assert office.does(process, "visa", post=post) == following


DERIVES = route(
    start(),
    task("deriva", kind="derive", outcomes="derived"),
    each("atiende", each='from="units"'),
    task("notifica"),
    end(),
    arrows("inicio deriva", "deriva atiende", "atiende notifica", "notifica fin"),
)


def test_each_unit_that_was_chosen_gets_the_file_in_its_tray(office: Office) -> None:
    units = [make_unit("obras"), make_unit("rentas")]
    process = office.begin(DERIVES)
    process.data["units"] = [unit.slug for unit in units]
    process.save()

    office.does(process, "deriva", "derived")

    assert [(t.unit, t.post) for t in engine.open_tasks(process)] == [(units[0], None), (units[1], None)]


def test_deriving_to_nobody_is_refused_and_the_task_stays(office: Office) -> None:
    process = office.begin(DERIVES)

    with pytest.raises(StepRefused, match="unidad"):
        office.does(process, "deriva", "derived")

    assert office.open_steps(process) == ["deriva"]
