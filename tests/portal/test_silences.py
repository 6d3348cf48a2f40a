"""What follows where no answer comes: silence, and complaints. PL-09, PL-10, IN-19."""

from datetime import date, timedelta

import pytest
from django.core import mail

from docs_store.models import Document
from docs_store.selectors import open_version
from organization.models import Person
from tests.portal.answering import DUE, MONDAY, NOTIFY_BY, TUESDAY, after, answers, presents
from workflows.enums import Bar, ClockPurpose, ClockState, FilingState
from workflows.errors import FilingRefused, StepRefused
from workflows.models import Clock, Filing, FilingSilence, Process
from workflows.services import bars, notified, silences


def test_pl_09_silence_approves_when_term_and_window_are_over_and_blocks_a_resolution(clerk: Person) -> None:
    filing = presents().filing

    assert silences.lapse_due(after(DUE)) == 0
    assert silences.lapse_due(after(NOTIFY_BY)) == 1
    assert silences.lapse_due(after(NOTIFY_BY)) == 0

    filing.refresh_from_db()
    process = Process.objects.get(expediente=filing.expediente)
    assert filing.state == FilingState.BY_SILENCE
    assert filing.silence.takes_effect_on == NOTIFY_BY + timedelta(days=1)
    assert process.bar == Bar.SILENCE
    with pytest.raises(StepRefused, match="ya no se resuelve"):
        bars.check_bar(process, "sign")
    bars.check_bar(process, "archive")


def test_pl_09_the_proof_tells_the_filing_the_count_and_that_nobody_was_notified(clerk: Person) -> None:
    filing = presents(email="rosa@muestra.example").filing
    with pytest.raises(FilingRefused, match="no está aprobada por silencio"):
        silences.ensure_constancia(filing=filing, at=MONDAY)
    silences.lapse_due(after(NOTIFY_BY))

    assert silences.tell(filing_id=filing.pk, at=after(NOTIFY_BY))
    document = silences.ensure_constancia(filing=filing, at=after(NOTIFY_BY))

    assert Document.objects.filter(kind__slug="constancia").count() == 1
    assert document.emitted_version is not None
    paper = document.emitted_version.based_on
    assert paper is not None
    text = " ".join(" ".join(page.text for page in paper.page_texts.all()).split())
    assert f"con el registro {filing.label}" in text
    assert "30 días hábiles" in text
    assert "no consta en este expediente ninguna notificación" in text
    assert "quedó aprobada desde el martes 5 de enero de 2027" in text
    with open_version(document.emitted_version) as content:
        assert b"/ByteRange" in content.read()
    assert "aprobada por silencio" in mail.outbox[-1].subject


def test_notified_within_the_window_there_is_no_silence(clerk: Person) -> None:
    filing = presents().filing
    notice = answers(filing, clerk)
    notified.deliver(notice=notice, day=TUESDAY.date(), received_by="Rosa", by=clerk, at=TUESDAY)

    assert silences.lapse_due(after(NOTIFY_BY)) == 0
    assert not FilingSilence.objects.exists()


def test_pl_10_negative_silence_opens_the_recourse_and_the_entity_must_still_answer(clerk: Person) -> None:
    filing = presents(procedure="copia", email="rosa@muestra.example").filing

    assert silences.lapse_due(after(NOTIFY_BY)) == 1

    filing.refresh_from_db()
    process = Process.objects.get(expediente=filing.expediente)
    assert filing.state == FilingState.PRESENTED
    assert Clock.objects.get(filing=filing, purpose=ClockPurpose.ANSWER).state == ClockState.RUNNING
    bars.check_bar(process, "sign")
    assert silences.tell(filing_id=filing.pk, at=after(NOTIFY_BY))
    assert "puede impugnar" in mail.outbox[-1].body
    assert not Document.objects.filter(kind__slug="constancia").exists()


def test_a_request_outside_the_tupa_never_falls_silent(clerk: Person) -> None:
    presents(procedure="")

    assert silences.lapse_due(after(date(2030, 1, 1))) == 0


def test_in_19_a_complaint_has_its_own_term_and_stops_nothing(clerk: Person) -> None:
    filing = presents().filing

    receipt = silences.complain(filing=filing, text="", token="", at=TUESDAY)

    clock = Clock.objects.get(filing=receipt.filing)
    assert receipt.expediente != filing.expediente
    assert filing.expediente.label in receipt.filing.subject
    assert (clock.term, clock.due_on) == ("queja", date(2026, 11, 20))
    assert Clock.objects.get(filing=filing, purpose=ClockPurpose.ANSWER).state == ClockState.RUNNING
    Filing.objects.filter(pk=filing.pk).update(state=FilingState.ANSWERED)
    filing.refresh_from_db()
    with pytest.raises(FilingRefused, match="no hay demora"):
        silences.complain(filing=filing, text="", token="", at=TUESDAY)
