"""Flow classes of published routes: found by the name that rows keep, one per version, built whole."""

import pytest

from tests.workflows.conftest import MONDAY, Office
from tests.workflows.drawings import LINE, arrows, end, route, start, task
from workflows import published
from workflows.compiler import compile_route
from workflows.errors import RouteRefused
from workflows.models import RouteVersion, Task
from workflows.services import engine
from workflows.services.routes import load_route


def test_rows_name_the_class_and_find_it_after_everything_was_forgotten(office: Office) -> None:
    process = office.begin(LINE)
    name = process.route_version.class_name
    before = Task.objects.get(process=process, step="uno").flow_task

    published.forget()

    after = Task.objects.get(process=process, step="uno").flow_task
    assert after is not before
    assert (after.name, after.flow_class.__name__) == (before.name, name)
    assert office.does(process, "uno") == ["dos"]


def test_a_file_stays_on_the_version_that_it_began_with(office: Office) -> None:
    old = office.begin(LINE)
    slug = old.route_version.route.slug
    newer = load_route(
        slug=slug, source=LINE.replace(b'"uno"', b'"otro"').replace(b" uno", b" otro"), by=None, at=MONDAY
    )
    young = engine.start(
        route_version=newer,
        expediente=old.expediente,
        drafter_unit=None,
        data={},
        by=office.people["jefe"],
        at=MONDAY,
    )

    assert office.open_steps(old) == ["uno"]
    assert office.open_steps(young) == ["otro"]
    assert office.does(old, "uno") == ["dos"]
    assert office.does(old, "dos", "observed") == ["uno"]


def test_a_class_that_is_not_published_is_missing_and_says_so(office: Office, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    process = office.begin(LINE)
    row = office.task(process, "uno")
    Task.objects.filter(pk=row.pk).update(flow_task="workflows/published.Nada_v1.n_uno")
    with pytest.raises(RouteRefused, match="no está publicada"):
        engine.step_of(Task.objects.get(pk=row.pk))
    published.forget()

    with django_assert_num_queries(1):
        for _row in range(5):
            with pytest.raises(AttributeError):
                _found = published.Nada_v1
    with django_assert_num_queries(0), pytest.raises(AttributeError):
        _found = published.something_else


@pytest.mark.parametrize("identity", ["lock", "cancel", "nodes", "instance", "_x", "steps", "algo_path", "uno-dos"])
def test_no_name_of_a_step_breaks_its_class(office: Office, identity: str) -> None:
    source = route(
        start("start"), task(identity), task("b"), end(), arrows(f"start {identity}", f"{identity} b", "b fin")
    )
    process = office.begin(source)

    assert office.does(process, identity) == ["b"]
    assert office.does(process, "b") == []


def test_a_version_that_holds_a_fault_is_not_published(office: Office) -> None:
    with pytest.raises(RouteRefused, match="se corta en a"):
        load_route(slug="x", source=route(start(), task("a"), end(), arrows("inicio a")), by=None, at=MONDAY)

    assert not RouteVersion.objects.filter(route__slug="x").exists()


def test_classes_are_whole_and_share_no_node(office: Office) -> None:
    first = office.begin(LINE).route_version
    second = office.begin(LINE).route_version
    one, two = (engine.flow_class_of(version) for version in (first, second))

    assert one.instance.node("n_uno") is not two.instance.node("n_uno")
    assert one.instance.node("n_uno").chosen("done") is one.instance.node("n_dos")


def test_a_stored_text_that_does_not_compile_is_told() -> None:
    with pytest.raises(RouteRefused, match="no es XML"):
        compile_route("Rota_v1", "<")


def test_nobody_moves_a_node_but_the_engine(office: Office) -> None:
    process = office.begin(LINE)
    row = office.task(process, "uno")
    activation = row.flow_task.activation_class(row)
    activation.decide(outcome="done", by=None)

    with pytest.raises(RuntimeError, match="only inside a call"):
        activation.activate_next()
