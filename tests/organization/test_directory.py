"""What a directory vouches for, asked of a real LDAP server."""

from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from config import backends
from organization.errors import DirectoryUnavailable
from organization.ports import Directory, Vouched
from tests.servers import certificates
from tests.servers.directory import PASSWORD, Running, person, running
from tests.servers.proxy import FaultProxy, Mode

ANA = Vouched(username="ana")
SECURE = ["ldaps", "ldap"]
PEOPLE = (
    person("ana", number="40112233"),
    person("beto", number="40112244", userAccountControl="514"),
    person("doble", cn="doble uno"),
    person("doble", cn="doble dos"),
    person("raro(1)*", mail="raro@muni.example"),
    person("sin-numero"),
)


def directory_at(url: str) -> Directory:
    directory: Directory = import_string(backends.adapter("IDENTITY_URL", url)["class"])(url)
    return directory


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("directory"), *PEOPLE) as directory:
        yield directory


@pytest.mark.parametrize("scheme", SECURE)
def test_who_gives_the_password_of_the_directory_is_vouched_for(served: Running, scheme: str) -> None:
    directory = directory_at(served.url(scheme=scheme))

    assert directory.identify(login="ana", password=PASSWORD) == ANA
    directory.check()


@pytest.mark.parametrize("scheme", SECURE)
@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("ana", "otra"),
        ("ana", PASSWORD + " "),
        ("ana", ""),
        ("ana", "\u00ad"),
        ("ana", "\x00"),
        ("", PASSWORD),
        ("nadie", PASSWORD),
        ("*", PASSWORD),
        ("a*", PASSWORD),
        ("ana)(uid=*", PASSWORD),
        ("*)(|(objectClass=*", PASSWORD),
        ("ana\x00", PASSWORD),
        ("beto", PASSWORD),
        ("doble", PASSWORD),
        ("chasqui", "la cuenta/de:servicio"),
    ],
)
def test_nobody_else_is(served: Running, scheme: str, login: str, password: str) -> None:
    assert directory_at(served.url(scheme=scheme)).identify(login=login, password=password) is None


def test_signs_of_filters_in_a_login_mean_themselves(served: Running) -> None:
    assert directory_at(served.url()).identify(login="raro(1)*", password=PASSWORD) == Vouched(username="raro(1)*")


def test_people_may_be_known_by_their_dni_alone_and_type_either(served: Running) -> None:
    directory = directory_at(served.url(dni="employeeNumber"))

    assert directory.identify(login="ana", password=PASSWORD) == Vouched(id_number="40112233")
    assert directory.identify(login="40112233", password=PASSWORD) == Vouched(id_number="40112233")
    assert directory.identify(login="sin-numero", password=PASSWORD) is None


def test_a_person_whom_chasqui_knows_is_confirmed_by_what_they_are_known_by(served: Running) -> None:
    by_name, by_number = directory_at(served.url()), directory_at(served.url(dni="employeeNumber"))
    ana = Vouched(username="ana", id_number="40112233")

    assert by_name.confirm(whom=ana, password=PASSWORD) and by_number.confirm(whom=ana, password=PASSWORD)
    assert not by_name.confirm(whom=ana, password="otra")
    assert not by_name.confirm(whom=ana, password="")
    assert not by_name.confirm(whom=Vouched(id_number="40112233"), password=PASSWORD)
    assert not by_number.confirm(whom=Vouched(username="ana"), password=PASSWORD)
    assert not by_name.confirm(whom=Vouched(username="*"), password=PASSWORD)


def test_the_name_in_chasqui_may_stand_in_another_attribute(served: Running) -> None:
    directory = directory_at(served.url(login="mail", username="uid"))

    assert directory.identify(login="raro@muni.example", password=PASSWORD) == Vouched(username="raro(1)*")


def test_a_filter_of_the_operator_leaves_people_out(served: Running) -> None:
    directory = directory_at(served.url(filter="(!(employeeNumber=40112233))"))

    assert directory.identify(login="ana", password=PASSWORD) is None
    assert directory.identify(login="sin-numero", password=PASSWORD) == Vouched(username="sin-numero")


@pytest.mark.parametrize("scheme", SECURE)
@pytest.mark.parametrize(
    "papers", [{"name": "otro.example"}, {"is_expired": True}], ids=["of another name", "out of date"]
)
def test_no_password_goes_to_a_server_whose_certificate_does_not_hold(
    tmp_path: Path, scheme: str, papers: dict[str, Any]
) -> None:
    wrong = certificates.issue(tmp_path / "papers", **papers)
    with running(tmp_path, *PEOPLE, papers=wrong) as served, pytest.raises(DirectoryUnavailable) as refused:
        directory_at(served.url(scheme=scheme)).identify(login="ana", password=PASSWORD)

    assert "certificado" in refused.value.reason


@pytest.mark.parametrize("scheme", SECURE)
def test_nor_to_one_that_nobody_known_vouches_for(served: Running, tmp_path: Path, scheme: str) -> None:
    other = certificates.issue(tmp_path / "other")

    with pytest.raises(DirectoryUnavailable) as refused:
        directory_at(served.url(scheme=scheme, ca=str(other.authority))).check()

    assert "certificado" in refused.value.reason


@pytest.mark.parametrize("scheme", SECURE)
@pytest.mark.parametrize("mode", [Mode.REFUSE, Mode.HANG, Mode.CUT])
def test_a_directory_that_fails_is_told_from_a_wrong_password_and_holds_nobody_up(
    served: Running, scheme: str, mode: Mode
) -> None:
    with FaultProxy(served.url(scheme=scheme), mode=mode, cut_after=20) as proxy:
        started = monotonic()
        with pytest.raises(DirectoryUnavailable):
            directory_at(served.url(scheme=scheme, port=proxy.port)).identify(login="ana", password=PASSWORD)

    assert monotonic() - started < 5


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"base": "ou=otra,dc=muni,dc=example"}, "no existe"),
        ({"port": 1}, "nadie atiende"),
        ({"host": "no-existe.invalid"}, "su nombre no se encuentra"),
        ({"filter": "(roto"}, "LDAPInvalidFilterError"),
    ],
)
def test_a_check_says_what_is_wrong(served: Running, changed: dict[str, Any], words: str) -> None:
    with pytest.raises(DirectoryUnavailable) as told:
        directory_at(served.url(**changed)).check()

    assert words in told.value.reason


def test_a_check_says_that_the_service_account_is_refused(served: Running) -> None:
    with pytest.raises(DirectoryUnavailable) as told:
        directory_at(served.url().replace("chasqui", "nadie", 1)).check()

    assert told.value.reason == "no acepta la cuenta de servicio"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("ldap://cn=x:y@directorio.example?base=dc=x&tls=none", "in clear"),
        ("ldap://cn=x:y@directorio.example?base=dc=x&tls=quizá", "tls must be"),
        ("ldaps://directorio.example?base=dc=x", "one of these lacks"),
        ("ldaps://cn=x:y@directorio.example", "one of these lacks"),
        ("ldaps://cn=x:y@directorio.example?base=dc=x&wait=0", "wait"),
        ("ldaps://cn=x:y@directorio.example?base=dc=x&ca=/no/existe.pem", "no file"),
        ("ldaps://cn=x:y@directorio.example?base=dc=x&bse=1", "bse"),
        ("ldaps://cn=x:y@directorio.example:no?base=dc=x", "port"),
        ("https://directorio.example", "not served"),
    ],
)
def test_an_address_that_cannot_be_meant_stops_the_start(url: str, words: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=words):
        directory_at(url)
