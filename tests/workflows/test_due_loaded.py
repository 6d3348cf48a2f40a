"""What the clock answers by the calendar and the regime that are loaded, and to a program that converses with it."""

import io
import json
import os
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from law.models import CalendarSpan, Day, FilingHours, Norm, RuleSource
from law.services import profile as law_profile
from tests.factories import LIMA
from tests.workflows.questions import ask, case

pytestmark = pytest.mark.django_db


@pytest.fixture
def _loaded(tmp_path: Path) -> None:
    from organization.models import Entity

    (tmp_path / "entity.toml").write_text('place = "PE-CUS"\n')
    parsed, _faults = law_profile.read_profile(tmp_path)
    law_profile.load_profile(parsed, at=datetime(2026, 1, 1, tzinfo=LIMA))
    Entity.objects.create(pk=1, slug="x", name="X", short_name="X", ruc="20000000001", location="x", place="PE-CUS")


@pytest.mark.usefixtures("_loaded")
def test_cajamarca_of_the_loaded_calendar_shows_both_results() -> None:
    term = {"amount": 120, "unit": "business_days"}

    answer = ask(event="2011-02-19", term=term, non_working=None, place="PE-CAJ")

    assert answer["due"] == "2011-08-12"
    (disputed,) = [step for step in answer["derivation"] if step["rule"] == "disputed"]
    assert disputed["day"] == "2011-05-02"
    assert "vencería el lun 15 ago 2011" in disputed["note"]
    assert disputed["norm"] == "norma por verificar"


@pytest.mark.usefixtures("_loaded")
def test_an_entity_s_own_rule_for_disputed_days_holds_with_its_source() -> None:
    norm = Norm.objects.create(slug="n", title="Norma N", valid_from=date(2000, 1, 1), source="F", is_verified=True)
    RuleSource.objects.create(rule="public-sector-days", choice="do-not-count", norm=norm, valid_from=date(2000, 1, 1))

    answer = ask(event="2011-02-19", term={"amount": 120, "unit": "business_days"}, non_working=None)

    assert answer["due"] == "2011-08-15"
    (disputed,) = [step for step in answer["derivation"] if step["rule"] == "disputed"]
    assert "no se cuenta. Si se contara, vencería el vie 12 ago 2011" in disputed["note"]
    assert disputed["norm"] == "Norma N"


@pytest.mark.usefixtures("_loaded")
def test_ends_of_a_suspension_run_where_an_entity_has_a_source_for_it() -> None:
    norm = Norm.objects.create(slug="n", title="Norma N", valid_from=date(2000, 1, 1), source="F", is_verified=True)
    RuleSource.objects.create(rule="suspension-ends", choice="run", norm=norm, valid_from=date(2000, 1, 1))

    assert ask(suspensions=[{"from": "2026-11-23", "to": "2026-11-25"}])["due"] == "2026-11-30"


@pytest.mark.usefixtures("_loaded")
@pytest.mark.parametrize(
    ("as_of", "due"), [("2021-12-30", "2022-12-14"), ("2022-01-01", "2022-12-15"), (None, "2022-12-15")]
)
def test_as_of_leaves_out_the_rows_that_became_known_later(as_of: str | None, due: str) -> None:
    answer = ask(event="2022-12-06", non_working=None, as_of=as_of)

    assert answer["due"] == due


@pytest.mark.usefixtures("_loaded")
@pytest.mark.parametrize("place", ["PE-CUS", "08", "080909"])
def test_a_region_is_told_by_iso_or_by_ubigeo(place: str) -> None:
    norm = Norm.objects.get(slug="dleg-713")
    Day.objects.create(
        date=date(2026, 6, 24), place="PE-CUS", name="Inti Raymi", kind="regional", suspends_terms=True, norm=norm
    )

    assert ask(event="2026-06-22", non_working=None, place=place)["due"] == "2026-07-01"
    assert ask(event="2026-06-22", non_working=None, place="PE-ARE")["due"] == "2026-06-30"


@pytest.mark.usefixtures("_loaded")
@pytest.mark.parametrize(("event", "year"), [("2004-12-31", 2004), ("2030-12-30", 2031), ("2033-01-05", 2033)])
def test_a_day_outside_the_calendar_is_refused(event: str, year: int) -> None:
    assert f"no hay calendario de {year}; cárguelo" in ask(event=event, non_working=None)["error"]
    assert "No hay calendario de AR-B" in ask(place="AR-B", non_working=None)["error"]


@pytest.mark.usefixtures("_loaded")
def test_a_filing_goes_by_the_entity_s_regime_of_its_day() -> None:
    norm = Norm.objects.create(slug="n", title="Norma N", valid_from=date(2000, 1, 1), source="F", is_verified=True)
    FilingHours.objects.create(regime="office-hours", closes="16:00", norm=norm, valid_from=date(2026, 12, 1))

    before = ask(event_kind="filing", event="2026-11-20T17:00:00-05:00")
    after = ask(event_kind="filing", event="2026-12-04T17:00:00-05:00")
    told = ask(event_kind="filing", event="2026-12-04T17:00:00-05:00", regime="until-midnight")

    assert [each["legal_date"] for each in (before, after, told)] == ["2026-11-20", "2026-12-07", "2026-12-04"]
    assert after["derivation"][0]["norm"] == "Norma N"


def test_nothing_loaded_answers_by_the_entity_s_files() -> None:
    assert not CalendarSpan.objects.exists()

    term = {"amount": 120, "unit": "business_days"}

    assert ask(event="2011-02-19", term=term, non_working=None, place="PE-CAJ")["due"] == "2011-08-12"


def test_the_command_answers_for_people_too(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = f"{json.dumps(case())}\nnope\n{json.dumps(case(suspensions=[{'from': '2026-11-23'}]))}\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(lines.encode())))
    out = io.StringIO()

    call_command("due", stdout=out)

    told = out.getvalue().splitlines()
    assert told[0] == "a: Vence el viernes 27 de noviembre de 2026."
    assert told[3].startswith("  2026-11-27  Se cumple el plazo de 5 días hábiles.")
    assert told[4].startswith("línea 2: No se entiende")
    assert told[5] == "a: Suspendido: sin día de vencimiento."


# As another program meets it


def program(tmp_path: Path, *, entity: str = "pichari-2023") -> "subprocess.Popen[bytes]":
    urls = {"DATABASE_URL", "BROKER_URL", "ARCHIVE_URL", "SEARCH_URL", "DJANGO_SETTINGS_MODULE"}
    env = {name: value for name, value in os.environ.items() if name not in urls}
    return subprocess.Popen(
        [sys.executable, "manage.py", "due", "--json"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=settings.BASE_DIR,
        env={**env, "ENTITY": entity, "DATA_DIR": str(tmp_path / "new"), "LC_ALL": "C"},
    )


@pytest.mark.embedded
def test_another_program_converses_with_a_fresh_installation(tmp_path: Path) -> None:
    with program(tmp_path) as due:
        assert due.stdin is not None
        assert due.stdout is not None
        for place, expected in (("080909", "2026-07-01"), ("PE-LMA", "2026-06-30")):
            line = case(event="2026-06-22", non_working=None, place=place)
            due.stdin.write(json.dumps(line).encode() + b"\n")
            due.stdin.flush()
            assert json.loads(due.stdout.readline())["due"] == expected
        due.stdin.close()
        assert due.wait(timeout=30) == 0


@pytest.mark.embedded
def test_ten_thousand_lines_are_answered_in_order(tmp_path: Path) -> None:
    lines = b"".join(json.dumps(case(id=str(n), non_working=None)).encode() + b"\n" for n in range(10_000))

    with program(tmp_path) as due:
        out, _errors = due.communicate(lines, timeout=120)

    assert [json.loads(line)["id"] for line in out.splitlines()] == [str(n) for n in range(10_000)]
