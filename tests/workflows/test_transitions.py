"""A new term and the cases under way: they keep their own unless a transitional rule reaches them, and why is told."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import call_command

from law.models import CalendarSpan, Norm, Term
from law.services import profile as law_profile
from ledger import services as ledger
from ledger.models import Entry
from organization.models import Entity
from tests.factories import LIMA, NOON, make_entity, make_person
from tests.portal.conftest import KEY, file_of
from workflows.enums import ClockState
from workflows.models import Clock, Recount
from workflows.selectors.accounts import account_of
from workflows.selectors.counts import count
from workflows.services import clocks, recounts, transitions

SINCE = date(2023, 10, 23)
AT = datetime(2023, 10, 23, 2, tzinfo=LIMA)
_labels = iter(range(1, 1000))


@pytest.fixture
def norm(db: object) -> Norm:
    make_entity(place="PE")
    CalendarSpan.objects.create(place="PE", first=date(2023, 1, 1), last=date(2023, 12, 31))
    norm = Norm.objects.create(slug="o-1", title="Ordenanza 1", valid_from="2020-01-01", source="F", is_verified=True)
    Term.objects.create(
        slug="anuncio", name="Anuncio", amount=15, unit="business_days", norm=norm, valid_from=date(2020, 1, 1)
    )
    return norm


def new_term(norm: Norm, amount: int, *, reaches_open: bool, since: date = SINCE) -> Recount:
    """Load a new row, as its profile does, and open what it asks for."""
    Term.objects.create(
        slug="anuncio",
        name="Anuncio",
        amount=amount,
        unit="business_days",
        norm=norm,
        valid_from=since,
        reaches_open=reaches_open,
    )
    found = transitions.open_transition(entry_id=amount, facts={"term": "anuncio", "first": str(since)}, at=AT)
    return found or Recount()


def begin(at: datetime = NOON) -> Clock:
    filing = file_of(make_person(None), label=f"{next(_labels):05}-2023", key=f"{KEY[:-3]}{next(_labels):03}").filing
    clock = clocks.start_for_filing(filing=filing, term="anuncio", by=None, at=at)
    assert clock is not None
    return clock


def test_a_new_term_leaves_open_clocks_as_they_are_and_the_screen_shows_what_would_change(norm: Norm) -> None:
    clock = begin()

    assert new_term(norm, 10, reaches_open=False).pk is None
    recounts.run_ready(at=AT)

    clock.refresh_from_db()
    assert (clock.amount, clock.due_on, clock.term_since) == (15, date(2023, 11, 3), None)
    beside = account_of(clock, SINCE).beside
    assert beside is not None
    assert (beside.amount, beside.due_on, beside.is_same) == (10, date(2023, 10, 27), False)


def test_a_transitional_rule_gives_the_new_term_to_open_clocks_and_says_why(norm: Norm) -> None:
    clock = begin()

    done = recounts.run(new_term(norm, 20, reaches_open=True).pk, at=AT)

    clock.refresh_from_db()
    assert (clock.amount, clock.due_on, clock.term_since) == (20, date(2023, 11, 10), SINCE)
    assert (done.total, done.seen, done.moved) == (1, 1, 1)
    entry = Entry.objects.get(kind="clock.term_changed")
    assert (entry.facts["before"], entry.facts["due"], entry.facts["amount"]) == ("2023-11-03", "2023-11-10", 15)
    assert entry.facts["reason"] == (
        "Desde el lunes 23 de octubre de 2023 el plazo «Anuncio» es de 20 días hábiles "
        "también para lo que está en trámite: Ordenanza 1."
    )
    assert clock.derivation[0]["rule"] == "transitional"
    assert clock.derivation_norm == "Ordenanza 1"
    assert clocks.kept(count(clock)) == clock.derivation
    account = account_of(clock, SINCE)
    assert account.beside is not None and account.beside.is_same
    assert "Un plazo nuevo lo alcanza" in [step.title for step in account.steps]


def test_a_rule_of_a_later_day_waits_for_that_day(norm: Norm, capsys: pytest.CaptureFixture[str]) -> None:
    clock = begin()
    new_term(norm, 20, reaches_open=True)

    assert recounts.run_ready(at=AT - timedelta(days=1)) == 0
    clock.refresh_from_db()
    assert clock.amount == 15

    assert recounts.run_ready(at=AT) == 1
    assert recounts.run_ready(at=AT) == 0


def test_the_command_tells_what_waits_for_its_day(norm: Norm, capsys: pytest.CaptureFixture[str]) -> None:
    CalendarSpan.objects.update(last=date(2099, 12, 31))
    new_term(norm, 20, reaches_open=True, since=date(2099, 1, 5))

    call_command("recount_clocks")

    assert "Espera su día, el 2099-01-05: Desde el lunes 5 de enero de 2099" in capsys.readouterr().out


def test_a_suspended_clock_takes_the_new_term_and_an_ended_one_keeps_its_own(norm: Norm) -> None:
    held, ended = begin(), begin()
    clocks.suspend(clock=held, first=date(2023, 10, 16), reason="x", by=None, at=NOON)
    clocks.end(clock=ended, by=None, at=NOON)

    recounts.run(new_term(norm, 20, reaches_open=True).pk, at=AT)
    running = clocks.resume(clock=held, last=date(2023, 10, 17), by=None, at=AT)

    ended.refresh_from_db()
    assert ended.amount == 15
    assert (running.state, running.amount, running.due_on) == (ClockState.RUNNING, 20, date(2023, 11, 14))
    assert running.derivation[0]["rule"] == "transitional"


def test_a_rule_ends_no_term_before_it_takes_hold(norm: Norm) -> None:
    clock = begin()

    done = recounts.run(new_term(norm, 2, reaches_open=True).pk, at=AT)

    clock.refresh_from_db()
    assert (done.seen, done.moved) == (1, 0)
    assert (clock.amount, clock.due_on) == (15, date(2023, 11, 3))


def test_a_clock_of_after_the_rule_and_one_of_another_term_are_not_touched(norm: Norm) -> None:
    begin()
    Clock.objects.update(term="otro")
    later = begin()
    Clock.objects.filter(pk=later.pk).update(event_on=SINCE)

    assert recounts.run(new_term(norm, 20, reaches_open=True).pk, at=AT).total == 0


def test_an_interrupted_transition_goes_on_where_it_stood(norm: Norm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recounts, "BATCH", 1)
    for _n in range(3):
        begin()
    recount = new_term(norm, 20, reaches_open=True)

    class Killed(Exception):
        """The process ends after the first batch."""

    def kill(after: Recount) -> None:
        raise Killed

    with pytest.raises(Killed):
        recounts.run(recount.pk, at=AT, tell=kill)
    recounts.run(recount.pk, at=AT)
    recounts.run(recount.pk, at=AT)

    assert set(Clock.objects.values_list("amount", flat=True)) == {20}
    assert Entry.objects.filter(kind="clock.term_changed").count() == 3


def test_a_clock_that_begins_late_takes_the_row_that_already_reaches_it(norm: Norm) -> None:
    new_term(norm, 20, reaches_open=True)

    late = begin(at=AT + timedelta(days=3))

    assert (late.event_on, late.amount, late.term_since) == (date(2023, 10, 13), 20, SINCE)


def test_a_clock_that_begins_late_keeps_a_term_that_was_over_before_the_rule(norm: Norm) -> None:
    new_term(norm, 2, reaches_open=True)

    late = begin(at=AT + timedelta(days=3))

    assert (late.amount, late.term_since, late.due_on) == (15, None, date(2023, 11, 3))


def test_a_decree_after_the_rule_counts_by_the_new_term(norm: Norm) -> None:
    clock = begin()
    recounts.run(new_term(norm, 20, reaches_open=True).pk, at=AT)
    CalendarSpan.objects.update(last=date(2023, 12, 30))

    clock.refresh_from_db()
    assert count(clock).due_on == date(2023, 11, 10)
    assert count(clock).steps[0].rule == "transitional"


def test_a_row_that_was_taken_back_before_its_day_reaches_nothing(norm: Norm) -> None:
    clock = begin()
    recount = new_term(norm, 20, reaches_open=True)
    Term.objects.filter(valid_from=SINCE).update(reaches_open=False)

    done = recounts.run(recount.pk, at=AT)

    clock.refresh_from_db()
    assert (done.seen, done.moved, clock.amount) == (1, 0, 15)


def test_a_clock_whose_new_day_no_calendar_reaches_keeps_its_own(norm: Norm) -> None:
    clock = begin()

    assert recounts.run(new_term(norm, 200, reaches_open=True).pk, at=AT).moved == 0
    clock.refresh_from_db()
    assert (clock.amount, clock.due_on) == (15, date(2023, 11, 3))


def test_loading_the_row_reaches_open_clocks_through_the_outbox(norm: Norm, tmp_path: Path) -> None:
    (tmp_path / "entity.toml").write_text('place = "PE-CUS"\n')
    Entity.objects.update(place="PE-CUS")
    norms = "slug,title,valid_from,valid_to,source,is_verified\no-1,Ordenanza 1,2020-01-01,,F,1\n"
    (tmp_path / "norms.csv").write_text(norms)
    head = "slug,name,amount,unit,norm,valid_from,valid_to,reaches_open\n"
    (tmp_path / "terms.csv").write_text(f"{head}anuncio,Anuncio,15,business_days,o-1,2020-01-01,2023-10-22,0\n")
    load(tmp_path)
    clock = begin()
    with (tmp_path / "terms.csv").open("a") as terms:
        terms.write("anuncio,Anuncio,20,business_days,o-1,2023-10-23,,1\n")

    load(tmp_path)
    load(tmp_path)
    deliver()

    clock.refresh_from_db()
    assert (clock.amount, clock.term_since) == (20, SINCE)
    assert Entry.objects.filter(kind="law.term_reaches_open").count() == 1


def load(folder: Path) -> None:
    parsed, faults = law_profile.read_profile(folder)
    assert faults == []
    law_profile.load_profile(parsed, at=AT)


def deliver() -> None:
    while ledger.deliver_due(worker="test"):
        pass
