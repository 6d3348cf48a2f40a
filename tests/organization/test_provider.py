"""Whether an OpenID Connect server would serve, asked of a real one; and what its claims mean."""

from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from config import backends
from ledger.models import Entry
from organization.errors import NotAdmitted, ProviderUnavailable
from organization.identity import get_servers
from organization.ports import Vouched
from organization.rules.vouching import has_second_factor, vouched_by
from organization.services import identities
from tests.factories import NOON, make_person
from tests.servers import certificates, provider
from tests.servers.provider import Running
from tests.servers.proxy import FaultProxy, Mode


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with provider.running(tmp_path_factory.mktemp("provider")) as running:
        yield running


def told_by_check() -> str:
    out = StringIO()
    call_command("check_identity", stdout=out)
    return out.getvalue()


def test_a_server_that_would_serve_is_told(served: Running, settings: Any) -> None:
    settings.OIDC_ISSUER = served.issuer

    assert told_by_check() == (
        "El servidor de cuentas (OIDC_ISSUER) responde, es quien dice ser y publica sus llaves.\n"
    )


@pytest.mark.parametrize("papers", [{}, {"name": "otro.example"}, {"is_expired": True}], ids=["good", "name", "date"])
def test_its_certificate_must_hold(tmp_path: Path, settings: Any, papers: dict[str, Any]) -> None:
    signed = certificates.issue(tmp_path / "papers", **papers)
    with provider.running(tmp_path, signed) as served:
        settings.OIDC_ISSUER = served.issuer
        with pytest.raises(CommandError, match="su certificado no está firmado por una autoridad conocida"):
            told_by_check()
        settings.OIDC_CA = str(signed.authority)
        if papers:
            with pytest.raises(CommandError, match="venció o es de otro nombre"):
                told_by_check()
        else:
            assert "responde, es quien dice ser" in told_by_check()


def answer(body: bytes, status: str = "200 OK") -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


@pytest.mark.parametrize(
    ("mode", "body", "words"),
    [
        (Mode.REFUSE, b"", "nadie atiende en esa dirección"),
        (Mode.HANG, b"", "no contestó a tiempo"),
        (Mode.ANSWER, answer(b"", "503 Away"), "contestó con el error 503"),
        (Mode.ANSWER, answer(b"<html>"), "no contesta como un servidor de OpenID Connect"),
        (Mode.ANSWER, answer(b"[]"), "no contesta como un servidor de OpenID Connect"),
        (Mode.ANSWER, answer(b'{"issuer": "x"}'), "no contesta como un servidor de OpenID Connect"),
        (Mode.ANSWER, answer(b'{"issuer":"x","authorization_endpoint":"","token_endpoint":"","jwks_uri":""}'), "otro"),
    ],
)
def test_one_that_would_not_is_told_with_the_reason(
    served: Running, settings: Any, mode: Mode, body: bytes, words: str
) -> None:
    settings.SOCIALACCOUNT_REQUESTS_TIMEOUT = 1
    with FaultProxy(served.issuer, mode=mode, answer=body) as proxy:
        settings.OIDC_ISSUER = proxy.url
        with pytest.raises(CommandError, match=rf"^El servidor de cuentas \(OIDC_ISSUER\) no sirve: .*{words}"):
            told_by_check()


@pytest.mark.parametrize(
    ("endpoint", "words"), [("http://otro.example/jwks", "sin cifrar"), ("http://127.0.0.1:1/jwks", "sus llaves")]
)
def test_nothing_goes_over_the_network_in_clear_and_keys_must_be_there(
    served: Running, settings: Any, endpoint: str, words: str
) -> None:
    with FaultProxy(served.issuer, mode=Mode.ANSWER) as proxy:
        proxy.answer = answer(
            f'{{"issuer":"{proxy.url}","authorization_endpoint":"{proxy.url}/a","token_endpoint":"{proxy.url}/t",'
            f'"jwks_uri":"{endpoint}"}}'.encode()
        )
        settings.OIDC_ISSUER = proxy.url
        with pytest.raises(ProviderUnavailable) as refused:
            get_servers()["OIDC_ISSUER"].check()

    assert words in refused.value.reason


@pytest.mark.parametrize(
    ("issuer", "client_id"),
    [
        ("http://cuentas.example", "x"),
        ("cuentas.example", "x"),
        ("https://c.example/" + "x" * 200, "x"),
        ("https://c", ""),
    ],
)
def test_settings_that_cannot_be_meant_stop_the_start(issuer: str, client_id: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="OIDC_"):
        backends.oidc(
            issuer, client_id=client_id, secret="s", scope=[], claim="sub", means="username", second_factors=[]
        )


def test_an_authority_that_is_not_there_stops_the_start() -> None:
    assert backends.readable("OIDC_CA", "") == ""
    with pytest.raises(ImproperlyConfigured, match="OIDC_CA names a file"):
        backends.readable("OIDC_CA", "/no/existe.pem")


@pytest.mark.django_db
def test_who_was_bound_may_be_released_from_the_console() -> None:
    ana = make_person("ana")
    identities.person_by_provider(issuer="https://c.example", subject="1", vouched=Vouched("ana"), at=NOON)
    other: dict[str, Any] = {"issuer": "https://c.example", "subject": "2", "vouched": Vouched("ana"), "at": NOON}
    with pytest.raises(NotAdmitted):
        identities.person_by_provider(**other)

    call_command("release_identity", "ana", stdout=StringIO())

    assert identities.person_by_provider(**other) == ana
    entries = Entry.objects.filter(subject=f"person:{ana.pk}").order_by("pk")
    assert [entry.kind for entry in entries] == ["identity.bound", "identity.released", "identity.bound"]


@pytest.mark.django_db
def test_nobody_who_is_not_bound_is_released() -> None:
    make_person("ana")

    with pytest.raises(CommandError, match="no está ligado"):
        call_command("release_identity", "ana")
    with pytest.raises(CommandError, match="No hay una persona activa"):
        call_command("release_identity", "nadie")


@pytest.mark.parametrize(
    ("claims", "means", "vouched"),
    [
        ({"c": " ana "}, "username", Vouched(username="ana")),
        ({"c": "40112233"}, "dni", Vouched(id_number="40112233")),
        ({"c": 40112233}, "dni", Vouched()),
        ({"c": "a@b", "email_verified": True}, "email", Vouched(email="a@b")),
        ({"c": "a@b", "email_verified": 1}, "email", Vouched()),
        ({}, "username", Vouched()),
    ],
)
def test_a_claim_means_what_the_operator_says(claims: dict[str, object], means: str, vouched: Vouched) -> None:
    assert vouched_by(claims, claim="c", means=means) == vouched


def test_no_second_factor_is_trusted_unless_named() -> None:
    assert has_second_factor({"acr": "gold"}, trusted=["gold"])
    assert has_second_factor({"amr": ["pwd", "hwk"]}, trusted=["hwk"])
    assert not has_second_factor({"acr": "gold", "amr": ["hwk"]}, trusted=[])
    assert not has_second_factor({"acr": None, "amr": None}, trusted=["gold"])
