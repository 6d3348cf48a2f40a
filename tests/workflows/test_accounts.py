"""The account of a due day on clocks of every kind: how each step is called, and what is said where little is known."""

from dataclasses import replace
from datetime import date

import pytest

from law import selectors as law
from law.models import CalendarSpan, Day, Norm, RuleSource, Silence, Term
from tests.factories import NOON, make_entity, make_expediente, make_person
from tests.portal.conftest import KEY, file_of
from workflows.models import Clock, Filing
from workflows.selectors.account_papers import account_text
from workflows.selectors.account_words import plain_reasons
from workflows.selectors.accounts import Account, account_of
from workflows.selectors.counts import count
from workflows.services import clocks

TODAY = date(2023, 10, 20)
FIRST, LAST = date(2023, 1, 1), date(2023, 12, 31)


@pytest.fixture
def norm(db: object) -> Norm:
    make_entity(place="PE")
    CalendarSpan.objects.create(place="PE", first=FIRST, last=LAST)
    return Norm.objects.create(slug="ley", title="Ley 1", valid_from="2001-01-01", source="F", is_verified=True)


def make_term(norm: Norm, **fields: object) -> Term:
    given = {"amount": 15, "unit": "business_days", "valid_from": date(2001, 1, 1), **fields}
    return Term.objects.create(slug="evaluacion", name="Evaluación", norm=norm, **given)


def begin(**more: object) -> Clock:
    filing = Filing.objects.first() or file_of(make_person(None), label="00031-2023", key=KEY).filing
    clock = clocks.start_for_filing(filing=filing, term="evaluacion", by=None, at=NOON, **more)  # type: ignore[arg-type]
    assert clock is not None
    return clock


def holiday(norm: Norm, *days: int) -> None:
    for day in days:
        Day.objects.create(
            date=date(2023, 10, day), place="PE", name="Fiesta", kind="national", suspends_terms=True, norm=norm
        )


def titles(account: Account) -> list[str]:
    return [step.title for step in account.steps]


def step(account: Account, title: str) -> tuple[str, str]:
    return next((each.note, each.span) for each in account.steps if each.title == title)


def test_one_two_and_many_days_that_do_not_count_are_one_step(norm: Norm) -> None:
    make_term(norm)
    holiday(norm, 16)
    one = account_of(begin(), TODAY)
    clock = one.clock

    def again(*days: int) -> Account:
        holiday(norm, *days)
        found = count(clock)
        assert found.due_on is not None
        clock.due_on, clock.derivation = found.due_on, clocks.kept(found)
        return account_of(clock, TODAY)

    two, many, most = again(17), again(18, 19, 23), again(24, 25, 26, 27, 30)

    assert step(one, "Un día no laborable no cuenta")[1] == "lun 16 oct"
    assert step(two, "Dos días no laborables no cuentan")[1] == "16 y 17 oct"
    assert step(many, "Cinco días no laborables no cuentan")[1] == "16 … 23 oct"
    assert "10 días no laborables no cuentan" in titles(most)
    assert step(one, "Un día no laborable no cuenta")[0] == (
        "Lunes 16 de octubre, Fiesta. Tampoco los sábados y domingos."
    )


def test_days_of_two_months_are_named_with_both(norm: Norm) -> None:
    make_term(norm)
    for day in (date(2023, 10, 31), date(2023, 11, 1)):
        Day.objects.create(date=day, place="PE", name="F", kind="national", suspends_terms=True, norm=norm)

    assert step(account_of(begin(), TODAY), "Dos días no laborables no cuentan")[1] == "31 oct y 1 nov"


def test_suspension_extension_and_distance_have_their_steps(norm: Norm) -> None:
    make_term(norm)
    RuleSource.objects.create(rule="extension", choice="", norm=norm, valid_from=date(2001, 1, 1))
    clock = begin()
    clocks.suspend(clock=clock, first=date(2023, 10, 17), reason="x", by=None, at=NOON)
    clock = clocks.resume(clock=clock, last=date(2023, 10, 17), by=None, at=NOON)
    clock.distance = {"days": 2, "unit": "calendar_days", "norm": ""}
    clock.save()
    unit = clock.unit
    clock = clocks.extend(clock=clock, amount=3, unit=unit, requested_on=TODAY, by=None, at=NOON)  # type: ignore[arg-type]

    account = account_of(clock, TODAY)

    assert step(account, "Estuvo suspendido")[1] == "mar 17 oct"
    assert "Prórroga" in titles(account)
    assert "Término de la distancia" in titles(account)
    assert "Sin ampliación ni término de la distancia" not in titles(account)
    assert [what for what, _how in account.movers] == ["Un decreto de día no laborable"]
    assert [reason.said for reason in plain_reasons(account) if reason.what == "No contaron"] == [
        "mar 17 oct, por la suspensión"
    ]
    assert account.recounted.is_same


def test_a_term_of_one_unit_and_of_months_is_said_so(norm: Norm) -> None:
    make_term(norm, amount=1)
    one = account_of(begin(), TODAY)
    Term.objects.update(amount=1, unit="months")
    month = account_of(begin(purpose="cure", event_on=date(2023, 10, 16)), TODAY)

    assert "Es 1 día hábil" in titles(one)
    assert "Es 1 mes" in titles(month)
    assert titles(month)[0] == "Se notificó"
    assert month.about == "Subsanar lo observado"


def test_a_disputed_day_that_does_not_count_says_so(norm: Norm) -> None:
    make_term(norm)
    RuleSource.objects.create(rule="public-sector-days", choice="do-not-count", norm=norm, valid_from=date(2001, 1, 1))
    Day.objects.create(
        date=date(2023, 10, 18), place="PE", name="Puente", kind="public_sector", suspends_terms=False, norm=norm
    )

    account = account_of(begin(), TODAY)

    assert "Miércoles 18 de octubre: no se cuenta, por ahora" in titles(account)
    assert [mark.day for mark in account.marks if mark.look == "disputed"] == ["mié 18 oct"]
    assert "mié 18 oct. Puente" in next(r.said for r in plain_reasons(account) if r.what == "Por verificar")


@pytest.mark.parametrize(
    ("kind", "said"), [("positive", "queda aprobada"), ("negative", "puede impugnar o seguir esperando la respuesta")]
)
def test_what_follows_from_silence_is_told(norm: Norm, kind: str, said: str) -> None:
    make_term(norm)
    Silence.objects.create(kind=kind, name="S", window=5, norm=norm, valid_from=date(2001, 1, 1))

    account = account_of(begin(silence=kind), TODAY)

    assert said in account.steps[-1].note
    assert account.notify_by == date(2023, 11, 10)
    assert {day.look for week in account.strip.weeks for day in week} >= {"due", "window"}


def test_days_to_notify_beyond_the_calendar_are_not_told(norm: Norm) -> None:
    make_term(norm)
    Silence.objects.create(kind="positive", name="S", window=99, norm=norm, valid_from=date(2001, 1, 1))

    account = account_of(begin(silence="positive"), TODAY)

    assert account.notify_by is None
    assert account.steps[-1].note == "Debe responderse hasta ese día."


def test_without_any_calendar_the_account_says_what_is_missing(norm: Norm) -> None:
    make_term(norm)
    clock = begin()
    clock.place = "AR"

    account = account_of(clock, TODAY)

    assert account.recounted.sentence == "No hay calendario de AR. Cargue el perfil de la entidad."
    assert (account.days_left, account.strip.weeks, account.beside) == (None, (), None)
    assert titles(account)[0] == "Se presentó"


def test_a_count_that_gives_another_day_says_that_it_is_under_way(norm: Norm) -> None:
    make_term(norm)
    clock = begin()
    holiday(norm, 18)
    law.forget_calendars()

    running = account_of(clock, TODAY)
    clock.suspensions = [{"from": "2023-10-19", "to": None}]
    suspended = account_of(clock, TODAY)

    assert running.recounted.sentence == "da el lunes 6 de noviembre; el plazo se está recalculando"
    assert suspended.recounted.sentence == "El plazo quedó suspendido; se está recalculando."


def test_an_ended_clock_is_over_and_nothing_moves_it(norm: Norm) -> None:
    make_term(norm)
    clock = clocks.end(clock=begin(), by=None, at=NOON)

    account = account_of(clock, TODAY)

    assert account.is_over
    assert account.movers == ()
    assert account.days_left is None


def test_a_suspension_at_most_as_long_as_the_law_says_may_move_it(norm: Norm) -> None:
    make_term(norm)
    Term.objects.create(
        slug="suspension-pedida", name="S", amount=30, unit="business_days", norm=norm, valid_from=date(2001, 1, 1)
    )

    movers = dict(account_of(begin(), TODAY).movers)

    assert movers["Una suspensión que pida la persona"] == "hasta 30 días hábiles"
    assert movers["Una prórroga"] == "una vez, pedida hasta el vie 3 nov"


def test_a_term_that_is_no_longer_loaded_has_no_name(norm: Norm) -> None:
    make_term(norm)
    clock = begin()
    Term.objects.all().delete()

    account = account_of(clock, TODAY)

    assert step(account, "Son 15 días hábiles") == ("", "15 días hábiles")
    assert account.beside is None


def test_a_norm_that_ended_says_until_when(norm: Norm) -> None:
    make_term(norm)
    Norm.objects.update(valid_to=date(2023, 10, 18))

    account = account_of(begin(), TODAY)

    assert [each.standing for each in account.steps if each.norm == "Ley 1"] == ["rigió hasta el 18/10/2023"]


def test_the_paper_says_the_same_day_or_the_other_one(norm: Norm) -> None:
    make_term(norm)
    account = account_of(begin(), TODAY)
    file = make_expediente("Licencia", label="7-2023")

    same = account_text(account, file)
    assert account.beside is not None
    other = account_text(replace(account, beside=replace(account.beside, is_same=False)), file)

    assert same.sections[2].paragraphs == ("Con la norma de hoy sería el mismo día.",)
    assert other.sections[2].paragraphs[0].startswith("Con la norma de hoy sería el viernes 3 de noviembre de 2023")
    assert same.sections[0].paragraphs[0] == "Expediente 7-2023, Licencia."


def test_a_day_that_nobody_verified_says_no_other_day_where_there_is_none(norm: Norm) -> None:
    make_term(norm)
    press = Norm.objects.create(slug="prensa", title="DS 9", valid_from="2001-01-01", source="Prensa")
    holiday(press, 16)
    clock = begin()
    assert "vencería el" in step(account_of(clock, TODAY), "Un día no laborable no cuenta")[0]

    clock.suspensions = [{"from": "2023-10-19", "to": None}]
    open_one = step(account_of(clock, TODAY), "Un día no laborable no cuenta")[0]
    clock.suspensions, clock.amount = [], 9_999
    beyond = step(account_of(clock, TODAY), "Un día no laborable no cuenta")[0]

    assert open_one == beyond == "Lunes 16 de octubre, Fiesta. Tampoco los sábados y domingos."
