"""Pages for what went wrong: a sentence and a way out, never a bare code."""

import pytest
from django.template.loader import render_to_string
from django.test import Client

from tests.factories import make_entity

pytestmark = pytest.mark.django_db


def test_unknown_address_says_so_and_leads_home() -> None:
    make_entity()

    answer = Client().get("/no/existe/")

    assert answer.status_code == 404
    assert "Lo que pidió no está aquí o no está a su alcance." in answer.content.decode()
    assert 'href="/"' in answer.content.decode()


def test_form_without_its_cookie_says_what_to_do() -> None:
    make_entity()

    answer = Client(enforce_csrf_checks=True).post("/", {"number": "1-2023"})

    assert answer.status_code == 403
    assert "actualice la página y envíe otra vez" in answer.content.decode()


def test_the_address_of_a_form_says_that_nothing_was_sent() -> None:
    make_entity()

    answer = Client().get("/seguimiento/salir/")

    assert answer.status_code == 405
    assert answer["Allow"] == "POST"
    assert "No se envió ni se guardó nada." in answer.content.decode()
    assert 'href="/"' in answer.content.decode()


def test_what_cannot_be_read_is_answered_in_spanish() -> None:
    assert "No se entendió lo enviado" in render_to_string("400.html")


def test_page_of_a_fault_of_ours_needs_no_database() -> None:
    assert "Algo falló de nuestro lado" in render_to_string("500.html")
