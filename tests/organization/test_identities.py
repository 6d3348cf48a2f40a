"""Who enters by an account that the entity keeps elsewhere: whom the profile made, and nobody else."""

from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.test import Client

from config import backends, checks, health
from config.conditions import Service
from organization.enums import IdKind
from organization.errors import DirectoryUnavailable
from organization.models import Person
from organization.ports import Vouched
from organization.services import identities
from tests.factories import make_person
from tests.servers.directory import PASSWORD, Running, person, running

pytestmark = pytest.mark.django_db
LOCAL = "django.contrib.auth.backends.ModelBackend"
BACKENDS = [LOCAL, "organization.adapters.directory_accounts.DirectoryBackend"]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    people = (person("ana", number="40112233"), person("nadie", number="40112299"))
    with running(tmp_path_factory.mktemp("directory"), *people) as directory:
        yield directory


@pytest.fixture
def at_directory(served: Running, settings: Any) -> Running:
    settings.IDENTITY = backends.adapter("IDENTITY_URL", served.url())
    settings.AUTHENTICATION_BACKENDS = BACKENDS
    return served


@pytest.fixture
def away(served: Running, settings: Any) -> None:
    settings.IDENTITY = backends.adapter("IDENTITY_URL", served.url(port=1))
    settings.AUTHENTICATION_BACKENDS = BACKENDS


def test_an_official_enters_with_the_password_of_the_directory(at_directory: Running) -> None:
    ana = make_person("ana")

    assert authenticate(username="ana", password=PASSWORD) == ana
    assert authenticate(username="ANA", password=PASSWORD) == ana
    assert authenticate(username="ana", password="otra") is None
    assert authenticate(username="ana", password="") is None


def test_whom_the_profile_did_not_make_does_not_enter_and_is_not_made(at_directory: Running) -> None:
    before = Person.objects.count()

    assert authenticate(username="nadie", password=PASSWORD) is None
    assert Person.objects.count() == before


def test_who_was_made_inactive_here_does_not_enter_though_the_directory_says_yes(at_directory: Running) -> None:
    make_person("ana", is_active=False)

    assert authenticate(username="ana", password=PASSWORD) is None


def test_people_known_by_their_dni_enter_whatever_their_name_here(served: Running, settings: Any) -> None:
    settings.IDENTITY = backends.adapter("IDENTITY_URL", served.url(dni="employeeNumber"))
    settings.AUTHENTICATION_BACKENDS = BACKENDS
    ana = make_person("aquispe", id_number="40112233")
    make_person("ana", id_number="40112255")

    assert authenticate(username="ana", password=PASSWORD) == ana
    assert authenticate(username="40112233", password=PASSWORD) == ana


@pytest.mark.parametrize(
    "vouched", [Vouched(), Vouched(username=""), Vouched(id_number="1"), Vouched(username="S/N 1"), Vouched("a%")]
)
def test_words_that_mean_nobody_let_nobody_in(vouched: Vouched) -> None:
    make_person("ana", id_number="40112233")

    assert identities.person_of(vouched) is None


def test_a_number_that_two_officials_bear_and_one_of_another_document_let_nobody_in() -> None:
    make_person("ana", id_number="40112233")
    make_person("ana2", id_number="40112233")
    make_person("beto", id_kind=IdKind.CE, id_number="001122334")
    make_person(None, id_number="40112277")

    assert identities.person_of(Vouched(id_number="40112233")) is None
    assert identities.person_of(Vouched(id_number="001122334")) is None
    assert identities.person_of(Vouched(id_number="40112277")) is None


def test_local_accounts_go_on_while_the_directory_is_away(away: None) -> None:
    ana = make_person("ana")
    ana.set_password("Una clave de este sistema, 7")
    ana.save()

    assert authenticate(username="ana", password="Una clave de este sistema, 7") == ana
    with pytest.raises(DirectoryUnavailable, match=r"no responde\. Entre con una cuenta de este sistema, o espere\."):
        authenticate(username="ana", password=PASSWORD)


def test_the_directorys_password_confirms_a_person_only_where_the_operator_says_so(
    at_directory: Running, settings: Any
) -> None:
    ana, beto = make_person("ana"), make_person("beto")

    assert not identities.is_confirmed_by_directory(person=ana, password=PASSWORD)
    settings.IDENTITY_CONFIRMS = True
    assert identities.is_confirmed_by_directory(person=ana, password=PASSWORD)
    assert not identities.is_confirmed_by_directory(person=ana, password="otra")
    assert not identities.is_confirmed_by_directory(person=beto, password=PASSWORD)


def test_without_a_directory_nothing_is_asked(settings: Any) -> None:
    settings.IDENTITY = {}
    settings.IDENTITY_CONFIRMS = True

    assert identities.person_by_directory(login="ana", password=PASSWORD) is None
    assert not identities.is_confirmed_by_directory(person=make_person("ana"), password=PASSWORD)


def test_an_address_that_cannot_be_understood_stops_the_start(at_directory: Running, settings: Any) -> None:
    assert checks.check_identity(None) == []

    settings.IDENTITY = backends.adapter("IDENTITY_URL", at_directory.url(wait="mucho"))
    (fault,) = checks.check_identity(None)
    assert "wait must be a whole number of seconds" in fault.msg
    with pytest.raises(ImproperlyConfigured, match="wait"):
        checks.refuse_unsafe_start()


def test_a_directory_that_is_away_is_a_notice_of_health_and_no_outage(
    at_directory: Running, settings: Any, client: Client
) -> None:
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    settings.IDENTITY_URL = at_directory.url()
    assert _told_of_identity(client) == (200, True)

    settings.IDENTITY_URL = at_directory.url(port=1)
    settings.IDENTITY = backends.adapter("IDENTITY_URL", settings.IDENTITY_URL)
    assert _told_of_identity(client) == (200, False)


def _told_of_identity(client: Client) -> tuple[int, bool]:
    next(probe for probe in health.PROBES if probe.service == Service.IDENTITY).forget()
    answer = client.get("/health/ready")
    return answer.status_code, answer.json()["services"][Service.IDENTITY]["ok"]


def told_by_check() -> str:
    out = StringIO()
    call_command("check_identity", stdout=out)
    return out.getvalue()


def test_check_identity_tells_that_all_is_well_or_what_is_not(at_directory: Running, settings: Any) -> None:
    assert "El directorio (IDENTITY_URL) responde" in told_by_check()

    settings.IDENTITY = backends.adapter("IDENTITY_URL", at_directory.url(base="ou=otra,dc=muni,dc=example"))
    with pytest.raises(CommandError, match=r"la rama base=ou=otra,dc=muni,dc=example no existe\.$"):
        told_by_check()

    settings.IDENTITY = {}
    assert "se entra con cuentas de este sistema" in told_by_check()
