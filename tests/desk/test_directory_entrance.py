"""Entering the desk with the directory's password."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from config import backends
from ledger.models import Entry
from tests.desk.conftest import PIN, Seat, act_to_sign, person
from tests.desk.sign_in.steps import with_phone
from tests.servers import directory
from tests.servers.directory import PASSWORD, Running
from workflows.models import Task

ENTRANCE = "/mesa/entrar/"
BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "organization.adapters.directory_accounts.DirectoryBackend",
]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    people = (directory.person("jefe-ois"), directory.person("alcalde"), directory.person("nadie"))
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


# Before signing


def answers_to_signing(seat: Seat, *passwords: str) -> tuple[Task, list[str]]:
    """Let the mayor, who has a telephone, confirm with these passwords; return the task and the pages."""
    task = act_to_sign()
    with_phone(person("alcalde"))
    mayor = seat("alcalde")
    for address in set(re.findall(r'href="(/mesa/documentos/\d+/)"', mayor.get("/mesa/por-firmar/").content.decode())):
        mayor.get(address)
    asked = {"task": task.pk, "confirms": "1", "pin": PIN}
    answers = [mayor.post("/mesa/por-firmar/firmar/", {"task": task.pk})]
    answers += [mayor.post("/mesa/por-firmar/firmar/", asked | {"directory_password": each}) for each in passwords]
    task.refresh_from_db()
    return task, [answer.content.decode() for answer in answers]


def test_the_directorys_password_confirms_a_signature_where_the_operator_says_so(seat: Seat, settings: Any) -> None:
    settings.IDENTITY_CONFIRMS = True

    task, (page, wrong, _done) = answers_to_signing(seat, "otra", PASSWORD)

    assert "Con la contraseña institucional" in page
    assert "La contraseña institucional no coincide. Quedan 4 intentos" in wrong
    assert task.status == "DONE"
    assert Entry.objects.get(kind="signing.confirmed").facts["factor"] == "directory"


def test_elsewhere_it_signs_nothing(seat: Seat) -> None:
    task, (page, refused) = answers_to_signing(seat, PASSWORD)

    assert "Con la contraseña institucional" not in page
    assert "Va a firmar 1 documento" in refused
    assert task.status != "DONE"


def test_a_directory_that_is_away_signs_nothing_and_says_so(seat: Seat, served: Running, settings: Any) -> None:
    settings.IDENTITY_CONFIRMS = True
    settings.IDENTITY = backends.adapter("IDENTITY_URL", served.url(port=1))

    task, (_page, refused) = answers_to_signing(seat, PASSWORD)

    assert "El directorio de cuentas institucionales no responde." in refused
    assert task.status != "DONE"
