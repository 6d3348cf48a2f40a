"""Distance tables (PL-04): loaded from the profile, the entity's own before the country's, by the row of the day."""

import io
import shutil
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from law import selectors
from law.enums import TermUnit
from law.models import DistanceRow
from law.rules.citations import UNVERIFIED
from law.rules.deadlines import Distance
from law.services import profile as law_profile
from law.services.profile import NATIONAL

NORMS = """slug,title,valid_from,valid_to,source,is_verified
cuadro-inventado,Cuadro inventado 7,2000-01-01,,Prueba,1
cuadro-sin-leer,Cuadro sin leer,2000-01-01,,Prueba,0
"""
HEAD = "table,lives_in,acts_in,days,unit,norm,article,valid_from,valid_to,lives_in_name\n"
DAY = date(2026, 11, 16)

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The profile of a place beside a national set of its own, so that both may have a table."""
    national = tmp_path / "national"
    shutil.copytree(NATIONAL, national)
    monkeypatch.setattr(law_profile, "NATIONAL", national)
    monkeypatch.setattr(law_profile, "PROFILES", tmp_path)
    folder = tmp_path / "villa"
    folder.mkdir()
    (folder / "entity.toml").write_text('place = "080909"\n')
    (folder / "norms.csv").write_text(NORMS)
    return folder


def load(folder: Path, own: str, general: str = "") -> str:
    (folder / "distances.csv").write_text(own)
    if general:
        norms = folder.parent / "national" / "norms.csv"
        norms.write_text(norms.read_text() + "cuadro-del-pais,Cuadro del país,2000-01-01,,Prueba,1,\n")
        (folder.parent / "national" / "distances.csv").write_text(general)
    out = io.StringIO()
    call_command("load_law", "villa", stdout=out, stderr=out)
    return out.getvalue()


def added(lives_in: str, on: date = DAY) -> Distance | None:
    return selectors.distance(lives_in=lives_in, acts_in="080909", on=on)


def test_pl_04_a_table_is_loaded_with_the_names_of_its_places_and_once(folder: Path) -> None:
    own = HEAD + "Cuadro,080910,080909,3,calendar_days,cuadro-inventado,,,,Kiteni de Arriba\n"
    load(folder, own)

    assert load(folder, own) == "La ley ya estaba cargada: sin cambios.\n"
    row = DistanceRow.objects.get()
    assert (row.lives_in_name, row.days, row.is_general) == ("Kiteni de Arriba", 3, False)
    assert added("080910") == Distance(
        3,
        TermUnit.CALENDAR_DAYS,
        "Cuadro inventado 7",
        "Cuadro: de Kiteni de Arriba (080910) a 080909, fila vigente desde el 01/01/2000",
    )
    assert added("080911") is None
    assert selectors.distance(lives_in="080910", acts_in="150101", on=DAY) is None


def test_pl_04_a_table_without_names_shows_its_codes(folder: Path) -> None:
    load(folder, "table,lives_in,acts_in,days,unit,norm\nCuadro,080910,080909,3,calendar_days,cuadro-inventado\n")

    found = added("080910")
    assert found is not None
    assert "de 080910 a 080909" in found.row


def test_pl_04_a_name_that_does_not_fit_is_refused_with_its_line(folder: Path) -> None:
    own = HEAD + f"Cuadro,080910,080909,3,calendar_days,cuadro-inventado,,,,{'x' * 121}\n"

    with pytest.raises(CommandError, match="no se cargó nada"):
        load(folder, own)

    _parsed, faults = law_profile.read_profile(folder)
    assert [(fault.line, "lives_in_name" in fault.sentence) for fault in faults] == [(2, True)]


def test_pl_04_the_row_of_the_day_counts(folder: Path) -> None:
    load(
        folder,
        HEAD
        + "Cuadro,080910,080909,3,calendar_days,cuadro-inventado,,2020-01-01,2025-12-31,Kiteni\n"
        + "Cuadro,080910,080909,4,business_days,cuadro-inventado,,2026-01-01,,Kiteni\n",
    )

    days = [(found := added("080910", day)) and found.days for day in (date(2019, 12, 31), date(2025, 12, 31), DAY)]
    assert days == [None, 3, 4]


def test_pl_04_a_norm_that_nobody_read_is_to_be_verified(folder: Path) -> None:
    load(folder, HEAD + "Cuadro,080910,080909,3,calendar_days,cuadro-sin-leer,,,,Kiteni\n")

    found = added("080910")
    assert found is not None
    assert found.norm == UNVERIFIED


def test_pl_04_the_entity_s_own_table_comes_before_the_country_s_which_gives_the_rest(folder: Path) -> None:
    load(
        folder,
        HEAD + "Propio,080910,080909,3,calendar_days,cuadro-inventado,,2001-01-01,,Kiteni\n",
        general=HEAD
        + "General,080910,080909,9,calendar_days,cuadro-del-pais,,2010-01-01,,Echarate\n"
        + "General,080911,080909,5,calendar_days,cuadro-del-pais,,2010-01-01,,Vilcabamba\n",
    )

    own, rest = added("080910"), added("080911")
    assert own is not None
    assert (own.days, own.norm) == (3, "Cuadro inventado 7")
    assert rest is not None
    assert (rest.days, rest.norm) == (5, "Cuadro del país")


def test_pl_04_the_same_row_in_both_files_is_the_entity_s_and_loading_again_changes_nothing(folder: Path) -> None:
    row = "Cuadro,080910,080909,{},calendar_days,{},,2010-01-01,,Kiteni\n"
    own, general = HEAD + row.format(3, "cuadro-inventado"), HEAD + row.format(9, "cuadro-del-pais")
    load(folder, own, general)

    assert load(folder, own) == "La ley ya estaba cargada: sin cambios.\n"
    assert [(each.days, each.is_general) for each in DistanceRow.objects.all()] == [(3, False)]
