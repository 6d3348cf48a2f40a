"""Who gets a step: posts, units, parts of the file, and the head of the unit that it comes from."""

from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from viewflow.workflow.token import Token

from tests.factories import make_post, make_unit
from tests.workflows.conftest import Office
from tests.workflows.drawings import arrows, end, route, service, start, task
from workflows.errors import CaseBusy, NobodyHolds, RouteRefused, StepRefused, TaskAlreadyDone, TaskNotFound
from workflows.models import Task
from workflows.services import automatic, engine


def one(who: str, **said: str) -> bytes:
    return route(start(), task("a", who=who, **said), end(), arrows("inicio a", "a fin"))


def holder(office: Office, source: bytes, **known: object) -> tuple[str, str]:
    process = office.begin(source, **known)
    row = engine.open_tasks(process).get()
    return (row.unit.slug if row.unit else "", row.post.slug if row.post else "")


def test_a_unit_gets_the_step_in_its_tray(office: Office) -> None:
    make_unit("obras")

    assert holder(office, one('unit="obras"')) == ("obras", "")


def test_a_vacant_post_keeps_its_step(office: Office) -> None:
    make_post("vacante", unit=make_unit("obras"))

    assert holder(office, one('post="vacante"')) == ("obras", "vacante")


def test_the_head_of_the_unit_that_the_file_comes_from(office: Office) -> None:
    unit = make_unit("obras")
    make_post("jefe-obras", unit=unit)

    assert holder(office, one('drafterHead="true"'), unit=unit) == ("obras", "jefe-obras")


def test_a_unit_without_head_keeps_the_step(office: Office) -> None:
    assert holder(office, one('drafterHead="true"'), unit=make_unit("obras")) == ("obras", "")


@pytest.mark.parametrize(("slug", "found"), [("obras", ("obras", "")), ("rentas-jefe", ("rentas", "rentas-jefe"))])
def test_a_part_that_the_file_names(office: Office, slug: str, found: tuple[str, str]) -> None:
    make_unit("obras")
    make_post("rentas-jefe", unit=make_unit("rentas"))

    assert holder(office, one('role="tecnica"'), roles={"tecnica": slug}) == found


@pytest.mark.parametrize("who", ['post="nadie"', 'unit="nada"', 'role="tecnica"', 'drafterHead="true"'])
def test_who_does_not_exist_is_told_and_nothing_starts(office: Office, who: str) -> None:
    with pytest.raises(NobodyHolds), transaction.atomic():
        office.begin(one(who))

    assert not Task.objects.exists()


# Who signs


SIGN = route(
    start(),
    task("redacta", kind="draft", drafts="resolucion", key="acto", who='post="jefe"'),
    task("numera", kind="number", outcomes="numbered", about="acto", who='post="jefe"'),
    task("segunda", kind="sign", outcomes="signed", about="acto", who='post="ana"', signerOrder="1"),
    task("primera", kind="sign", outcomes="signed", about="acto", who='unit="obras"', signerOrder="2"),
    end(),
    arrows("inicio redacta", "redacta numera", "numera segunda", "segunda primera", "primera fin"),
)


def test_signers_come_in_their_order_and_a_unit_signs_by_its_head(office: Office) -> None:
    make_post("jefe-obras", unit=make_unit("obras"))

    posts = engine.signing_posts(office.begin(SIGN), "acto")

    assert [post.slug for post in posts] == ["ana", "jefe-obras"]


def test_a_unit_without_head_cannot_sign(office: Office) -> None:
    make_unit("obras")

    with pytest.raises(NobodyHolds):
        engine.signing_posts(office.begin(SIGN), "acto")


# What the engine refuses


def closed(office: Office) -> Task:
    process = office.begin(one('post="jefe"'))
    office.does(process, "a")
    return Task.objects.get(process=process, step="a")


def test_a_closed_task_is_neither_sent_back_nor_derived(office: Office) -> None:
    row = closed(office)

    with engine.locked(row.pk) as locked:
        assert engine.send_back(locked, step="a", outcome="done", by=office.people["jefe"], at=office.at) == []
        with pytest.raises(TaskAlreadyDone):
            engine.send_back(locked, step="a", outcome="observed", by=office.people["jefe"], at=office.at)
        with pytest.raises(TaskAlreadyDone):
            engine.insert_step(locked, units=[], title="", by=office.people["jefe"], at=office.at)


def test_a_cancelled_task_is_told_to_be_no_longer_pending(office: Office) -> None:
    process = office.begin(one('post="jefe"'))
    row = office.task(process, "a")
    engine.cancel(process, by=office.people["jefe"], at=office.at)
    engine.cancel(process, by=office.people["jefe"], at=office.at)

    with pytest.raises(TaskAlreadyDone, match="ya no está pendiente"), engine.locked(row.pk) as locked:
        engine.complete(locked, outcome="done", by=office.people["jefe"], at=office.at)


def test_a_step_where_the_file_never_was_gets_nothing_back(office: Office) -> None:
    process = office.begin(
        route(
            start(),
            task("a", outcomes="done observed", returnsTo="b"),
            task("b"),
            end(),
            arrows("inicio a", "a b", "b fin"),
        )
    )

    with pytest.raises(StepRefused, match="todavía no pasó"):
        office.does(process, "a", "observed")


def test_detours_within_detours_have_an_end(office: Office) -> None:
    process = office.begin(one('post="jefe"'))
    row = office.task(process, "a")
    Task.objects.filter(pk=row.pk).update(token=Token("start" + "/123456_1" * 12))

    with pytest.raises(StepRefused, match="muchas derivaciones"), engine.locked(row.pk) as locked:
        engine.insert_step(locked, units=[make_unit()], title="", by=office.people["jefe"], at=office.at)


def test_only_a_failed_step_is_tried_again(office: Office) -> None:
    process = office.begin(one('post="jefe"'))

    for task_id in (office.task(process, "a").pk, 987654):
        with pytest.raises(TaskNotFound):
            engine.retry(task_id=task_id, by=None, at=office.at)


def test_a_service_that_is_gone_is_told(office: Office) -> None:
    with pytest.raises(RouteRefused, match="«nada»"):
        office.begin(route(start(), service("s", "nada"), end(), arrows("inicio s", "s fin")))


def test_closing_a_case_twice_changes_nothing(office: Office) -> None:
    process = office.begin(one('post="jefe"'))

    first = automatic.call("close_case", process=process, by=office.people["jefe"], at=office.at)
    process.expediente.refresh_from_db()
    closed_at = process.expediente.closed_at
    automatic.call("close_case", process=process, by=None, at=office.at.replace(hour=23))

    process.expediente.refresh_from_db()
    assert (first, process.expediente.closed_at) == ("done", closed_at)


def test_a_file_that_somebody_else_holds_for_too_long_is_busy(office: Office) -> None:
    process = office.begin(one('post="jefe"'))
    row = office.task(process, "a")

    def held(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "workflows_process" in sql:
            raise OperationalError("canceling statement due to lock timeout")
        return execute(sql, params, many, context)

    with pytest.raises(CaseBusy), connection.execute_wrapper(held), engine.locked(row.pk):
        pass
