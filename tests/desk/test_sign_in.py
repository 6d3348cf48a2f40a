"""Signing in with a second factor, waits that hit only who guesses, and links given in person."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from ledger.models import Entry
from organization import services
from organization.errors import EnrolmentRefused, FactorRefused, LastFactor, NotAdministrator
from organization.models import Enrolment, Entity, Person, Post
from organization.services import factors, sessions
from tests.desk.conftest import person
from tests.factories import appoint, code_at

LINK, CHOOSE = "/mesa/entrar/enlace/", "/mesa/entrar/enlace/contrasena/"
PASSWORD = "cuatro llamas suben despacio"
STEP = timedelta(seconds=factors.PERIOD_SECONDS)


@pytest.fixture(autouse=True)
def _a_real_installation(settings: Settings, _plain_surroundings: None) -> Iterator[None]:
    settings.DEMO = False
    settings.SECOND_FACTOR = "required"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    yield


@pytest.fixture
def official(pichari: None) -> Person:
    """An official with a password and, for now, nothing else."""
    official = person("jefe-ois")
    official.set_password(PASSWORD)
    official.save()
    return official


def with_phone(official: Person, *, at: datetime | None = None) -> str:
    """Give the person a telephone, set up some minutes ago, and return its seed."""
    at = at or timezone.now() - timedelta(minutes=10)
    seed = factors.new_seed()
    factors.add_totp(person=official, seed=seed, code=code_at(seed, at), at=at)
    return seed


def gives_password(client: Client, password: str = PASSWORD, **data: str) -> Any:
    return client.post("/mesa/entrar/", {"username": "jefe-ois", "password": password, **data})


def gives_code(client: Client, code: str, **data: str) -> Any:
    return client.post("/mesa/entrar/segundo-paso/", {"code": code, **data})


def now_code(seed: str, *, later: int = 0) -> str:
    return code_at(seed, timezone.now() + later * STEP)


def is_in(client: Client) -> bool:
    return client.get("/mesa/", follow=True).redirect_chain[-1:] != [] and "_auth_user_id" in client.session


def enters(official: Person) -> tuple[Client, str]:
    seed = with_phone(official)
    client = Client()
    gives_password(client)
    gives_code(client, now_code(seed))
    return client, seed


# In


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


# Waits


def test_who_guesses_waits_and_the_owner_enters_from_elsewhere(official: Person) -> None:
    thief = Client(REMOTE_ADDR="203.0.113.9")
    pages = [gives_password(thief, f"mala {n}").content.decode() for n in range(5)]

    assert "Los datos no coinciden. Quedan 4 intentos" in pages[0]
    assert "Espere hasta las" in pages[4]
    assert "Espere hasta las" in gives_password(thief).content.decode()
    assert gives_password(Client(REMOTE_ADDR="198.51.100.7")).status_code == 302


def test_who_guesses_from_the_same_address_does_not_keep_a_known_device_out(official: Person) -> None:
    known, seed = enters(official)
    known.post("/mesa/salir/")
    thief = Client()
    for number in range(6):
        gives_password(thief, f"mala {number}")

    assert "Espere hasta las" in gives_password(thief).content.decode()
    assert gives_password(known).status_code == 302
    assert gives_code(known, now_code(seed, later=1)).status_code == 302


def test_an_address_that_tries_many_accounts_waits_as_a_whole(official: Person) -> None:
    client = Client(REMOTE_ADDR="203.0.113.9")
    for number in range(60):
        client.post("/mesa/entrar/", {"username": f"alguien-{number}", "password": "x"})

    assert "Espere hasta las" in gives_password(client).content.decode()


def test_codes_are_guessed_by_few_whatever_their_addresses(official: Person) -> None:
    with_phone(official)
    for number in range(30):
        thief = Client(REMOTE_ADDR=f"203.0.113.{number}")
        gives_password(thief)
        gives_code(thief, "000000")
    last = Client(REMOTE_ADDR="203.0.113.200")
    gives_password(last)

    assert "Espere hasta las" in gives_code(last, "000000").content.decode()


def test_an_unknown_name_is_answered_and_recorded_like_a_known_one(official: Person) -> None:
    known = gives_password(Client(), "mala").content.decode()
    unknown = Client().post("/mesa/entrar/", {"username": "nadie", "password": "mala"}).content.decode()

    assert "Los datos no coinciden. Quedan 4 intentos" in known
    assert "Los datos no coinciden. Quedan 4 intentos" in unknown
    entries = list(Entry.objects.filter(kind="session.refused").order_by("pk"))
    assert [entry.subject for entry in entries] == [f"person:{official.pk}", "entrance:unknown"]
    assert "nadie" not in str([(entry.facts, entry.actor) for entry in entries])


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


# One's own access


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


# Links


@pytest.fixture
def nobody_entered_yet(pichari: None) -> None:
    """As outside the demo: nobody signs in by what a profile says."""
    Person.objects.update(password="!")


def administrators() -> tuple[Person, Person]:
    """Return two who look after access: secretaría general's head, and who is appointed beside."""
    head = person("secretario-general")
    post = Post.objects.filter(unit__role="secretariat").exclude(is_single_seat=True).first() or Post.objects.create(
        slug="asistente-sg", unit=Post.objects.get(slug="secretario-general").unit, title="Asistente"
    )
    other = person("jefe-oaj")
    appoint(other, post)
    return head, other


def opens(client: Client, text: str) -> str | int:
    """Paste a link, and return where it leads, or the status of what refuses it."""
    answer = client.post(LINK, {"token": text})
    return answer.headers.get("Location") or answer.status_code


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
