"""Files that several hold at once: the way splits, waits and joins."""

from django.utils import timezone

from organization.models import Unit
from tests.desk.conftest import Seat, act, informe, person, step
from workflows import services
from workflows.models import Process
from workflows.rules.drawing import Drawing
from workflows.rules.foresight import foreseen
from workflows.rules.relay import Course, LegKind, sentence, wide
from workflows.selectors.legs import way_of
from workflows.selectors.steps import drawing_of

ENTITY = "cajamarca-2011"


def plan() -> Process:
    process = services.open_case(
        route="plan", subject="Plan", unit=Unit.objects.get(slug="cis"), by=person("director-cis"), at=timezone.now()
    )
    step(process, "director-cis", informe())
    step(process, "secretario-general", act())
    return process


def course_of(process: Process) -> Course:
    return way_of(process.expediente_id, today=timezone.localdate()).course


def drawn(process: Process) -> Drawing:
    drawing = drawing_of(process.route_version)
    assert drawing is not None
    return drawing


def test_three_endorse_at_once_and_who_is_done_waits(seat: Seat) -> None:
    process = plan()
    step(process, "gerente-grppat", outcome="endorsed")

    course = course_of(process)

    assert sorted(leg.holder for leg in course.open_legs) == ["DRAJ", "GGR"]
    assert "Lo tienen" in sentence(course).holder
    done = next(place for place, leg in enumerate(course.legs) if leg.holder == "GRPPAT")
    assert len(course.siblings(done)) == 2
    assert course.legs[done].verb == "visto"


def test_the_branches_join_where_the_last_one_ends(seat: Seat) -> None:
    process = plan()
    for username in ("gerente-grppat", "gerente-general-regional", "director-draj"):
        step(process, username, outcome="endorsed")

    course = course_of(process)

    joined = [leg for leg in course.held if len(leg.sources) == 3]
    assert [leg.holder for leg in joined] == ["SG"]
    assert sum(path.look == "thick" for path in wide(course).paths) == 1
    assert "hábiles, 5 pases." in sentence(course).totals


def test_a_round_is_foreseen_as_one_stage(seat: Seat) -> None:
    process = plan()

    stages = foreseen(drawn(process), "proyectar")

    assert [sorted(step.id for step in stage.steps) for stage in stages] == [
        ["conformidad", "visto"],
        ["numerar"],
        ["firmar"],
    ]
    planned = [leg for leg in course_of(process).legs if leg.kind == LegKind.PLANNED]
    assert [leg.verb for leg in planned] == ["numerar", "firmar"]


def test_whoever_shares_a_round_sees_the_others(seat: Seat) -> None:
    process = plan()

    page = seat("gerente-grppat").get(f"/mesa/expedientes/{process.expediente_id}/").content.decode()

    assert "Le toca a usted" in page
    assert page.count("Está en ") == 3
    assert "SG remite a DRAJ" in page


def test_a_round_observed_comes_back_with_what_must_be_mended(seat: Seat) -> None:
    process = plan()
    step(process, "gerente-grppat", outcome="observed", observation="Precise el plazo.")
    step(process, "gerente-general-regional", outcome="endorsed")
    step(process, "director-draj", outcome="endorsed")

    sg = seat("secretario-general")
    tray = sg.get("/mesa/bandeja/por-atender/").content.decode()
    assert "Plan" in tray
    task = process.task_set.filter(status="NEW").exclude(kind="").get()
    page = sg.get(f"/mesa/tareas/{task.pk}/").content.decode()
    assert "Precise el plazo." in page
