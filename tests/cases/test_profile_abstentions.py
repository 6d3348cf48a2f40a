"""Abstentions as lines of a profile: out by ``export_entity``, compared by ``diff_entity``, in by the loader."""

import json
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from config import profiles
from ledger.models import Entry
from organization.errors import AbstentionRefused
from organization.models import Abstention
from organization.services.profile import read_profile
from tests.cases.conftest import MONDAY, Town
from tests.cases.test_abstentions import HEAD, OTHER, abstains, post, rows
from tests.organization.test_exchange import run
from workflows import services as workflows
from workflows.models import Process
from workflows.services.abstentions import load_abstentions

COLUMNS = "expediente,post,username,designee,designee_post,from_on,to_on,reason,act"
TUESDAY = MONDAY + timedelta(days=1)
NAME = "pichari-2023"


@pytest.fixture
def process(town: Town) -> Process:
    return town.opens("resolucion", "ois", HEAD)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A profile of the entity that a test may change, found by its name as any other."""
    copied = tmp_path / "entities" / NAME
    shutil.copytree(profiles.PROFILES / NAME, copied)
    monkeypatch.setattr(profiles, "PROFILES", copied.parent)
    return copied


def line_of(process: Process, **values: str) -> str:
    cells = {
        "expediente": process.expediente.label,
        "post": HEAD,
        "username": HEAD,
        "designee": OTHER,
        "designee_post": OTHER,
        "from_on": f"{MONDAY:%Y-%m-%d}",
        "to_on": "",
        "reason": "Parentesco con el administrado",
        "act": "R.G.M. 77-2026",
    }
    return ",".join((cells | values).values())


def write(folder: Path, *lines: str) -> None:
    (folder / "abstentions.csv").write_text("\n".join((COLUMNS, *lines, "")))


def test_abstentions_go_out_and_come_back_as_they_were(town: Town, process: Process, tmp_path: Path) -> None:
    abstains(town, process)
    run("export_entity", str(tmp_path))
    out = tmp_path / NAME

    assert (out / "abstentions.csv").read_text() == f"{COLUMNS}\n{line_of(process)}\n"
    assert run("diff_entity", str(out)) == "Sin diferencias.\n"
    profile, faults = read_profile(out)
    assert not faults
    assert load_abstentions(profile.abstentions, at=MONDAY) == 0

    values = {name: value for name, value in Abstention.objects.values()[0].items() if name != "id"}
    Abstention.objects.all().delete()
    assert load_abstentions(profile.abstentions, at=MONDAY) == 1
    assert {name: value for name, value in Abstention.objects.values()[0].items() if name != "id"} == values


def test_loading_one_hands_the_work_over_and_is_audited_without_its_reason(
    town: Town, process: Process, folder: Path
) -> None:
    task, designee = town.task(process, "informar"), town.person(OTHER)
    write(folder, line_of(process))

    assert profiles.load(NAME, at=MONDAY)
    assert rows(designee, OTHER) == [(task.pk, True)]
    entry = Entry.objects.get(kind="post.abstention_loaded")
    assert (entry.subject, entry.actor) == (f"expediente:{process.expediente_id}", "system:profile")
    assert "Parentesco" not in repr(entry.facts)

    write(folder, line_of(process, to_on=f"{MONDAY:%Y-%m-%d}"))
    lines = json.loads(run("diff_entity", NAME, "--json"))
    assert [(line["change"], line["table"], line["key"][0]) for line in lines] == [
        ("ended", "abstentions", process.expediente.label)
    ]
    assert profiles.load(NAME, at=TUESDAY)
    assert rows(town.person(HEAD), HEAD, TUESDAY) == [(task.pk, True)]


def test_an_expediente_that_is_not_kept_here_refuses_the_whole_profile(
    town: Town, folder: Path, process: Process
) -> None:
    write(folder, line_of(process), line_of(process, expediente="999999-2026"))

    with pytest.raises(CommandError, match="no tiene el expediente 999999-2026"):
        call_command("load_entity", NAME)
    assert not Abstention.objects.exists()


def test_a_line_that_does_not_fit_what_was_registered_here_is_refused(
    town: Town, process: Process, folder: Path
) -> None:
    abstains(town, process, post=post("jefe-oaj"), person=town.person("jefe-oaj"))
    write(folder, line_of(process, designee="jefe-oaj", designee_post="jefe-oaj"))

    with pytest.raises(AbstentionRefused, match="también se abstuvo"):
        profiles.load(NAME, at=MONDAY)
    assert Abstention.objects.count() == 1


def test_what_was_ended_by_hand_is_told_as_a_difference(town: Town, process: Process, tmp_path: Path) -> None:
    row = abstains(town, process)
    run("export_entity", str(tmp_path))
    by = town.person("secretario-general")
    workflows.end_abstention(abstention=row, to_on=MONDAY.date(), by=by, at=MONDAY)

    assert f"~ abstentions {process.expediente.label} {HEAD} {HEAD}" in run("diff_entity", str(tmp_path / NAME))


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"expediente": ""}, "Falta «expediente»"),
        ({"post": "nada"}, "no está en posts.csv"),
        ({"username": "nadie"}, "no está en people.csv"),
        ({"designee": HEAD, "designee_post": HEAD}, "Nadie se reemplaza"),
        ({"username": "jefe-oaf"}, "no actúa como"),
        ({"designee_post": "jefe-oaf"}, "no ocupa"),
        ({"from_on": "mañana"}, "fecha"),
        ({"to_on": "2026-11-01"}, "Termina antes de empezar"),
        ({"reason": ""}, "Falta «reason»"),
        ({"act": ""}, "Falta «act»"),
        ({"post": HEAD}, "ya se abstuvo"),
        ({"post": "jefe-oaj", "username": "jefe-oaj", "designee": HEAD, "designee_post": HEAD}, "también se abstuvo"),
    ],
)
def test_each_fault_names_its_file_and_line(
    town: Town, process: Process, folder: Path, values: dict[str, str], sentence: str
) -> None:
    write(folder, line_of(process), line_of(process, **values))

    _profile, faults = read_profile(folder)

    assert {(Path(fault.file).name, fault.line) for fault in faults} == {("abstentions.csv", 3)}
    assert sentence in " ".join(fault.sentence for fault in faults)
