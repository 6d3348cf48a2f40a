"""People at their desks: each asks for a page, reads it for a while, asks for the next one. Loopback only."""

import http.client
import random
import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from time import monotonic, perf_counter, sleep
from urllib.parse import quote

TRAY, FILE, SEARCH, ALIVE = "tray", "expediente", "search", "alive"
PATHS = {TRAY: "/mesa/bandeja/por-atender/", ALIVE: "/health/live"}
FILES = re.compile(rb'/mesa/expedientes/(\d+)/"')
TIMEOUT_SECONDS = 30


@dataclass(frozen=True)
class Visit:
    """One page that was asked for. ``is_good``: it came, with 200."""

    page: str
    seconds: float
    size: int
    is_good: bool


@dataclass(frozen=True)
class Reading:
    """How long a kind of page took, in milliseconds."""

    count: int
    errors: int
    median: float
    p99: float
    largest: int

    @classmethod
    def of(cls, visits: Sequence[Visit]) -> "Reading":
        times = [visit.seconds * 1000 for visit in visits]
        p99 = quantiles(times, n=100)[98] if len(times) > 1 else times[0]
        errors = sum(not visit.is_good for visit in visits)
        return cls(len(times), errors, median(times), min(p99, max(times)), max(visit.size for visit in visits))


class Visitor(threading.Thread):
    """One person: tray, a file of it, a search, and again."""

    def __init__(
        self, port: int, session: str, *, words: Sequence[str], think_seconds: float, until: float, seed: int
    ) -> None:
        super().__init__(daemon=True)
        self.visits: list[Visit] = []
        self._port = port
        self._headers = {"Cookie": f"sessionid={session}"}
        self._chance = random.Random(seed)
        self._words = words
        self._think_seconds = think_seconds
        self._until = until
        self._connection = self._connect()

    def run(self) -> None:
        self._think()
        for page, path in self._journey():
            if monotonic() > self._until:
                return
            self._body = self._visit(page, path)
            self._think()

    def _journey(self) -> Iterator[tuple[str, str]]:
        while True:
            yield TRAY, PATHS[TRAY]
            files = FILES.findall(self._body)
            if files:
                yield FILE, f"/mesa/expedientes/{self._chance.choice(files).decode()}/"
            yield SEARCH, f"/mesa/buscar/?q={quote(self._question())}"
            yield ALIVE, PATHS[ALIVE]

    def _question(self) -> str:
        return " ".join(self._chance.sample(self._words, self._chance.randint(1, 2)))

    def _visit(self, page: str, path: str) -> bytes:
        start = perf_counter()
        try:
            self._connection.request("GET", path, headers=self._headers)
            answer = self._connection.getresponse()
            body, status = answer.read(), answer.status
        except (OSError, http.client.HTTPException):
            self._connection.close()
            self._connection = self._connect()
            body, status = b"", 0
        self.visits.append(Visit(page, perf_counter() - start, len(body), status == 200))
        return body

    def _connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self._port, timeout=TIMEOUT_SECONDS)

    def _think(self) -> None:
        """Wait a second on average, each time another while: nobody walks in step."""
        if self._think_seconds:
            sleep(self._chance.uniform(0.5, 1.5) * self._think_seconds)


def visit(
    port: int, sessions: Sequence[str], *, words: Sequence[str], think_seconds: float, seconds: float
) -> list[Visit]:
    """Let one visitor for each session walk about for so long, and return all visits."""
    until = monotonic() + seconds
    visitors = [
        Visitor(port, session, words=words, think_seconds=think_seconds, until=until, seed=number)
        for number, session in enumerate(sessions)
    ]
    for each in visitors:
        each.start()
    for each in visitors:
        each.join(seconds + 2 * TIMEOUT_SECONDS)
    return [one for each in visitors for one in each.visits]


def readings(visits: Sequence[Visit]) -> dict[str, Reading]:
    """Return the reading of each kind of page."""
    return {
        page: Reading.of(of_page)
        for page in (TRAY, FILE, SEARCH, ALIVE)
        if (of_page := [visit for visit in visits if visit.page == page])
    }
