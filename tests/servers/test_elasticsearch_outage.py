"""F4: Elasticsearch is down, read-only, too busy, slow or answers by halves. No step fails, nothing is lost."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from time import monotonic

import pytest
from django.test import Client
from django.utils import timezone
from elasticsearch import Elasticsearch
from pytest_django.fixtures import Settings

from config import backends
from docs_store.models import Document, Expediente
from ledger.models import Event
from ledger.services import deliver_due
from search import services
from search.errors import SearchUnavailable
from search.index import get_index
from search.ports import SEES_ALL, IndexedPage
from search.rules.tokens import terms
from search.selectors import find
from tests.desk.conftest import (  # noqa: F401 -- fixtures
    Seat,
    _house,
    _plain_surroundings,
    informe,
    open_resolution,
    pichari,
    seat,
    step,
)
from tests.search.test_index import paper
from tests.servers.proxy import FaultProxy, Mode

pytestmark = [pytest.mark.servers, pytest.mark.django_db]
TIMEOUT = 1
SUBJECT = "Inventario de turbinas"
NOTICE = "La búsqueda está limitada por el momento"
BUSY = (
    b"HTTP/1.1 429 Too Many Requests\r\nX-Elastic-Product: Elasticsearch\r\nContent-Type: application/json\r\n"
    b'Content-Length: 78\r\n\r\n{"error":{"type":"es_rejected_execution_exception","reason":"busy"},"status":429}'
)
BUSY = BUSY.replace(b"Content-Length: 78", b"Content-Length: %d" % len(BUSY.partition(b"\r\n\r\n")[2]))
NONSENSE = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9\r\n\r\n<b>hi</b>"
Fault = Callable[[FaultProxy], AbstractContextManager[None]]


@pytest.fixture
def proxy(settings: Settings, fresh_index: str) -> Iterator[FaultProxy]:
    """The index of this test, behind a proxy."""
    with FaultProxy(fresh_index) as proxy:
        settings.SEARCH = backends.adapter("SEARCH_URL", f"{proxy.url}?timeout={TIMEOUT}")
        get_index().count()
        yield proxy


def through(mode: Mode, **values: object) -> Fault:
    @contextmanager
    def fault(proxy: FaultProxy) -> Iterator[None]:
        for name, value in values.items():
            setattr(proxy, name, value)
        proxy.mode = mode
        yield
        proxy.mode = Mode.PASS

    return fault


@contextmanager
def read_only(proxy: FaultProxy) -> Iterator[None]:
    """What Elasticsearch does to an index when its disk is nearly full."""
    server, _, alias = proxy.server_url.rpartition("/")
    with Elasticsearch(server) as client:
        client.indices.put_settings(index=alias, settings={"index.blocks.read_only_allow_delete": True})
        yield
        client.indices.put_settings(index=alias, settings={"index.blocks.read_only_allow_delete": None})


FAULTS: dict[str, Fault] = {
    "down": through(Mode.REFUSE),
    "paused": through(Mode.HANG),
    "slow": through(Mode.SLOW, delay=4 * TIMEOUT),
    "busy": through(Mode.ANSWER, answer=BUSY),
    "halves": through(Mode.CUT, cut_after=100),
    "nonsense": through(Mode.ANSWER, answer=NONSENSE),
    "lost": through(Mode.LOSE),
    "read-only": read_only,
}
ANSWERS_STILL = {"read-only"}
HINDERS_READING = sorted(set(FAULTS) - ANSWERS_STILL - {"lost", "nonsense"})


def emit(number: int) -> Document:
    """One step of a file, which emits its report and hands the file on."""
    process = open_resolution(f"{SUBJECT} {number}")
    step(process, "jefe-ois", informe(f"{SUBJECT} {number}"))
    document: Document = Expediente.objects.get(pk=process.expediente_id).leaves.get().version.document
    return document


def waiting() -> int:
    return Event.objects.filter(consumer__startswith="search.", done_at__isnull=True).count()


def drain() -> None:
    """Deliver what waits, as if its time had come."""
    for _ in range(5):
        Event.objects.filter(done_at__isnull=True).update(due_at=timezone.now())
        while deliver_due(worker="test"):
            pass


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_steps_succeed_the_backlog_drains_and_the_index_equals_the_record(
    pichari: None,  # noqa: F811
    proxy: FaultProxy,
    name: str,
) -> None:
    emit(0)
    drain()
    assert services.compare(get_index()).is_equal

    with FAULTS[name](proxy):
        for number in (1, 2):
            emit(number)
        Event.objects.filter(consumer__startswith="search.", done_at__isnull=True).exclude(
            pk__in=Event.objects.filter(consumer="search.index_document", done_at__isnull=True).values("pk")[:1]
        ).update(due_at=timezone.now() + timedelta(hours=1))
        while deliver_due(worker="test"):
            pass
        assert waiting() >= 2

    drain()
    assert waiting() == 0
    compared = services.compare(get_index())
    assert compared.is_equal, compared
    assert compared.indexed == 3


@pytest.mark.parametrize("name", HINDERS_READING)
def test_search_pages_answer_with_a_notice(seat: Seat, proxy: FaultProxy, name: str) -> None:  # noqa: F811
    document = emit(0)
    drain()
    mine, others = seat("jefe-ois"), seat("gerente-gds")

    with FAULTS[name](proxy):
        shown = mine.get("/mesa/buscar/?q=turbinas")
        before = monotonic()
        hidden = others.get("/mesa/buscar/?q=turbinas")
        published = Client().get("/publicaciones/?q=turbinas")
        assert monotonic() - before < 2 * TIMEOUT

    for page in (shown, hidden, published):
        assert page.status_code == 200
        assert NOTICE in page.content.decode()
    assert document.label in shown.content.decode()
    assert document.label not in hidden.content.decode() + published.content.decode()


def test_a_read_only_index_still_answers(seat: Seat, proxy: FaultProxy) -> None:  # noqa: F811
    document = emit(0)
    drain()

    with read_only(proxy):
        page = seat("jefe-ois").get("/mesa/buscar/?q=turbinas").content.decode()

    assert NOTICE not in page
    assert document.label in page


def test_what_was_slow_answers_again(proxy: FaultProxy) -> None:
    get_index().replace([paper(1, "acequia")])
    with FAULTS["down"](proxy), pytest.raises(SearchUnavailable):
        find("acequia", tokens=frozenset({SEES_ALL}))

    until = monotonic() + 15
    found: tuple[object, ...] = ()
    while not found and monotonic() < until:
        try:
            found = find("acequia", tokens=frozenset({SEES_ALL})).hits
        except SearchUnavailable:
            continue

    assert len(found) == 1


def test_many_documents_are_taken_after_a_pause_where_the_server_is_busy(proxy: FaultProxy) -> None:
    """The first answer to the bulk is 429: it is sent again after a pause."""
    import threading

    proxy.mode, proxy.answer = Mode.PASS, BUSY
    index = get_index()
    text = "acequia " * 50
    documents = [paper(n, "", pages=(IndexedPage(1, text, tuple(terms(text))),)) for n in range(1, 1_500)]

    def busy_for_a_moment() -> None:
        proxy.mode = Mode.ANSWER
        threading.Event().wait(0.15)
        proxy.mode = Mode.PASS

    build = index.build()
    moment = threading.Timer(0.05, busy_for_a_moment)
    moment.start()
    for _ in range(10):
        try:
            build.add(documents, {1: frozenset()})
            break
        except SearchUnavailable:
            continue
    moment.join()
    build.publish()

    assert index.count() == len(documents)


def test_wrong_credentials_and_unknown_hosts_say_only_that_search_does_not_answer(settings: Settings) -> None:
    for url in ("http://elastic:clave@127.0.0.1:1/x?timeout=1", "https://elastic:clave@127.0.0.1:1/x?timeout=1"):
        settings.SEARCH = backends.adapter("SEARCH_URL", url)
        with pytest.raises(SearchUnavailable) as failure:
            get_index().count()
        assert "clave" not in f"{failure.value!r}{failure.value.__cause__!r}"
