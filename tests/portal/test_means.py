"""The order of the means of notification, and what opens the next one (NT-02)."""

from datetime import date, time

import pytest
from django.test import Client
from django.utils import timezone

from law.models import Article, Norm, RuleSource
from law.selectors import forget_calendars
from ledger.models import Entry
from organization.models import Person
from tests.portal.answering import MONDAY, THURSDAY, TUESDAY, WEDNESDAY, answers, presents
from workflows.enums import AttemptResult, ClockPurpose, NoticeGround, NoticeMeans
from workflows.errors import NoticeRefused
from workflows.models import Filing, Notice
from workflows.selectors.dispatch import chain_of, offered, ways
from workflows.services import means, notified
from workflows.services.notified import Minute

SEARCHED = "Se buscó en el padrón y en el expediente: no hay otra dirección."


@pytest.fixture
def notice(clerk: Person) -> Notice:
    return answers(presents().filing, clerk)


def goes_to(notice: Notice, to: NoticeMeans, clerk: Person, ground: NoticeGround | None = None) -> Notice:
    return means.change(notice=notice, to=to, ground=ground, note=SEARCHED, by=clerk, at=THURSDAY)


def asks_certified(notice: Notice) -> None:
    Filing.objects.filter(expediente=notice.document.expediente).update(notify_by=NoticeMeans.CERTIFIED)


def test_nt_02_nothing_is_published_before_the_address_was_tried(notice: Notice, clerk: Person) -> None:
    with pytest.raises(NoticeRefused, match="Primero se notifica en el domicilio"):
        goes_to(notice, NoticeMeans.PUBLICATION, clerk)
    with pytest.raises(NoticeRefused, match="Primero se notifica en el domicilio"):
        means.publish(notice=notice, day=MONDAY.date(), where="El Peruano", by=clerk, at=THURSDAY)
    with pytest.raises(NoticeRefused, match="Primero se notifica en el domicilio"):
        means.post(notice=notice, code="RR 12", by=clerk, at=THURSDAY)

    assert Notice.objects.get(pk=notice.pk).means == NoticeMeans.PERSONAL
    assert not notice.attempts.filter(result=AttemptResult.NEXT_MEANS).exists()


def test_nt_02_each_reason_needs_its_visits(notice: Notice, clerk: Person) -> None:
    with pytest.raises(NoticeRefused, match="la visita en la que no se ubicó"):
        goes_to(notice, NoticeMeans.PUBLICATION, clerk, NoticeGround.NOT_FOUND)
    notified.note_visit(notice=notice, note="Nadie", by=clerk, at=TUESDAY)
    notified.note_visit(notice=notice, note="Nadie otra vez", by=clerk, at=TUESDAY)
    with pytest.raises(NoticeRefused, match="dos visitas en días distintos"):
        goes_to(notice, NoticeMeans.PUBLICATION, clerk, NoticeGround.NOBODY)
    notified.note_visit(notice=notice, note="Nadie", by=clerk, at=WEDNESDAY)

    gone = goes_to(notice, NoticeMeans.PUBLICATION, clerk, NoticeGround.NOBODY)

    assert gone.means == NoticeMeans.PUBLICATION
    link = notice.attempts.get(result=AttemptResult.NEXT_MEANS)
    assert (link.ground, link.note, link.by) == (NoticeGround.NOBODY, SEARCHED, clerk)
    facts = Entry.objects.get(kind="notice.means_changed").facts
    assert facts == {"notice": notice.pk, "from": "personal", "to": "published", "ground": "nobody"}


def test_nt_02_an_unknown_address_is_published_with_where_it_was_looked_for(notice: Notice, clerk: Person) -> None:
    with pytest.raises(NoticeRefused, match="Escriba qué se hizo"):
        means.change(
            notice=notice,
            to=NoticeMeans.PUBLICATION,
            ground=NoticeGround.UNKNOWN,
            note=" ",
            by=clerk,
            at=THURSDAY,
        )
    goes_to(notice, NoticeMeans.PUBLICATION, clerk, NoticeGround.UNKNOWN)
    with pytest.raises(NoticeRefused, match="en qué diario"):
        means.publish(notice=notice, day=WEDNESDAY.date(), where="", by=clerk, at=THURSDAY)
    with pytest.raises(NoticeRefused, match="entre el envío y hoy"):
        means.publish(notice=notice, day=date(2027, 1, 1), where="El Peruano, p. 3", by=clerk, at=THURSDAY)

    means.publish(notice=notice, day=WEDNESDAY.date(), where="El Peruano, p. 3", by=clerk, at=THURSDAY)

    found = Notice.objects.get(pk=notice.pk)
    assert (found.notified_on, found.notified_how) == (WEDNESDAY.date(), AttemptResult.PUBLISHED)
    assert found.clocks.filter(purpose=ClockPurpose.RECOURSE).exists()
    with pytest.raises(NoticeRefused, match="Ya consta como notificada"):
        goes_to(notice, NoticeMeans.PERSONAL, clerk)


def test_nt_02_certified_mail_comes_only_where_the_person_asked_for_it(notice: Notice, clerk: Person) -> None:
    with pytest.raises(NoticeRefused, match="solo si la persona lo pidió"):
        goes_to(notice, NoticeMeans.CERTIFIED, clerk, NoticeGround.UNKNOWN)
    asks_certified(notice)
    with pytest.raises(NoticeRefused, match="envíela así antes de publicarla"):
        goes_to(notice, NoticeMeans.PUBLICATION, clerk, NoticeGround.UNKNOWN)
    goes_to(notice, NoticeMeans.CERTIFIED, clerk, NoticeGround.UNKNOWN)
    with pytest.raises(NoticeRefused, match="Antes anote que salió"):
        means.receive(notice=notice, day=THURSDAY.date(), received_by="Rosa", by=clerk, at=THURSDAY)
    with pytest.raises(NoticeRefused, match="número del envío"):
        means.post(notice=notice, code="", by=clerk, at=THURSDAY)
    means.post(notice=notice, code="RR 12", by=clerk, at=THURSDAY)
    with pytest.raises(NoticeRefused, match="Primero anote que el correo certificado la devolvió"):
        goes_to(notice, NoticeMeans.PUBLICATION, clerk)
    with pytest.raises(NoticeRefused, match="por qué la devolvió"):
        means.give_back(notice=notice, reason="", by=clerk, at=THURSDAY)
    means.give_back(notice=notice, reason="Se mudó", by=clerk, at=THURSDAY)

    assert goes_to(notice, NoticeMeans.PUBLICATION, clerk).means == NoticeMeans.PUBLICATION
    with pytest.raises(NoticeRefused, match="Ya se pasó a la publicación"):
        goes_to(notice, NoticeMeans.CERTIFIED, clerk)
    assert goes_to(notice, NoticeMeans.PERSONAL, clerk).means == NoticeMeans.PERSONAL


def test_certified_mail_counts_from_the_day_of_its_receipt(notice: Notice, clerk: Person) -> None:
    asks_certified(notice)
    goes_to(notice, NoticeMeans.CERTIFIED, clerk, NoticeGround.UNKNOWN)
    means.post(notice=notice, code="RR 12", by=clerk, at=THURSDAY)
    with pytest.raises(NoticeRefused, match="quién la recibió"):
        means.receive(notice=notice, day=THURSDAY.date(), received_by=" ", by=clerk, at=THURSDAY)
    with pytest.raises(NoticeRefused, match="entre el envío y hoy"):
        means.receive(notice=notice, day=WEDNESDAY.date(), received_by="Rosa", by=clerk, at=THURSDAY)

    means.receive(notice=notice, day=THURSDAY.date(), received_by="Rosa", by=clerk, at=THURSDAY)

    assert Notice.objects.get(pk=notice.pk).notified_on == THURSDAY.date()


def test_who_asked_for_certified_mail_is_looked_for_at_the_door_first(clerk: Person) -> None:
    notice = answers(presents(NoticeMeans.CERTIFIED, email="rosa@muestra.example").filing, clerk)

    assert notice.means == NoticeMeans.PERSONAL
    assert ways(chain_of(notice)) == [NoticeMeans.CERTIFIED]


def test_nt_02_a_casilla_is_never_followed_by_publication(clerk: Person) -> None:
    notice = answers(presents(NoticeMeans.CASILLA, email="rosa@muestra.example").filing, clerk)

    with pytest.raises(NoticeRefused, match="pase a ese medio y registre la visita"):
        goes_to(notice, NoticeMeans.PUBLICATION, clerk, NoticeGround.UNKNOWN)
    with pytest.raises(NoticeRefused, match="los elige la persona"):
        goes_to(notice, NoticeMeans.MAIL, clerk)
    with pytest.raises(NoticeRefused, match="Ya se notifica por ese medio"):
        goes_to(notice, NoticeMeans.CASILLA, clerk)
    assert goes_to(notice, NoticeMeans.PERSONAL, clerk).means == NoticeMeans.PERSONAL


def test_the_second_visit_leaves_it_under_the_door_on_the_announced_day(notice: Notice, clerk: Person) -> None:
    told = Minute(hour=time(10, 20), returns_on=WEDNESDAY.date(), place_marks="Puerta azul")
    with pytest.raises(NoticeRefused, match="Antes registre la primera visita"):
        notified.leave(notice=notice, day=WEDNESDAY.date(), note="", by=clerk, at=WEDNESDAY)
    with pytest.raises(NoticeRefused, match="después de la primera"):
        notified.note_visit(notice=notice, note="Nadie", day=WEDNESDAY.date(), minute=told, by=clerk, at=WEDNESDAY)
    notified.note_visit(notice=notice, note="Nadie", day=TUESDAY.date(), minute=told, by=clerk, at=TUESDAY)
    with pytest.raises(NoticeRefused, match="El aviso dice que se vuelve"):
        notified.leave(notice=notice, day=TUESDAY.date(), note="Nadie", by=clerk, at=TUESDAY)

    notified.leave(notice=notice, day=WEDNESDAY.date(), note="Nadie", minute=Minute(), by=clerk, at=WEDNESDAY)

    found = Notice.objects.get(pk=notice.pk)
    assert (found.notified_on, found.notified_how) == (WEDNESDAY.date(), AttemptResult.LEFT)
    first = notice.attempts.get(result=AttemptResult.VISITED).minute
    assert (first.hour, first.returns_on, first.missing) == (time(10, 20), WEDNESDAY.date(), [])
    assert notice.attempts.get(result=AttemptResult.LEFT).minute.missing == ["la hora"]


def test_who_refuses_to_receive_it_is_notified_where_the_place_is_described(notice: Notice, clerk: Person) -> None:
    with pytest.raises(NoticeRefused, match="describa el lugar"):
        notified.refuse(notice=notice, day=TUESDAY.date(), note="El dueño", by=clerk, at=WEDNESDAY)

    minute = Minute(place_marks="Puerta verde, 2 pisos", witness="Juan")
    notified.refuse(notice=notice, day=TUESDAY.date(), note="El dueño", minute=minute, by=clerk, at=WEDNESDAY)

    assert Notice.objects.get(pk=notice.pk).notified_how == AttemptResult.REFUSED


def test_the_desk_refuses_a_jump_and_notes_the_order(client: Client, clerk: Person) -> None:
    notice = answers(presents().filing, clerk, at=timezone.now())
    norm = Norm.objects.create(
        slug="ley-27444", title="Ley 27444", valid_from=date(2001, 1, 1), source="Diario", is_verified=True
    )
    Article.objects.create(
        norm=norm, number="20", title="Modalidades", source="Diario", is_verified=True, valid_from=date(2001, 1, 1)
    )
    RuleSource.objects.create(rule="notice-order", norm=norm, article="20", valid_from=date(2001, 1, 1))
    forget_calendars()
    client.force_login(clerk)
    address, today = f"/mesa/despacho/notificacion/{notice.pk}/", timezone.localdate()

    page = client.get(f"/mesa/despacho/?n={notice.pk}").content.decode()
    assert "Ley 27444, art. 20" in page
    assert "1.º, personal" in page
    assert 'value="published"' in page
    jump = client.post(address, {"act": "change", "to": "published", "words": "Apuro"})
    assert jump.status_code == 422
    assert "Primero se notifica en el domicilio" in jump.content.decode()
    assert client.post(address, {"act": "visit", "words": "Nadie", "hour": "25:99"}).status_code == 422
    assert client.post(address, {"act": "leave", "words": "Nadie", "day": today}).status_code == 422
    assert client.post(address, {"act": "refuse", "words": "El dueño", "day": today}).status_code == 422
    gone = client.post(address, {"act": "change", "to": "published", "ground": "unknown", "words": SEARCHED})
    assert gone.status_code == 302
    page = client.get(f"/mesa/despacho/?n={notice.pk}").content.decode()
    assert "último, con motivo" in page
    assert SEARCHED in page
    assert "No se conoce su domicilio" in page
    client.post(address, {"act": "publish", "day": today, "words": "El Peruano, p. 3"})
    assert Notice.objects.get(pk=notice.pk).notified_on == today


def test_the_desk_notes_certified_mail_to_its_end(client: Client, clerk: Person) -> None:
    notice = answers(presents().filing, clerk, at=timezone.now())
    asks_certified(notice)
    client.force_login(clerk)
    address = f"/mesa/despacho/notificacion/{notice.pk}/"

    client.post(address, {"act": "change", "to": "certified", "ground": "unknown", "words": SEARCHED})
    assert offered(chain_of(Notice.objects.get(pk=notice.pk))) == ["post", "evidence", "address", "change"]
    client.post(address, {"act": "post", "words": "RR 12"})
    assert offered(chain_of(Notice.objects.get(pk=notice.pk))) == [
        "receive",
        "give_back",
        "evidence",
        "address",
        "change",
    ]
    client.post(address, {"act": "give_back", "words": "Se mudó"})
    assert offered(chain_of(Notice.objects.get(pk=notice.pk))) == ["post", "evidence", "address", "change"]
    client.post(address, {"act": "post", "words": "RR 13"})
    client.post(address, {"act": "receive", "words": "Rosa", "day": timezone.localdate()})

    assert Notice.objects.get(pk=notice.pk).notified_how == AttemptResult.RECEIVED
    assert (
        "Recibida por correo certificado" in client.get(f"/mesa/despacho/notificadas/?n={notice.pk}").content.decode()
    )


def test_the_citizen_reads_by_which_means_it_comes(client: Client, clerk: Person) -> None:
    receipt = presents(NoticeMeans.CERTIFIED)
    notice = answers(receipt.filing, clerk)
    client.post("/", {"number": receipt.expediente.label, "key": receipt.key})
    page = f"/seguimiento/notificacion/{notice.pk}/"

    assert "se la llevan a su domicilio" in client.get(page).content.decode()
    goes_to(notice, NoticeMeans.CERTIFIED, clerk, NoticeGround.UNKNOWN)
    assert "le llega por correo certificado" in client.get(page).content.decode()
    means.post(notice=notice, code="RR 12", by=clerk, at=THURSDAY)
    means.give_back(notice=notice, reason="Se mudó", by=clerk, at=THURSDAY)
    goes_to(notice, NoticeMeans.PUBLICATION, clerk)
    said = client.get(page).content.decode()
    assert "cuando se publique" in said
    assert SEARCHED not in said
