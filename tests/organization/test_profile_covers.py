"""Absences and grants of an entity profile: read, checked with file and line, loaded once."""

import shutil
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings

from organization import selectors
from organization.enums import GrantKind
from organization.errors import AlreadyCovered
from organization.models import Absence, Grant, Person, Post
from organization.services import grant_capacity
from organization.services.profile import load_profile, read_profile
from tests.factories import NOON

ABSENCES = "username,from_on,to_on,reason\njefe-ois,2023-11-06,2023-11-17,Licencia\n"
GRANTS = (
    "kind,post,username,own_post,from_on,to_on,act,scope\n"
    "substitution,jefe-ois,jefe-oaj,jefe-oaj,2023-11-06,2023-11-17,R.A. 419-2023,informe oficio\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copied = tmp_path / "pichari-2023"
    shutil.copytree(Path(settings.BASE_DIR) / "entities" / "pichari-2023", copied)
    (copied / "absences.csv").write_text(ABSENCES)
    (copied / "grants.csv").write_text(GRANTS)
    return copied


def test_a_profile_without_these_files_has_no_fault(folder: Path) -> None:
    (folder / "absences.csv").unlink()
    (folder / "grants.csv").unlink()

    profile, faults = read_profile(folder)

    assert (profile.absences, profile.grants, faults) == ((), (), [])


@pytest.mark.django_db
def test_absences_and_grants_are_loaded_and_loading_again_changes_nothing(folder: Path) -> None:
    profile, faults = read_profile(folder)
    assert faults == []

    for _time in range(2):
        load_profile(profile, at=NOON)

    assert (Absence.objects.count(), Grant.objects.get().scope) == (1, ["informe", "oficio"])
    post = Post.objects.get(slug="jefe-ois")
    assert selectors.holder_of(post, date(2023, 11, 10)) == Person.objects.get(username="jefe-oaj")
    assert selectors.holder_of(post, date(2023, 11, 18)) == Person.objects.get(username="jefe-ois")


@pytest.mark.django_db
def test_a_grant_of_the_profile_does_not_stand_beside_one_made_here(folder: Path) -> None:
    profile, _faults = read_profile(folder)
    (folder / "grants.csv").unlink()
    load_profile(read_profile(folder)[0], at=NOON)
    by = Person.objects.get(username="secretario-general")
    grant_capacity(
        grant=Grant(
            kind=GrantKind.CHARGE,
            post=Post.objects.get(slug="jefe-ois"),
            person=by,
            own_post=Post.objects.get(slug="secretario-general"),
            from_on=date(2023, 11, 1),
            to_on=None,
            act="R.A. 400-2023",
        ),
        by=by,
        at=NOON,
    )

    with pytest.raises(AlreadyCovered):
        load_profile(profile, at=NOON)
    assert Grant.objects.count() == 1


@pytest.mark.parametrize(
    ("file", "line", "sentence"),
    [
        ("absences.csv", "jefe-ois,2023-11-10,,Salud", "ya está ausente"),
        ("absences.csv", "jefe-oaj,2023-11-10,2023-11-01,Salud", "Termina antes de empezar"),
        ("absences.csv", "nadie,2023-11-10,,Salud", "no está en people.csv"),
        ("absences.csv", "jefe-oaj,2023-11-10,,", "Falta «reason»"),
        ("grants.csv", "charge,jefe-ois,alcalde,alcalde,2023-11-10,,R.A. 1,", "ya lo cubre jefe-oaj"),
        ("grants.csv", "charge,jefe-oaj,jefe-ois,alcalde,2023-11-10,,R.A. 1,", "jefe-ois no ocupa «alcalde»"),
        ("grants.csv", "lease,jefe-oaj,jefe-ois,jefe-ois,2023-11-10,,R.A. 1,", "Escriba una de estas palabras"),
        ("grants.csv", "charge,jefe-oaj,jefe-ois,jefe-ois,2023-11-10,,,", "Falta «act»"),
        ("grants.csv", "charge,jefe-oaj,jefe-ois,jefe-ois,2023-11-10,2023-11-01,R.A. 1,", "Termina antes"),
        ("grants.csv", "charge,jefe-oaj,jefe-ois,jefe-ois,2023-11-10,,R.A. 1,decreto", "no está en kinds.csv"),
    ],
)
def test_each_fault_names_its_file_and_line(folder: Path, file: str, line: str, sentence: str) -> None:
    path = folder / file
    path.write_text(path.read_text() + line + "\n")

    _profile, faults = read_profile(folder)

    assert [(Path(fault.file).name, fault.line) for fault in faults] == [(file, 3)]
    assert sentence in faults[0].sentence
