"""The same answers for machines."""

import pytest
from django.test import Client

from portal import services
from tests.portal.conftest import KEY, CitizensFile

pytestmark = pytest.mark.django_db


def test_number_and_key_give_the_file(citizens_file: CitizensFile) -> None:
    answer = Client().post("/api/seguimiento", {"number": "31847-2023", "key": KEY}).json()

    assert answer["subject"] == "Reclamo por la acequia"
    assert answer["events"][0]["title"] == "Usted presentó su solicitud"


def test_number_alone_gives_states_and_days(citizens_file: CitizensFile) -> None:
    answer = Client().post("/api/seguimiento", {"number": "031847-2023"})

    assert answer.json()["state"] == "presented"
    assert "acequia" not in answer.content.decode()
    assert "Rufina" not in answer.content.decode()


def test_unknown_number_and_wrong_key_get_the_same_answer(citizens_file: CitizensFile) -> None:
    wrong = Client().post("/api/seguimiento", {"number": "031847-2023", "key": "Z" * 16})
    unknown = Client().post("/api/seguimiento", {"number": "9-2023", "key": "Z" * 16})

    assert wrong.status_code == unknown.status_code == 404
    assert wrong.content == unknown.content


def test_guesses_have_to_wait(citizens_file: CitizensFile) -> None:
    for _guess in range(services.TRIES):
        Client().post("/api/seguimiento", {"number": "9-2023"})

    assert Client().post("/api/seguimiento", {"number": "9-2023"}).status_code == 429
    assert Client().get("/api/verificar/ZZZZZZZZZZZZZZZZ").status_code == 429


def test_what_was_not_sent_is_named(citizens_file: CitizensFile) -> None:
    assert Client().post("/api/seguimiento", {}).status_code == 422


def test_unknown_code_is_told(citizens_file: CitizensFile) -> None:
    answer = Client().get("/api/verificar/ZZZZZZZZZZZZZZZZ")

    assert answer.status_code == 404
    assert "No encontramos" in answer.json()["error"]
