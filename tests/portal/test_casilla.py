"""All the notices of one mailbox: proved by a link sent to it, opened only with the key of each file (NT-04)."""

import re

import pytest
from django.core import mail, signing
from django.test import Client
from django.utils import timezone

from ledger.models import Entry
from organization.models import Person
from tests.portal.answering import answers, presents
from workflows.enums import NoticeMeans
from workflows.errors import NoticeRefused
from workflows.models import Notice
from workflows.services import casillas

ROSA, OTHER = "rosa@muestra.example", "otra@muestra.example"


def in_a_casilla(clerk: Person, email: str = ROSA) -> Notice:
    return answers(presents(NoticeMeans.CASILLA, email=email).filing, clerk)


def link_in_the_mail() -> str:
    found = re.search(r"/seguimiento/casilla/[^\s]+/", str(mail.outbox[-1].body))
    assert found
    return found[0]


def follows(client: Client, mailbox: str = ROSA) -> str:
    """Ask for the link, let the outbox go on with it, and open it; return the list."""
    mail.outbox.clear()
    client.post("/seguimiento/casilla/", {"email": mailbox})
    asked = Entry.objects.filter(kind="casilla.asked").latest("pk")
    casillas.mail_link(notice_id=asked.facts["notice"], name=str(asked.pk))
    return client.get(link_in_the_mail(), follow=True).content.decode()


def test_nt_04_a_mailbox_sees_its_notices_of_every_file(client: Client, clerk: Person) -> None:
    first, second = in_a_casilla(clerk), in_a_casilla(clerk, "Rosa@Muestra.example")
    strangers = in_a_casilla(clerk, OTHER)

    page = follows(client)

    assert mail.outbox[-1].to[0].lower() == ROSA
    for notice in (first, second):
        assert notice.document.expediente.label in page
    assert strangers.document.expediente.label not in page
    assert page.count("Sin abrir.") == 2
    assert Notice.objects.filter(notified_on__isnull=False).count() == 0


def test_a_list_opens_nothing_without_the_key_of_the_file(client: Client, clerk: Person) -> None:
    notice = in_a_casilla(clerk)

    page = follows(client)

    assert "Ver con su clave" in page
    assert f"/seguimiento/notificacion/{notice.pk}/" not in page
    assert client.get(f"/seguimiento/notificacion/{notice.pk}/").status_code == 302
    assert client.post(f"/seguimiento/notificacion/{notice.pk}/abrir/").status_code == 302
    assert Notice.objects.get(pk=notice.pk).notified_on is None


def test_with_the_key_too_the_list_leads_to_the_notice(client: Client, clerk: Person) -> None:
    receipt = presents(NoticeMeans.CASILLA, email=ROSA)
    notice = answers(receipt.filing, clerk)
    client.post("/", {"number": receipt.expediente.label, "key": receipt.key})

    assert f"/seguimiento/notificacion/{notice.pk}/" in follows(client)


def test_who_asks_learns_nothing_of_a_mailbox(client: Client, clerk: Person) -> None:
    in_a_casilla(clerk)

    known = client.post("/seguimiento/casilla/", {"email": ROSA})
    unknown = client.post("/seguimiento/casilla/", {"email": OTHER})

    assert known.status_code == unknown.status_code == 200
    assert known.content.decode().replace(ROSA, "") == unknown.content.decode().replace(OTHER, "")
    assert Entry.objects.filter(kind="casilla.asked").count() == 1
    assert ROSA not in str(Entry.objects.get(kind="casilla.asked").facts)


def test_a_mailbox_is_not_flooded_and_an_address_waits(client: Client, clerk: Person) -> None:
    in_a_casilla(clerk)
    for _again in range(10):
        assert client.post("/seguimiento/casilla/", {"email": ROSA}).status_code == 200

    assert Entry.objects.filter(kind="casilla.asked").count() == 1
    assert client.post("/seguimiento/casilla/", {"email": ROSA}).status_code == 429


def test_who_did_not_accept_the_casilla_is_not_listed(client: Client, clerk: Person) -> None:
    answers(presents(NoticeMeans.MAIL, email=ROSA).filing, clerk)
    answers(presents(NoticeMeans.PERSONAL, email=ROSA).filing, clerk)

    assert not casillas.ask(mailbox=ROSA, at=timezone.now())
    assert not casillas.ask(mailbox="", at=timezone.now())


def test_an_old_or_forged_link_opens_nothing(client: Client, clerk: Person) -> None:
    in_a_casilla(clerk)
    good = signing.dumps(ROSA, salt=casillas.SALT)

    for bad in (good[:-2] + "xx", signing.dumps(ROSA, salt="otra"), "nada"):
        refused = client.get(f"/seguimiento/casilla/{bad}/")
        assert refused.status_code == 410
        assert "Ese enlace ya no sirve" in refused.content.decode()
    assert "casilla" not in client.session
    assert casillas.mailbox_of(good) == ROSA
    with pytest.raises(NoticeRefused, match="dura media hora"):
        casillas.mailbox_of(good, lasts=-1)


@pytest.mark.parametrize("method", ["head", "post"])
def test_a_method_that_the_link_does_not_take_opens_nothing_and_logs_no_link(
    clerk: Person, caplog: pytest.LogCaptureFixture, method: str
) -> None:
    in_a_casilla(clerk)
    good, client = signing.dumps(ROSA, salt=casillas.SALT), Client(enforce_csrf_checks=True)
    with caplog.at_level("DEBUG"):
        answer = getattr(client, method)(f"/seguimiento/casilla/{good}/")

    assert answer.status_code == 405
    assert "casilla" not in client.session
    assert "Method Not Allowed" in caplog.text
    assert good not in caplog.text


def test_the_page_asks_for_a_mailbox_and_closes_the_list(client: Client, clerk: Person) -> None:
    in_a_casilla(clerk)

    assert "Enviar el enlace" in client.get("/seguimiento/casilla/").content.decode()
    refused = client.post("/seguimiento/casilla/", {"email": "rosa"})
    assert refused.status_code == 422
    assert "le falta algo" in refused.content.decode()
    assert "Salir de esta lista" in follows(client)
    assert client.get("/seguimiento/casilla/")["Cache-Control"] == "no-store"
    client.post("/seguimiento/casilla/salir/")
    assert "Enviar el enlace" in client.get("/seguimiento/casilla/").content.decode()
