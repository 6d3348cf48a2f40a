"""Entering with the account of the entity's own server, a real OpenID Connect server."""

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.utils import timezone

from config import backends
from ledger.models import Entry
from organization.models import Person
from organization.services import factors, identities
from tests.desk.conftest import person
from tests.factories import code_at
from tests.servers import provider
from tests.servers.provider import Running
from tests.servers.proxy import FaultProxy, Mode

START, BACK, ENTRANCE = "/mesa/entrar/institucional/", "/mesa/entrar/institucional/vuelta/", "/mesa/entrar/"
NAME = "jefe-ois"
GREETING = "Entrar con la cuenta institucional"
NOT_HERE = "Su cuenta institucional no está habilitada en este sistema."
NOT_HOLDING = "No se pudo comprobar la respuesta del servidor de cuentas."
AWAY = "El servidor de cuentas institucionales no responde."
USED = "Ese ingreso ya se usó o venció. Empiece de nuevo."


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with provider.running(tmp_path_factory.mktemp("provider")) as running:
        yield running


@pytest.fixture(autouse=True)
def _chosen(served: Running, settings: Any) -> None:
    choose(settings, served.issuer)


def choose(settings: Any, issuer: str, **told: Any) -> None:
    defaults = {"client_id": "chasqui", "secret": "s", "scope": ["profile", "email"]}
    meant = {"claim": "preferred_username", "means": "username", "second_factors": []}
    settings.OIDC_ISSUER = issuer
    settings.SOCIALACCOUNT_PROVIDERS = backends.oidc(issuer, **(defaults | meant | told))


def there(client: Client, onward: str = "") -> str:
    """Press the button, and return the address of the other server's page."""
    answer = client.get(START, {"next": onward} if onward else {})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer.headers["Location"])


def enter(served: Running, subject: str, client: Client | None = None, onward: str = "") -> Any:
    client = client or Client()
    return client.get(served.enter(there(client, onward), subject).replace("http://testserver", ""))


def is_in(client: Client) -> bool:
    return bool(client.get("/mesa/", follow=True).request["PATH_INFO"] != ENTRANCE)


def test_the_entrance_offers_it_where_it_is_set_up(pichari: None, settings: Any) -> None:
    assert GREETING in Client().get(ENTRANCE).content.decode()

    choose(settings, "")
    assert GREETING not in Client().get(ENTRANCE).content.decode()
    assert Client().get(START).status_code == Client().get(BACK).status_code == 404


def test_an_official_enters_is_bound_and_goes_where_they_wanted(pichari: None, served: Running) -> None:
    served.knows("sub-1", preferred_username=NAME)
    client = Client()

    answer = enter(served, "sub-1", client, onward="/mesa/por-firmar/")

    assert answer.headers["Location"] == "/mesa/por-firmar/"
    assert is_in(client)
    account = SocialAccount.objects.get()
    assert (account.provider, account.uid, account.user, account.extra_data) == (
        served.issuer,
        "sub-1",
        person(NAME),
        {},
    )
    bound, started = Entry.objects.filter(kind__in=["identity.bound", "session.started"]).order_by("pk")
    assert started.actor == bound.actor == person(NAME).actor
    assert "socialaccount" in str(started.facts)


def test_the_way_there_carries_state_nonce_and_challenge_and_asks_for_a_code(pichari: None, served: Running) -> None:
    asked = {name: values[0] for name, values in parse_qs(urlsplit(there(Client())).query).items()}

    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["state"]) >= 16 and len(asked["nonce"]) >= 43 and asked["nonce"] != asked["code_challenge"]
    assert asked["redirect_uri"] == f"http://testserver{BACK}"
    assert {"openid", "profile"} <= set(asked["scope"].split())


def test_from_then_on_only_the_subject_counts(pichari: None, served: Running) -> None:
    served.knows("sub-2", preferred_username=NAME)
    enter(served, "sub-2")
    served.knows("sub-2", preferred_username="otro-nombre")
    served.knows("sub-3", preferred_username=NAME)

    client = Client()
    enter(served, "sub-2", client)
    assert is_in(client)
    assert NOT_HERE in enter(served, "sub-3").content.decode()
    assert identities.release(person=person(NAME), by="system:test", at=timezone.now()) == 1
    assert enter(served, "sub-3").status_code == 302


@pytest.mark.parametrize("onward", ["https://otro.example/", "//otro.example", "javascript:alert(1)"])
def test_the_way_back_stays_on_this_site(pichari: None, served: Running, onward: str) -> None:
    served.knows("sub-4", preferred_username=NAME)

    assert enter(served, "sub-4", onward=onward).headers["Location"] == "/mesa/"


@pytest.mark.parametrize(
    "claims", [{"preferred_username": "nadie"}, {"preferred_username": ""}, {"preferred_username": ["jefe-ois"]}, {}]
)
def test_whom_the_profile_did_not_make_does_not_enter_and_is_not_made(
    pichari: None, served: Running, claims: dict[str, Any]
) -> None:
    served.knows("sub-5", **claims)
    before = Person.objects.count()

    answer = enter(served, "sub-5")

    assert answer.status_code == 422
    assert NOT_HERE in answer.content.decode()
    assert (Person.objects.count(), SocialAccount.objects.count()) == (before, 0)
    refused = Entry.objects.get(kind="session.refused")
    assert (refused.subject, refused.facts["why"]) == ("entrance:unknown", "unknown")


def test_who_was_made_inactive_here_does_not_enter_bound_or_not(pichari: None, served: Running) -> None:
    served.knows("sub-6", preferred_username=NAME)
    client = Client()
    enter(served, "sub-6", client)
    Person.objects.filter(username=NAME).update(is_active=False)

    assert not is_in(client)
    assert NOT_HERE in enter(served, "sub-6").content.decode()
    refused = Entry.objects.get(kind="session.refused")
    assert refused.facts["why"] == "inactive" and refused.subject.startswith("person:")


@pytest.mark.parametrize(
    "spoilt",
    [
        {"iss": "https://otro.example"},
        {"aud": "otro"},
        {"aud": ["chasqui", "otro"]},
        {"aud": ["chasqui", "otro"], "azp": "otro"},
        {"exp": timedelta(minutes=-2)},
        {"iat": timedelta(minutes=10)},
        {"nbf": timedelta(minutes=10)},
        {"nonce": "otro"},
        {"nonce": 7},
        {"exp": "mañana"},
    ],
    ids=str,
)
def test_a_token_that_does_not_hold_lets_nobody_in(pichari: None, served: Running, spoilt: dict[str, Any]) -> None:
    now = int(time.time())
    told = {key: now + int(at.total_seconds()) if isinstance(at, timedelta) else at for key, at in spoilt.items()}
    served.knows("sub-7", preferred_username=NAME, **told)
    client = Client()

    answer = enter(served, "sub-7", client)

    assert answer.status_code == 422
    assert NOT_HOLDING in answer.content.decode()
    assert not is_in(client)
    assert Entry.objects.get(kind="session.refused").facts["why"] == "token"


def test_a_subject_that_cannot_be_kept_whole_lets_nobody_in(pichari: None, served: Running) -> None:
    served.knows("x" * 300, preferred_username=NAME)

    assert NOT_HOLDING in enter(served, "x" * 300).content.decode()


def test_a_clock_that_errs_by_less_than_a_minute_is_no_reason(pichari: None, served: Running) -> None:
    served.knows("sub-8", preferred_username=NAME, exp=int(time.time()) - 30, iat=int(time.time()) + 30)

    assert enter(served, "sub-8").status_code == 302


def test_the_server_may_change_its_key(pichari: None, served: Running) -> None:
    served.knows("sub-9", preferred_username=NAME)
    enter(served, "sub-9")

    served.rotate()

    assert enter(served, "sub-9").status_code == 302


def test_an_answer_counts_once_and_in_the_browser_that_asked(pichari: None, served: Running) -> None:
    served.knows("sub-10", preferred_username=NAME)
    asking, other = Client(), Client()
    back = served.enter(there(asking), "sub-10").replace("http://testserver", "")

    assert USED in other.get(back).content.decode()
    assert asking.get(back).status_code == 302
    asking.logout()
    assert USED in asking.get(back).content.decode()
    assert USED in Client().get(BACK).content.decode()
    assert USED in Client().get(BACK, {"state": "x", "code": "y"}).content.decode()


def test_who_gives_up_over_there_may_begin_anew(pichari: None, served: Running) -> None:
    client = Client()
    back = served.decline(there(client)).replace("http://testserver", "")

    assert "No terminó de ingresar en su institución." in client.get(back).content.decode()
    assert Entry.objects.get(kind="session.refused").facts["why"] == "cancelled"


def test_an_error_over_there_is_told(pichari: None, served: Running) -> None:
    client = Client()
    state = parse_qs(urlsplit(there(client)).query)["state"][0]

    assert NOT_HOLDING in client.get(BACK, {"error": "server_error", "state": state}).content.decode()


@pytest.mark.parametrize("mode", [Mode.REFUSE, Mode.ANSWER, Mode.HANG])
def test_a_server_that_is_away_is_said_and_local_accounts_enter(
    pichari: None, served: Running, settings: Any, mode: Mode
) -> None:
    answer_500 = b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n"
    settings.SOCIALACCOUNT_REQUESTS_TIMEOUT = 1
    with FaultProxy(served.issuer, mode=mode, answer=answer_500) as proxy:
        choose(settings, proxy.url)
        answer = Client().get(START)

    assert answer.status_code == 422
    assert AWAY in answer.content.decode() and "Contraseña" in answer.content.decode()
    assert Entry.objects.get(kind="session.refused").facts["why"] == "away"


def test_a_server_that_goes_away_in_between_is_said(pichari: None, served: Running, settings: Any) -> None:
    with FaultProxy(served.issuer) as proxy:
        choose(settings, proxy.url)
        client = Client()
        back = served.enter(there(client), "sub-11").replace("http://testserver", "")
        proxy.mode = Mode.REFUSE
        answer = client.get(back)

    assert AWAY in answer.content.decode()


def test_a_server_that_says_to_be_another_is_not_asked(pichari: None, served: Running, settings: Any) -> None:
    choose(settings, served.issuer.replace("127.0.0.1", "localhost") + "/")

    assert AWAY in Client().get(START).content.decode()


@pytest.mark.parametrize(
    ("claims", "status"),
    [
        ({"id": "40112233"}, 302),
        ({"id": "40112234"}, 422),
        ({"mail": "ana@muni.example", "email_verified": True}, 302),
        ({"mail": "ana@muni.example", "email_verified": False}, 422),
        ({"mail": "ana@muni.example", "email_verified": "true"}, 422),
        ({"mail": "ana@muni.example"}, 422),
    ],
)
def test_the_operator_says_what_the_claim_holds_and_a_mail_must_be_verified(
    pichari: None, served: Running, settings: Any, claims: dict[str, Any], status: int
) -> None:
    choose(settings, served.issuer, claim=min(claims, key=len), means="dni" if "id" in claims else "email")
    Person.objects.filter(username=NAME).update(email="ana@muni.example", id_number="40112233")
    served.knows("sub-12", **claims)

    assert enter(served, "sub-12").status_code == status


def test_many_failures_from_one_place_make_that_place_wait(pichari: None, served: Running) -> None:
    client = Client()

    pages = [client.get(BACK, {"state": str(n)}).content.decode() for n in range(61)]

    assert USED in pages[58] and "Espere hasta las" in pages[60]
    assert "Espere hasta las" in client.get(START).content.decode()


# The second factor


def with_telephone(username: str) -> str:
    """Give the official a telephone, and return its seed."""
    seed = factors.new_seed()
    long_ago = timezone.now() - timedelta(minutes=5)
    factors.add_totp(person=person(username), seed=seed, code=code_at(seed, long_ago), at=long_ago)
    return seed


def test_the_second_factor_is_asked_as_of_any_account(pichari: None, served: Running, settings: Any) -> None:
    seed = with_telephone(NAME)
    served.knows("sub-20", preferred_username=NAME, acr="gold", amr=["pwd", "otp"])
    client = Client()

    answer = enter(served, "sub-20", client)

    assert answer.headers["Location"] == "/mesa/entrar/segundo-paso/"
    assert not is_in(client)
    client.post("/mesa/entrar/segundo-paso/", {"code": code_at(seed, timezone.now())})
    assert is_in(client)


@pytest.mark.parametrize(
    ("shown", "is_asked"),
    [
        ({"trusted": ["otp"], "amr": ["pwd", "otp"]}, False),
        ({"trusted": ["gold"], "acr": "gold"}, False),
        ({"trusted": ["otp"], "amr": ["pwd"]}, True),
        ({"trusted": ["gold"], "acr": "silver", "amr": [["gold"], {"gold": 1}]}, True),
        ({"trusted": ["gold"], "amr": "gold"}, True),
        ({"trusted": ["otp"]}, True),
    ],
)
def test_one_shown_over_there_counts_only_if_the_operator_trusts_it(
    pichari: None, served: Running, settings: Any, shown: dict[str, Any], is_asked: bool
) -> None:
    told = dict(shown)
    choose(settings, served.issuer, second_factors=told.pop("trusted"))
    with_telephone(NAME)
    served.knows("sub-21", preferred_username=NAME, **told)
    client = Client()

    enter(served, "sub-21", client)

    assert is_in(client) is not is_asked
    if not is_asked:
        assert "institutional" in str(Entry.objects.get(kind="session.started").facts)


def test_who_must_have_a_second_factor_sets_it_up_unless_one_over_there_is_trusted(
    pichari: None, served: Running, settings: Any
) -> None:
    settings.SECOND_FACTOR, settings.DEMO = "required", False
    served.knows("sub-22", preferred_username=NAME, acr="gold")

    assert enter(served, "sub-22").headers["Location"] == "/mesa/entrar/segundo-factor/"
    choose(settings, served.issuer, second_factors=["gold"])
    assert enter(served, "sub-22").headers["Location"] == "/mesa/"
