"""An OpenID Connect server of one test: ``with running(folder) as provider:``. Loopback only."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests

from tests.servers.certificates import Papers

ROOT = Path(__file__).resolve().parents[2]
WAIT_SECONDS = 10


@dataclass(frozen=True)
class Running:
    """A server that answers."""

    issuer: str

    def knows(self, subject: str, **claims: Any) -> None:
        """Say what it tells of a person from now on, and of the token itself: ``iss``, ``aud``, ``exp``, ``nonce``."""
        requests.put(f"{self.issuer}/users/{subject}", json=claims, timeout=WAIT_SECONDS).raise_for_status()

    def rotate(self) -> None:
        """Sign with another key from now on."""
        requests.post(f"{self.issuer}/rotate", timeout=WAIT_SECONDS).raise_for_status()

    def enter(self, address: str, subject: str) -> str:
        """Enter as that person on the page to which Chasqui sent the browser; return where it sends the browser."""
        return self._answer(address, {"sub": subject})

    def decline(self, address: str) -> str:
        """Give up on that page; return where it sends the browser."""
        state = parse_qs(urlsplit(address).query)["state"][0]  # this server leaves it out, against RFC 6749, 4.1.2.1
        return f"{self._answer(address, {'action': 'deny'})}&state={state}"

    def offers_way_out(self, endpoint: Any) -> None:
        """Say from now on that one signs out at that address."""
        told = {"end_session_endpoint": endpoint}
        requests.put(f"{self.issuer}/way_out", json=told, timeout=WAIT_SECONDS).raise_for_status()

    def leave(self, address: str) -> str:
        """Sign out on the page to which Chasqui sent the browser; return where it sends the browser."""
        page = requests.get(address, timeout=WAIT_SECONDS)
        assert page.status_code == HTTPStatus.OK, page.text
        back = parse_qs(urlsplit(address).query)["post_logout_redirect_uri"][0]
        return self._answer(f"{self.issuer}/oauth2/end_session/confirm", {"redirect_uri": back})

    def _answer(self, address: str, form: dict[str, str]) -> str:
        answer = requests.post(address, data=form, allow_redirects=False, timeout=WAIT_SECONDS)
        assert answer.status_code in {302, 303}, answer.text
        return answer.headers["Location"]


@contextmanager
def running(folder: Path, papers: Papers | None = None) -> Iterator[Running]:
    """Start a server, give it once it answers, and end it."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.servers.provider_program"]
    command += [str(papers.certificate), str(papers.key)] if papers else []
    with (folder / "provider.log").open("wb") as log:
        server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True)
    try:
        assert server.stdout is not None
        told = server.stdout.readline()
        assert told, (folder / "provider.log").read_text()
        yield Running(f"http{'s' if papers else ''}://127.0.0.1:{json.loads(told)['port']}")
    finally:
        server.kill()
        server.communicate()
