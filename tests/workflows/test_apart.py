"""What must hold between processes and threads: one successor, one version, all or nothing."""

import json
import os
import sqlite3
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from law.models import CalendarSpan
from tests.workflows.conftest import MONDAY, Office
from tests.workflows.drawings import LINE, arrows, each, end, parallel, route, start, task, timer
from workflows.services.routes import load_route

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 50
ROUND = route(
    start(),
    parallel("abre"),
    each("visa", each='posts="jefe ana luis"'),
    task("b"),
    task("c"),
    parallel("junta"),
    task("fuera"),
    end(),
    arrows(
        "inicio abre", "abre visa", "abre b", "abre c", "visa junta", "b junta", "c junta", "junta fuera", "fuera fin"
    ),
)


@pytest.fixture
def office(transactional_db: Any) -> Office:
    return Office()


def publish(source: bytes, slug: str = "ruta") -> str:
    return load_route(slug=slug, source=source, by=None, at=MONDAY).class_name


def apart(tmp_path: Path, *arguments: str) -> Any:
    """Run in a process of its own, on a copy of this test's database, and return what it prints."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "tests.workflows.apart", *arguments],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATA_DIR": str(tmp_path), "DATABASE_URL": _database(tmp_path)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def _database(tmp_path: Path) -> str:
    if connection.vendor == "postgresql":
        known = connection.settings_dict
        return f"postgresql://{known['USER']}:{known['PASSWORD']}@{known['HOST']}:{known['PORT']}/{known['NAME']}"
    path = tmp_path / "copy.sqlite3"
    copy = sqlite3.connect(path)
    connection.ensure_connection()
    connection.connection.backup(copy)
    copy.close()
    return f"sqlite://{path}"


def check_race(rounds: list[Any]) -> None:
    assert [r["successors"] for r in rounds] == [1] * len(rounds)
    for answers in (r["answers"] for r in rounds):
        assert answers == ["TaskAlreadyDone"] * 3 + ["done", "same", "same"]


def test_six_requests_on_one_task_make_one_successor_fifty_times(office: Office, tmp_path: Path) -> None:
    name = publish(LINE)
    office.begin(LINE)

    check_race(apart(tmp_path, "race", name, str(ROUNDS)))


def test_a_round_whose_people_answer_at_once_goes_on_once(office: Office, tmp_path: Path) -> None:
    name = publish(ROUND)
    office.begin(LINE)

    rounds = apart(tmp_path, "gather", name, "15")

    assert rounds == [{"answers": ["done"] * 5, "open": ["fuera"]}] * 15


def test_a_file_goes_on_after_a_restart_and_beside_a_newer_version(office: Office, tmp_path: Path) -> None:
    process = office.begin(LINE)
    newer = LINE.replace(b'"uno"', b'"otro"').replace(b" uno", b" otro")
    publish(newer, slug=process.route_version.route.slug)

    assert apart(tmp_path, "resolve", str(process.pk)) == [[process.route_version.class_name, "n_uno", "Paso uno"]]


OPENS_MANY = route(
    start(),
    task("a", term="2"),
    parallel("abre"),
    each("visa", each='posts="jefe ana luis"', term="3"),
    task("b", term="5"),
    each("c", each='posts="ana rosa"', term="7"),
    timer("vence", "b"),
    task("d"),
    parallel("junta"),
    task("fuera"),
    end(),
    arrows("inicio a", "a abre", "abre visa", "abre b", "abre c", "visa junta", "b junta", "c junta", "junta fuera"),
    '<bpmn:sequenceFlow id="g0" sourceRef="vence" targetRef="d"/>',
    '<bpmn:sequenceFlow id="g1" sourceRef="d" targetRef="junta"/>',
    '<bpmn:sequenceFlow id="g2" sourceRef="fuera" targetRef="fin"/>',
)


def test_a_death_before_or_after_any_statement_leaves_all_or_nothing(office: Office, tmp_path: Path) -> None:
    for place in ("PE", "cusco"):
        CalendarSpan.objects.create(place=place, first=date(2023, 1, 1), last=date(2023, 12, 31))
    name = publish(OPENS_MANY)
    office.begin(LINE)

    left = [tuple(outcome) for outcome in apart(tmp_path, "kill", name)]

    nothing, everything = ("NEW", 0, 0), ("DONE", 9, 1)
    assert left[0] == nothing
    assert left[-1] == everything
    assert set(left) == {nothing, everything}
    assert len(left) >= 20
