"""The index behind its alias: answers questions, and writes to the version that answers and to one being built."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from time import monotonic, sleep
from typing import Any, TypeVar

from elasticsearch import BadRequestError, TransportError

from search.adapters.elasticsearch.connection import Connection, IndexGone, failures_named
from search.adapters.elasticsearch.mapping import MAPPINGS, SCHEMA_VERSION, settings
from search.adapters.elasticsearch.queries import DETAILS, Json, body_of, details_of, matches_of, tally_of
from search.adapters.elasticsearch.version import (
    OF_DOCUMENT,
    Version,
    building,
    check_answers,
    document_id_of,
    page_id_of,
)
from search.errors import SearchUnavailable
from search.ports import Build, Details, Held, IndexedDocument, PageMatch, Question, StoredDocument
from search.rules.keys import DAY_SHIFT

TRIES = 3
REST_SECONDS = 5.0
CHANGE_SECONDS = 0.2
"""For so long a version that is being taken away may still be asked, and answers that its shards are gone."""
MADE_ALREADY = "resource_already_exists_exception"
Answer = TypeVar("Answer")


class ElasticsearchIndex:
    """Keeps the index on the server of the URL. See ``Connection`` for the URL's parts."""

    def __init__(self, url: str) -> None:
        self._connection = Connection(url)
        self._alias = self._connection.alias
        self._version = Version(self._connection, self._alias)
        self._next = Version(self._connection, building(self._alias), is_building=True)
        self._asks_again_at = 0.0

    def replace(
        self, documents: Sequence[IndexedDocument], readers: Mapping[int, frozenset[str]] | None = None
    ) -> None:
        self._write(lambda version: version.replace(documents, readers or {}))

    def remove(self, document_id: int) -> None:
        self._write(lambda version: version.remove(document_id))

    def set_readers(self, expediente_id: int, readers: frozenset[str]) -> None:
        self._write(lambda version: version.replace((), {expediente_id: readers}))

    def clear(self) -> None:
        self._write(lambda version: version.clear())

    def matches(self, question: Question) -> list[PageMatch]:
        """See the port. A server that did not answer is left alone for a moment: nobody else waits in vain."""

        def ask() -> list[PageMatch]:
            return matches_of(self._connection.asking().search(index=self._alias, **body_of(question)).body)

        if monotonic() < self._asks_again_at:
            raise SearchUnavailable
        try:
            return self._ask(ask)
        except SearchUnavailable as error:
            if isinstance(error.__cause__, TransportError):
                self._asks_again_at = monotonic() + REST_SECONDS
            raise

    def details(self, document_ids: Sequence[int], places: Sequence[tuple[int, int]]) -> Details:
        records = [record for place in places for record in (document_id_of(place[0]), page_id_of(*place))]

        def ask() -> list[Json]:
            searches = details_of(self._alias, document_ids, records)
            answer = self._connection.asking().msearch(searches=searches, filter_path=DETAILS)
            responses: list[Json] = answer["responses"]
            check_answers(responses)
            return responses

        tallied, read = self._ask(ask)
        sources = [hit["_source"] for hit in read.get("hits", {}).get("hits", [])]
        documents = {each["document_id"]: _stored(each) for each in sources if each["record"] == "document"}
        for each in sources:
            if each["record"] == "page" and each["document_id"] in documents:
                documents[each["document_id"]].texts[each["page"]] = each["text"]
        return Details(documents, tally_of(tallied))

    def count(self) -> int:
        return self._ask(self._version.count)

    def ids(self) -> Iterator[int]:
        with failures_named():
            yield from self._version.ids()

    def held(self, document_id: int) -> Held | None:
        return self._ask(lambda: self._version.held(document_id))

    def is_current(self) -> bool:
        mapping = self._ask(lambda: self._connection.asking().indices.get_mapping(index=self._alias))
        return all(_schema_of(each) == SCHEMA_VERSION for each in mapping.values())

    def build(self) -> Build:
        return self._ask(lambda: ElasticsearchBuild(self._connection))

    def _ask(self, ask: Callable[[], Answer]) -> Answer:
        """Return the answer; where no index was made yet, one is made, empty.

        A request that was under way while another version took this one's place is answered by the new one.
        """
        for attempt in range(TRIES):
            try:
                with failures_named():
                    return ask()
            except IndexGone:
                with failures_named():
                    _make_first(self._connection)
            except SearchUnavailable as error:
                if attempt or isinstance(error.__cause__, TransportError):
                    raise
                sleep(CHANGE_SECONDS)
        raise SearchUnavailable

    def _write(self, change: Callable[[Version], bool]) -> None:
        """Make the change in the version that answers, and in the one being built if there is one.

        A change tells whether one was there when it began: no call is spent to ask. A build that is finished between
        the two has taken the first one's place: the change is made anew.
        """

        def write() -> None:
            if change(self._version):
                change(self._next)

        self._ask(write)


class ElasticsearchBuild:
    """A version beside the one that answers. Its alias ``…-building`` tells every process to write to it as well."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._alias = building(connection.alias)
        self._version = Version(connection, self._alias, is_building=True)
        self._name = self._unfinished() or self._begun()

    @property
    def last(self) -> int:
        with _building_failures():
            return self._version.progress()

    def add(self, documents: Sequence[IndexedDocument], readers: Mapping[int, frozenset[str]]) -> None:
        with _building_failures():
            self._version.add(documents, readers)
            self._version.set_progress(max(document.document_id for document in documents))

    def ids(self) -> Iterator[int]:
        with _building_failures():
            yield from self._version.ids()

    def held(self, document_id: int) -> Held | None:
        with _building_failures():
            return self._version.held(document_id)

    def remove(self, document_id: int) -> None:
        with _building_failures():
            self._version.remove(document_id)

    def publish(self) -> None:
        with _building_failures():
            client = self._connection.writing()
            client.indices.put_settings(index=self._name, settings={"index": {"refresh_interval": None}})
            self._version.refresh()
            former = _led_to(self._connection, self._connection.alias)
            client.indices.update_aliases(
                actions=[
                    {"remove": {"index": self._name, "alias": self._alias, "must_exist": True}},
                    {"add": {"index": self._name, "alias": self._connection.alias}},
                    *({"remove_index": {"index": name}} for name in former),
                ]
            )

    def drop(self) -> None:
        with _building_failures():
            self._connection.writing().indices.delete(index=self._name)

    def _unfinished(self) -> str:
        """Return the version that was begun; one of another form is thrown away."""
        for name in _led_to(self._connection, self._alias):
            client = self._connection.writing()
            if _schema_of(client.indices.get_mapping(index=name)[name]) == SCHEMA_VERSION:
                return name
            client.indices.delete(index=name)
        return ""

    def _begun(self) -> str:
        _make_first(self._connection)
        former = _led_to(self._connection, self._connection.alias)
        name = _numbered(self._connection.alias, 1 + max(int(each.rpartition("-")[2]) for each in former))
        _make(self._connection, name, alias=self._alias, refresh_interval="-1")
        return name


def _numbered(alias: str, number: int) -> str:
    return f"{alias}-{number:06}"


def _make_first(connection: Connection) -> None:
    """Make the first, empty version, unless there is one."""
    if not _led_to(connection, connection.alias):
        _make(connection, _numbered(connection.alias, 1), alias=connection.alias)


def _make(connection: Connection, name: str, *, alias: str, **more: Any) -> None:
    """Make an index, and lead the alias to it when it can answer; another process may do so at the same moment."""
    client = connection.writing()
    try:
        client.indices.create(index=name, mappings=MAPPINGS, settings=settings(connection.shards) | more)
    except BadRequestError as error:
        if error.error != MADE_ALREADY:
            raise
    client.cluster.health(index=name, wait_for_active_shards=connection.shards, timeout="20s")
    client.indices.put_alias(index=name, name=alias)


def _led_to(connection: Connection, alias: str) -> list[str]:
    """Return the indices that the alias leads to."""
    client = connection.writing()
    if not client.indices.exists_alias(name=alias):
        return []
    return sorted(client.indices.get_alias(name=alias))


@contextmanager
def _building_failures() -> Iterator[None]:
    """Turn every failure into ``SearchUnavailable``, also that another process has finished the build."""
    try:
        with failures_named():
            yield
    except IndexGone as error:
        raise SearchUnavailable from error


def _schema_of(index: Json) -> int:
    return int(index["mappings"].get("_meta", {}).get("schema", 0))


def _stored(source: Json) -> StoredDocument:
    named = {name: source[name] for name in OF_DOCUMENT}
    return StoredDocument(**named, emitted_on=date.fromordinal(source["key"] >> DAY_SHIFT))
