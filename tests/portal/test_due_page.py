"""The citizen reads the account of the day by which they are answered: with the key, in plain words."""

from datetime import date

import pytest
from django.test import Client

from law.models import CalendarSpan, Day, Norm, Silence, Term
from tests.factories import NOON, make_entity, make_person
from tests.portal.conftest import CitizensFile, file_of
from workflows.models import Clock
from workflows.selectors.account_words import plain_reasons
from workflows.selectors.accounts import account_of
from workflows.services import clocks

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(citizens_file: CitizensFile) -> Clock:
    make_entity(place="PE-CUS")
    CalendarSpan.objects.create(place="PE", first=date(2023, 1, 1), last=date(2026, 12, 31))
    norm = Norm.objects.create(slug="ley", title="Ley 1", valid_from=date(2001, 1, 1), source="F", is_verified=True)
    Term.objects.create(
        slug="evaluacion", name="Evaluación", amount=15, unit="business_days", norm=norm, valid_from="2001-01-01"
    )
    Day.objects.create(
        date=date(2023, 10, 16), place="PE", name="Fiesta del agua", kind="national", suspends_terms=True, norm=norm
    )
    clock = clocks.start_for_filing(filing=citizens_file.filing, term="evaluacion", by=None, at=NOON)
    assert clock is not None
    return clock


def opened(client: Client, file: CitizensFile) -> Client:
    client.post("/", {"number": file.expediente.label, "key": file.key})
    return client


def test_the_citizen_reads_the_account_in_plain_words(
    client: Client, citizens_file: CitizensFile, clock: Clock
) -> None:
    tracking = opened(client, citizens_file).get("/seguimiento/").content.decode()

    response = client.get(f"/seguimiento/plazo/{clock.pk}/")

    text = response.content.decode()
    assert f"/seguimiento/plazo/{clock.pk}/" in tracking
    for words in ("<dt>Presentó</dt>", "15 días hábiles", "Ley 1", "lun 16 oct 2023, Fiesta del agua"):
        assert words in tracking
    assert "¿Por qué venció el lunes 6 de noviembre de 2023?" in text
    assert "Fiesta del agua" in text
    assert "Son 15 días hábiles" in text
    assert "Qué puede cambiar esta fecha" in text
    assert "no-store" in response.headers["Cache-Control"]


def test_without_the_key_and_for_another_s_clock_there_is_nothing(
    client: Client, citizens_file: CitizensFile, clock: Clock
) -> None:
    asked = f"/seguimiento/plazo/{clock.pk}/"
    stranger = file_of(make_person(None), label="031848-2023", key="9KQ2M9XD4RTVW3HC")

    assert client.get(asked).status_code == 302
    assert client.get(f"{asked}cuenta.pdf").status_code == 302
    opened(client, stranger)
    assert client.get(asked).status_code == 404
    assert client.get(f"{asked}cuenta.pdf").status_code == 404


def test_the_citizen_prints_the_account(client: Client, citizens_file: CitizensFile, clock: Clock) -> None:
    response = opened(client, citizens_file).get(f"/seguimiento/plazo/{clock.pk}/cuenta.pdf")

    assert response.content.startswith(b"%PDF-")


def test_what_did_not_count_is_told_in_plain_words(citizens_file: CitizensFile, clock: Clock) -> None:
    today = date(2023, 10, 20)
    clocks.suspend(clock=clock, first=date(2023, 10, 17), reason="x", by=None, at=NOON)
    held = clocks.resume(clock=clock, last=date(2023, 10, 18), by=None, at=NOON)

    told = {reason.what: reason.said for reason in plain_reasons(account_of(held, today))}
    again = clocks.suspend(clock=held, first=date(2023, 10, 20), reason="x", by=None, at=NOON)
    open_one = [reason.said for reason in plain_reasons(account_of(again, today)) if reason.what == "No contaron"]

    assert told["No contaron"] == "del mar 17 oct al mié 18 oct, por la suspensión"
    assert told["Feriados"] == "lun 16 oct, Fiesta del agua"
    assert told["Respuesta"] == "mié 8 nov"
    assert open_one[-1] == "desde el vie 20 oct, mientras dure la suspensión"


def test_the_answer_is_told_with_the_days_to_notify_it(citizens_file: CitizensFile, clock: Clock) -> None:
    norm = Norm.objects.get()
    Silence.objects.create(kind="positive", name="S", window=5, norm=norm, valid_from=date(2001, 1, 1))
    clock.silence = "positive"

    account = account_of(clock, date(2023, 10, 20))

    assert {reason.what: reason.said for reason in plain_reasons(account)}["Para notificarle"] == "hasta el lun 13 nov"
    assert "queda aprobada" in account.steps[-1].note
    assert [mark.what for mark in account.marks][-1] == "último para notificar"
