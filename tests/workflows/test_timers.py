"""Terms and timers: our own rows, counted in business days."""

from datetime import date, datetime, timedelta

import pytest

from law.models import CalendarSpan
from tests.factories import LIMA
from tests.workflows.conftest import Office
from tests.workflows.drawings import arrows, each, end, exclusive, parallel, route, service, start, task, timer
from workflows.models import BoundaryTimer, Clock, Task
from workflows.services import automatic, engine
from workflows.services.timers import fire, fire_due

THURSDAY_AFTER = datetime(2023, 10, 20, 0, 1, tzinfo=LIMA)
"""Monday and three business days end on Thursday night."""


@pytest.fixture
def calendar(db: object) -> None:
    for place in ("PE", "cusco"):
        CalendarSpan.objects.create(place=place, first=date(2023, 1, 1), last=date(2023, 12, 31))


def test_a_step_with_a_term_has_a_day_and_its_clock(office: Office, calendar: None) -> None:
    process = office.begin(route(start(), task("a", term="5"), end(), arrows("inicio a", "a fin")))

    (opened,) = engine.open_tasks(process)
    clock = Clock.objects.get(task=opened)
    assert opened.due_on == clock.due_on == date(2023, 10, 23)
    assert (clock.amount, clock.unit, clock.event_on, clock.place) == (5, "business_days", date(2023, 10, 16), "cusco")
    assert clock.derivation

    office.does(process, "a")
    clock.refresh_from_db()
    assert (clock.state, clock.stopped_at) == ("done", office.at)


def test_a_calendar_that_ends_stops_no_work(office: Office, calendar: None) -> None:
    office.at = datetime(2023, 12, 28, 9, tzinfo=LIMA)
    process = office.begin(route(start(), task("a", term="5"), end(), arrows("inicio a", "a fin")))

    assert engine.open_tasks(process).get().due_on is None


INTERRUPTS = route(
    start(),
    task("a"),
    timer("vence", "a"),
    task("b"),
    task("tarde"),
    end(),
    arrows("inicio a", "a b", "b fin", "vence tarde", "tarde b"),
)
BESIDE = route(
    start(),
    task("a"),
    timer("avisa", "a", interrupting=False),
    task("b"),
    task("aviso"),
    end(),
    end("fin_b"),
    arrows("inicio a", "a b", "b fin", "avisa aviso", "aviso fin_b"),
)


def test_an_interrupting_timer_ends_the_step_on_its_day(office: Office, calendar: None) -> None:
    process = office.begin(INTERRUPTS)

    assert fire_due(THURSDAY_AFTER - timedelta(minutes=5)) == 0
    assert fire_due(THURSDAY_AFTER) == 1

    assert office.open_steps(process) == ["tarde"]
    host = Task.objects.get(process=process, step="a")
    assert (host.status, host.outcome, host.finished) == ("CANCELED", "timeout", THURSDAY_AFTER)
    assert office.does(process, "tarde") == ["b"]
    assert fire_due(THURSDAY_AFTER + timedelta(days=9)) == 0


def test_a_timer_of_a_step_that_is_done_never_fires(office: Office, calendar: None) -> None:
    process = office.begin(INTERRUPTS)
    office.does(process, "a")

    assert BoundaryTimer.objects.get().cancelled_at == office.at
    assert fire_due(THURSDAY_AFTER) == 0
    assert office.open_steps(process) == ["b"]


def test_a_timer_is_armed_anew_when_the_step_comes_again(office: Office, calendar: None) -> None:
    process = office.begin(
        route(
            start(),
            task("a"),
            timer("vence", "a"),
            task("b", outcomes="done observed", returnsTo="a"),
            end(),
            end("tarde"),
            arrows("inicio a", "a b", "b fin", "vence tarde"),
        )
    )
    office.does(process, "a")
    office.does(process, "b", "observed")

    assert fire_due(THURSDAY_AFTER) == 1
    process.refresh_from_db()
    assert process.status == "DONE"


def test_a_timer_beside_leaves_the_step_and_opens_its_path(office: Office, calendar: None) -> None:
    process = office.begin(BESIDE)

    assert fire_due(THURSDAY_AFTER) == 1
    assert sorted(office.open_steps(process)) == ["a", "aviso"]

    office.does(process, "a")
    office.does(process, "b")
    process.refresh_from_db()
    assert process.status == "NEW"
    office.does(process, "aviso")
    process.refresh_from_db()
    assert process.status == "DONE"


def test_a_path_beside_holds_up_no_join(office: Office, calendar: None) -> None:
    process = office.begin(
        route(
            start(),
            parallel("abre"),
            task("a"),
            timer("avisa", "a", interrupting=False),
            task("b"),
            parallel("junta"),
            task("c"),
            end(),
            task("aviso"),
            end("fin_b"),
            arrows(
                "inicio abre",
                "abre a",
                "abre b",
                "a junta",
                "b junta",
                "junta c",
                "c fin",
                "avisa aviso",
                "aviso fin_b",
            ),
        )
    )
    fire_due(THURSDAY_AFTER)

    office.does(process, "a")
    assert office.does(process, "b") == ["c"]


def test_a_timer_on_a_round_ends_the_whole_round(office: Office, calendar: None) -> None:
    process = office.begin(
        route(
            start(),
            each("visa", each='posts="ana luis"'),
            timer("vence", "visa"),
            task("z"),
            end(),
            arrows("inicio visa", "visa z", "z fin", "vence z"),
        )
    )
    office.does(process, "visa", post="ana")

    assert fire_due(THURSDAY_AFTER) == 1
    assert office.open_steps(process) == ["z"]
    assert str(office.task(process, "z").token) == "start"


def test_a_service_that_fails_behind_a_timer_waits_as_an_error_and_can_be_tried_again(
    office: Office, calendar: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    pin = "918273"

    def fail(*_args: object) -> str:
        secret = pin
        raise ValueError(f"PIN {secret} refused")

    monkeypatch.setitem(automatic._SERVICES, "frail", fail)
    process = office.begin(
        route(
            start(),
            task("a"),
            timer("vence", "a"),
            service("s", "frail"),
            task("b"),
            end(),
            arrows("inicio a", "a b", "b fin", "vence s", "s b"),
        )
    )
    fire_due(THURSDAY_AFTER)

    failed = Task.objects.get(process=process, status="ERROR")
    assert failed.data["_exception"]["error"] == "ValueError"
    assert pin not in str(failed.data)

    monkeypatch.setitem(automatic._SERVICES, "frail", lambda *_args: "done")
    opened = engine.retry(task_id=failed.pk, by=None, at=THURSDAY_AFTER)
    assert [t.step for t in opened] == ["b"]


def test_a_service_that_fails_undoes_the_decision_that_led_to_it(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object) -> str:
        raise ValueError("no")

    monkeypatch.setitem(automatic._SERVICES, "frail", fail)
    process = office.begin(route(start(), task("a"), service("s", "frail"), end(), arrows("inicio a", "a s", "s fin")))

    with pytest.raises(ValueError, match="no"):
        office.does(process, "a")

    assert office.open_steps(process) == ["a"]
    assert not Task.objects.filter(status="ERROR").exists()


def test_a_service_runs_with_the_decision_that_leads_to_it(office: Office) -> None:
    process = office.begin(
        route(start(), task("a"), service("s", "close_case"), end(), arrows("inicio a", "a s", "s fin"))
    )

    office.does(process, "a")

    process.expediente.refresh_from_db()
    assert process.expediente.closed_at == office.at


def test_a_services_word_decides_where_the_file_goes(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(automatic._SERVICES, "frail", lambda *_args: "observed")
    process = office.begin(
        route(
            start(),
            task("a"),
            service("s", "frail"),
            exclusive("x"),
            task("b"),
            end(),
            arrows("inicio a", "a s", "s x", "x b observed", "x fin", "b fin"),
        )
    )

    assert office.does(process, "a") == ["b"]


def test_a_timer_that_cannot_fire_stops_none_of_the_others(office: Office, calendar: None) -> None:
    source = route(
        start(),
        task("a"),
        timer("vence", "a"),
        task("b", who='unit="luna"'),
        end(),
        arrows("inicio a", "a fin"),
        '<bpmn:sequenceFlow id="g0" sourceRef="vence" targetRef="b"/>',
        '<bpmn:sequenceFlow id="g1" sourceRef="b" targetRef="fin"/>',
    )
    stuck = office.begin(source)
    fine = office.begin(INTERRUPTS)

    assert fire_due(THURSDAY_AFTER) == 1
    assert office.open_steps(stuck) == ["a"]
    assert office.open_steps(fine) == ["tarde"]


def test_a_timer_fires_once_however_often_it_is_asked(office: Office, calendar: None) -> None:
    office.begin(INTERRUPTS)
    waiting = BoundaryTimer.objects.get()

    assert fire(timer_id=waiting.pk, at=THURSDAY_AFTER)
    assert not fire(timer_id=waiting.pk, at=THURSDAY_AFTER)
