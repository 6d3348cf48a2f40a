"""The five real cases, played through the services of the screens, give what the entities' documents say."""

import os
import shutil
import subprocess
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command

from docs_store.enums import DocumentState
from docs_store.models import Document
from docs_store.selectors import open_version
from ledger import services as ledger
from search import selectors as search
from signing import services as signing
from workflows.enums import DeliverableOutcome
from workflows.models import OPEN_STATUSES, Process, Task
from workflows.services.play import Player, ScriptDiffers
from workflows.services.scripts import read_script

PROFILES = sorted(path.parent.name for path in (settings.BASE_DIR / "entities").glob("*/case.toml"))
pytestmark = pytest.mark.django_db

Play = Callable[[str], Player]


@pytest.fixture
def play(settings: Any) -> Play:
    settings.DEMO = True

    def play_entity(name: str) -> Player:
        settings.ENTITY = name
        call_command("load_entity", name, verbosity=0)
        signing.ensure_authority()
        return player_of(name)

    return play_entity


def player_of(name: str) -> Player:
    return Player(read_script(_folder(name) / "case.toml"))


def _folder(name: str) -> Path:
    return Path(settings.BASE_DIR) / "entities" / name


def _numbers(name: str) -> list[str]:
    steps = tomllib.loads((_folder(name) / "case.toml").read_text())["step"]
    return [step["number"] for step in steps if "number" in step]


def _once(numbers: Iterable[str]) -> list[str]:
    """A number stays with its document through the steps that follow."""
    return list(dict.fromkeys(numbers))


@pytest.mark.parametrize("name", PROFILES)
def test_the_real_case_ends_in_a_valid_published_findable_act(name: str, play: Play, tmp_path: Path) -> None:
    player = play(name)

    steps = list(player.play())

    assert _once(step.document for step in steps if step.document in _numbers(name)) == _once(_numbers(name))
    act = player.act
    assert act.state == DocumentState.EMITTED
    assert act.is_public
    assert signing.verdict_of_document(document=act).status == "original_in_force"
    while ledger.deliver_due(worker="test"):
        continue
    assert search.find(act.label, tokens=frozenset({"public"}), limit=1).hits[0].document_id == act.pk
    assert not Task.objects.filter(process=player.process, status__in=OPEN_STATUSES).exists()
    assert Process.objects.get(pk=player.process.pk).status == "DONE"
    path = tmp_path / "act.pdf"
    assert act.emitted_version is not None
    with open_version(act.emitted_version) as content:
        path.write_bytes(content.read())
    _check_by_others(path)


def _check_by_others(path: Path) -> None:
    """A second opinion, where the programs are there: the signatures of the whole file, and both conformances."""
    if shutil.which("pdfsig"):
        said = subprocess.run(["pdfsig", "-nocert", str(path)], capture_output=True, text=True, check=True).stdout
        assert said.count("Signature is Valid") == said.count("Signature #") > 0
        assert "Total document signed" in said.rpartition("Signature #")[2]
    if os.environ.get("VERAPDF"):
        checked = subprocess.run([os.environ["VERAPDF"], str(path)], capture_output=True, text=True, check=False)
        assert checked.returncode == 0, checked.stdout


def test_one_expediente_ends_with_an_outcome_for_each_deliverable(play: Play) -> None:
    player = play("pichari-2023")

    list(player.play())

    assert [d.outcome for d in player.process.expediente.deliverables.order_by("order")] == [
        DeliverableOutcome.APPROVED,
        DeliverableOutcome.NOT_APPROVED,
        DeliverableOutcome.NOT_APPROVED,
        DeliverableOutcome.NOT_FAVOURED,
        DeliverableOutcome.NOT_FAVOURED,
    ]


def test_playing_again_gives_a_second_case_with_the_next_numbers_of_the_same_patterns(play: Play) -> None:
    list(play("pichari-2023").play())
    again = player_of("pichari-2023")

    steps = list(again.play())

    assert again.act.label == "424-2023-A-MDP/LC"
    assert "433-2023-MDP/OIS/FAGL-J" not in {step.document for step in steps}
    assert Document.objects.filter(label="423-2023-A-MDP/LC").count() == 1


def test_a_step_that_differs_from_the_script_stops_the_play(play: Play) -> None:
    player = play("callao-2011")
    first, *rest = player.script.steps
    object.__setattr__(player.script, "steps", (first, *(step for step in rest if step.step != "numerar")))

    with pytest.raises(ScriptDiffers):
        list(player.play())
