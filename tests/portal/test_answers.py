"""What follows from an answer: notices that count from a day, and the recourse after them.

PL-12, NT-01, NT-03, NT-04, NT-05.
"""

from datetime import date, datetime, timedelta

import pytest
from django.core import mail

from organization.models import Person
from tests.factories import LIMA
from tests.portal.answering import MONDAY, THURSDAY, TUESDAY, WEDNESDAY, answers, clock_of, presents
from workflows.enums import ClockPurpose, ClockState, FilingState, NoticeMeans
from workflows.errors import NoticeRefused
from workflows.models import Clock, Notice
from workflows.selectors.dispatch import chain_of, late_recourse, offered
from workflows.services import notices, notified


def test_nt_01_an_act_is_notified_within_its_days_from_its_issue(clerk: Person) -> None:
    notice = answers(presents().filing, clerk)

    clock = clock_of(notice, ClockPurpose.NOTIFY)
    assert (notice.means, notice.notified_on) == (NoticeMeans.PERSONAL, None)
    assert (clock.event_on, clock.due_on) == (MONDAY.date(), date(2026, 11, 23))


def test_handed_over_at_the_door_it_counts_answers_the_filing_and_opens_the_recourse(clerk: Person) -> None:
    filing = presents().filing
    notice = answers(filing, clerk)

    notified.deliver(notice=notice, day=WEDNESDAY.date(), received_by="Rosa, DNI 17", by=clerk, at=THURSDAY)

    notice.refresh_from_db()
    filing.refresh_from_db()
    assert notice.notified_on == WEDNESDAY.date()
    assert filing.state == FilingState.ANSWERED
    assert Clock.objects.get(filing=filing, purpose=ClockPurpose.ANSWER).state == ClockState.DONE
    assert clock_of(notice, ClockPurpose.NOTIFY).state == ClockState.DONE
    recourse = clock_of(notice, ClockPurpose.RECOURSE)
    assert (recourse.amount, recourse.due_on) == (15, date(2026, 12, 9))
    with pytest.raises(NoticeRefused, match="Ya consta como notificada"):
        notified.deliver(notice=notice, day=WEDNESDAY.date(), received_by="Otra", by=clerk, at=THURSDAY)


@pytest.mark.parametrize(
    ("day", "who", "sentence"),
    [(WEDNESDAY, " ", "quién la recibió"), (THURSDAY + timedelta(days=1), "Rosa", "entre el envío y hoy")],
)
def test_a_delivery_names_its_day_and_who_received_it(clerk: Person, day: datetime, who: str, sentence: str) -> None:
    notice = answers(presents().filing, clerk)

    with pytest.raises(NoticeRefused, match=sentence):
        notified.deliver(notice=notice, day=day.date(), received_by=who, by=clerk, at=THURSDAY)


def test_nt_04_a_deposit_counts_when_it_is_opened(clerk: Person) -> None:
    notice = answers(presents(NoticeMeans.CASILLA, email="rosa@muestra.example").filing, clerk)
    assert not notice.is_defective
    assert not mail.outbox[-1].attachments
    assert clock_of(notice, ClockPurpose.ACKNOWLEDGE).due_on == date(2026, 11, 23)

    notified.acknowledge(notice=notice, at=WEDNESDAY)
    notified.acknowledge(notice=notice, at=THURSDAY)

    notice.refresh_from_db()
    assert notice.notified_on == WEDNESDAY.date()
    assert [str(each) for each in notice.attempts.all()] == ["Avisada por correo", "Abierta por la persona"]


def test_nt_04_a_deposit_that_nobody_opens_is_deemed_known_the_business_day_after(clerk: Person) -> None:
    notice = answers(presents(NoticeMeans.CASILLA, email="rosa@muestra.example").filing, clerk)

    assert notified.lapse_due(datetime(2026, 11, 23, 2, tzinfo=LIMA)) == 0
    assert notified.lapse_due(datetime(2026, 11, 24, 2, tzinfo=LIMA)) == 1
    assert notified.lapse_due(datetime(2026, 11, 25, 2, tzinfo=LIMA)) == 0

    notice.refresh_from_db()
    assert (notice.notified_on, notice.notified_how) == (date(2026, 11, 24), "deemed")


def test_nt_04_opened_after_its_days_it_counts_from_the_business_day_after_them(clerk: Person) -> None:
    notice = answers(presents(NoticeMeans.CASILLA, email="rosa@muestra.example").filing, clerk)

    notified.acknowledge(notice=notice, at=datetime(2026, 11, 26, 10, tzinfo=LIMA))

    notice.refresh_from_db()
    assert (notice.notified_on, notice.notified_how) == (date(2026, 11, 24), "deemed")
    assert clock_of(notice, ClockPurpose.RECOURSE).event_on == date(2026, 11, 24)
    told = [str(each) for each in notice.attempts.all()]
    assert told == ["Avisada por correo", "Abierta por la persona", "Se da por notificada"]


def test_nt_04_a_deposit_without_its_alert_is_defective_and_begins_nothing(clerk: Person) -> None:
    notice = answers(presents(NoticeMeans.CASILLA, email="rosa@muestra.example").filing, clerk)
    Notice.objects.filter(pk=notice.pk).update(alerted_at=None)
    notice.clocks.filter(purpose=ClockPurpose.ACKNOWLEDGE).delete()
    notice.refresh_from_db()

    assert notice.is_defective
    assert notified.lapse_due(datetime(2026, 12, 20, 2, tzinfo=LIMA)) == 0
    notified.alert_again(notice=notice, by=clerk, at=TUESDAY)
    notices.send(notice_id=notice.pk, at=TUESDAY)

    notice.refresh_from_db()
    assert notice.alerted_at == TUESDAY
    assert clock_of(notice, ClockPurpose.ACKNOWLEDGE).event_on == TUESDAY.date()
    with pytest.raises(NoticeRefused, match="ya salió"):
        notified.alert_again(notice=notice, by=clerk, at=TUESDAY)


def test_nt_03_a_mail_without_reply_is_worth_nothing_and_the_days_begin_again_at_the_door(clerk: Person) -> None:
    notice = answers(presents(NoticeMeans.MAIL, email="rosa@muestra.example").filing, clerk)
    assert mail.outbox[-1].attachments

    assert notified.lapse_due(datetime(2026, 11, 19, 2, tzinfo=LIMA)) == 1

    notice.refresh_from_db()
    clock = clock_of(notice, ClockPurpose.NOTIFY)
    assert (notice.means, notice.notified_on) == (NoticeMeans.PERSONAL, None)
    assert (clock.event_on, clock.due_on) == (WEDNESDAY.date(), date(2026, 11, 25))


def test_nt_03_a_reply_in_time_notifies_on_its_day(clerk: Person) -> None:
    notice = answers(presents(NoticeMeans.MAIL, email="rosa@muestra.example").filing, clerk)

    notified.note_reply(notice=notice, day=TUESDAY.date(), by=clerk, at=WEDNESDAY)

    notice.refresh_from_db()
    assert notice.notified_on == TUESDAY.date()


def test_nt_03_a_reply_in_time_that_is_noted_late_notifies_on_its_day(clerk: Person) -> None:
    notice = answers(presents(NoticeMeans.MAIL, email="rosa@muestra.example").filing, clerk)
    assert notified.lapse_due(THURSDAY) == 1
    notice.refresh_from_db()
    assert "reply" in offered(chain_of(notice))

    with pytest.raises(NoticeRefused, match="Respondió después del miércoles 18"):
        notified.note_reply(notice=notice, day=THURSDAY.date(), by=clerk, at=THURSDAY)
    notified.note_reply(notice=notice, day=TUESDAY.date(), by=clerk, at=THURSDAY)

    notice.refresh_from_db()
    assert (notice.notified_on, notice.means) == (TUESDAY.date(), NoticeMeans.MAIL)
    assert clock_of(notice, ClockPurpose.RECOURSE).event_on == TUESDAY.date()
    assert not notice.clocks.filter(purpose=ClockPurpose.NOTIFY, stopped_at__isnull=True).exists()


def test_nt_03_a_reply_after_its_days_is_worth_nothing(clerk: Person) -> None:
    notice = answers(presents(NoticeMeans.MAIL, email="rosa@muestra.example").filing, clerk)

    with pytest.raises(NoticeRefused, match="Respondió después del miércoles 18 de noviembre de 2026"):
        notified.note_reply(notice=notice, day=THURSDAY.date(), by=clerk, at=THURSDAY)

    notice.refresh_from_db()
    assert notice.notified_on is None
    assert notified.lapse_due(THURSDAY) == 1


def test_pl_12_a_late_recourse_is_warned_of_and_the_act_is_firm_from_the_day_after(clerk: Person) -> None:
    filing = presents().filing
    notice = answers(filing, clerk)
    notified.deliver(notice=notice, day=WEDNESDAY.date(), received_by="Rosa, DNI 17", by=clerk, at=THURSDAY)

    assert chain_of(notice).firm_from == date(2026, 12, 10)
    assert late_recourse(filing, date(2026, 12, 9)) is None
    assert late_recourse(filing, date(2026, 12, 10)) == clock_of(notice, ClockPurpose.RECOURSE)


def test_nobody_is_notified_online_who_did_not_accept_it_or_left_no_address(clerk: Person) -> None:
    assert answers(presents(NoticeMeans.CASILLA).filing, clerk).means == NoticeMeans.PERSONAL
    with pytest.raises(NoticeRefused, match="no se envió por correo"):
        notified.note_reply(notice=Notice.objects.get(), day=MONDAY.date(), by=clerk, at=MONDAY)


def test_a_visit_that_found_nobody_stays_in_the_chain(clerk: Person) -> None:
    notice = answers(presents().filing, clerk)
    with pytest.raises(NoticeRefused, match="qué pasó"):
        notified.note_visit(notice=notice, note="", by=clerk, at=TUESDAY)

    notified.note_visit(notice=notice, note="Nadie. Se vuelve el jueves.", by=clerk, at=TUESDAY)

    assert [each.note for each in notice.attempts.filter(result="visited")] == ["Nadie. Se vuelve el jueves."]
