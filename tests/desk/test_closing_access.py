"""Closing the access of who leaves: at once, by another person, and never their posts with it."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from ledger.models import Entry
from organization import services
from organization.errors import AccessRefused, NotAdministrator
from organization.models import Appointment, Enrolment, Person
from tests.desk.conftest import person
from tests.desk.sign_in.steps import PASSWORD, administrators, gives_password, now_code, opens, with_phone

PEOPLE = "/mesa/acceso/personas/"
NAME = "jefe-ois"


@pytest.fixture(autouse=True)
def _a_real_installation(settings: Any, _plain_surroundings: None) -> None:
    settings.DEMO = False
    settings.SECOND_FACTOR = "optional"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def official(pichari: None) -> Person:
    official = person(NAME)
    official.set_password(PASSWORD)
    official.save()
    return official


@pytest.fixture
def both(official: Person) -> tuple[Person, Person]:
    """Two who look after access."""
    return administrators()


@pytest.fixture
def head(both: tuple[Person, Person]) -> Client:
    client = Client()
    client.force_login(both[0])
    return client


def is_in(client: Client) -> bool:
    return bool(client.get("/mesa/bandeja/por-atender/").status_code == 200)


def test_who_is_closed_out_is_out_at_once_and_does_not_enter_again(
    official: Person, both: tuple[Person, Person], head: Client
) -> None:
    theirs = Client()
    gives_password(theirs)
    assert is_in(theirs)

    head.post(f"{PEOPLE}enlace/", {"person": official.pk, "close": "1"})

    assert not is_in(theirs)
    assert gives_password(Client()).status_code == 422
    kinds = ["session.ended", "access.closed"]
    entries = Entry.objects.filter(kind__in=kinds, subject=f"person:{official.pk}").order_by("pk")
    assert [entry.kind for entry in entries] == kinds
    assert {entry.actor for entry in entries} == {both[0].actor}
    page = head.get(PEOPLE).content.decode()
    assert "Acceso cerrado" in page and "Todavía ocupa" in page
    assert Appointment.objects.filter(person=official, to_on__isnull=True).exists()


def test_the_chain_of_a_post_says_that_its_holder_cannot_enter(
    official: Person, both: tuple[Person, Person], head: Client
) -> None:
    post = Appointment.objects.get(person=official).post_id
    assert "Puede firmar: " in head.get("/mesa/organizacion/", {"puesto": post}).content.decode()

    services.close_access(person=official, by=both[0], at=timezone.now())

    page = head.get("/mesa/organizacion/", {"puesto": post}).content.decode()
    assert "Puede firmar: " not in page and "Su acceso está cerrado" in page


def test_a_link_that_was_given_opens_nothing_after_the_access_was_closed(
    official: Person, both: tuple[Person, Person]
) -> None:
    by, other = both
    now = timezone.now()
    Person.objects.filter(pk=official.pk).update(password="")
    official.refresh_from_db()
    token = services.invite(person=official, by=by, at=now)

    services.close_access(person=official, by=by, at=now)

    assert opens(Client(), token) == 410
    services.open_access(person=official, by=other, at=now)
    assert opens(Client(), token) == 410
    assert Enrolment.objects.get().withdrawn_at == now


def test_it_is_opened_again_as_it_was(official: Person, both: tuple[Person, Person], head: Client) -> None:
    by, _other = both
    services.close_access(person=official, by=by, at=timezone.now())

    answer = head.post(f"{PEOPLE}{official.pk}/abrir/", follow=True)

    assert "entra como antes" in answer.content.decode()
    theirs = Client()
    gives_password(theirs)
    assert is_in(theirs)
    assert head.post(f"{PEOPLE}{official.pk}/abrir/").status_code == 422
    assert Entry.objects.filter(kind="access.opened").count() == 1


def test_nobody_closes_their_own_nor_without_looking_after_access(
    official: Person, both: tuple[Person, Person]
) -> None:
    by, other = both
    now = timezone.now()

    for wrong, whom in ((by, by), (person("alcalde"), official)):
        with pytest.raises(NotAdministrator):
            services.close_access(person=whom, by=wrong, at=now)
        with pytest.raises(NotAdministrator):
            services.open_access(person=whom, by=wrong, at=now)
    services.close_access(person=official, by=by, at=now)
    with pytest.raises(AccessRefused, match="ya está cerrado"):
        services.close_access(person=official, by=other, at=now)
    assert Entry.objects.filter(kind="access.closed").count() == 1


def test_who_does_not_look_after_access_finds_no_such_page(official: Person) -> None:
    stranger = Client()
    stranger.force_login(person("alcalde"))

    assert stranger.post(f"{PEOPLE}enlace/", {"person": official.pk, "close": "1"}).status_code == 404
    assert stranger.post(f"{PEOPLE}{official.pk}/abrir/").status_code == 404
    assert Client().post(f"{PEOPLE}{official.pk}/abrir/").status_code == 302
    assert Person.objects.get(pk=official.pk).is_active


def test_whoever_has_a_second_factor_confirms_first(
    official: Person, both: tuple[Person, Person], head: Client
) -> None:
    by, _other = both
    seed = with_phone(by)

    wrong = head.post(f"{PEOPLE}enlace/", {"person": official.pk, "close": "1", "code": "000000"})
    assert wrong.status_code == 422 and Person.objects.get(pk=official.pk).is_active
    head.post(f"{PEOPLE}enlace/", {"person": official.pk, "close": "1", "code": now_code(seed)})
    assert not Person.objects.get(pk=official.pk).is_active
