"""What follows from an answer and from its absence: notices that count from a day, silence, and complaints.

PL-09, PL-10, PL-12, NT-01, NT-03, NT-04, NT-05, IN-19.
"""

from datetime import date, datetime, timedelta
from io import BytesIO

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from docs_store import services as docs
from docs_store.models import Document
from docs_store.selectors import open_version
from organization.models import Person
from tests.factories import LIMA, make_kind, make_pdf
from workflows import services as workflows
from workflows.enums import Bar, Channel, ClockPurpose, ClockState, FilingState, NoticeMeans
from workflows.errors import FilingRefused, NoticeRefused, StepRefused
from workflows.models import Clock, Filing, FilingSilence, Notice, Process
from workflows.selectors.dispatch import chain_of, late_recourse
from workflows.services import bars, notices, notified, silences
from workflows.services.presentations import FilingReceipt, PartyData, Presentation

MONDAY = datetime(2026, 11, 16, 9, tzinfo=LIMA)
TUESDAY, WEDNESDAY, THURSDAY = (MONDAY + timedelta(days=days) for days in (1, 2, 3))
DUE, NOTIFY_BY = date(2026, 12, 28), date(2027, 1, 4)
"""The test's calendar has no holidays: 30 business days, and 5 more to notify."""


def presents(means: NoticeMeans = NoticeMeans.PERSONAL, procedure: str = "anuncio", email: str = "") -> FilingReceipt:
    party = PartyData(id_kind="dni", id_number="00000017", given_names="Rosa", email=email)
    presentation = Presentation(
        channel=Channel.WEB, party=party, subject="Anuncio", procedure=procedure, notify_by=means
    )
    return workflows.file(presentation=presentation, received_by=None, at=MONDAY)


def answers(filing: Filing, clerk: Person, at: datetime = MONDAY) -> Notice:
    """Emit an act on the file, and queue its notice as the outbox would go on with it."""
    kind = make_kind("resolucion", name="Resolución", is_act=True)
    document = docs.start_document(
        expediente=filing.expediente, kind=kind, title="Autoriza", label="1-2026", by=clerk, at=at
    )
    docs.attach_file(document=document, name="acto.pdf", content=BytesIO(make_pdf("Acto")), by=clerk, at=at)
    docs.file_document(document=document, by=clerk, at=at)
    document = Document.objects.get(pk=document.pk)
    (notice,) = notices.queue(document=document, by=clerk, at=at)
    notices.begin(notice_id=notice.pk, at=at)
    notices.send(notice_id=notice.pk, at=at)
    return Notice.objects.get(pk=notice.pk)


def clock_of(notice: Notice, purpose: ClockPurpose) -> Clock:
    return notice.clocks.filter(purpose=purpose).latest("pk")


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


# Silence


def after(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), MONDAY.timetz())


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


# The pages


def signed_in(client: Client, receipt: FilingReceipt) -> Client:
    client.post("/", {"number": receipt.expediente.label, "key": receipt.key})
    return client


def read(client: Client, address: str) -> bytes:
    return b"".join(client.get(address).streaming_content)  # type: ignore[attr-defined]


def test_the_casilla_tells_both_futures_and_opening_notifies(client: Client, clerk: Person) -> None:
    receipt = presents(NoticeMeans.CASILLA, email="rosa@muestra.example")
    notice = answers(receipt.filing, clerk)
    signed_in(client, receipt)
    address = f"/seguimiento/notificacion/{notice.pk}/"

    page = client.get("/seguimiento/").content.decode()
    assert address in page
    assert f"/seguimiento/documento/{notice.document_id}/" not in page
    assert client.get(f"/seguimiento/documento/{notice.document_id}/").status_code == 404
    before = client.get(address).content.decode()
    assert "Si la abre hoy, queda notificada hoy. Si no la abre hasta el" in before

    client.post(f"{address}abrir/")

    opened = client.get(address).content.decode()
    assert "Quedó notificada el" in opened
    assert "Puede impugnar" in opened
    assert read(client, f"/seguimiento/documento/{notice.document_id}/").startswith(b"%PDF-")
    assert Client().get(address).headers["Location"] == "/"


def test_another_file_s_notice_does_not_exist(client: Client, clerk: Person) -> None:
    receipt, other = presents(), presents()
    notice = answers(other.filing, clerk)
    signed_in(client, receipt)

    assert client.get(f"/seguimiento/notificacion/{notice.pk}/").status_code == 404
    assert client.post(f"/seguimiento/notificacion/{notice.pk}/abrir/").status_code == 404


def test_an_approval_by_silence_offers_its_proof(client: Client, clerk: Person) -> None:
    receipt = presents()
    silences.lapse_due(after(NOTIFY_BY))
    signed_in(client, receipt)

    page = client.get("/seguimiento/").content.decode()
    assert "Su solicitud quedó aprobada por silencio" in page
    assert "Pedir constancia de aprobación" in page

    answer = client.post("/seguimiento/constancia/")

    assert read(client, answer.headers["Location"]).startswith(b"%PDF-")
    assert "Descargar la constancia de aprobación" in client.get("/seguimiento/").content.decode()


def test_a_complaint_is_presented_from_the_tracking_page(client: Client, clerk: Person) -> None:
    receipt = presents()
    signed_in(client, receipt)
    assert "Quejarse por demora" in client.get("/seguimiento/").content.decode()

    form = client.get("/seguimiento/queja/").content.decode()
    done = client.post("/seguimiento/queja/", {"text": "", "token": "a" * 32}).content.decode()

    assert "No detiene su trámite" in form
    assert "Queja presentada" in done
    assert Filing.objects.filter(subject__startswith="Queja por demora").count() == 1


def test_the_dispatch_list_shows_what_is_due_and_notes_what_was_done(client: Client, clerk: Person) -> None:
    notice = answers(presents().filing, clerk)
    client.force_login(clerk)

    page = client.get(f"/mesa/despacho/?n={notice.pk}").content.decode()
    assert "Registrar visita" in page
    assert "En el domicilio" in page
    attempt = f"/mesa/despacho/notificacion/{notice.pk}/"
    refused = client.post(attempt, {"act": "deliver", "day": timezone.localdate().isoformat(), "words": ""})
    assert refused.status_code == 422
    assert "quién la recibió" in refused.content.decode()
    assert client.post(attempt, {"act": "deliver", "day": "ayer", "words": "Rosa"}).status_code == 422
    assert client.post(attempt, {"act": "bailar"}).status_code == 404
    client.post(attempt, {"act": "visit", "words": "Nadie"})
    client.post(attempt, {"act": "deliver", "day": timezone.localdate().isoformat(), "words": "Rosa"})

    assert "No hay actos por notificar hoy." in client.get("/mesa/despacho/").content.decode()
    done = client.get(f"/mesa/despacho/notificadas/?n={notice.pk}").content.decode()
    assert "Visita sin encontrar a nadie" in done
    assert "Puede impugnar hasta el" in done
    assert "Ninguna notificación tiene problemas." in client.get("/mesa/despacho/con-problemas/").content.decode()
    assert client.get("/mesa/despacho/otras/").status_code == 404


def test_the_dispatch_list_tells_a_deposit_without_its_alert(client: Client, clerk: Person) -> None:
    notice = answers(presents(NoticeMeans.CASILLA, email="rosa@muestra.example").filing, clerk)
    Notice.objects.filter(pk=notice.pk).update(alerted_at=None)
    client.force_login(clerk)

    page = client.get("/mesa/despacho/con-problemas/").content.decode()
    assert "Falta el aviso por correo: no vale todavía." in page
    client.post(f"/mesa/despacho/notificacion/{notice.pk}/", {"act": "alert"})

    assert Notice.objects.get(pk=notice.pk).state == "queued"


def test_the_dispatch_list_is_read_in_a_number_of_queries_that_does_not_grow(
    client: Client, clerk: Person, django_assert_max_num_queries: object
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.force_login(clerk)
    answers(presents().filing, clerk)
    with CaptureQueriesContext(connection) as one:
        client.get("/mesa/despacho/")
    for _more in range(3):
        answers(presents().filing, clerk)
    with CaptureQueriesContext(connection) as four:
        client.get("/mesa/despacho/")

    assert len(four) == len(one)


def test_only_dispatchers_see_the_list(client: Client, clerk: Person) -> None:
    client.force_login(Person.objects.get(username="archivo"))

    assert client.get("/mesa/despacho/").status_code == 404
