"""Waits that hit only who guesses."""

from django.test import Client

from ledger.models import Entry
from organization.models import Person
from tests.desk.sign_in.steps import enters, gives_code, gives_password, now_code, with_phone


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
