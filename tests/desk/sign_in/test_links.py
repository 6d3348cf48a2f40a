"""Links given in person: the first entry, and the next one after a loss."""

import re
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from ledger.models import Entry
from organization import services
from organization.errors import EnrolmentRefused, NotAdministrator
from organization.models import Enrolment, Person, Post
from tests.desk.conftest import person
from tests.desk.sign_in.steps import (
    CHOOSE,
    LINK,
    PASSWORD,
    administrators,
    enters,
    opens,
    with_phone,
)


def test_a_link_leads_to_a_password_a_factor_and_the_desk(nobody_entered_yet: None) -> None:
    head, _other = administrators()
    token = services.invite(person=person("jefe-ois"), by=head, at=timezone.now())
    client, other = Client(), Client()
    assert opens(client, token) == opens(other, token) == CHOOSE

    assert client.post(CHOOSE, {"password": "corta", "again": "corta"}).status_code == 422
    answer = client.post(CHOOSE, {"password": PASSWORD, "again": PASSWORD})

    assert answer.headers["Location"] == "/mesa/entrar/segundo-factor/"
    assert opens(Client(), token) == 410
    assert other.post(CHOOSE, {"password": PASSWORD * 2, "again": PASSWORD * 2}).status_code == 410
    assert person("jefe-ois").check_password(PASSWORD)
    assert token not in str(list(Enrolment.objects.values()))


def test_a_link_may_be_pasted_whole_or_as_its_code(nobody_entered_yet: None) -> None:
    head, _other = administrators()
    token = services.invite(person=person("jefe-ois"), by=head, at=timezone.now())

    for text in (token, f" {token}\n", f"#{token}", f"https://entidad.example{services.link_path(token)}"):
        assert opens(Client(), text) == CHOOSE
    for text in ("", "#", "otro", token[:-1]):
        assert opens(Client(), text) == 410


def test_no_address_of_a_link_holds_its_code(nobody_entered_yet: None) -> None:
    head, _other = administrators()
    token = services.invite(person=person("jefe-ois"), by=head, at=timezone.now())
    client = Client()

    told, _hash, code = services.link_path(token).partition("#")

    assert (told, code) == (LINK, token)
    page = client.get(told)
    assert page.status_code == 200
    assert page.headers["Referrer-Policy"] == "strict-origin"
    assert client.get(CHOOSE).headers["Location"] == LINK
    opens(client, token)
    page = client.get(CHOOSE)
    assert page.headers["Referrer-Policy"] == "strict-origin"
    assert token not in page.content.decode()
    assert client.get(f"{LINK}{token}/").status_code == 404


def test_a_link_that_is_withdrawn_while_it_is_open_gives_nothing(nobody_entered_yet: None) -> None:
    head, _other = administrators()
    token = services.invite(person=person("jefe-ois"), by=head, at=timezone.now())
    client = Client()
    opens(client, token)
    services.withdraw_enrolment(enrolment_id=Enrolment.objects.get().pk, by=head, at=timezone.now())

    assert client.get(CHOOSE).status_code == 410
    assert client.post(CHOOSE, {"password": PASSWORD, "again": PASSWORD}).headers["Location"] == LINK
    assert not person("jefe-ois").check_password(PASSWORD)


def test_a_link_dies_after_its_time(nobody_entered_yet: None) -> None:
    head, _other = administrators()
    token = services.invite(person=person("jefe-ois"), by=head, at=timezone.now() - timedelta(days=4))

    assert opens(Client(), token) == 410


def test_a_lost_factor_needs_two_others(official: Person) -> None:
    head, other = administrators()
    now = timezone.now()

    with pytest.raises(NotAdministrator):
        services.ask_recovery(person=official, by=person("encargado-mesa-de-partes"), at=now)
    with pytest.raises(NotAdministrator):
        services.ask_recovery(person=head, by=head, at=now)
    asked = services.ask_recovery(person=official, by=head, at=now)
    with pytest.raises(NotAdministrator):
        services.approve_recovery(enrolment_id=asked.pk, by=head, at=now)
    own = services.ask_recovery(person=other, by=head, at=now)
    with pytest.raises(NotAdministrator):
        services.approve_recovery(enrolment_id=own.pk, by=other, at=now)
    token = services.approve_recovery(enrolment_id=asked.pk, by=other, at=now)

    with pytest.raises(EnrolmentRefused):
        services.approve_recovery(enrolment_id=asked.pk, by=other, at=now)
    kinds = ["enrolment.asked", "enrolment.approved"]
    entries = Entry.objects.filter(kind__in=kinds, subject=f"person:{official.pk}").order_by("pk")
    assert [(entry.kind, entry.actor) for entry in entries] == [(kinds[0], head.actor), (kinds[1], other.actor)]
    assert services.enrolment_of(token, at=now) is not None


def test_after_a_loss_the_former_factors_and_sessions_are_gone(official: Person) -> None:
    client, _seed = enters(official)
    head, other = administrators()
    now = timezone.now()
    asked = services.ask_recovery(person=official, by=head, at=now)
    token = services.approve_recovery(enrolment_id=asked.pk, by=other, at=now)

    brought = Client()
    opens(brought, token)
    answer = brought.post(CHOOSE, {"password": PASSWORD, "again": PASSWORD})

    assert answer.headers["Location"] == "/mesa/entrar/segundo-factor/"
    assert client.get("/mesa/bandeja/por-atender/").status_code == 302
    assert not Authenticator.objects.exists()


def test_two_administrators_do_it_by_their_pages(official: Person) -> None:
    with_phone(official)
    head, other = administrators()
    first, second, stranger = Client(), Client(), Client()
    first.force_login(head)
    second.force_login(other)
    stranger.force_login(person("encargado-mesa-de-partes"))

    assert stranger.get("/mesa/acceso/personas/").status_code == 404
    first.post("/mesa/acceso/personas/enlace/", {"person": official.pk, "recover": "1"})
    asked = Enrolment.objects.get()
    assert "falta que lo apruebe otra persona" in first.get("/mesa/acceso/personas/").content.decode()
    assert first.post(f"/mesa/acceso/personas/{asked.pk}/aprobar/").status_code == 422
    page = second.post(f"/mesa/acceso/personas/{asked.pk}/aprobar/").content.decode()

    link = re.search(r"/mesa/entrar/enlace/#[\w-]+", page)
    assert link is not None
    assert opens(Client(), link[0]) == CHOOSE
    second.post(f"/mesa/acceso/personas/{asked.pk}/retirar/")
    assert opens(Client(), link[0]) == 410


def test_the_first_administrator_is_made_at_the_console(
    nobody_entered_yet: None, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(CommandError, match="secretario-general"):
        call_command("make_administrator", "jefe-oaj")
    with pytest.raises(CommandError, match=r"people\.csv"):
        call_command("make_administrator", "nadie")

    call_command("make_administrator", "secretario-general")

    link = re.search(r"http\S+/mesa/entrar/enlace/#[\w-]+", capsys.readouterr().out)
    assert link is not None
    assert opens(Client(), link[0]) == CHOOSE
    assert Entry.objects.get(kind="enrolment.issued").actor == "system:console"


def test_the_console_gives_a_post_that_looks_after_access(
    nobody_entered_yet: None, capsys: pytest.CaptureFixture[str]
) -> None:
    unit = Post.objects.get(slug="secretario-general").unit
    Post.objects.create(slug="asistente-sg", unit=unit, title="Asistente")

    with pytest.raises(CommandError, match="acto"):
        call_command("make_administrator", "jefe-oaj", post="asistente-sg")
    call_command("make_administrator", "jefe-oaj", post="asistente-sg", act="R.A. 1-2026")

    assert "/mesa/entrar/enlace/#" in capsys.readouterr().out
    assert Entry.objects.get(kind="post.appointed").actor == "system:console"
