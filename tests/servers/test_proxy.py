"""The fault proxy fails as it is told: what the outage tests show rests on it."""

import http.client
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest

from tests.servers.proxy import FaultProxy, Mode

BODY = b"la respuesta entera " * 50


class Hello(BaseHTTPRequestHandler):
    served = 0

    def do_GET(self) -> None:
        type(self).served += 1
        self.send_response(200)
        self.send_header("Content-Length", str(len(BODY)))
        self.end_headers()
        self.wfile.write(BODY)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def proxy() -> Iterator[FaultProxy]:
    Hello.served = 0
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hello)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    with FaultProxy(f"http://user:word@127.0.0.1:{server.server_port}/place?x=1") as proxy:
        yield proxy
    server.shutdown()
    server.server_close()


def ask(proxy: FaultProxy, timeout: float = 2) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=timeout)
    try:
        connection.request("GET", "/")
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def test_bytes_pass_and_the_url_keeps_its_other_parts(proxy: FaultProxy) -> None:
    assert ask(proxy) == (200, BODY)
    assert urlsplit(proxy.url).netloc == f"user:word@127.0.0.1:{proxy.port}"
    assert proxy.url.endswith("/place?x=1")


def test_a_refused_connection_is_reset(proxy: FaultProxy) -> None:
    proxy.mode = Mode.REFUSE

    with pytest.raises(ConnectionError):
        ask(proxy)
    assert Hello.served == 0


def test_a_paused_server_never_answers_and_goes_on_afterwards(proxy: FaultProxy) -> None:
    proxy.mode = Mode.HANG
    with pytest.raises(TimeoutError):
        ask(proxy, timeout=0.3)

    proxy.mode = Mode.PASS

    assert ask(proxy) == (200, BODY)


def test_a_slow_answer_comes_late(proxy: FaultProxy) -> None:
    proxy.mode, proxy.delay = Mode.SLOW, 0.3
    before = time.monotonic()

    assert ask(proxy) == (200, BODY)
    assert time.monotonic() - before >= 0.3


def test_a_cut_answer_ends_early(proxy: FaultProxy) -> None:
    proxy.mode, proxy.cut_after = Mode.CUT, 400

    with pytest.raises((http.client.HTTPException, ConnectionError)):
        ask(proxy)


def test_a_lost_answer_reached_the_server(proxy: FaultProxy) -> None:
    proxy.mode = Mode.LOSE

    with pytest.raises((http.client.HTTPException, ConnectionError)):
        ask(proxy)
    assert Hello.served == 1


def test_a_made_up_answer_never_reaches_the_server(proxy: FaultProxy) -> None:
    proxy.mode, proxy.answer = Mode.ANSWER, b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"

    assert ask(proxy) == (503, b"")
    assert Hello.served == 0


def test_an_altered_answer_says_something_else(proxy: FaultProxy) -> None:
    proxy.mode, proxy.old, proxy.new = Mode.ALTER, b"entera", b"enteca"

    assert ask(proxy) == (200, BODY.replace(b"entera", b"enteca"))
