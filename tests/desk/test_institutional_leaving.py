"""Signing out with the account of the entity's own server: here, and over there."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from ledger.models import Entry
from organization.rules.leaving import LONGEST_HINT, Farewell
from tests.desk.conftest import person
from tests.desk.test_institutional_entrance import NAME, choose, enter, is_in, with_telephone
from tests.factories import code_at
from tests.servers import provider
from tests.servers.provider import Running

LEAVE, ENTRANCE = "/mesa/salir/", "/mesa/entrar/"
STAYS_OPEN = "Su cuenta institucional sigue abierta en este navegador."


@pytest.fixture
def served(tmp_path_factory: pytest.TempPathFactory, settings: Any) -> Iterator[Running]:
    with provider.running(tmp_path_factory.mktemp("provider")) as running:
        choose(settings, running.issuer)
        running.knows("sub-1", preferred_username=NAME)
        yield running


def way_out(page: str) -> str:
    """Return where the page sends the browser by itself, which is where its button leads."""
    found = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', page)
    assert found is not None, page
    assert f'href="{found[1]}"' in page
    return unescape(found[1])


def test_who_entered_over_there_signs_out_over_there_too(pichari: None, served: Running) -> None:
    client = Client()
    enter(served, "sub-1", client)

    page = client.post(LEAVE)

    assert not is_in(client)
    address = way_out(page.content.decode())
    assert address.startswith(f"{served.issuer}/oauth2/end_session?")
    assert served.leave(address) == f"http://testserver{ENTRANCE}"
    assert "no-store" in page.headers["Cache-Control"]
    assert Entry.objects.filter(kind="session.ended", subject=f"person:{person(NAME).pk}").count() == 1
    assert client.post(LEAVE).headers["Location"] == ENTRANCE


def test_who_passed_the_second_step_signs_out_over_there_too(pichari: None, served: Running) -> None:
    seed = with_telephone(NAME)
    client = Client()
    enter(served, "sub-1", client)
    client.post("/mesa/entrar/segundo-paso/", {"code": code_at(seed, timezone.now())})
    assert is_in(client)

    assert served.leave(way_out(client.post(LEAVE).content.decode())).endswith(ENTRANCE)


def test_the_token_rests_closed_in_the_session(pichari: None, served: Running) -> None:
    client = Client()
    enter(served, "sub-1", client)
    kept = Session.objects.get(session_key=client.session.session_key).get_decoded()

    address = way_out(client.post(LEAVE).content.decode())

    token = parse_qs(urlsplit(address).query)["id_token_hint"][0]
    assert token.count(".") == 2
    assert token not in str(kept)


@pytest.mark.parametrize("endpoint", [None, "", 7, "http://otro.example/salir", "javascript:alert(1)"])
def test_where_the_server_offers_no_way_out_the_page_says_so(pichari: None, served: Running, endpoint: Any) -> None:
    served.offers_way_out(endpoint)
    client = Client()
    enter(served, "sub-1", client)

    page = client.post(LEAVE).content.decode()

    assert STAYS_OPEN in page and "refresh" not in page
    assert not is_in(client)


def test_a_key_that_changed_meanwhile_only_leaves_the_account_open(
    pichari: None, served: Running, settings: Any
) -> None:
    client = Client()
    enter(served, "sub-1", client)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another" * 10

    assert served.issuer in way_out(client.post(LEAVE).content.decode())

    farewell = Farewell("", "chasqui", "")
    assert farewell.address(back="http://testserver/") == ""


def test_who_entered_with_a_password_only_signs_out_here(pichari: None, served: Running) -> None:
    client = Client()
    client.force_login(person(NAME))

    assert client.post(LEAVE).headers["Location"] == ENTRANCE


def test_another_person_in_the_same_browser_is_not_sent_there(pichari: None, served: Running) -> None:
    client = Client()
    enter(served, "sub-1", client)
    session = client.session
    kept = session["farewell"]
    client.force_login(person("alcalde"))
    session = client.session
    session["farewell"] = kept
    session.save()

    assert client.post(LEAVE).headers["Location"] == ENTRANCE


def test_an_endpoint_with_words_of_its_own_keeps_them_and_a_long_token_stays_here() -> None:
    short, long = (
        Farewell("https://a.example/out?realm=1", "c", "t"),
        Farewell("https://a.example/out", "c", "t" * 9999),
    )

    assert short.address(back="https://b.example/") == (
        "https://a.example/out?realm=1&client_id=c&post_logout_redirect_uri=https%3A%2F%2Fb.example%2F&id_token_hint=t"
    )
    assert "id_token_hint" not in long.address(back="https://b.example/")
    assert LONGEST_HINT < 9999 and "t" * 99 not in repr(long)
