"""Why a date, in full: the days, the steps with their norms, today's norm beside; on paper, and in the file."""

import io
from datetime import date, datetime, timedelta

import pytest
from django.test import Client

from docs_store.models import Document, Leaf
from law.enums import TermUnit
from law.models import CalendarSpan, Day, Norm, Term
from law.selectors import forget_calendars
from ledger.models import Entry
from tests.desk.conftest import Seat, open_resolution, person, waiting
from tests.factories import LIMA, make_expediente, make_person
from tests.portal.conftest import KEY, file_of
from workflows.models import Clock, Filing, Process
from workflows.selectors.account_papers import line_of
from workflows.selectors.accounts import account_of
from workflows.selectors.counts import count
from workflows.services import clocks
from workflows.services.due import Answers

pytestmark = pytest.mark.django_db


@pytest.fixture
def process(pichari: None) -> Process:
    return open_resolution()


@pytest.fixture
def clock(process: Process) -> Clock:
    return Clock.objects.get(task=waiting(process))


def address(clock: Clock, more: str = "") -> str:
    return f"/mesa/expedientes/{clock.expediente_id}/plazos/{clock.pk}/{more}"


def page(client: Client, clock: Clock) -> str:
    response = client.get(address(clock))
    assert response.status_code == 200
    return str(response.content.decode())


def test_the_page_asks_the_question_and_answers_it_step_by_step(seat: Seat, clock: Clock) -> None:
    text = page(seat("jefe-ois"), clock)

    assert "<h1>¿Por qué vence el " in text
    assert 'class="strip' in text
    assert "La cuenta, paso a paso" in text
    assert "Empieza a correr" in text
    assert f"Son {clock.amount} días hábiles" in text
    assert "Ley 27444, art. 133 · vigente" in text
    assert "Sin ampliación ni término de la distancia" in text
    assert "el mismo día" in text
    assert "Imprimir la cuenta" in text
    assert "<script" not in text.split('class="account"')[1]


def test_every_disclosure_leads_to_it(seat: Seat, process: Process, clock: Clock) -> None:
    mine = seat("jefe-ois").get(f"/mesa/tareas/{waiting(process).pk}/").content.decode()
    theirs = seat("secretario-general").get(f"/mesa/expedientes/{process.expediente_id}/").content.decode()

    assert address(clock) in mine
    assert address(clock) in theirs


def test_who_may_not_see_the_file_is_told_that_there_is_none(seat: Seat, clock: Clock) -> None:
    other = make_expediente("Otro")

    assert seat("jefe-ois").get(f"/mesa/expedientes/{other.pk}/plazos/{clock.pk}/").status_code == 404
    assert seat("jefe-ois").get(f"/mesa/expedientes/{clock.expediente_id}/plazos/999999/").status_code == 404
    assert Client().get(address(clock)).status_code == 302


def test_a_day_beyond_the_calendar_is_told_and_never_guessed(seat: Seat, clock: Clock) -> None:
    CalendarSpan.objects.update(last=date(clock.event_on.year - 1, 12, 31))
    forget_calendars()

    text = page(seat("jefe-ois"), clock)

    assert f"No hay calendario cargado para {clock.event_on.year}: no se puede contar." in text
    assert 'class="strip' not in text
    forget_calendars()


def test_a_disputed_day_says_how_it_counts_now_and_the_day_if_confirmed(seat: Seat, clock: Clock) -> None:
    norm = Norm.objects.create(slug="ds-x", title="DS X", valid_from=date(2020, 1, 1), source="Prensa")
    Day.objects.create(
        date=clock.due_day, place="PE", name="Puente", kind="public_sector", suspends_terms=False, norm=norm
    )
    clock.derivation = clocks.kept(count(clock))
    clock.save()

    text = page(seat("jefe-ois"), clock)

    assert "se cuenta, por ahora" in text
    assert "Si no se contara, vencería el" in text
    assert "norma por verificar" in text
    assert "strip-due" in text


def test_a_holiday_that_nobody_verified_tells_what_would_follow_without_it(clock: Clock) -> None:
    norm = Norm.objects.create(slug="ds-y", title="DS Y", valid_from=date(2020, 1, 1), source="Prensa")
    Day.objects.create(date=clock.due_day, place="PE", name="Feriado", kind="national", suspends_terms=True, norm=norm)
    before = clock.due_day
    counted = count(clock)
    assert counted.due_on is not None
    clock.due_on, clock.derivation = counted.due_on, clocks.kept(counted)

    steps = account_of(clock, clock.event_on).steps

    told = next(step for step in steps if "no cuenta" in step.title)
    assert told.is_unverified
    assert "Si se confirma, la fecha es la misma; si no, vencería el" in told.note
    assert str(before.day) in told.note.rpartition("vencería el")[2]


def test_today_s_norm_stands_beside_with_both_days(seat: Seat, clock: Clock) -> None:
    norm = Norm.objects.create(
        slug="o-1", title="Ordenanza 1", valid_from=date(2020, 1, 1), source="F", is_verified=True
    )
    for amount, since in ((clock.amount, date(2020, 1, 1)), (clock.amount + 1, clock.event_on)):
        Term.objects.create(slug="anuncio", name="A", amount=amount, unit="business_days", norm=norm, valid_from=since)
    clock.term = "anuncio"
    clock.save()

    other = page(seat("jefe-ois"), clock)
    Term.objects.filter(valid_from=clock.event_on).delete()
    same = page(seat("jefe-ois"), clock)

    assert "Con la norma de hoy sería el " in other
    assert "conserva sus" in other
    assert "Con la norma de hoy sería el mismo día." in same


def test_a_suspended_clock_asks_why_it_does_not_run(seat: Seat, clock: Clock) -> None:
    at = datetime(2026, 11, 20, 9, tzinfo=LIMA)
    clocks.suspend(clock=clock, first=clock.event_on, reason="falta", by=None, at=at)

    text = page(seat("jefe-ois"), clock)

    assert "¿Por qué no corre este plazo?" in text
    assert "Está suspendido" in text


def test_the_account_is_printed_and_nothing_is_stored(seat: Seat, clock: Clock) -> None:
    documents = Document.objects.count()

    response = seat("jefe-ois").get(address(clock, "cuenta.pdf"))

    assert response.headers["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF-")
    assert Document.objects.count() == documents


def test_who_has_the_file_adds_the_account_to_it_with_its_folio(seat: Seat, clock: Clock) -> None:
    response = seat("jefe-ois").post(address(clock, "agregar/"))

    assert response.status_code == 302
    document = Document.objects.get(title__startswith="¿Por qué vence el ")
    leaf = Leaf.objects.get(version__document=document)
    assert (document.expediente_id, document.state) == (clock.expediente_id, "emitted")
    assert document.created_by == person("jefe-ois")
    assert document.cvd
    entry = Entry.objects.get(kind="clock.account_added")
    assert entry.facts == {
        "clock": clock.pk,
        "document": document.pk,
        "folios": [leaf.folio_from, leaf.folio_to],
    }
    texts = " ".join(leaf.version.page_texts.values_list("text", flat=True))
    assert "La cuenta, paso a paso" in texts
    assert "Empieza a correr" in texts


def test_who_only_reads_the_file_adds_nothing(seat: Seat, clock: Clock) -> None:
    reader = seat("secretario-general")

    assert "Agregar la cuenta al expediente" not in page(reader, clock)
    assert reader.post(address(clock, "agregar/")).status_code == 404
    assert not Entry.objects.filter(kind="clock.account_added").exists()


def test_the_paper_brings_the_line_that_counts_it_again(clock: Clock) -> None:
    at = datetime.combine(clock.event_on, datetime.min.time(), LIMA)
    clocks.suspend(clock=clock, first=clock.event_on, reason="x", by=None, at=at)
    clocks.resume(clock=clock, last=clock.event_on + timedelta(days=3), by=None, at=at)
    unit = TermUnit.BUSINESS_DAYS
    counted = clocks.extend(clock=clock, amount=2, unit=unit, requested_on=clock.event_on, by=None, at=at)

    [answer] = Answers().of(io.BytesIO(line_of(counted).encode()))

    assert answer["due"] == counted.due_day.isoformat()


def test_the_file_lists_its_terms_with_their_strips(seat: Seat, process: Process, clock: Clock) -> None:
    address_of_tab = f"/mesa/expedientes/{process.expediente_id}/plazos/"
    other = Clock.objects.create(
        filing=file_in(process), purpose="answer", event_on=clock.event_on, amount=30, unit="business_days",
        place=clock.place, due_on=clock.due_on, state="suspended", suspensions=[{"from": "2026-01-02", "to": None}],
    )  # fmt: skip

    text = seat("jefe-ois").get(address_of_tab).content.decode()
    clocks.end(clock=clock, by=None, at=datetime(2026, 11, 20, 9, tzinfo=LIMA))
    after = seat("jefe-ois").get(address_of_tab).content.decode()

    assert address(clock) in text
    assert address(other) in text
    assert "Responder" in text
    assert "¿Por qué no corre?" in text
    assert 'class="strip-day strip-due' in text
    assert "Terminados" not in text
    assert "Cumplido" in after


def file_in(process: Process) -> Filing:
    filing = file_of(make_person(None), label="00031-2026", key=KEY).filing
    filing.expediente_id = process.expediente_id
    filing.save()
    return filing
