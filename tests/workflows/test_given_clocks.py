"""The clocks of filings and notices: started by a term's code, with its norm, once, and never a reason to refuse."""

from datetime import date, datetime, timedelta

import pytest

from docs_store.models import Document
from law.enums import SilenceKind, TermUnit
from law.errors import SuspensionBackwards
from law.models import Article, CalendarSpan, Norm, Term
from law.rules.deadlines import Distance
from ledger.models import Entry
from tests.factories import LIMA, NOON, make_entity, make_kind, make_person
from tests.portal.conftest import KEY, file_of
from workflows.enums import ClockPurpose, ClockState
from workflows.models import Clock, Filing, Notice
from workflows.services import clocks


@pytest.fixture
def term(db: object) -> Term:
    make_entity(place="PE-CUS")
    CalendarSpan.objects.create(place="PE", first=date(2023, 1, 1), last=date(2023, 12, 31))
    norm = Norm.objects.create(slug="ley", title="Ley 1", valid_from=date(2001, 1, 1), source="F", is_verified=True)
    Article.objects.create(
        norm=norm, number="35", title="Plazo", valid_from=norm.valid_from, source="F", is_verified=True
    )
    return Term.objects.create(
        slug="evaluacion", name="E", amount=30, unit="business_days", norm=norm, article="35", valid_from="2001-01-01"
    )


def make_filing() -> Filing:
    return file_of(make_person(None), label="00031-2023", key=KEY, at=NOON).filing


def test_a_filing_s_clock_takes_amount_unit_and_norm_of_its_legal_date(term: Term) -> None:
    filing = make_filing()

    clock = clocks.start_for_filing(filing=filing, term="evaluacion", silence=SilenceKind.POSITIVE, by=None, at=NOON)

    assert clock is not None
    assert (clock.amount, clock.unit, clock.due_on) == (30, "business_days", date(2023, 11, 24))
    assert clock.derivation_norm == "Ley 1, art. 35"
    assert (clock.purpose, clock.silence) == (ClockPurpose.ANSWER, SilenceKind.POSITIVE)
    entry = Entry.objects.get(kind="clock.started")
    assert entry.subject == f"expediente:{filing.expediente_id}"
    assert entry.facts["due"] == "2023-11-24"


def test_a_clock_is_started_once_for_its_purpose_and_another_one_beside_it(term: Term) -> None:
    filing = make_filing()
    first = clocks.start_for_filing(filing=filing, term="evaluacion", by=None, at=NOON)

    again = clocks.start_for_filing(filing=filing, term="evaluacion", by=None, at=NOON)
    cure = clocks.start_for_filing(
        filing=filing, term="evaluacion", purpose=ClockPurpose.CURE, event_on=date(2023, 10, 16), by=None, at=NOON
    )

    assert again == first
    assert cure is not None and cure != first
    assert cure.event_on == date(2023, 10, 16)


def test_an_ended_clock_makes_room_for_the_next_one(term: Term) -> None:
    filing = make_filing()
    first = clocks.start_for_filing(filing=filing, term="evaluacion", by=None, at=NOON)
    assert first is not None

    ended = clocks.end(clock=first, by=None, at=NOON)
    clocks.end(clock=first, by=None, at=NOON)
    other = clocks.start_for_filing(filing=filing, term="evaluacion", by=None, at=NOON)

    assert (ended.state, ended.stopped_at) == (ClockState.DONE, NOON)
    assert other is not None and other != first
    assert Entry.objects.filter(kind="clock.ended").count() == 1


def test_distance_is_added_as_its_table_says(term: Term) -> None:
    far = Distance(2, TermUnit.CALENDAR_DAYS, "Cuadro")

    clock = clocks.start_for_filing(filing=make_filing(), term="evaluacion", distance=far, by=None, at=NOON)

    assert clock is not None
    assert clock.due_on == date(2023, 11, 27)
    assert [step["norm"] for step in clock.derivation if step["rule"] == "distance"] == ["Cuadro"]


def test_a_term_that_no_norm_gives_refuses_no_filing_and_is_told(term: Term) -> None:
    clock = clocks.start_for_filing(filing=make_filing(), term="nadie", by=None, at=NOON)

    assert clock is None
    assert "No hay un plazo con el código nadie" in Entry.objects.get(kind="clock.not_counted").facts["reason"]
    assert not Clock.objects.exists()


def test_what_no_calendar_reaches_refuses_no_filing_waits_and_is_told(term: Term) -> None:
    filing = make_filing()

    clock = clocks.start_for_filing(filing=filing, term="evaluacion", event_on=date(2023, 12, 20), by=None, at=NOON)

    assert clock is not None
    assert (clock.state, clock.due_on, clock.missing_year) == (ClockState.UNCOUNTED, None, 2024)
    assert (clock.amount, clock.unit, clock.norm) == (30, "business_days", "Ley 1, art. 35")
    reason = Entry.objects.get(kind="clock.not_counted").facts["reason"]
    assert reason == (
        "El plazo no se pudo contar: no hay calendario de 2024. "
        "Quien administra el sistema lo carga con load_law, y el plazo se cuenta solo."
    )
    assert clocks.start_for_filing(filing=filing, term="evaluacion", by=None, at=NOON) == clock


def test_a_notice_carries_its_clock(term: Term) -> None:
    filing = make_filing()
    document = Document.objects.create(expediente=filing.expediente, kind=make_kind(), title="Carta", created_at=NOON)
    notice = Notice.objects.create(document=document, person=filing.party, message_id="<1@x>", queued_at=NOON)

    clock = clocks.start_for_notice(
        notice=notice,
        term="evaluacion",
        purpose=ClockPurpose.RECOURSE,
        event_on=date(2023, 10, 16),
        by=None,
        at=NOON,
    )

    assert clock is not None
    assert clock.expediente_id == filing.expediente_id
    assert clock.due_on == date(2023, 11, 27)


def test_a_filing_s_clock_is_suspended_and_resumed(term: Term) -> None:
    clock = clocks.start_for_filing(filing=make_filing(), term="evaluacion", by=None, at=NOON)
    assert clock is not None
    at = datetime(2023, 10, 16, 9, tzinfo=LIMA)

    held = clocks.suspend(clock=clock, first=date(2023, 10, 16), reason="observado", by=None, at=at)
    running = clocks.resume(clock=held, last=date(2023, 10, 17), by=None, at=at)

    assert held.state == ClockState.SUSPENDED
    assert (running.state, running.due_on) == (ClockState.RUNNING, date(2023, 11, 28))
    assert running.derivation_norm == "Ley 1, art. 35"


def test_a_server_clock_set_back_between_two_events_is_refused_in_a_sentence_and_changes_nothing(term: Term) -> None:
    clock = clocks.start_for_filing(filing=make_filing(), term="evaluacion", by=None, at=NOON)
    assert clock is not None
    now = datetime(2023, 10, 18, 9, tzinfo=LIMA)
    held = clocks.suspend(clock=clock, first=date(2023, 10, 18), reason="observado", by=None, at=now)

    with pytest.raises(SuspensionBackwards) as refused:
        clocks.resume(clock=held, last=date(2023, 10, 16), by=None, at=now - timedelta(days=2))

    assert str(refused.value) == (
        "La suspensión que empieza el 18/10/2023 termina antes, el 16/10/2023. Corrija uno de los dos días."
    )
    held.refresh_from_db()
    assert (held.state, held.suspensions) == (ClockState.SUSPENDED, [{"from": "2023-10-18", "to": None}])
    assert not Entry.objects.filter(kind="clock.resumed").exists()


def test_a_filing_received_while_the_server_s_clock_was_back_keeps_its_own_day(term: Term) -> None:
    first = clocks.start_for_filing(filing=make_filing(), term="evaluacion", by=None, at=NOON)
    before = NOON - timedelta(days=3)
    later = file_of(make_person(None), label="00032-2023", key=KEY[::-1], at=before).filing

    second = clocks.start_for_filing(filing=later, term="evaluacion", by=None, at=before)

    assert first is not None and second is not None
    assert second.due_day < first.due_day
    assert second.event_on <= second.due_day
