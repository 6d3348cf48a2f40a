"""``manage.py due``: every field, every worked case of its page, and a sentence for each thing that can be wrong."""

import io
import json
from typing import Any

import pytest

from tests.workflows.questions import CAJAMARCA, NEW_YEAR, ask, ask_lines, case, filing
from workflows.services.due import Answers, as_text

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
