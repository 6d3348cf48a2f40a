"""What a step costs: the statements of the worst step of the five routes, and the time of a plain one."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext, override_settings

from benchmarks.registry import Measure, benchmark, compare
from config import profiles
from docs_store.models import Expediente
from ledger import services as ledger
from organization.models import Person, Post
from signing import services as signing
from workflows import published
from workflows.models import Process
from workflows.services import engine
from workflows.services.play import Player
from workflows.services.routes import load_route
from workflows.services.scripts import read_script

AT = datetime(2023, 10, 16, 9, tzinfo=ZoneInfo("America/Lima"))
ROUNDS_BEFORE = 30
TIMES = 40
PLAIN = """<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:chasqui="urn:chasqui:bpmn:1" id="d" targetNamespace="urn:t"><bpmn:process id="p" name="Ida y vuelta">
  <bpmn:startEvent id="inicio"/>
  <bpmn:userTask id="ida"><bpmn:extensionElements><chasqui:step kind="task" outcomes="done"/>
    <chasqui:who post="jefe-de-prueba"/></bpmn:extensionElements></bpmn:userTask>
  <bpmn:userTask id="vuelta"><bpmn:extensionElements><chasqui:step kind="task" outcomes="done observed"/>
    <chasqui:who post="jefe-de-prueba"/></bpmn:extensionElements></bpmn:userTask>
  <bpmn:exclusiveGateway id="bien"/>
  <bpmn:endEvent id="fin"/>
  <bpmn:sequenceFlow id="f1" sourceRef="inicio" targetRef="ida"/>
  <bpmn:sequenceFlow id="f2" sourceRef="ida" targetRef="vuelta"/>
  <bpmn:sequenceFlow id="f3" sourceRef="vuelta" targetRef="bien"/>
  <bpmn:sequenceFlow id="f4" sourceRef="bien" targetRef="ida">
    <bpmn:conditionExpression>observed</bpmn:conditionExpression></bpmn:sequenceFlow>
  <bpmn:sequenceFlow id="f5" sourceRef="bien" targetRef="fin"/>
</bpmn:process></bpmn:definitions>"""


@benchmark("B10", "statements of the worst step of the five routes / the least", at_most=25)
def worst_step() -> Measure:
    counts = [count for name in profiles.names() for count in _statements_of_case(name)]
    return Measure(floor=min(counts), result=max(counts), unit="q")


def _statements_of_case(name: str) -> Iterator[int]:
    """Play a real case and undo it; yield what the transaction of each step executed, its begin and end counted."""
    with transaction.atomic(), override_settings(ENTITY=name):
        profiles.load(name, at=AT)
        signing.ensure_authority()
        moves = Player(read_script(settings.BASE_DIR / "entities" / name / "case.toml")).play()
        next(moves)
        while True:
            with CaptureQueriesContext(connection) as queries:
                if next(moves, None) is None:
                    break
            yield _transition([query["sql"] for query in queries.captured_queries])
        transaction.set_rollback(True)
    published.forget()


def _transition(statements: Sequence[str]) -> int:
    """Return how many statements the transaction took that moved the task."""
    moves = ("'task.completed'", "'task.returned'")
    moved = next(
        at for at, sql in enumerate(statements) if "ledger_entry" in sql and any(kind in sql for kind in moves)
    )
    opened: list[int] = []
    for at, sql in enumerate(statements):
        if sql.startswith("SAVEPOINT"):
            opened.append(at)
        elif sql.startswith("RELEASE"):
            begin = opened.pop()
            if not opened and begin < moved < at:
                return at - begin + 1
    raise LookupError("the step was not moved in one transaction")


class Plain:
    """A file that goes to and fro between two steps, for ever."""

    def __init__(self) -> None:
        post = Post.objects.filter(slug="jefe-de-prueba").first() or self._post()
        self.by = Person.objects.get(username="jefe-de-prueba")
        version = load_route(slug="ida-y-vuelta", source=PLAIN.encode(), by=None, at=AT)
        expediente = Expediente.objects.create(label=f"BENCH-{Process.objects.count()}", subject="Ida", opened_at=AT)
        self.process = engine.start(
            route_version=version, expediente=expediente, drafter_unit=post.unit, data={}, by=self.by, at=AT
        )
        self.task_id = engine.open_tasks(self.process).get().pk
        self.outcome = "done"

    def _post(self) -> Post:
        from tests.factories import make_person, make_post

        post = make_post("jefe-de-prueba")
        make_person("jefe-de-prueba", post=post)
        return post

    def move(self) -> None:
        with engine.locked(self.task_id) as task:
            (opened,) = engine.complete(task, outcome=self.outcome, by=self.by, at=AT)
        self.task_id = opened.pk
        self.outcome = "observed" if self.outcome == "done" else "done"


@benchmark("B10", f"statements of a step after {ROUNDS_BEFORE} rounds / of the first", ratio_at_most=1)
def constant_in_length() -> Measure:
    plain = Plain()
    first = _count(plain)
    for _step in range(2 * ROUNDS_BEFORE - 1):
        plain.move()
    return Measure(floor=first, result=_count(plain), unit="q")


def _count(plain: Plain) -> int:
    with CaptureQueriesContext(connection) as queries:
        plain.move()
    return len(queries)


@benchmark("B11", "a step / its statements as round trips and one commit", ratio_at_most=6)
def time_of_a_step() -> Measure:
    plain = Plain()
    trips = _count(plain) - 1

    def floor() -> None:
        """Make as many round trips as the step does, and one insert with its commit that reaches the disk."""
        for _trip in range(trips):
            with connection.cursor() as cursor:
                cursor.execute("SELECT * FROM workflows_task WHERE id = %s", [plain.task_id])
                cursor.fetchall()
        ledger.read("expediente:1", by="person:1")

    return compare(floor, plain.move, times=TIMES)
