"""A defective notice is made anew without harm and keeps its chain; a person's own paper heals it (NT-05)."""

from datetime import date, datetime, timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from ledger.models import Entry
from organization.models import Person
from tests.portal.answering import MONDAY, THURSDAY, TUESDAY, WEDNESDAY, answers, presents
from workflows import services as workflows
from workflows.enums import AttemptResult, Channel, ClockPurpose, ClockState, NoticeMeans, NoticeState
from workflows.errors import NoticeRefused
from workflows.models import Filing, Notice
from workflows.selectors.cedulas import cedula_of
from workflows.selectors.dispatch import chain_of, offered
from workflows.services import cedulas, notices, notified, redoing
from workflows.services.notified import Minute
from workflows.services.presentations import PartyData, Presentation

FRIDAY = THURSDAY + timedelta(days=1)


def delivered(clerk: Person, email: str = "") -> Notice:
    notice = answers(presents(email=email).filing, clerk)
    notified.deliver(notice=notice, day=TUESDAY.date(), received_by="Un vecino", by=clerk, at=WEDNESDAY)
    return Notice.objects.get(pk=notice.pk)


def writes(notice: Notice, number: str = "00000017", at: datetime = THURSDAY) -> Filing:
    presentation = Presentation(
        channel=Channel.WEB,
        party=PartyData(id_kind="dni", id_number=number, given_names="Rosa"),
        subject="Apelo lo resuelto",
    )
    return workflows.file_later(
        presentation=presentation, expediente=notice.document.expediente, received_by=None, at=at
    ).filing


def test_nt_05_redone_the_old_day_no_longer_counts_and_the_chain_stays(clerk: Person) -> None:
    notice = delivered(clerk)
    recourse = notice.clocks.get(purpose=ClockPurpose.RECOURSE)

    redoing.redo(notice=notice, reason="Se entregó en otra casa", by=clerk, at=THURSDAY)

    notice.refresh_from_db()
    recourse.refresh_from_db()
    assert (notice.notified_on, notice.notified_how, notice.means) == (None, "", NoticeMeans.PERSONAL)
    assert recourse.state == ClockState.CANCELLED
    again = notice.clocks.get(purpose=ClockPurpose.NOTIFY, stopped_at__isnull=True)
    assert (again.event_on, again.due_on) == (THURSDAY.date(), date(2026, 11, 26))
    results = list(notice.attempts.values_list("result", flat=True))
    assert results == [AttemptResult.DELIVERED, AttemptResult.REDONE]
    link = notice.attempts.last()
    assert link is not None
    assert link.note == "Se entregó en otra casa. Constaba desde el martes 17 de noviembre de 2026."
    assert Entry.objects.get(kind="notice.redone").facts == {"notice": notice.pk, "was": "2026-11-17"}


def test_nt_05_the_days_to_challenge_run_from_the_new_notification(clerk: Person) -> None:
    notice = delivered(clerk)
    redoing.redo(notice=notice, reason="Otra casa", by=clerk, at=THURSDAY)
    with pytest.raises(NoticeRefused, match="entre el envío y hoy"):
        notified.deliver(notice=notice, day=WEDNESDAY.date(), received_by="Rosa", by=clerk, at=FRIDAY)

    notified.deliver(notice=notice, day=FRIDAY.date(), received_by="Rosa", by=clerk, at=FRIDAY)

    running = notice.clocks.get(purpose=ClockPurpose.RECOURSE, stopped_at__isnull=True)
    assert running.event_on == FRIDAY.date()


def test_nt_05_what_was_done_before_the_defect_opens_nothing(clerk: Person) -> None:
    notice = answers(presents().filing, clerk)
    told = Minute(returns_on=WEDNESDAY.date())
    notified.note_visit(notice=notice, note="Nadie", day=TUESDAY.date(), minute=told, by=clerk, at=TUESDAY)
    notified.leave(notice=notice, day=WEDNESDAY.date(), note="Nadie", by=clerk, at=WEDNESDAY)
    redoing.redo(notice=notice, reason="El acta no decía la hora", by=clerk, at=THURSDAY)

    with pytest.raises(NoticeRefused, match="Antes registre la primera visita"):
        notified.leave(notice=notice, day=THURSDAY.date(), note="Nadie", by=clerk, at=THURSDAY)


def test_nt_05_a_mail_leaves_anew_with_another_message_id(clerk: Person) -> None:
    notice = delivered(clerk, email="rosa@muestra.example")
    first = notice.message_id
    redoing.redo(notice=notice, reason="Faltaba el texto completo", by=clerk, at=THURSDAY)
    notice.refresh_from_db()
    assert notice.state == NoticeState.QUEUED
    mail.outbox.clear()

    notices.begin(notice_id=notice.pk, at=THURSDAY)
    notices.send(notice_id=notice.pk, at=THURSDAY)

    assert len(mail.outbox) == 1
    assert mail.outbox[0].extra_headers["Message-ID"] == notice.message_id != first
    assert notices.queue(document=notice.document, by=clerk, at=FRIDAY) == [notice]


def test_nt_05_a_notice_is_redone_only_once_it_counts_and_for_a_defect(clerk: Person) -> None:
    notice = answers(presents().filing, clerk)
    with pytest.raises(NoticeRefused, match="Todavía no consta como notificada"):
        redoing.redo(notice=notice, reason="Otra casa", by=clerk, at=THURSDAY)
    notified.deliver(notice=notice, day=TUESDAY.date(), received_by="Rosa", by=clerk, at=WEDNESDAY)
    with pytest.raises(NoticeRefused, match="qué defecto"):
        redoing.redo(notice=notice, reason="  ", by=clerk, at=THURSDAY)


def test_nt_05_who_says_in_writing_that_they_know_is_notified_from_that_day(clerk: Person) -> None:
    notice = delivered(clerk)
    redoing.redo(notice=notice, reason="Otra casa", by=clerk, at=WEDNESDAY)
    paper = writes(notice, at=THURSDAY)

    redoing.note_known(notice=notice, paper=paper, by=clerk, at=FRIDAY)

    notice.refresh_from_db()
    assert (notice.notified_on, notice.notified_how) == (THURSDAY.date(), AttemptResult.KNOWN)
    link = notice.attempts.get(result=AttemptResult.KNOWN)
    assert (link.note, link.evidence) == (paper.label, paper.cargo)
    assert notice.clocks.get(purpose=ClockPurpose.RECOURSE, stopped_at__isnull=True).event_on == THURSDAY.date()
    with pytest.raises(NoticeRefused, match="Ya consta"):
        redoing.note_known(notice=notice, paper=paper, by=clerk, at=FRIDAY)


def test_nt_05_nobody_elses_paper_and_no_older_one_heals_a_notice(clerk: Person) -> None:
    notice = answers(presents().filing, clerk, at=TUESDAY)
    older = Filing.objects.get(expediente=notice.document.expediente, is_first=True)

    for paper in (writes(notice, number="00000099"), older):
        with pytest.raises(NoticeRefused, match="de la misma persona"):
            redoing.note_known(notice=notice, paper=paper, by=clerk, at=FRIDAY)

    assert Notice.objects.get(pk=notice.pk).notified_on is None


def test_another_address_is_of_this_notice_alone_and_says_where_it_was_found(clerk: Person) -> None:
    notice = answers(presents().filing, clerk)
    with pytest.raises(NoticeRefused, match="dónde consta"):
        cedulas.readdress(notice=notice, address="Jr. Uno 1", found_in="", by=clerk, at=TUESDAY)

    cedulas.readdress(notice=notice, address="Jr. Uno 1", found_in="Su DNI", by=clerk, at=TUESDAY)

    notice.refresh_from_db()
    assert cedula_of(notice, MONDAY.date()).place == "Jr. Uno 1"
    assert notice.person.address == ""
    assert notice.attempts.get(result=AttemptResult.ADDRESSED).note == "Jr. Uno 1. Consta en: Su DNI"
    assert Entry.objects.get(kind="notice.addressed").facts == {"notice": notice.pk}


def test_the_desk_redoes_a_notice_and_heals_it(client: Client, clerk: Person) -> None:
    notice = answers(presents().filing, clerk, at=timezone.now())
    client.force_login(clerk)
    address, today = f"/mesa/despacho/notificacion/{notice.pk}/", timezone.localdate()
    client.post(address, {"act": "deliver", "words": "Un vecino", "day": today})

    assert "Volver a notificar" in client.get(f"/mesa/despacho/notificadas/?n={notice.pk}").content.decode()
    refused = client.post(address, {"act": "redo", "words": ""})
    assert refused.status_code == 422
    assert "qué defecto tuvo" in refused.content.decode()
    assert client.post(address, {"act": "redo", "words": "Otra casa"}).status_code == 302
    assert client.post(address, {"act": "address", "words": "Su DNI"}).status_code == 422
    client.post(address, {"act": "address", "words": "Su DNI", "address": "Jr. Uno 1"})
    assert "known" not in offered(chain_of(Notice.objects.get(pk=notice.pk)))
    paper = writes(notice, at=timezone.now())
    page = client.get(f"/mesa/despacho/?n={notice.pk}").content.decode()
    assert "Jr. Uno 1" in page
    assert paper.label in page
    assert client.post(address, {"act": "known", "paper": "0"}).status_code == 422
    assert client.post(address, {"act": "known", "paper": paper.pk}).status_code == 302

    assert Notice.objects.get(pk=notice.pk).notified_how == AttemptResult.KNOWN
