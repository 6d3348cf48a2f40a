"""Who is in looks after their own factors, sessions and password."""

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from ledger.models import Entry
from organization.errors import FactorRefused
from organization.models import Person
from organization.services import factors, sessions
from tests.desk.conftest import person
from tests.desk.sign_in.steps import (
    enters,
    gives_code,
    gives_password,
    now_code,
)


def test_changing_a_factor_asks_for_it_again(official: Person) -> None:
    client, seed = enters(official)
    phone = Authenticator.objects.get(type="totp")
    address = f"/mesa/acceso/factor/{phone.pk}/quitar/"

    assert client.post(address).headers["Location"] == "/mesa/acceso/"
    client.post("/mesa/acceso/confirmar/", {"code": now_code(seed, later=1)})
    refused = client.post(address)

    assert refused.status_code == 422
    assert "Agregue otro antes de quitar este" in refused.content.decode()
    assert Authenticator.objects.filter(pk=phone.pk).exists()


def test_new_recovery_codes_make_the_former_useless(official: Person) -> None:
    client, seed = enters(official)
    former = factors.recovery_codes(official)
    client.post("/mesa/acceso/confirmar/", {"code": now_code(seed, later=1)})

    page = client.post("/mesa/acceso/codigos/").content.decode()

    assert all(code in page for code in factors.recovery_codes(official))
    with pytest.raises(FactorRefused):
        factors.check_code(person=official, code=former[0], at=timezone.now())


def test_sessions_are_listed_and_ended_by_their_owner_alone(official: Person) -> None:
    client, seed = enters(official)
    elsewhere = Client(headers={"user-agent": "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0"})
    gives_password(elsewhere)
    gives_code(elsewhere, now_code(seed, later=1))
    page = client.get("/mesa/acceso/").content.decode()
    ends = re.search(r'action="(/mesa/acceso/sesiones/\d+/terminar/)"', page)
    assert "Firefox en Windows" in page
    assert ends is not None

    stranger = Client()
    stranger.force_login(person("jefe-oaj"))
    stranger.post(ends[1])
    assert elsewhere.get("/mesa/bandeja/por-atender/").status_code == 200
    client.post(ends[1])

    assert elsewhere.get("/mesa/bandeja/por-atender/").status_code == 302
    assert client.get("/mesa/bandeja/por-atender/").status_code == 200
    assert Entry.objects.filter(kind="session.ended", actor=official.actor).count() == 1


def test_a_new_password_is_strong_and_ends_the_other_sessions(official: Person) -> None:
    client, seed = enters(official)
    elsewhere = Client()
    gives_password(elsewhere)
    gives_code(elsewhere, now_code(seed, later=1))
    session = client.session
    session["access_confirmed"] = timezone.now().timestamp()
    session.save()

    def tries(password: str) -> Any:
        return client.post("/mesa/acceso/contrasena/", {"password": password, "again": password})

    assert "al menos 12 caracteres" in tries("corta").content.decode()
    assert "se prueban primero" in tries("q1w2e3r4t5y6").content.decode()
    assert "se prueban primero" in tries("Municipalidad2026!").content.decode()
    assert "Se parece a su nombre" in tries(f"{official.given_names} {official.surnames}").content.decode()
    assert tries("siete puentes sin baranda").status_code == 302
    assert client.get("/mesa/bandeja/por-atender/").status_code == 200
    assert elsewhere.get("/mesa/bandeja/por-atender/").status_code == 302


def test_a_session_that_expired_is_forgotten_with_an_entry(official: Person) -> None:
    enters(official)
    Session.objects.all().delete()

    assert sessions.forget_expired(at=timezone.now()) == 1
    assert sessions.forget_expired(at=timezone.now()) == 0
    assert Entry.objects.get(kind="session.ended").facts["why"] == "expired"


# When a session ends


def test_what_was_being_written_comes_back_to_its_author(official: Person) -> None:
    client, seed = enters(official)
    client.cookies.pop("sessionid")

    answer = client.post("/mesa/nuevo/", {"route": "informe", "subject": "Pedido de un servidor", "pin": "123456"})
    assert answer.headers["Location"] == "/mesa/entrar/?next=%2Fmesa%2Fcontinuar%2F"
    assert "Lo que escribía está guardado" in client.get(answer.headers["Location"]).content.decode()
    gives_password(client, next="/mesa/continuar/")
    assert gives_code(client, now_code(seed, later=1)).headers["Location"] == "/mesa/continuar/"
    page = client.get("/mesa/continuar/").content.decode()

    assert 'action="/mesa/nuevo/"' in page
    assert 'name="subject" value="Pedido de un servidor"' in page
    assert "123456" not in page
    client.post("/mesa/continuar/")
    assert client.get("/mesa/continuar/").status_code == 302


def test_nobody_else_sees_what_was_being_written(official: Person) -> None:
    client, _seed = enters(official)
    client.cookies.pop("sessionid")
    client.post("/mesa/nuevo/", {"route": "informe", "subject": "Pedido de un servidor"})
    session = client.session
    other = Client()
    other.force_login(person("jefe-oaj"))
    theirs = other.session
    theirs["kept"] = session["kept"]
    theirs.save()

    assert other.get("/mesa/continuar/").status_code == 302


def test_a_stranger_who_posts_is_led_to_the_entrance(pichari: None) -> None:
    answer = Client().post("/mesa/nuevo/", {"subject": "x"})

    assert answer.headers["Location"] == "/mesa/entrar/?next=%2Fmesa%2Fnuevo%2F"
    assert (
        Client().post("/mesa/nuevo/", headers={"HX-Request": "true"}).headers["HX-Redirect"].startswith("/mesa/entrar/")
    )
