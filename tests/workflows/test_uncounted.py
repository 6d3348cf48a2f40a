"""Terms that no calendar reached: they wait in sight, lose nothing meanwhile, and start when it is loaded."""

from datetime import date, datetime
from pathlib import Path

import pytest

from law.enums import TermUnit
from law.models import CalendarSpan, Day, Norm, Term
from law.services import profile as law_profile
from ledger import services as ledger
from ledger.models import Entry
from organization.models import Entity
from tests.factories import LIMA, make_person
from tests.portal.conftest import KEY, file_of
from tests.workflows.conftest import Office
from tests.workflows.drawings import arrows, end, route, start, task, timer
from workflows.enums import ClockPurpose, ClockState
from workflows.errors import ClockNotSuspended, FilingRefused, TermNotCounted
from workflows.models import BoundaryTimer, Clock, Recount, Task
from workflows.rules.clock_faces import Face, clock_face
from workflows.selectors.accounts import account_of
from workflows.selectors.answers import answer_of
from workflows.selectors.clocks import as_json
from workflows.services import bars, clocks, recounts, standstills, term_changes
from workflows.services.timers import fire_due

AT = datetime(2023, 10, 18, 9, tzinfo=LIMA)
TODAY = AT.date()
LONG = route(
    start(),
    task("a", term="80"),
    timer("vence", "a", "P80D"),
    task("b"),
    end(),
    arrows("inicio a", "a b", "b fin", "vence b"),
)
DAYS_2023 = "date,name,kind,suspends_terms,norm\n2023-12-25,Navidad,national,1,ley-1\n"
DAYS_2024 = DAYS_2023 + "2024-01-01,Año Nuevo,national,1,ley-1\n"


@pytest.fixture
def files(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The law of a country as files, loaded with the calendar of one year."""
    Entity.objects.update(place="PE")
    monkeypatch.setattr(law_profile, "NATIONAL", tmp_path)
    (tmp_path / "entity.toml").write_text('place = "PE"\n')
    (tmp_path / "norms.csv").write_text(
        "slug,title,valid_from,valid_to,source,is_verified\nley-1,Ley 1,2001-04-11,,Diario,1\n"
    )
    (tmp_path / "terms.csv").write_text(
        "slug,name,amount,unit,norm,valid_from\nevaluacion,Evaluación,60,business_days,ley-1,2001-04-11\n"
    )
    load(tmp_path, until=2023, days=DAYS_2023)
    return tmp_path


def load(folder: Path, *, until: int, days: str) -> None:
    (folder / "spans.csv").write_text(f"place,first,last\nPE,2023-01-01,{until}-12-31\n")
    (folder / "days.csv").write_text(days)
    parsed, faults = law_profile.read_profile(folder)
    assert [fault for fault in faults if fault.file in {"spans.csv", "norms.csv", "terms.csv", "entity.toml"}] == []
    law_profile.load_profile(parsed, at=AT)
    while ledger.deliver_due(worker="test"):
        pass


def a_filing_s_clock() -> Clock:
    filing = file_of(make_person(None), label="00031-2023", key=KEY, at=AT).filing
    clock = clocks.start_for_filing(filing=filing, term="evaluacion", by=None, at=AT)
    assert clock is not None
    return clock


def test_a_step_whose_term_or_timer_no_calendar_reaches_is_opened_and_waits(office: Office, files: Path) -> None:
    process = office.begin(LONG)

    opened = Task.objects.get(process=process, status="NEW")
    clock = Clock.objects.get(task=opened)
    assert (opened.due_on, clock.due_on, clock.state, clock.missing_year) == (None, None, ClockState.UNCOUNTED, 2024)
    assert BoundaryTimer.objects.get().due_on is None
    assert fire_due(datetime(2024, 12, 1, tzinfo=LIMA)) == 0
    entry = Entry.objects.get(kind="clock.not_counted")
    assert entry.subject == f"expediente:{process.expediente_id}"
    assert "no hay calendario de 2024" in entry.facts["reason"]


def test_the_calendar_that_was_missing_starts_the_waiting_clocks_their_task_and_their_timer(
    office: Office, files: Path
) -> None:
    process = office.begin(LONG)
    of_filing = a_filing_s_clock()

    load(files, until=2024, days=DAYS_2024)

    opened = Task.objects.get(process=process, status="NEW")
    clock = Clock.objects.get(task=opened)
    assert (clock.state, clock.missing_year) == (ClockState.RUNNING, None)
    assert clock.due_on == opened.due_on == date(2024, 2, 7)
    assert BoundaryTimer.objects.get().due_on == date(2024, 2, 8)
    of_filing.refresh_from_db()
    assert (of_filing.state, of_filing.due_on) == (ClockState.RUNNING, date(2024, 1, 12))
    assert [step["rule"] for step in of_filing.derivation] == ["first-day", "non-working", "non-working", "last-day"]
    told = Entry.objects.filter(kind="clock.counted")
    assert {entry.facts["due"] for entry in told} == {"2024-02-07", "2024-01-12"}
    assert all("Cambió el calendario de PE" in entry.facts["reason"] for entry in told)


def test_a_year_without_a_new_day_is_told_as_what_it_is(office: Office, files: Path) -> None:
    clock = a_filing_s_clock()

    load(files, until=2024, days=DAYS_2023)

    clock.refresh_from_db()
    assert clock.due_on == date(2024, 1, 11)
    assert Recount.objects.get(moved=1).reason == "Se cargó el calendario de PE, del 2023-12-31 al 2024-12-31."


def test_loaded_again_the_same_calendar_counts_nothing(office: Office, files: Path) -> None:
    a_filing_s_clock()
    load(files, until=2024, days=DAYS_2024)
    before = Entry.objects.count()

    load(files, until=2024, days=DAYS_2024)

    assert Entry.objects.count() == before


def test_a_calendar_that_still_does_not_reach_leaves_it_waiting_for_the_next_one(office: Office, files: Path) -> None:
    terms = files / "terms.csv"
    terms.write_text(terms.read_text().replace(",60,", ",600,"))
    load(files, until=2023, days=DAYS_2023)
    clock = a_filing_s_clock()

    load(files, until=2024, days=DAYS_2024)

    clock.refresh_from_db()
    assert (clock.state, clock.missing_year) == (ClockState.UNCOUNTED, 2025)
    assert Entry.objects.filter(kind="clock.not_counted").count() == 2


def test_an_interrupted_start_goes_on_where_it_stood(
    office: Office, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recounts, "BATCH", 1)
    for _n in range(3):
        office.begin(LONG)
    CalendarSpan.objects.update(last=date(2024, 12, 31))
    facts = {"added": 0, "removed": 0, "places": ["PE"], "norms": [], "first": "2023-12-31", "last": "2024-12-31"}
    recount = recounts.open_recount(entry_id=7, facts=facts, at=AT)

    class Killed(Exception):
        """The process ends after the first batch."""

    def kill(after: Recount) -> None:
        raise Killed

    with pytest.raises(Killed):
        recounts.run(recount.pk, at=AT, tell=kill)
    assert Clock.objects.filter(state=ClockState.RUNNING).count() == 1

    recounts.run(recount.pk, at=AT)

    assert set(Clock.objects.values_list("due_on", flat=True)) == {date(2024, 2, 6)}
    assert Entry.objects.filter(kind="clock.counted").count() == 3


def test_what_was_suspended_and_cured_while_it_waited_does_not_run(office: Office, files: Path) -> None:
    clock = a_filing_s_clock()
    with pytest.raises(ClockNotSuspended):
        clocks.resume(clock=clock, last=TODAY, by=None, at=AT)

    held = clocks.suspend(clock=clock, first=date(2023, 10, 20), reason="observado", by=None, at=AT)
    assert (held.state, held.due_on) == (ClockState.SUSPENDED, None)
    resumed = clocks.resume(clock=held, last=date(2023, 10, 24), by=None, at=AT)
    assert (resumed.state, resumed.due_on) == (ClockState.UNCOUNTED, None)

    load(files, until=2024, days=DAYS_2024)

    resumed.refresh_from_db()
    assert (resumed.state, resumed.due_on) == (ClockState.RUNNING, date(2024, 1, 17))


def test_a_running_clock_whose_cure_falls_beyond_the_calendar_refuses_no_cure_and_waits(
    office: Office, files: Path
) -> None:
    Term.objects.update(amount=50)
    clock = a_filing_s_clock()
    held = clocks.suspend(clock=clock, first=date(2023, 10, 20), reason="observado", by=None, at=AT)

    resumed = clocks.resume(clock=held, last=date(2023, 11, 10), by=None, at=AT)

    assert (resumed.state, resumed.missing_year) == (ClockState.UNCOUNTED, 2024)
    assert "2024" in Entry.objects.get(kind="clock.resumed").facts["reason_uncounted"]


def test_a_step_s_clock_that_waits_is_suspended_and_resumed_with_its_file(office: Office, files: Path) -> None:
    process = office.begin(LONG)
    expediente = process.expediente

    bars.suspend_steps(expediente, first=date(2023, 10, 20), reason="observado", by=None, at=AT)
    assert Clock.objects.get().state == ClockState.SUSPENDED
    bars.resume_steps(expediente, last=date(2023, 10, 24), by=None, at=AT)

    clock = Clock.objects.get()
    assert (clock.state, clock.suspensions) == (ClockState.UNCOUNTED, [{"from": "2023-10-20", "to": "2023-10-24"}])


def test_one_that_ended_while_it_waited_is_not_started(office: Office, files: Path) -> None:
    process = office.begin(LONG)
    office.does(process, "a")
    assert Clock.objects.get().state == ClockState.DONE

    load(files, until=2024, days=DAYS_2024)

    assert (Clock.objects.get().state, Clock.objects.get().due_on) == (ClockState.DONE, None)


def test_a_decree_that_pushes_a_day_beyond_the_calendar_is_told_and_mended_by_the_next_one(
    office: Office, files: Path
) -> None:
    clock = a_filing_s_clock()
    Term.objects.update(amount=50)
    clocks.end(clock=clock, by=None, at=AT)
    running = clocks.start_for_filing(filing=clock.filing, term="evaluacion", by=None, at=AT)  # type: ignore[arg-type]
    assert running is not None and running.due_on == date(2023, 12, 28)
    more = DAYS_2023 + "2023-12-28,Decreto,national,1,ley-1\n2023-12-29,Decreto,national,1,ley-1\n"

    load(files, until=2023, days=more)
    running.refresh_from_db()
    assert (running.state, running.due_on, running.missing_year) == (ClockState.RUNNING, date(2023, 12, 28), 2024)
    assert "falta el de 2024. Al cargarlo se cuenta solo." in running.why_stale
    assert Entry.objects.filter(kind="clock.not_counted").last().facts["missing"] == 2024  # type: ignore[union-attr]

    load(files, until=2024, days=more)
    running.refresh_from_db()
    assert (running.due_on, running.missing_year, running.why_stale) == (date(2024, 1, 1), None, "")


def test_what_has_no_day_is_neither_extended_nor_suspended_on_request_and_says_why(office: Office, files: Path) -> None:
    clock = a_filing_s_clock()
    clock.silence = "positive"
    clock.save()
    by = office.people["jefe"]
    why = "no hay calendario de 2024"

    with pytest.raises(TermNotCounted, match=why):
        clocks.extend(clock=clock, amount=5, unit=TermUnit.BUSINESS_DAYS, requested_on=TODAY, by=None, at=AT)
    with pytest.raises(FilingRefused, match=why):
        term_changes.extend_term(clock=clock, amount=5, asked_on=TODAY, asked_by="Ana", reason="x", by=by, at=AT)
    with pytest.raises(FilingRefused, match=why):
        term_changes.suspend_on_request(clock=clock, asked_on=TODAY, first=TODAY, last=None, reason="x", by=by, at=AT)
    assert not term_changes.may_extend(clock) and not term_changes.may_suspend(clock)


def test_nobody_is_waited_for_by_a_term_without_a_day(office: Office, files: Path) -> None:
    norm = Norm.objects.get()
    Term.objects.create(slug="abandono", name="A", amount=90, unit="business_days", norm=norm, valid_from="2001-04-11")
    filing = file_of(make_person(None), label="00031-2023", key=KEY, at=AT).filing

    with pytest.raises(FilingRefused, match="el plazo del abandono o el calendario de ese año"):
        standstills.ask(filing=filing, what="Traiga el plano", notified_on=TODAY, by=office.people["jefe"], at=AT)

    assert not Clock.objects.filter(purpose=ClockPurpose.IMPULSE).exists()


def test_the_account_the_data_and_the_face_say_what_is_missing(office: Office, files: Path) -> None:
    clock = a_filing_s_clock()

    account = account_of(clock, TODAY)
    assert account.question == "¿Por qué este plazo no tiene día?"
    assert account.steps[-1].title == "Falta el calendario de 2024"
    assert account.movers == (("El calendario que falta", "al cargarlo, el plazo se cuenta solo"),)
    told = as_json(clock, TODAY)
    assert (told["due"], told["state"]) == (None, "uncounted")
    assert "no hay calendario de 2024" in told["error"]
    assert clock_face(None, today=TODAY, is_uncounted=True).face == Face.UNCOUNTED
    assert clock.filing is not None
    assert "2024" in answer_of(clock.filing).why_uncounted
    assert answer_of(clock.filing).answer_by is None


def test_no_calendar_of_the_place_at_all_waits_as_well(office: Office, files: Path) -> None:
    CalendarSpan.objects.all().delete()
    Day.objects.all().delete()

    process = office.begin(LONG)

    clock = Clock.objects.get(task__process=process)
    assert clock.why_uncounted.startswith("El plazo no se pudo contar: no hay calendario de este lugar.")
