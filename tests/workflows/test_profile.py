"""The routes and scripts of an entity profile are checked before anything is loaded."""

import shutil
from pathlib import Path

import pytest
from django.conf import settings

from law.services import profile as law
from organization.services import profile as organization
from tests.workflows.conftest import MONDAY
from tests.workflows.drawings import LINE, end, route, start, task
from workflows.models import Route, RouteVersion
from workflows.services.profile import load_profile, read_profile

ENTITIES = sorted(path.parent for path in (settings.BASE_DIR / "entities").glob("*/entity.toml"))
FOLDER = settings.BASE_DIR / "entities" / "pichari-2023"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return shutil.copytree(FOLDER, tmp_path / "muni-2023")


@pytest.fixture
def below(folder: Path, db: None) -> None:
    """What the procedures of the folder rest on: its law, its units and its posts."""
    law.load_profile(law.read_profile(folder)[0], at=MONDAY)
    organization.load_profile(organization.read_profile(folder)[0], at=MONDAY)


@pytest.mark.parametrize("entity", ENTITIES, ids=lambda path: path.name)
def test_every_profile_that_ships_has_no_fault(entity: Path) -> None:
    profile, faults = read_profile(entity)

    assert faults == []
    assert {route.slug for route in profile.routes} >= {"plan", "tramite"}


def test_a_route_with_a_dead_end_is_told_with_its_file_and_line(folder: Path) -> None:
    path = folder / "routes" / "cortada.bpmn"
    path.write_bytes(route(start(), task("a", who='post="alcalde"'), end()))

    _profile, faults = read_profile(folder)

    assert any(fault.file == str(path) and fault.line > 1 and "se corta" in fault.sentence for fault in faults)


@pytest.mark.parametrize(("name", "said"), [("Mala Ruta", "minúsculas"), ("vacia", "no es XML")])
def test_a_file_that_cannot_be_a_route_is_told(folder: Path, name: str, said: str) -> None:
    source = b"" if name == "vacia" else (folder / "routes" / "interno.bpmn").read_bytes()
    (folder / "routes" / f"{name}.bpmn").write_bytes(source)

    _profile, faults = read_profile(folder)

    assert [said in fault.sentence for fault in faults] == [True]


def test_a_script_that_is_no_toml_is_told_and_not_read_further(folder: Path) -> None:
    for name in ("case.toml", "demo.toml"):
        (folder / name).write_text("[[step]]\nstep = \n")

    _profile, faults = read_profile(folder)

    assert [(Path(fault.file).name, fault.line) for fault in faults] == [("case.toml", 2), ("demo.toml", 2)]


def test_a_post_that_does_not_exist_is_told(folder: Path) -> None:
    (folder / "routes" / "linea.bpmn").write_bytes(LINE)

    _profile, faults = read_profile(folder)

    assert any("el puesto «jefe» no existe" in fault.sentence for fault in faults)


def test_a_script_is_checked_against_the_routes(folder: Path) -> None:
    case, demo = folder / "case.toml", folder / "demo.toml"
    case.write_text(case.read_text().replace('step = "instalar"', 'step = "bailar"'))
    demo.write_text(demo.read_text().replace('route = "tramite"', 'route = "paseo"', 1))

    _profile, faults = read_profile(folder)

    assert [(Path(fault.file).name, fault.line > 1) for fault in faults] == [("case.toml", True), ("demo.toml", True)]
    assert "el paso «bailar»" in faults[0].sentence
    assert "la ruta «paseo»" in faults[1].sentence


def test_without_the_general_route_no_filing_could_start(folder: Path) -> None:
    (folder / "routes" / "tramite.bpmn").unlink()

    _profile, faults = read_profile(folder)

    assert any("Falta la ruta general" in fault.sentence for fault in faults)


@pytest.mark.usefixtures("below")
def test_loading_again_makes_no_new_version_and_a_change_makes_one(folder: Path) -> None:
    profile, _faults = read_profile(folder)

    assert load_profile(profile, at=MONDAY) == len(profile.routes)
    assert load_profile(profile, at=MONDAY.replace(hour=10)) == 0

    path = folder / "routes" / "interno.bpmn"
    path.write_text(path.read_text().replace('verb="Revisar"', 'verb="Leer"'))
    changed, _faults = read_profile(folder)
    assert load_profile(changed, at=MONDAY.replace(hour=11)) == 1
    assert [v.class_name for v in Route.objects.get(slug="interno").versions.all()] == ["Interno_v1", "Interno_v2"]


@pytest.mark.usefixtures("below")
def test_the_text_is_kept_byte_for_byte(folder: Path) -> None:
    path = folder / "routes" / "interno.bpmn"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n") + b"\n<!-- fin -->\n")

    profile, _faults = read_profile(folder)
    load_profile(profile, at=MONDAY)

    assert RouteVersion.objects.get(class_name="Interno_v1").bpmn.encode() == path.read_bytes()
