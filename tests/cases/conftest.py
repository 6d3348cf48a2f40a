"""An entity's whole profile, and people who decide the steps of its routes."""

from datetime import datetime
from typing import Any

import pytest
from django.db.models import Q
from django.utils import timezone

from config import profiles
from docs_store.models import Document
from docs_store.ports import Article, Draft, Section
from organization import selectors as organization
from organization.models import Person, Post, Unit
from signing import services as signing
from tests.factories import LIMA
from workflows import services as workflows
from workflows.models import Process, Task
from workflows.selectors import parts
from workflows.services import engine
from workflows.services.play import DEMO_PIN

MONDAY = datetime(2026, 11, 16, 9, tzinfo=LIMA)


class Town:
    """Plays files on the routes of a profile, as its people; without a name: of the one that is loaded already."""

    def __init__(self, name: str = "") -> None:
        if name:
            profiles.load(name, at=MONDAY)
            signing.ensure_authority()

    def person(self, post: str, at: datetime = MONDAY) -> Person:
        holder = organization.holder_of(Post.objects.get(slug=post), timezone.localdate(at))
        assert holder is not None
        return holder

    def opens(self, route: str, unit: str, by: str, at: datetime = MONDAY) -> Process:
        return workflows.open_case(
            route=route, subject="Baja de bienes en desuso", unit=Unit.objects.get(slug=unit), by=self.person(by), at=at
        )

    def task(self, process: Process, step: str, post: str = "") -> Task:
        tasks = engine.open_tasks(process).filter(step=step)
        of_post = Q(post__slug=post) | Q(post__isnull=True, unit__posts__slug=post)
        return tasks.get(of_post) if post else tasks.get()

    def steps(self, process: Process) -> list[str]:
        return [task.step for task in engine.open_tasks(process)]

    def writes(self, task: Task, by: str, text: Draft | None = None, at: datetime = MONDAY, outcome: str = "") -> None:
        workflows.save_step_text(
            task_id=task.pk, content=text or text_of(task), by=self.person(by), at=at, outcome=outcome
        )

    def decides(
        self, task: Task, by: str, outcome: str, *, at: datetime = MONDAY, pin: str = DEMO_PIN, **values: Any
    ) -> Task:
        decision = workflows.Decision(outcome=outcome, pin=pin, **values)
        return workflows.complete_step(task_id=task.pk, decision=decision, by=self.person(by), at=at)

    def passes(
        self, process: Process, step: str, by: str, outcome: str = "done", *, at: datetime = MONDAY, **values: Any
    ) -> Task:
        """Write what the step asks for, and complete it."""
        task = self.task(process, step)
        asked = engine.step_of(task)
        if asked.emits or asked.drafts:
            self.writes(task, by, at=at, outcome=outcome)
        return self.decides(task, by, outcome, at=at, **values)

    def act(self, process: Process) -> Document:
        return parts.needed_document(process, "acto")


def text_of(task: Task) -> Draft:
    return Draft(
        subject="Baja de bienes en desuso",
        addressee_post="Gerente Municipal",
        considerandos=("los bienes ya no sirven a la entidad;",),
        sections=(Section("Análisis", (f"Se revisó lo pedido en el paso {task.step}.",)),),
        articles=(Article("Aprobar", "la baja de los bienes."),),
    )


@pytest.fixture
def town(settings: Any, db: None) -> Town:
    settings.DEMO = True
    return Town("pichari-2023")
