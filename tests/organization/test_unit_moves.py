"""What a unit hangs from, day by day: moved by act, told for every past day, refused with a sentence."""

from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from config import profiles
from ledger.models import Entry
from organization import selectors, services
from organization.errors import ActMissing, CycleInUnits, MoveRefused, OrganizationError, SuccessionRefused
from organization.models import Person, Unit, UnitMove
from organization.selectors.timeline import tree_between
from organization.services.profile import load_profile, read_profile
from tests.factories import NOON, make_entity, make_person, make_unit

pytestmark = pytest.mark.django_db
DAY = date(2024, 1, 15)
BEFORE = date(2024, 1, 14)
ACT = "O.M. 4-2024"
HEADER = "unit,parent,from_on,act\n"


@pytest.fixture
def admin() -> Person:
    make_entity()
    return make_person("administradora")


def move(unit: Unit, parent: Unit | None, by: Person, on: date = DAY, act: str = ACT) -> UnitMove:
    return services.move_unit(unit=unit, parent=parent, from_on=on, act=act, by=by, at=NOON)


def test_a_past_day_keeps_the_tree_of_that_day(admin: Person) -> None:
    top, other = make_unit("arriba"), make_unit("otra")
    unit = make_unit("oficina", parent=top)

    move(unit, other, admin)
    move(other, top, admin, date(2025, 1, 1))

    def chart(on: date) -> list[tuple[str, int]]:
        return [(branch.unit.slug, branch.depth) for branch in tree_between(BEFORE, date(2026, 1, 1), on=on)]

    assert chart(BEFORE) == [("arriba", 0), ("oficina", 1), ("otra", 0)]
    assert chart(DAY) == [("arriba", 0), ("otra", 0), ("oficina", 1)]
    assert chart(date(2025, 1, 1)) == [("arriba", 0), ("otra", 1), ("oficina", 2)]
    assert selectors.units_above(unit, BEFORE) == [top]
    assert selectors.units_above(unit, date(2025, 6, 1)) == [other, top]
    entry = Entry.objects.filter(kind="unit.moved").earliest("pk")
    assert (entry.subject, entry.facts) == (
        f"unit:{unit.pk}",
        {"parent": other.pk, "from_on": "2024-01-15", "act": ACT},
    )


def test_a_unit_never_hangs_from_itself_on_any_day(admin: Person) -> None:
    top = make_unit()
    middle = make_unit(parent=top)
    low = make_unit(parent=middle)
    with pytest.raises(CycleInUnits, match="no puede depender de sí misma"):
        move(top, low, admin)
    with pytest.raises(CycleInUnits):
        move(top, top, admin)

    move(low, None, admin, date(2025, 1, 1))
    with pytest.raises(CycleInUnits):
        move(top, low, admin, DAY)
    move(top, low, admin, date(2025, 1, 1))

    assert selectors.units_above(top, BEFORE) == []
    assert selectors.units_above(middle, date(2025, 1, 1)) == [top, low]
    assert Entry.objects.filter(kind="unit.moved").count() == UnitMove.objects.count() == 2


def test_what_cannot_be_moved_is_told(admin: Person) -> None:
    top, brief = make_unit(name="Gerencia"), make_unit(name="Proyecto", valid_to=date(2024, 12, 31))
    unit = make_unit(name="Oficina", parent=top)
    refused: list[tuple[Unit, Unit | None, date, str, type[OrganizationError], str]] = [
        (unit, None, DAY, " ", ActMissing, "Escriba el acto"),
        (unit, top, DAY, ACT, MoveRefused, "«Oficina» ya depende de esa unidad"),
        (unit, brief, DAY, ACT, MoveRefused, "«Proyecto» no existe todos esos días"),
        (brief, top, date(2025, 1, 1), ACT, MoveRefused, "«Proyecto» no existe ese día"),
    ]
    for moved, parent, on, act, error, sentence in refused:
        with pytest.raises(error, match=sentence):
            move(moved, parent, admin, on, act)

    move(unit, None, admin, DAY)
    with pytest.raises(MoveRefused, match=r"ya se traslada el 15/01/2024\. Elija un día posterior"):
        move(unit, top, admin, DAY)
    assert UnitMove.objects.count() == 1


def test_a_unit_does_not_end_while_another_will_hang_from_it(admin: Person) -> None:
    ending, heir, later = make_unit("termina"), make_unit("sigue"), make_unit("llega")
    move(later, ending, admin, date(2026, 1, 1))

    with pytest.raises(SuccessionRefused, match="dependen llega"):
        services.merge_units(units=[ending], into=heir, on=DAY, act=ACT, by=admin, at=NOON)

    ending.refresh_from_db()
    assert ending.valid_to is None


def run(command: str, *args: str) -> str:
    out = StringIO()
    call_command(command, *args, stdout=out, stderr=out)
    return out.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A profile as it was exported, with a unit that has moved."""
    profiles.load("pichari-2023", at=NOON)
    units = {unit.slug: unit for unit in Unit.objects.all()}
    move(units["ois"], units["opp"], Person.objects.get(username="secretario-general"))
    run("export_entity", str(tmp_path))
    return tmp_path / "pichari-2023"


def test_moves_come_back_from_files_as_they_went_out(folder: Path) -> None:
    assert (folder / "unit_moves.csv").read_text() == f"{HEADER}ois,opp,2024-01-15,{ACT}\n"
    assert "\nois,oaf," in (folder / "units.csv").read_text()
    assert run("diff_entity", str(folder)) == "Sin diferencias.\n"
    UnitMove.objects.all().delete()
    assert f"+ moves ois 2024-01-15  parent: opp; act: {ACT}" in run("diff_entity", str(folder))

    profile, faults = read_profile(folder)
    assert not faults
    load_profile(profile, at=NOON)

    assert run("diff_entity", str(folder)) == "Sin diferencias.\n"
    ois = Unit.objects.get(slug="ois")
    assert [selectors.units_above(ois, day)[0].slug for day in (BEFORE, DAY)] == ["oaf", "opp"]


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ("ois,opp,1990-01-01,O.M. 1\n", "La unidad no existe ese día"),
        ("ois,opp,2024-01-15,O.M. 1\nois,oaf,2024-01-15,O.M. 2\n", "ya se traslada ese día"),
        ("oaf,ois,2024-01-15,O.M. 1\n", "Hay un ciclo: "),
        ("ois,opp,2024-01-15,\n", "act"),
        ("ois,nada,2024-01-15,O.M. 1\n", "nada"),
    ],
)
def test_each_faulty_move_of_a_profile_is_told_with_its_line(folder: Path, lines: str, sentence: str) -> None:
    (folder / "unit_moves.csv").write_text(HEADER + lines)

    _profile, faults = read_profile(folder)

    told = [fault for fault in faults if sentence in fault.sentence]
    assert [(Path(fault.file).name, fault.line) for fault in told] == [("unit_moves.csv", lines.count("\n") + 1)]


@pytest.mark.parametrize(
    ("file", "before", "after"),
    [("units.csv", "\nois,oaf,", "\nois,opp,"), ("unit_moves.csv", "ois,opp,", "ois,gm,")],
)
def test_a_profile_does_not_rewrite_where_a_unit_was(folder: Path, file: str, before: str, after: str) -> None:
    text = (folder / file).read_text()
    assert before in text
    (folder / file).write_text(text.replace(before, after))
    profile, faults = read_profile(folder)
    assert not faults

    with pytest.raises(MoveRefused, match=r"escriba el cambio, con su día, en «unit_moves\.csv»"):
        load_profile(profile, at=NOON)

    assert selectors.tree().parent(Unit.objects.get(slug="ois").pk, BEFORE) == Unit.objects.get(slug="oaf").pk


def test_moves_of_a_profile_make_no_ring_with_those_made_here(folder: Path) -> None:
    (folder / "unit_moves.csv").write_text(f"{HEADER}opp,ois,2025-01-01,{ACT}\n")
    profile, faults = read_profile(folder)
    assert not faults

    with pytest.raises(CycleInUnits, match=r"Corrija «unit_moves\.csv»"):
        load_profile(profile, at=NOON)

    assert UnitMove.objects.count() == 1
