"""Entering the desk with the directory's password."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from config import backends
from ledger.models import Entry
from tests.desk.conftest import person
from tests.servers import directory
from tests.servers.directory import PASSWORD, Running

ENTRANCE = "/mesa/entrar/"
BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "organization.adapters.directory_accounts.DirectoryBackend",
]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    people = (directory.person("jefe-ois"), directory.person("nadie"))
    with directory.running(tmp_path_factory.mktemp("directory"), *people) as running:
        yield running


@pytest.fixture(autouse=True)
def _chosen(served: Running, settings: Any) -> None:
    settings.IDENTITY = backends.adapter("IDENTITY_URL", served.url())
    settings.AUTHENTICATION_BACKENDS = BACKENDS


def answer_to(username: str, password: str, client: Client | None = None) -> Any:
    return (client or Client()).post(ENTRANCE, {"username": username, "password": password})


def test_an_official_enters_and_stays_in(pichari: None) -> None:
    client = Client()

    assert answer_to("jefe-ois", PASSWORD, client).status_code == 302
    assert client.get("/mesa/", follow=True).status_code == 200
    assert Entry.objects.get(kind="session.started").facts["by_means_of"] == ["directory"]


@pytest.mark.parametrize(("username", "password"), [("jefe-ois", "otra"), ("nadie", PASSWORD), ("jefe-ois", "\u00ad")])
def test_nobody_else_enters_and_nothing_tells_why(pichari: None, username: str, password: str) -> None:
    answer = answer_to(username, password)

    assert answer.status_code == 422
    assert "Los datos no coinciden." in answer.content.decode()


def test_who_is_inactive_here_does_not_enter_and_who_is_in_leaves(pichari: None) -> None:
    client = Client()
    answer_to("jefe-ois", PASSWORD, client)
    official = person("jefe-ois")
    official.is_active = False
    official.save()

    assert "Los datos no coinciden." in answer_to("jefe-ois", PASSWORD).content.decode()
    assert client.get("/mesa/").status_code == 302


def test_a_directory_that_is_away_is_said_and_local_accounts_enter(
    pichari: None, served: Running, settings: Any
) -> None:
    settings.IDENTITY = backends.adapter("IDENTITY_URL", served.url(port=1))
    official = person("jefe-ois")
    official.set_password("una clave larga y rara")
    official.save()

    refused = answer_to("jefe-ois", PASSWORD)
    assert "El directorio de cuentas institucionales no responde." in refused.content.decode()
    assert answer_to("jefe-ois", "una clave larga y rara").status_code == 302


def test_tries_count_while_the_directory_is_away(pichari: None, served: Running, settings: Any) -> None:
    settings.IDENTITY = backends.adapter("IDENTITY_URL", served.url(port=1))

    answers = [answer_to("jefe-ois", f"mala {n}").content.decode() for n in range(6)]

    assert "Espere hasta las" in answers[5]
