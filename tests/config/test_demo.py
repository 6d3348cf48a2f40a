"""Which requests may use the shortcuts of the demo."""

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from config.demo import DemoMiddleware, is_demo_request


@pytest.fixture(autouse=True)
def demo(settings: Any) -> None:
    settings.DEMO = True


def request(**meta: str) -> HttpRequest:
    seen = RequestFactory().get("/")
    seen.META |= {"REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "127.0.0.1:8000"} | meta
    return seen


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8000", "localhost", "LOCALHOST:80"])
@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_a_request_from_this_machine_is_the_demo_s(host: str, address: str) -> None:
    assert is_demo_request(request(HTTP_HOST=host, REMOTE_ADDR=address))


def test_outside_demo_mode_none_is(settings: Any) -> None:
    settings.DEMO = False

    assert not is_demo_request(request())


@pytest.mark.parametrize("address", ["192.168.1.5", "10.0.0.1", "", "unix:", "::ffff:192.168.1.5"])
def test_a_request_from_another_machine_is_not(address: str) -> None:
    assert not is_demo_request(request(REMOTE_ADDR=address))


@pytest.mark.parametrize(
    "host", ["chasqui.gob.pe", "127.0.0.1.nip.io", "localhost.evil.pe:80", "", "[::1]:80", "localhost:x"]
)
def test_a_request_for_another_name_is_not(host: str) -> None:
    assert not is_demo_request(request(HTTP_HOST=host))


@pytest.mark.parametrize(
    "header",
    ["X_FORWARDED_FOR", "X_FORWARDED_HOST", "X_FORWARDED_PROTO", "FORWARDED", "X_REAL_IP", "VIA", "CF_CONNECTING_IP"],
)
def test_a_request_that_a_proxy_handed_on_is_not(header: str) -> None:
    assert not is_demo_request(request(**{f"HTTP_{header}": "127.0.0.1"}))


@pytest.mark.parametrize("mode", [True, False])
def test_the_rooms_below_read_it_from_the_request(settings: Any, mode: bool) -> None:
    settings.DEMO = mode
    seen = request()

    DemoMiddleware(lambda request: HttpResponse())(seen)

    assert seen.is_demo is mode  # type: ignore[attr-defined]
