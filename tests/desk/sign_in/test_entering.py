"""Signing in with a second factor; its secrets never rest in clear."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from ledger.models import Entry
from organization.errors import LastFactor
from organization.models import Entity, Person
from organization.services import factors
from tests.desk.conftest import person
from tests.desk.sign_in.steps import (
    PASSWORD,
    enters,
    gives_code,
    gives_password,
    now_code,
    with_phone,
)


def test_a_password_alone_opens_nothing(official: Person) -> None:
    with_phone(official)
    client = Client()

    answer = gives_password(client, next="/mesa/por-firmar/")

    assert answer.headers["Location"] == "/mesa/entrar/segundo-paso/"
    assert client.get("/mesa/por-firmar/").status_code == 302
    assert "_auth_user_id" not in client.session


def test_the_second_step_lets_in_and_leads_back(official: Person) -> None:
    seed = with_phone(official)
    client = Client()
    gives_password(client, next="/mesa/por-firmar/")

    answer = gives_code(client, now_code(seed))

    assert answer.headers["Location"] == "/mesa/por-firmar/"
    assert client.get("/mesa/por-firmar/").status_code == 200
    entry = Entry.objects.get(kind="session.started")
    assert entry.facts["by_means_of"] == ["password", "totp"]


def test_the_dni_serves_as_user_name(official: Person) -> None:
    client = Client()
    with_phone(official)

    answer = client.post("/mesa/entrar/", {"username": official.id_number, "password": PASSWORD})

    assert answer.headers["Location"] == "/mesa/entrar/segundo-paso/"


def test_a_code_holds_once(official: Person) -> None:
    _client, seed = enters(official)
    other = Client()
    gives_password(other)

    again = gives_code(other, now_code(seed))

    assert again.status_code == 422
    assert "ya se usó" in again.content.decode()
    assert gives_code(other, now_code(seed, later=1)).status_code == 302


def test_a_recovery_code_holds_once(official: Person) -> None:
    with_phone(official)
    code = factors.recovery_codes(official)[0]
    first, second = Client(), Client()
    gives_password(first)
    gives_password(second)

    assert gives_code(first, code).status_code == 302
    assert gives_code(second, code).status_code == 422
    assert len(factors.recovery_codes(official)) == 9


def test_who_has_no_factor_sets_one_up_before_entering(official: Person) -> None:
    client = Client()
    answer = gives_password(client)
    assert answer.headers["Location"] == "/mesa/entrar/segundo-factor/"
    assert client.get("/mesa/bandeja/por-atender/").status_code == 302

    page = client.get("/mesa/entrar/segundo-factor/").content.decode()
    seed = re.search(r'class="setup-seed">([^<]+)<', page)
    assert seed is not None
    wrong = client.post("/mesa/entrar/segundo-factor/", {"code": "000000"})
    right = client.post("/mesa/entrar/segundo-factor/", {"code": now_code(seed[1].replace(" ", ""))})

    assert wrong.status_code == 422
    assert all(code in right.content.decode() for code in factors.recovery_codes(official))
    assert client.get("/mesa/bandeja/por-atender/").status_code == 200
    assert Entry.objects.filter(kind="factor.added", subject=f"person:{official.pk}").exists()


def test_where_it_is_optional_a_password_is_enough(official: Person, settings: Settings) -> None:
    settings.SECOND_FACTOR = "optional"

    assert gives_password(Client()).headers["Location"] == "/mesa/"


@pytest.mark.parametrize(
    ("asked", "who"),
    [
        ("", set()),
        ("signers", set()),
        ("administrators", {"secretario-general"}),
        ("signers administrators", {"secretario-general"}),
        ("everybody", {"encargado-mesa-de-partes", "secretario-general"}),
    ],
)
def test_the_profile_may_require_a_factor_to_enter(
    pichari: None, settings: Settings, asked: str, who: set[str]
) -> None:
    settings.SECOND_FACTOR = "optional"
    Entity.objects.update(second_factor=asked)

    found = set()
    for name in ("encargado-mesa-de-partes", "secretario-general"):
        official = person(name)
        official.set_password(PASSWORD)
        official.save()
        answer = Client().post("/mesa/entrar/", {"username": name, "password": PASSWORD})
        if answer.headers["Location"] == "/mesa/entrar/segundo-factor/":
            found.add(name)

    assert found == who


def test_the_profile_asks_for_no_less_than_the_installation(official: Person) -> None:
    Entity.objects.update(second_factor="administrators")

    assert gives_password(Client()).headers["Location"] == "/mesa/entrar/segundo-factor/"


def test_the_last_factor_stays_where_the_profile_requires_one(official: Person, settings: Settings) -> None:
    settings.SECOND_FACTOR = "optional"
    with_phone(official)
    row = Authenticator.objects.get(type=Authenticator.Type.TOTP)
    Entity.objects.update(second_factor="everybody")

    with pytest.raises(LastFactor):
        factors.remove_factor(person=official, factor_id=row.pk, at=timezone.now())
    Entity.objects.update(second_factor="signers")
    factors.remove_factor(person=official, factor_id=row.pk, at=timezone.now())
    assert not Authenticator.objects.exists()


def test_a_trusted_device_is_not_asked_again_until_the_password_changes(official: Person) -> None:
    seed = with_phone(official)
    client = Client()
    gives_password(client)
    gives_code(client, now_code(seed), trust="1")
    client.post("/mesa/salir/")

    assert gives_password(client).headers["Location"] == "/mesa/"
    client.post("/mesa/salir/")
    official.refresh_from_db()
    official.set_password(PASSWORD + " otra vez")
    official.save()
    assert gives_password(client, PASSWORD + " otra vez").headers["Location"] == "/mesa/entrar/segundo-paso/"


def test_in_the_demo_one_click_asks_only_who_has_a_factor(official: Person, settings: Settings) -> None:
    settings.DEMO = True
    with_phone(official)
    client = Client(headers={"host": "127.0.0.1"})

    assert client.post("/mesa/entrar/demo/jefe-oaj/").headers["Location"] == "/mesa/"
    client.post("/mesa/salir/")
    started, ended = Entry.objects.filter(kind__in=["session.started", "session.ended"]).order_by("pk")
    assert (started.facts["by_means_of"], started.facts["session"]) == (["demo"], ended.facts["session"])
    assert client.post("/mesa/entrar/demo/jefe-ois/").headers["Location"] == "/mesa/entrar/segundo-paso/"


def test_public_pages_never_ask_to_enter(pichari: None) -> None:
    for path in ("/", "/seguimiento/", "/verificar/"):
        assert "/mesa/entrar" not in Client().get(path).headers.get("Location", "")


def test_no_page_of_the_library_is_served(pichari: None) -> None:
    for path in ("/accounts/login/", "/accounts/signup/", "/accounts/2fa/", "/mesa/entrar/signup/", "/mesa/signup/"):
        assert Client().get(path).status_code == 404


# Secrets


def test_seeds_and_codes_never_rest_in_clear(official: Person) -> None:
    client = Client()
    gives_password(client)
    page = client.get("/mesa/entrar/segundo-factor/").content.decode()
    seed = re.search(r'class="setup-seed">([^<]+)<', page)
    assert seed is not None
    plain = seed[1].replace(" ", "")
    kept = [str(session.get_decoded()) for session in Session.objects.all()]
    client.post("/mesa/entrar/segundo-factor/", {"code": now_code(plain)})
    kept += [str(row.data) for row in Authenticator.objects.all()]
    kept += [str(session.get_decoded()) for session in Session.objects.all()]
    kept += [str((entry.facts, entry.subject)) for entry in Entry.objects.all()]

    for secret in (plain, *factors.recovery_codes(official)):
        assert secret not in " ".join(kept)


def test_a_new_secret_key_closes_the_seeds_anew(official: Person, settings: Settings) -> None:
    seed = with_phone(official)
    codes = factors.recovery_codes(official)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "otra clave del servidor, tan larga como la primera"

    assert factors.close_anew() == 2
    settings.SECRET_KEY_FALLBACKS = []

    assert factors.recovery_codes(official) == codes
    factors.check_code(person=official, code=now_code(seed), at=timezone.now())
    assert factors.close_anew() == 0
