"""The five approval routes, step by step as their real cases went; the engine alone, without paper."""

import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from law.services import profile as law
from organization import selectors as organization
from organization.models import Person, Post, Unit
from organization.services import profile as organization_profile
from tests.factories import make_expediente
from workflows.models import Process, RouteVersion, Task
from workflows.services import engine
from workflows.services.profile import load_profile, read_profile

ENTITIES = sorted(path.parent for path in (settings.BASE_DIR / "entities").glob("*/case.toml"))
QUERIES_OF_THE_ENGINE = 18
"""Of the 25 that a whole transition may take; the worst step opens three visados in two branches."""


def load(folder: Path, at: datetime) -> None:
    for room in (law, organization_profile):
        profile, faults = room.read_profile(folder)
        assert faults == []
        room.load_profile(profile, at=at)
    load_profile(read_profile(folder)[0], at=at)


def begin(case: dict[str, Any], at: datetime) -> Process:
    version = RouteVersion.objects.get(route__slug=case["route"])
    unit = Unit.objects.get(slug=case["unit"])
    return engine.start(route_version=version, expediente=make_expediente(), drafter_unit=unit, data={}, by=None, at=at)


def do(process: Process, line: dict[str, Any]) -> tuple[list[Task], int]:
    """Do one line of the script, and return what it opened and what it cost."""
    at = timezone.make_aware(line["at"])
    post = Post.objects.get(slug=line["by"])
    by = organization.holder_of(post, at.date())
    assert isinstance(by, Person)
    (task,) = [t for t in engine.open_tasks(process).filter(step=line["step"]) if post in (t.post, None) or not t.post]
    outcome = line.get("outcome", "done")
    with CaptureQueriesContext(connection) as queries, engine.locked(task.pk) as locked:
        if line.get("return_to"):
            opened = engine.send_back(locked, step=line["return_to"], outcome=outcome, by=by, at=at)
        else:
            opened = engine.complete(locked, outcome=outcome, by=by, at=at)
    return opened, len(queries)


@pytest.mark.django_db
@pytest.mark.parametrize("folder", ENTITIES, ids=lambda path: path.name)
def test_the_case_runs_to_its_end_within_the_budget_of_queries(folder: Path) -> None:
    case = tomllib.loads((folder / "case.toml").read_text())
    first = case["filing" if "filing" in case else "opening"]["at"]
    load(folder, timezone.make_aware(first))
    process = begin(case, timezone.make_aware(first))

    costs = {line["step"]: do(process, line)[1] for line in case["step"]}

    process.refresh_from_db()
    assert process.status == "DONE"
    assert max(costs.values()) <= QUERIES_OF_THE_ENGINE, costs
