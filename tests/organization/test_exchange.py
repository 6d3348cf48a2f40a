"""The organization out and in as profile files: ``export_entity``, ``diff_entity``."""

import json
import re
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from config import profiles
from organization.errors import ExportRefused
from organization.models import Appointment, Person, Post, Unit
from organization.selectors import profile_here
from organization.services.profile import load_profile, read_profile
from organization.services.profile_export import export_profile
from organization.services.successions import merge_units, settle
from tests.factories import NOON

pytestmark = pytest.mark.django_db
NAMES = profiles.names()


def run(command: str, *args: str) -> str:
    out = StringIO()
    call_command(command, *args, stdout=out, stderr=out)
    return out.getvalue()


@pytest.mark.parametrize("name", NAMES)
def test_what_is_exported_differs_in_nothing(name: str, tmp_path: Path) -> None:
    profiles.load(name, at=NOON)

    assert "archivos" in run("export_entity", str(tmp_path))

    assert run("diff_entity", str(tmp_path / name)) == "Sin diferencias.\n"
    assert run("diff_entity", name) == "Sin diferencias.\n"
    assert json.loads(run("diff_entity", name, "--json")) == []


def test_diff_tells_what_is_new_changed_ended_and_only_here(tmp_path: Path) -> None:
    profiles.load("pichari-2023", at=NOON)
    run("export_entity", str(tmp_path))
    folder = tmp_path / "pichari-2023"
    file = folder / "appointments.csv"
    file.write_text(
        file.read_text().replace("alcalde,alcalde,2005-01-01,,", "alcalde,alcalde,2005-01-01,2026-12-31,")
        + "auxiliar-mesa-de-partes,alcalde,2027-01-01,,Credencial\n"
    )
    (folder / "people.csv").write_text((folder / "people.csv").read_text().replace("María Elena", "María"))
    extra = Appointment.objects.latest("pk")
    file.write_text(
        "".join(
            line
            for line in file.read_text().splitlines(keepends=True)
            if not line.startswith(f"{extra.post.slug},{extra.person.username},")
        )
    )

    lines = json.loads(run("diff_entity", str(folder), "--json"))

    told = {(line["change"], line["table"], line["key"][0]) for line in lines}
    assert told == {
        ("changed", "people", "alcalde"),
        ("ended", "appointments", "alcalde"),
        ("added", "appointments", "auxiliar-mesa-de-partes"),
        ("absent", "appointments", extra.post.slug),
    }
    text = run("diff_entity", str(folder))
    assert "× appointments alcalde alcalde 2005-01-01  last:  → 2026-12-31" in text
    assert "~ people alcalde  given_names: María Elena → María" in text
    assert text.endswith("Diferencias: 4.\n")


def test_an_export_overwrites_nothing(tmp_path: Path) -> None:
    profiles.load("pichari-2023", at=NOON)
    (tmp_path / "nota.txt").write_text("mía")

    with pytest.raises(ExportRefused, match="carpeta nueva o vacía"):
        export_profile(profile_here(), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["nota.txt"]
    with pytest.raises(ExportRefused):
        export_profile(profile_here(), tmp_path / "nota.txt" / "x")


def test_a_diff_with_nothing_to_compare_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No hay un perfil"):
        run("diff_entity", str(tmp_path))
    with pytest.raises(CommandError, match="load_entity"):
        run("diff_entity", "pichari-2023")
    with pytest.raises(CommandError, match="load_entity"):
        run("export_entity", str(tmp_path))
    assert not Person.objects.exists()


def test_of_whom_a_second_factor_is_required_is_read_loaded_and_written(tmp_path: Path) -> None:
    profiles.load("pichari-2023", at=NOON)
    run("export_entity", str(tmp_path / "before"))
    about = tmp_path / "before" / "pichari-2023" / "entity.toml"
    about.write_text(about.read_text().replace('second_factor = ""', 'second_factor = "signers administrators"'))

    assert "second_factor:  → signers administrators" in run("diff_entity", str(about.parent))
    profile, faults = read_profile(about.parent)
    assert not faults
    load_profile(profile, at=NOON)
    run("export_entity", str(tmp_path / "after"))
    assert 'second_factor = "signers administrators"' in (tmp_path / "after/pichari-2023/entity.toml").read_text()

    for wrong in ('"firmantes"', "1", '"signers,administrators"'):
        about.write_text(re.sub("second_factor = .*", f"second_factor = {wrong}", about.read_text()))
        _profile, faults = read_profile(about.parent)
        assert ["everybody, signers, administrators" in fault.sentence for fault in faults] == [True]


def test_a_faulty_profile_is_not_compared(tmp_path: Path) -> None:
    profiles.load("pichari-2023", at=NOON)
    run("export_entity", str(tmp_path))
    about = tmp_path / "pichari-2023" / "entity.toml"
    about.write_text(about.read_text().replace("vacancy_days = 3", "vacancy_days = 0"))

    with pytest.raises(CommandError, match="una falla"):
        run("diff_entity", str(about.parent))


def test_a_merger_comes_back_from_files_as_it_went_out(tmp_path: Path) -> None:
    profiles.load("pichari-2023", at=NOON)
    units = {unit.slug: unit for unit in Unit.objects.all()}
    secretary = Person.objects.get(username="secretario-general")
    day = date(2024, 1, 15)
    merge_units(units=[units["ois"]], into=units["opp"], on=day, act="O.M. 1", by=secretary, at=NOON)
    run("export_entity", str(tmp_path / "before"))

    settle(on=day, at=NOON)
    run("export_entity", str(tmp_path / "after"))

    [line] = [
        line
        for line in (tmp_path / "after/pichari-2023/units.csv").read_text().splitlines()
        if line.startswith("ois,oaf,2005-01-01,2024-01-14,")
    ]
    assert line.endswith(",opp")
    for moment in ("before", "after"):
        assert run("diff_entity", str(tmp_path / moment / "pichari-2023")) == "Sin diferencias.\n"
        profile, faults = read_profile(tmp_path / moment / "pichari-2023")
        assert not faults
        load_profile(profile, at=NOON.replace(year=2024, month=3))
        assert Post.objects.get(slug="especialista-ois").unit == units["opp"]
