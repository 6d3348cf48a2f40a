"""Each real server taken away in turn: what the health page, the screens and the time of an answer are then."""

import http.client
import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import pytest

from tests.browser.installation import Server, keep_servers, prepare
from tests.servers.installations import own_servers
from tests.servers.proxy import FaultProxy, Mode

pytestmark = [pytest.mark.servers, pytest.mark.kill]
LONGEST_ANSWER_SECONDS = 2.0
NOTICED_SECONDS = 40
VARIABLES = {"database": "DATABASE_URL", "archive": "ARCHIVE_URL", "index": "SEARCH_URL", "broker": "BROKER_URL"}
NOTICES = {
    "archive": "El archivo no responde desde",
    "index": "El buscador no responde desde",
    "broker": "La cola de trabajos no responde desde",
}


@dataclass
class Site:
    """An installation with a proxy before each of its servers."""

    server: Server
    proxies: dict[str, FaultProxy]

    def get(self, path: str) -> tuple[int, str, float]:
        """Return status, body, and how long it took (seconds)."""
        began = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode(), time.monotonic() - began
        finally:
            connection.close()

    def ready(self) -> tuple[int, dict[str, Any]]:
        status, body, took = self.get("/health/ready")
        assert took < LONGEST_ANSWER_SECONDS, took
        return status, json.loads(body)

    def is_well(self, service: str) -> bool:
        return bool(self.ready()[1]["services"][service]["ok"])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    data = tmp_path_factory.mktemp("outages") / "data"
    with ExitStack() as stack:
        servers = stack.enter_context(own_servers())
        keep_servers(data, servers)
        prepare(data, bare=True)
        proxies = {name: stack.enter_context(FaultProxy(servers[variable])) for name, variable in VARIABLES.items()}
        keep_servers(data, servers | {VARIABLES[name]: proxy.url for name, proxy in proxies.items()})
        server = Server(data)
        stack.callback(server.stop)
        site = Site(server, proxies)
        assert soon(lambda: '"ok"' in site.get("/health/ready")[1].partition("services")[0]), site.get("/health/ready")
        yield site


def soon(condition: Callable[[], bool]) -> bool:
    end = time.monotonic() + NOTICED_SECONDS
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.3)
    return True


@pytest.mark.parametrize("mode", [Mode.HANG, Mode.REFUSE])
@pytest.mark.parametrize("service", ["broker", "index", "archive"])
def test_a_server_that_goes_is_told_in_time_on_every_page_and_forgotten_when_it_is_back(
    site: Site, service: str, mode: Mode
) -> None:
    site.proxies[service].mode = mode
    try:
        assert soon(lambda: not site.is_well(service))
        status, told = site.ready()
        assert (status, told["status"]) == ((503, "down") if service == "archive" else (200, "degraded"))
        assert told["services"][service]["since"]
        page, body, _took = site.get("/")
        assert page == HTTPStatus.OK
        assert NOTICES[service] in body
        assert site.get("/health/live")[0] == HTTPStatus.OK
    finally:
        site.proxies[service].mode = Mode.PASS

    assert soon(lambda: site.is_well(service))
    assert soon(lambda: NOTICES[service] not in site.get("/")[1])


def test_a_database_that_goes_is_told_in_time_and_on_a_page_of_its_own(site: Site) -> None:
    site.proxies["database"].mode = Mode.REFUSE
    try:
        assert soon(lambda: not site.is_well("database"))
        assert site.ready()[0] == HTTPStatus.SERVICE_UNAVAILABLE
        status, body, _took = site.get("/")
        assert status == HTTPStatus.SERVICE_UNAVAILABLE
        assert "lo que ya estaba guardado sigue a salvo" in body
        assert site.get("/metrics")[0] == HTTPStatus.OK
        assert site.get("/health/live")[0] == HTTPStatus.OK
    finally:
        site.proxies["database"].mode = Mode.PASS

    assert soon(lambda: site.ready()[1]["status"] == "ok")
    assert site.get("/")[0] == HTTPStatus.OK


def test_a_database_that_is_paused_does_not_hold_up_the_health_page(site: Site) -> None:
    site.proxies["database"].mode = Mode.HANG
    try:
        # What was found a moment before the pause is said for some seconds more.
        assert soon(lambda: site.ready()[1]["status"] == "down")
        assert site.ready()[0] == HTTPStatus.SERVICE_UNAVAILABLE
    finally:
        site.proxies["database"].mode = Mode.PASS

    assert soon(lambda: site.ready()[1]["status"] == "ok")
