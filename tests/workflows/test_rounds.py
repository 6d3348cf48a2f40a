"""Rounds of visados with real papers: who endorsed the text as it stands is not asked again."""

from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

import pytest
from django.conf import settings as project
from django.core.management import call_command

from docs_store.ports import Draft
from organization import selectors as organization
from organization.models import Person
from signing import services as signing
from workflows.models import Process, Task
from workflows.selectors import parts
from workflows.services import engine, papers, steps
from workflows.services.decisions import Decision
from workflows.services.play import DEMO_PIN, Player
from workflows.services.scripts import read_script

pytestmark = pytest.mark.django_db
ROUNDS = {"visar", "visto"}


def play_to_round(settings: Any, entity: str) -> Player:
    """Play a case up to its visados."""
    settings.DEMO, settings.ENTITY = True, entity
    call_command("load_entity", entity, verbosity=0)
    signing.ensure_authority()
    player = Player(read_script(project.BASE_DIR / "entities" / entity / "case.toml"))
    moves = player.play()
    before = list(takewhile(lambda line: line.step not in ROUNDS, player.script.steps))
    for _line in ["opening", *before]:
        next(moves)
    return player


@pytest.fixture
def player(settings: Any) -> Player:
    return play_to_round(settings, "invermet-2013")


def moment(process: Process) -> datetime:
    newest: datetime = max(task.created for task in engine.open_tasks(process))
    return newest + timedelta(hours=1)


def decide(task: Task, outcome: str, observation: str = "") -> None:
    at = moment(task.process)
    by = holder(task, at)
    decision = Decision(outcome=outcome, pin=DEMO_PIN, observation=observation)
    steps.complete_step(task_id=task.pk, decision=decision, by=by, at=at)


def holder(task: Task, at: datetime) -> Person:
    assert task.post is not None
    found = organization.holder_of(task.post, at.date())
    assert found is not None
    return found


def asked(process: Process) -> list[str]:
    return [task.post.slug for task in engine.open_tasks(process) if task.post]


def test_a_visado_that_still_fits_the_text_is_not_asked_for_again(player: Player) -> None:
    process = player.process
    first, second = engine.open_tasks(process)
    decide(first, "endorsed")
    decide(second, "observed", "Precise el responsable del seguimiento.")

    (draft,) = engine.open_tasks(process)
    decide(draft, "done")

    assert draft.step == "proyectar"
    assert asked(process) == [second.post.slug if second.post else ""]


def test_an_edit_voids_the_visados_and_everybody_is_asked_again(player: Player) -> None:
    process = player.process
    first, second = engine.open_tasks(process)
    decide(first, "endorsed")
    decide(second, "observed", "Precise el responsable del seguimiento.")

    (draft,) = engine.open_tasks(process)
    at = moment(process)
    document = parts.needed_document(process, "acto")
    written = parts.latest_text(document).content or {}
    content = Draft.from_json({**written, "subject": "Otro texto"})
    papers.save_step_text(task_id=draft.pk, content=content, by=holder(draft, at), at=at)
    decide(draft, "done")

    assert len(asked(process)) == 2


def test_when_everybody_endorsed_before_the_round_is_passed_over(player: Player) -> None:
    process = player.process
    for task in engine.open_tasks(process):
        decide(task, "endorsed")
    (number,) = engine.open_tasks(process)
    decide(number, "numbered")
    (sign,) = engine.open_tasks(process)

    decide(sign, "observed", "Corrija la fecha del encabezado.")
    (draft,) = engine.open_tasks(process)
    decide(draft, "done")

    assert draft.step == "proyectar"
    assert [task.step for task in engine.open_tasks(process)] == ["numerar"]


def test_a_single_visado_in_a_branch_of_its_own_is_passed_over_too(settings: Any) -> None:
    process = play_to_round(settings, "cajamarca-2011").process
    grppat, draj, ggr = sorted(engine.open_tasks(process), key=lambda task: (task.step != "visto", task.pk))
    decide(ggr, "endorsed")
    decide(grppat, "endorsed")
    decide(draj, "observed", "Falta el oficio en los vistos.")

    (draft,) = engine.open_tasks(process)
    decide(draft, "done")

    assert [(task.step, task.post) for task in engine.open_tasks(process)] == [("visto", draj.post)]
    passed = Task.objects.filter(process=process, step="conformidad").latest("pk")
    assert (passed.status, passed.outcome, passed.owner) == ("DONE", "endorsed", None)


def test_a_visado_step_that_is_taken_back_is_asked_though_its_visado_stands(settings: Any) -> None:
    process = play_to_round(settings, "cajamarca-2011").process
    for task in sorted(engine.open_tasks(process), key=lambda task: task.step, reverse=True):
        decide(task, "endorsed")
    (number,) = engine.open_tasks(process)
    last = Task.objects.get(process=process, step="conformidad")

    with engine.locked(number.pk) as locked:
        (opened,) = engine.take_back(locked, to=last, by=holder(last, moment(process)), at=moment(process))

    assert (opened.step, opened.status) == ("conformidad", "NEW")
