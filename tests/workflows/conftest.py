"""A small entity with a few posts, and routes drawn on the spot."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest

from docs_store.models import Expediente
from organization.models import Person
from tests.factories import LIMA, make_entity, make_expediente, make_person, make_post
from workflows.models import Process, Task
from workflows.services import engine
from workflows.services.routes import load_route

MONDAY = datetime(2023, 10, 16, 9, tzinfo=LIMA)
_serial = count(1)


class Office:
    """A few people who move files."""

    def __init__(self) -> None:
        make_entity()
        self.people: dict[str, Person] = {}
        for slug in ("jefe", "ana", "luis", "rosa"):
            post = make_post(slug)
            self.people[slug] = make_person(post=post)
        self.at = MONDAY

    def begin(self, source: bytes, *, unit: Any = None, **data: Any) -> Process:
        version = load_route(slug=f"ruta-{next(_serial)}", source=source, by=None, at=self.at)
        expediente: Expediente = make_expediente()
        return engine.start(
            route_version=version,
            expediente=expediente,
            drafter_unit=unit,
            data=data,
            by=self.people["jefe"],
            at=self.at,
        )

    def open_steps(self, process: Process) -> list[str]:
        return [task.step for task in engine.open_tasks(process)]

    def task(self, process: Process, step: str, post: str = "") -> Task:
        tasks = engine.open_tasks(process).filter(step=step)
        return tasks.get(post__slug=post) if post else tasks.get()

    def does(
        self, process: Process, step: str, outcome: str = "done", *, post: str = "", back_to: str = ""
    ) -> list[str]:
        """Complete a step, or send the file back, and return the steps that it opened."""
        self.at += timedelta(minutes=1)
        task = self.task(process, step, post)
        by = self.people.get(task.post.slug if task.post else "", self.people["jefe"])
        with engine.locked(task.pk) as locked:
            if back_to:
                opened = engine.send_back(locked, step=back_to, outcome=outcome, by=by, at=self.at)
            else:
                opened = engine.complete(locked, outcome=outcome, by=by, at=self.at)
        return [task.step for task in opened]


@pytest.fixture
def office(db: Any) -> Office:
    return Office()


def post_of(task: Task) -> str:
    return task.post.slug if task.post else ""


def to_signature(office: Office, process: Process) -> None:
    office.does(process, "redacta")
    for post in ("ana", "luis", "rosa"):
        office.does(process, "visa", post=post)
