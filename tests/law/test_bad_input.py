"""Each thing that the clock and the calendar refuse, with the sentence that the person reads."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from law.enums import TermUnit
from law.errors import LawError, SecondExtension
from law.rules.business_days import Calendar
from law.rules.deadlines import Case, Extension, derive
from law.rules.procedure import check_observation
from law.rules.suspensions import Suspension
from law.services import due_lines
from law.services import profile as law_profile

CALENDAR = Calendar(date(2024, 1, 1), date(2030, 12, 31), frozenset())
FRIDAY = date(2026, 11, 20)
DAYS = TermUnit.BUSINESS_DAYS


def counted(event: date = FRIDAY, amount: int = 15, **more: object) -> Callable[[], object]:
    return lambda: derive(Case(event, amount, DAYS, **more), CALENDAR)  # type: ignore[arg-type]


def line(term: str) -> Callable[[], object]:
    text = f'{{"id": "a", "event_kind": "date", "event": "2026-11-20", "term": {term}}}'
    return lambda: due_lines.read(due_lines.line_of(text))


def raised(error: type[LawError]) -> Callable[[], object]:
    def act() -> object:
        raise error

    return act


BAD = [
    (
        "a term in unknown units",
        line('{"amount": 5, "unit": "weeks"}'),
        "business_days, calendar_days, months, years",
    ),
    (
        "an extension after expiry",
        counted(extension=Extension(5, DAYS, date(2026, 12, 14))),
        "La prórroga se pidió el 14/12/2026 y el plazo venció el 11/12/2026. "
        "Solo se concede la que se pide hasta el día del vencimiento.",
    ),
    ("a second extension", raised(SecondExtension), "El plazo se prorroga una sola vez. Deje una sola prórroga."),
    (
        "a suspension that ends before it starts",
        counted(suspensions=(Suspension(date(2026, 11, 25), date(2026, 11, 24)),)),
        "La suspensión que empieza el 25/11/2026 termina antes, el 24/11/2026. Corrija uno de los dos días.",
    ),
    (
        "overlapping suspensions",
        counted(suspensions=(Suspension(FRIDAY, date(2026, 11, 24)), Suspension(date(2026, 11, 24)))),
        "La suspensión del 20/11/2026 y la del 24/11/2026 se cruzan: comparten días. "
        "Júntelas en una o corrija sus días.",
    ),
    (
        "a date before the calendar begins",
        counted(date(2023, 12, 29)),
        "No hay calendario de 2023; cárguelo y repita la cuenta.",
    ),
    (
        "a date after the calendar ends",
        counted(date(2030, 12, 20)),
        "No hay calendario de 2031; cárguelo y repita la cuenta.",
    ),
    (
        "a second observation",
        lambda: check_observation(frozenset({"plano"}), frozenset({"plano"}), frozenset({"firma"})),
        "Solo puede reiterar lo que no se subsanó.",
    ),
]


@pytest.mark.parametrize(("bad", "act", "sentence"), BAD, ids=[row[0] for row in BAD])
def test_bad_input_gets_a_sentence_that_says_what_to_do(bad: str, act: Callable[[], object], sentence: str) -> None:
    with pytest.raises(LawError) as refused:
        act()

    assert sentence in str(refused.value)


@pytest.mark.parametrize(
    ("file", "text", "sentence"),
    [
        (
            "days.csv",
            "date,name,kind,suspends_terms,norm\n2026-06-24,Inti Raymi,regional,1,\n",
            "Un día no laborable va siempre con su norma. "
            "Escriba en «norm» el código de la que lo declara en norms.csv.",
        ),
        (
            "terms.csv",
            "slug,name,amount,unit,norm\nplazo,Plazo,10,horas,ley-27444\n",
            "Escriba una de estas palabras: business_days, calendar_days, months, years",
        ),
    ],
)
def test_a_calendar_row_without_a_norm_and_a_term_in_unknown_units_are_not_loaded(
    file: str, text: str, sentence: str, tmp_path: Path
) -> None:
    (tmp_path / "entity.toml").write_text('place = "PE-CUS"\n')
    (tmp_path / file).write_text(text)

    _parsed, faults = law_profile.read_profile(tmp_path)

    assert [Path(fault.file).name for fault in faults] == [file]
    assert sentence in faults[0].sentence
