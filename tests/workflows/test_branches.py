"""Branches, rounds and returns: tokens meet where they should."""

import pytest

from organization.models import Unit
from tests.factories import make_unit
from tests.workflows.conftest import Office
from tests.workflows.drawings import arrows, each, end, exclusive, parallel, route, start, task
from workflows.errors import StepRefused, TaskAlreadyDone
from workflows.models import Process, Task
from workflows.services import engine

SPLIT = route(
    start(),
    task("a"),
    parallel("abre"),
    task("b", who='post="ana"'),
    task("c", who='post="luis"'),
    parallel("junta"),
    task("d"),
    end(),
    arrows("inicio a", "a abre", "abre b", "abre c", "b junta", "c junta", "junta d", "d fin"),
)
ROUND = route(
    start(),
    task("redacta", kind="draft", drafts="resolucion", key="acto"),
    each("visa", each='posts="ana luis rosa"', outcomes="done observed"),
    exclusive("bien"),
    task("firma", outcomes="done observed", returnsTo="redacta"),
    end(),
    arrows("inicio redacta", "redacta visa", "visa bien", "bien redacta observed", "bien firma", "firma fin"),
)
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


def post_of(task: Task) -> str:
    return task.post.slug if task.post else ""


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


# Returns


def test_a_return_goes_only_where_the_route_says(office: Office) -> None:
    process = office.begin(ROUND)
    to_signature(office, process)

    with pytest.raises(StepRefused):
        office.does(process, "firma", "observed", back_to="visa")

    assert office.does(process, "firma", "observed", back_to="redacta") == ["redacta"]


def to_signature(office: Office, process: Process) -> None:
    office.does(process, "redacta")
    for post in ("ana", "luis", "rosa"):
        office.does(process, "visa", post=post)


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


# Detours


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


def test_a_stopped_process_leaves_nothing_open(office: Office) -> None:
    process = office.begin(AT_ONCE)
    office.does(process, "a")
    office.does(process, "visto", post="ana")

    engine.cancel(process, by=office.people["jefe"], at=office.at)

    assert process.status == "CANCELED"
    assert not engine.open_tasks(process).exists()


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
