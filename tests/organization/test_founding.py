"""Units and posts that begin by an act: made with their entry, or refused with a sentence."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from config import profiles
from ledger.models import Entry
from organization import selectors, services
from organization.errors import ActMissing, MoveRefused, OrganizationError, PostRefused, SiglasTaken
from organization.models import Person, Post, Unit
from organization.services.profile import load_profile, read_profile
from tests.factories import NOON, make_entity, make_person, make_post, make_unit
from tests.organization.test_exchange import run

pytestmark = pytest.mark.django_db
DAY = date(2024, 1, 15)
ACT = "O.M. 4-2024"


@pytest.fixture
def admin() -> Person:
    make_entity()
    return make_person("administradora")


def found_unit(by: Person, **values: Any) -> Unit:
    told: dict[str, Any] = {
        "name": "Oficina de Diálogo",
        "siglas": "OFD",
        "siglas_path": "MDP/OFD",
        "parent": None,
        "is_outside": False,
        "from_on": DAY,
        "act": ACT,
    }
    return services.create_unit(**{**told, **values}, by=by, at=NOON)


def found_post(by: Person, unit: Unit, **values: Any) -> Post:
    told = {"title": "Analista", "is_head": False, "is_single_seat": True, "from_on": DAY, "act": ACT}
    return services.create_post(unit=unit, **{**told, **values}, by=by, at=NOON)


def test_a_unit_begins_under_another_with_its_names(admin: Person) -> None:
    top = make_unit()

    unit = found_unit(admin, parent=top)

    assert unit.slug == "ofd"
    assert (unit in selectors.units_on(DAY), unit in selectors.units_on(date(2024, 1, 14))) == (True, False)
    assert selectors.unit_by_siglas("MDP/OFD", DAY) == unit
    assert selectors.units_above(unit, DAY) == [top]
    entry = Entry.objects.get(kind="unit.created")
    assert entry.subject == f"unit:{unit.pk}"
    assert entry.facts == {"siglas": "OFD", "parent": top.pk, "from_on": "2024-01-15", "act": ACT}


def test_codes_are_never_given_twice(admin: Person) -> None:
    make_unit("ofd", siglas="X")
    unit = found_unit(admin)
    assert unit.slug == "ofd-2"

    assert [found_post(admin, unit, title=title).slug for title in ("Analista", "Analista.", "¿?")] == [
        "analista",
        "analista-2",
        "post",
    ]


@pytest.mark.parametrize(
    ("values", "error", "sentence"),
    [
        ({"act": " "}, ActMissing, "Escriba el acto"),
        ({"siglas": "gds"}, SiglasTaken, "son de «Desarrollo»"),
        ({"from_on": date(2010, 1, 1)}, MoveRefused, "«Nueva» no existe todos esos días"),
    ],
)
def test_a_unit_that_cannot_be_is_refused(
    admin: Person, values: dict[str, Any], error: type[OrganizationError], sentence: str
) -> None:
    make_unit(siglas="GDS", name="Desarrollo")
    top = make_unit("nueva", name="Nueva", siglas="NVA", valid_from=date(2020, 1, 1))

    with pytest.raises(error, match=sentence):
        found_unit(admin, parent=top, **values)

    assert not Unit.objects.filter(slug="ofd").exists()


def test_a_post_begins_vacant_on_its_day(admin: Person) -> None:
    unit = make_unit()

    head = found_post(admin, unit, title="Jefe de Diálogo", is_head=True, is_single_seat=False)
    shared = found_post(admin, unit, is_single_seat=False)

    assert (head.is_single_seat, head.valid_from, shared.is_single_seat) == (True, DAY, False)
    assert selectors.head_post(unit) == head
    assert {place.post for place in selectors.places_on(DAY)} == {head, shared}
    assert selectors.places_on(date(2024, 1, 14)) == []
    assert found_post(admin, found_unit(admin), title="Otro").valid_from is None
    entry = Entry.objects.get(kind="post.created", subject=f"post:{shared.pk}")
    assert entry.facts == {
        "unit": unit.pk,
        "title": "Analista",
        "is_head": False,
        "from_on": "2024-01-15",
        "act": ACT,
    }


@pytest.mark.parametrize(
    ("values", "error", "sentence"),
    [
        ({"act": ""}, ActMissing, "Escriba el acto"),
        ({"is_head": True}, PostRefused, "ya la dirige «Jefa»"),
        ({"title": "secretaria"}, PostRefused, "ya tiene el puesto «secretaria»"),
        ({"from_on": date(2030, 1, 1)}, PostRefused, "no existe ese día"),
    ],
)
def test_a_post_that_cannot_be_is_refused(
    admin: Person, values: dict[str, Any], error: type[OrganizationError], sentence: str
) -> None:
    unit = make_unit(valid_to=date(2029, 12, 31))
    make_post("jefa", unit=unit, title="Jefa")
    make_post("secretaria", unit=unit, title="Secretaria", is_head=False)

    with pytest.raises(error, match=sentence):
        found_post(admin, unit, **values)

    assert Post.objects.count() == 2


def test_what_was_founded_here_goes_out_to_files_and_comes_back(tmp_path: Path) -> None:
    profiles.load("pichari-2023", at=NOON)
    by = Person.objects.get(username="secretario-general")
    unit = found_unit(by, parent=Unit.objects.get(slug="gm"))
    head = found_post(by, unit, title="Jefa de Diálogo", is_head=True)
    brief = found_post(by, unit)
    services.end_post(post=brief, to_on=date(2024, 6, 30), successor=head, act=ACT, by=by, at=NOON)
    run("export_entity", str(tmp_path))
    folder = tmp_path / "pichari-2023"

    profile, faults = read_profile(folder)
    assert not faults
    load_profile(profile, at=NOON)

    assert run("diff_entity", str(folder)) == "Sin diferencias.\n"
    assert "analista,ofd,Analista,0,1,,jefa-de-dialogo,,2024-06-30" in (folder / "posts.csv").read_text()
