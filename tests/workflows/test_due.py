"""``manage.py due``: every field, every worked case of its page, and a sentence for each thing that can be wrong."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command

from law.models import CalendarSpan, Day, FilingHours, Norm, RuleSource
from law.services import profile as law_profile
from tests.factories import LIMA
from workflows.services.due import Answers, as_text

CAJAMARCA = ["2011-04-21", "2011-04-22", "2011-06-29", "2011-07-28", "2011-07-29"]
NEW_YEAR = ["2026-12-08", "2026-12-09", "2026-12-25", "2027-01-01"]
Ask = Callable[..., dict[str, Any]]


def ask_lines(*lines: str | bytes) -> list[dict[str, Any]]:
    text = b"\n".join(line if isinstance(line, bytes) else line.encode() for line in lines)
    return list(Answers().of(io.BytesIO(text)))


def case(**fields: Any) -> dict[str, Any]:
    plain = {"id": "a", "event_kind": "date", "event": "2026-11-20", "non_working": []}
    return {**plain, "term": {"amount": 5, "unit": "business_days"}, **fields}


def ask(**fields: Any) -> dict[str, Any]:
    (answer,) = ask_lines(json.dumps(case(**fields)))
    return answer


def filing(moment: str, **fields: Any) -> dict[str, Any]:
    return case(event_kind="filing", event=moment, **fields)


pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("fields", "due"),
    [
        (case(event="2011-02-19", term={"amount": 120, "unit": "business_days"}, non_working=CAJAMARCA), "2011-08-12"),
        (case(event="2011-02-18", term={"amount": 120, "unit": "business_days"}, non_working=CAJAMARCA), "2011-08-12"),
        (
            case(
                event="2011-02-19",
                term={"amount": 120, "unit": "business_days"},
                non_working=[*CAJAMARCA, "2011-05-02"],
            ),
            "2011-08-15",
        ),
        (
            filing(
                "2026-11-20T23:58:00-05:00",
                regime="until-midnight",
                term={"amount": 30, "unit": "business_days"},
                non_working=NEW_YEAR,
            ),
            "2027-01-07",
        ),
        (case(event_kind="notification", event="2025-01-31", term={"amount": 1, "unit": "months"}), "2025-03-03"),
        (
            filing(
                "2026-11-20T09:00:00-05:00",
                term={"amount": 15, "unit": "business_days"},
                non_working=NEW_YEAR[:3],
                suspensions=[{"from": "2026-11-23", "to": "2026-11-25"}],
            ),
            "2026-12-18",
        ),
    ],
)
def test_the_worked_cases_of_the_page(fields: dict[str, Any], due: str) -> None:
    (answer,) = ask_lines(json.dumps(fields))

    assert list(answer) == ["id", "legal_date", "first_day", "due", "state", "derivation"]
    assert (answer["id"], answer["due"], answer["state"]) == ("a", due, "running")
    assert answer["derivation"][-1]["day"] == due
    for step in answer["derivation"]:
        assert set(step) <= {"rule", "day", "norm", "note", "inputs"}
        assert step["note"].endswith(".")


@pytest.mark.parametrize(
    ("moment", "regime", "legal"),
    [
        ("2026-11-20T23:59:59-05:00", "until-midnight", "2026-11-20"),
        ("2026-11-21T04:59:59Z", "until-midnight", "2026-11-20"),
        ("2026-11-21T05:00:00Z", "until-midnight", "2026-11-23"),
        ("2026-11-20T16:30:59.5-05:00", "office-hours", "2026-11-20"),
        ("2026-11-20T16:31:00-05:00", "office-hours", "2026-11-23"),
        ("2026-11-20T16:31:00-05:00", "until-midnight", "2026-11-20"),
        ("2026-11-20T07:00:00-05:00", "office-hours", "2026-11-20"),
        ("2026-11-21T09:00:00-05:00", "office-hours", "2026-11-23"),
        ("2026-12-07T16:31:00-05:00", "office-hours", "2026-12-10"),
        ("2026-12-07T16:31:00-05:00", "until-midnight", "2026-12-07"),
        ("2026-12-08T12:00:00-05:00", "until-midnight", "2026-12-10"),
    ],
)
def test_in_05_a_filing_takes_its_legal_date_under_each_regime(moment: str, regime: str, legal: str) -> None:
    fields = filing(moment, regime=regime, closes="16:30", non_working=NEW_YEAR)
    (answer,) = ask_lines(json.dumps(fields))

    assert answer["legal_date"] == legal
    assert answer["derivation"][0]["rule"].startswith(regime)


def test_an_open_suspension_has_no_due_day() -> None:
    answer = ask(term={"amount": 15, "unit": "business_days"}, suspensions=[{"from": "2026-11-25"}])

    assert (answer["due"], answer["state"], answer["first_day"]) == (None, "suspended", "2026-11-23")
    assert "Han corrido 2 de 15 días hábiles" in answer["derivation"][-1]["note"]
    assert ask(suspensions=[{"from": "2026-11-21", "to": None}])["first_day"] is None


def test_a_term_that_had_ended_before_an_open_suspension_says_so() -> None:
    answer = ask(suspensions=[{"from": "2027-02-01"}])

    assert answer["due"] is None
    assert "había vencido antes, el viernes 27 de noviembre de 2026" in answer["derivation"][-1]["note"]


def test_suspensions_come_in_any_order_and_those_beside_the_term_move_nothing() -> None:
    inside = {"from": "2026-11-24", "to": "2026-11-24"}
    before, after = {"from": "2026-10-01", "to": "2026-11-20"}, {"from": "2027-01-01", "to": "2027-02-01"}

    answer = ask(suspensions=[after, inside, before])

    assert answer["due"] == "2026-11-30"
    notes = [step["note"] for step in answer["derivation"] if step["rule"] == "suspension"]
    assert ["no alcanza" in note for note in notes] == [True, False, True]


@pytest.mark.parametrize(
    ("extension", "distance", "due"),
    [
        ({"amount": 5, "unit": "business_days", "requested": "2026-11-27"}, None, "2026-12-04"),
        ({"amount": 1, "unit": "months", "requested": "2026-11-20"}, None, "2026-12-28"),
        ({"amount": 0, "unit": "business_days", "requested": "2026-11-27"}, None, "2026-11-27"),
        (None, {"days": 3, "unit": "calendar_days"}, "2026-11-30"),
        (None, {"days": 3, "unit": "business_days"}, "2026-12-02"),
        (
            {"amount": 5, "unit": "business_days", "requested": "2026-11-23"},
            {"days": 2, "unit": "calendar_days"},
            "2026-12-07",
        ),
    ],
)
def test_an_extension_and_then_the_distance_are_counted_on_in_their_units(
    extension: Any, distance: Any, due: str
) -> None:
    assert ask(extension=extension, distance=distance)["due"] == due


LATE = {"amount": 5, "unit": "business_days", "requested": "2026-11-28"}
ONE_DAY = {"from": "2026-11-24", "to": "2026-11-24"}


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"foo": 1, "bar": 2}, "No se conoce «foo», «bar»"),
        ({"term": {"amount": 5, "unit": "business_days", "kind": 1}}, "«term.kind»"),
        ({"term": None}, "Falta «term»"),
        ({"term": 5}, "«term» debe ser un objeto"),
        ({"term": {"unit": "months"}}, "Falta «term.amount»"),
        ({"term": {"amount": 5, "unit": "weeks"}}, "business_days, calendar_days, months, years"),
        ({"term": {"amount": 5, "unit": ["months"]}}, "«term.unit» dice"),
        ({"term": {"amount": -1, "unit": "months"}}, "de cero en adelante, y dice -1"),
        ({"term": {"amount": 5.0, "unit": "months"}}, "número entero"),
        ({"term": {"amount": True, "unit": "months"}}, "número entero"),
        ({"term": {"amount": "5", "unit": "months"}}, "número entero"),
        ({"term": {"amount": 10**30, "unit": "business_days"}}, "no hay calendario de 10000; cárguelo"),
        ({"term": {"amount": 10**30, "unit": "calendar_days"}}, "no hay calendario de 10000"),
        ({"term": {"amount": 10**30, "unit": "years"}}, "no hay calendario de 10000"),
        ({"event": "2026-02-30"}, "un día que exista"),
        ({"event": "20261120"}, "como 2026-11-20"),
        ({"event": "2026-11-20T10:00:00-05:00"}, "como 2026-11-20"),
        ({"event": 20261120}, "como 2026-11-20"),
        ({"event": None}, "Falta «event»"),
        ({"event_kind": "presentación"}, "filing, notification, date"),
        ({"event_kind": "filing"}, "debe ser un momento"),
        ({"event_kind": "filing", "event": "2026-11-20T10:00:00"}, "no dice su zona"),
        ({"event_kind": "filing", "event": "2026-11-20T25:00:00-05:00"}, "debe ser un momento"),
        ({"event_kind": "filing", "event": "0001-01-01T00:00:00+14:00"}, "ningún calendario"),
        ({"regime": "until-midnight"}, "solo de las presentaciones"),
        ({"event_kind": "filing", "event": "2026-11-20T10:00:00-05:00", "regime": "siesta"}, "office-hours"),
        ({"event_kind": "filing", "event": "2026-11-20T10:00:00-05:00", "regime": "office-hours"}, "Falta «closes»"),
        ({"event_kind": "filing", "event": "2026-11-20T10:00:00-05:00", "closes": "25:00"}, "como 16:30"),
        ({"event_kind": "filing", "event": "2026-11-20T10:00:00-05:00", "closes": 16}, "como 16:30"),
        ({"place": "Cusco"}, "ISO 3166-2"),
        ({"place": "PE-XXX"}, "ISO 3166-2"),
        ({"place": "990101"}, "ubigeo"),
        ({"place": 80909}, "ubigeo"),
        ({"non_working": "2026-12-08"}, "«non_working» debe ser una lista"),
        ({"non_working": ["2026-13-08"]}, "un día que exista"),
        ({"suspensions": {}}, "«suspensions» debe ser una lista"),
        ({"suspensions": [5]}, "«suspensions» debe ser un objeto"),
        ({"suspensions": [{"to": "2026-11-24"}]}, "Falta «suspensions.from»"),
        ({"suspensions": [{"from": "2026-11-25", "to": "2026-11-24"}]}, "termina antes, el 24/11/2026"),
        ({"suspensions": [ONE_DAY, ONE_DAY]}, "se cruzan"),
        ({"suspensions": [{"from": "2026-11-23"}, {"from": "2026-12-23", "to": "2026-12-24"}]}, "se cruzan"),
        ({"extension": LATE}, "se pidió el 28/11/2026 y el plazo venció el 27/11/2026"),
        ({"extension": [LATE, LATE]}, "una sola vez"),
        ({"extension": {"amount": 5, "unit": "business_days"}}, "Falta «extension.requested»"),
        ({"distance": {"days": 3, "unit": "months"}}, "business_days, calendar_days"),
        ({"distance": {"days": 3.5, "unit": "business_days"}}, "«distance.days» debe ser un número entero"),
        ({"as_of": "hoy"}, "«as_of» debe ser un día"),
        ({"id": ["a"]}, "«id» debe ser un texto"),
    ],
)
def test_what_is_wrong_gets_a_sentence_with_its_line(fields: dict[str, Any], words: str) -> None:
    answer = ask(**fields)

    assert list(answer) == ["id", "line", "error"]
    assert answer["line"] == 1
    assert words in answer["error"]
    assert answer["error"].endswith((".", "}."))


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"nope", "No se entiende como JSON"),
        (b"[1]", "no es un objeto"),
        (b'{"id":"a","id":"b"}', "El campo «id» está dos veces"),
        (b'{"id":NaN}', "«NaN» no es un número"),
        (b'{"id":"\xff"}', "no es texto UTF-8"),
        (b'{"id":' + b"9" * 5000 + b"}", "no cabe"),
        (b"[" * 100_000, "no cabe"),
        (b'{"id":"' + b"x" * 1_000_001, "demasiado larga"),
    ],
)
def test_a_line_that_is_no_case_gets_its_number_and_the_rest_continues(line: bytes, words: str) -> None:
    good = json.dumps(case())

    first, refused, last = ask_lines(good, b"", line, b"  \r", good)

    assert (refused["id"], refused["line"]) == (None, 3)
    assert words in refused["error"]
    assert first["due"] == last["due"] == "2026-11-27"


def test_a_byte_order_mark_windows_lines_and_an_unfinished_last_line_are_read() -> None:
    text = b"\xef\xbb\xbf" + json.dumps(case()).encode() + b"\r\n" + json.dumps(case()).encode()

    assert [answer["due"] for answer in Answers().of(io.BytesIO(text))] == ["2026-11-27", "2026-11-27"]


def test_an_id_comes_back_as_it_came() -> None:
    assert [ask(id=each)["id"] for each in ("Ñandú", 7, None)] == ["Ñandú", 7, None]
    assert as_text({"id": "\ud800"}) == '{"id": "\\ud800"}'


# The calendar and the regime that are loaded


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
