"""One version of the index: what is written to it, and how it stays right when several write at once.

Who may read an expediente is written to a record of its own, and then told to its pages. Whoever writes either looks at
both afterwards and tells the pages that were told otherwise. So the last word holds, whatever the order in which two
writers come. A change costs three calls however many documents it brings: look, write, look again.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any

from search.adapters.elasticsearch.connection import Change, Connection, IndexGone, change
from search.adapters.elasticsearch.queries import Json
from search.errors import SearchUnavailable
from search.ports import Held, IndexedDocument, IndexedPage
from search.rules.keys import DAY_SHIFT, LAST_PAGE, document_key, document_of, key_of_document, page_key, page_of

TRIES = 5
READ_AT_ONCE = 1_000
BUILD_ID = "build"
OF_DOCUMENT = (
    "document_id", "expediente_id", "expediente_label", "kind", "kind_name", "unit", "unit_siglas", "label", "title",
    "state", "is_public",
)  # fmt: skip
OF_PAGE = ("document_id", "expediente_id", "kind", "kind_name", "unit", "unit_siglas", "is_public")

NO_KEY = -1
"""In place of the key of a record that has none: it comes before all that have one."""

BY_EXPEDIENTE: list[Json] = [
    {"expediente_id": {"order": "asc"}},
    {"key": {"order": "asc", "missing": NO_KEY}},
]
ONLY_VALUES: Json = {
    "size": 5_000,
    "source": False,
    "stored_fields": "_none_",
    "filter_path": "took,hits.hits.sort,hits.hits.fields",
    "track_total_hits": False,
    "allow_partial_search_results": False,
}


@dataclass(frozen=True)
class _Seen:
    """What the records said when a change began: readers by expediente, pages by document; is a version being built."""

    readers: Mapping[int, list[str]]
    pages: Mapping[int, list[int]]
    is_building: bool


class Version:
    """The index that an alias leads to. A write that meets no index raises ``IndexGone``.

    ``is_building``: it does not answer yet, and what the build adds is not findable before it is published.
    """

    def __init__(self, connection: Connection, name: str, *, is_building: bool = False) -> None:
        self._connection = connection
        self._name = name
        self._is_building = is_building

    def replace(self, documents: Sequence[IndexedDocument], readers: Mapping[int, frozenset[str]]) -> bool:
        """Store the documents with their pages, and who may read expedientes; findable when this returns.

        Return whether another version was being built when this began, which then needs the change as well.
        """
        told = {each: sorted(names) for each, names in readers.items()}
        seen = self._look({document.expediente_id for document in documents}, [each.document_id for each in documents])

        def changes() -> Iterator[Change]:
            for each, names in told.items():
                yield self._readers("index", each, names)
            for document in documents:
                names = told.get(document.expediente_id, seen.readers.get(document.expediente_id, []))
                yield from self._records("index", document, names, gone_from=seen.pages.get(document.document_id, ()))

        self._send(changes(), refresh=True)
        self._tell_pages({document.expediente_id for document in documents} | set(told))
        return seen.is_building

    def add(self, documents: Sequence[IndexedDocument], readers: Mapping[int, frozenset[str]]) -> None:
        """Store what is not there yet, documents and the word on readers; not findable at once."""
        expedientes = {document.expediente_id for document in documents} | set(readers)
        before = self._look(expedientes, ()).readers
        used = {each: before.get(each, sorted(readers.get(each, ()))) for each in expedientes}
        said = (self._readers("create", each, used[each]) for each in readers if each not in before)
        records = (self._records("create", each, used[each.expediente_id]) for each in documents)
        self._send(chain(said, chain.from_iterable(records)), refresh=False)
        after = self._look(expedientes, ()).readers
        self._tell_pages({each for each in expedientes if after.get(each, []) != used[each]})

    def remove(self, document_id: int) -> bool:
        """Forget a document; return what ``replace`` returns."""
        seen = self._look((), [document_id])
        ids = [document_id_of(document_id), *(page_id_of(document_id, page) for page in seen.pages[document_id])]
        self._send([self._gone(id, document_id) for id in ids], refresh=True)
        return seen.is_building

    def clear(self) -> bool:
        """Forget everything that the index holds now; return what ``replace`` returns."""
        is_building = self._look((), ()).is_building
        ids = ((hit["_id"], hit["_routing"]) for hit in self.walk({"match_all": {}}, by="_shard_doc"))
        self._send((self._gone(id, routing) for id, routing in ids), refresh=True)
        return is_building

    def count(self) -> int:
        self.refresh()
        answer = self._connection.asking().count(index=self._name, query={"term": {"record": "document"}})
        return int(answer["count"])

    def refresh(self) -> None:
        """Make all that was written findable."""
        self._connection.writing().indices.refresh(index=self._name)

    def ids(self) -> Iterator[int]:
        """Yield the documents' ids in ascending order, as they stand at one moment."""
        self.refresh()
        for hit in self.walk({"term": {"record": "document"}}, by="document_id"):
            yield int(hit["sort"][0])

    def held(self, document_id: int) -> Held | None:
        """Return a document as it is held, read back record by record."""
        found = self._get([(document_id_of(document_id), document_id)])[0]
        if not found.get("found"):
            return None
        source = found["_source"]
        places = [(page_id_of(document_id, page), document_id) for page in source["pages"]]
        pages = [answer["_source"] for answer in self._get(places) if answer.get("found")]
        same = all(page["readers"] == source["readers"] for page in pages)
        return Held(_document(source, pages), frozenset(source["readers"]) if same else frozenset())

    def walk(self, query: Json, *, by: str) -> Iterator[Json]:
        """Yield every record that matches, at one moment of the index, ordered."""
        asking = self._connection.writing()
        moment = asking.open_point_in_time(index=self._name, keep_alive="2m")["id"]
        after: list[Any] | None = None
        try:
            while True:
                answer = asking.search(
                    pit={"id": moment, "keep_alive": "2m"},
                    query=query,
                    sort=[{by: "asc"}],
                    size=READ_AT_ONCE,
                    search_after=after,
                    source=False,
                    track_total_hits=False,
                    allow_partial_search_results=False,
                )
                hits, moment = answer["hits"]["hits"], answer["pit_id"]
                yield from hits
                if len(hits) < READ_AT_ONCE:
                    return
                after = hits[-1]["sort"]
        finally:
            asking.close_point_in_time(id=moment)

    def progress(self) -> int:
        """Return the last document that was added to a version that is being built."""
        return int(self._get([(BUILD_ID, 0)])[0].get("_source", {}).get("last", 0))

    def set_progress(self, last: int) -> None:
        source = {"record": "build", "last": last}
        self._send([self._change("index", BUILD_ID, 0, source)], refresh=False)

    def _tell_pages(self, expedientes: Collection[int]) -> None:
        """Let every page of the expedientes know who may read it, as their records say when this is done.

        Records and pages are looked at in one search. Both were written with a forced refresh: of two that write at
        once, the later one to look sees what the other has written.
        """
        for _ in range(TRIES):
            if self._is_building and expedientes:
                self.refresh()
            wrong = list(self._pages_told_otherwise(expedientes)) if expedientes else []
            if not wrong:
                return
            self._send(wrong, refresh=True)
        raise SearchUnavailable

    def _pages_told_otherwise(self, expedientes: Collection[int]) -> Iterator[Change]:
        """Yield the updates that are missing: a record comes before its expediente's pages, as it has no key."""
        said: dict[int, list[str]] = {}
        after: list[int] | None = None
        while True:
            answer = self._connection.writing().search(
                index=self._name,
                query={"terms": {"expediente_id": sorted(expedientes)}},
                sort=BY_EXPEDIENTE,
                search_after=after,
                docvalue_fields=[{"field": "readers"}],
                **ONLY_VALUES,
            )
            hits = answer.get("hits", {}).get("hits", [])
            for hit in hits:
                (expediente_id, key), fields = hit["sort"], hit.get("fields", {})
                readers = sorted(fields.get("readers", []))
                if key == NO_KEY:
                    said[expediente_id] = readers
                elif readers != said.get(expediente_id, []):
                    id, document_id = _place_of(key), document_of(key)
                    told = {"doc": {"readers": said.get(expediente_id, [])}}
                    yield self._change("update", id, document_id, told, retry_on_conflict=TRIES)
            if len(hits) < ONLY_VALUES["size"]:
                return
            after = hits[-1]["sort"]

    def _records(
        self, operation: str, document: IndexedDocument, readers: list[str], *, gone_from: Iterable[int] = ()
    ) -> Iterator[Change]:
        """Yield what puts a document in place of the former one: its pages first, itself last."""
        number, key = document.document_id, document_key(document)
        pages = [page for page in document.pages if page.page < LAST_PAGE]
        for gone in set(gone_from) - {page.page for page in pages}:
            yield self._gone(page_id_of(number, gone), number)
        words: Json = {"head": " ".join(document.head), "marks": list(document.marks), "readers": readers}
        words |= {name: getattr(document, name) for name in OF_PAGE} | {"record": "page"}
        for page in pages:
            own = {"key": page_key(key, page.page), "page": page.page, "body": " ".join(page.terms), "text": page.text}
            yield self._change(operation, page_id_of(number, page.page), number, words | own)
        source: Json = {name: getattr(document, name) for name in OF_DOCUMENT} | {"readers": readers}
        source |= {"record": "document", "key": key, "pages": [page.page for page in pages]}
        yield self._change(operation, document_id_of(number), number, source)

    def _readers(self, operation: str, expediente_id: int, readers: list[str]) -> Change:
        source = {"record": "readers", "expediente_id": expediente_id, "readers": readers}
        return self._change(operation, _readers_id(expediente_id), expediente_id, source)

    def _gone(self, id: str, routing: int | str) -> Change:
        return self._change("delete", id, routing, None)

    def _change(self, operation: str, id: str, routing: int | str, body: Json | None, **more: Any) -> Change:
        return change({operation: {"_index": self._name, "_id": id, "routing": str(routing), **more}}, body)

    def _look(self, expedientes: Iterable[int], document_ids: Iterable[int]) -> _Seen:
        """Return in one call what the records say this moment, and whether a version is being built beside this one."""
        files, documents = sorted(expedientes), list(document_ids)
        places = [(_readers_id(each), each) for each in files] + [(document_id_of(each), each) for each in documents]
        beside = [] if self._is_building else [{"_index": building(self._name), "_id": BUILD_ID, "routing": "0"}]
        answers = self._get(places, also=beside, fields=["readers", "pages"])
        is_building = bool(beside) and not _is_gone(answers.pop())
        sources: list[Json] = [answer.get("_source", {}) for answer in answers]
        readers = {each: source["readers"] for each, source in zip(files, sources, strict=False) if source}
        pages = {each: source.get("pages", []) for each, source in zip(documents, sources[len(files) :], strict=True)}
        return _Seen(readers, pages, is_building)

    def _get(
        self, places: Iterable[tuple[str, int]], *, also: Sequence[Json] = (), fields: Sequence[str] | None = None
    ) -> list[Json]:
        """Return the records by (id, routing) in that order, written this moment or long ago.

        :param also: of another index, which need not be there.
        """
        docs: list[Json] = [{"_id": id, "routing": str(routing)} for id, routing in places]
        if not docs and not also:
            return []
        answer = self._connection.writing().mget(index=self._name, docs=[*docs, *also], source_includes=fields)
        found: list[Json] = answer["docs"]
        check_answers(found[: len(docs)])
        check_answers(each for each in found[len(docs) :] if not _is_gone(each))
        return found

    def _send(self, changes: Iterable[Change], *, refresh: bool) -> None:
        if self._connection.send(changes, refresh=refresh):
            raise SearchUnavailable


def building(alias: str) -> str:
    """Return the alias of the version that is being built to take this one's place."""
    return f"{alias}-building"


def document_id_of(document_id: int) -> str:
    """Return the id of a document's record."""
    return f"d-{document_id}"


def page_id_of(document_id: int, page: int) -> str:
    """Return the id of a page's record; it lies with its document's."""
    return f"p-{document_id}-{page}"


def check_answers(answers: Iterable[Json]) -> None:
    """Check each answer of several that came together.

    :raises IndexGone: there is no such index.
    :raises SearchUnavailable: one of them failed.
    """
    for answer in answers:
        if _is_gone(answer):
            raise IndexGone
        if "error" in answer:
            raise SearchUnavailable


def _readers_id(expediente_id: int) -> str:
    return f"e-{expediente_id}"


def _place_of(key: int) -> str:
    """Return the id of the record that has this key: a page's, or with no page in it a document's."""
    is_page = key_of_document(key) != key
    return page_id_of(document_of(key), page_of(key)) if is_page else document_id_of(document_of(key))


def _is_gone(answer: Json) -> bool:
    return bool(answer.get("error", {}).get("type") == "index_not_found_exception")


def _document(source: Json, pages: Sequence[Json]) -> IndexedDocument:
    """Return the document that the records hold, its days and terms as they are searched."""
    first: Json = pages[0] if pages else {"head": "", "marks": []}
    return IndexedDocument(
        **{name: source[name] for name in OF_DOCUMENT},
        emitted_on=date.fromordinal(source["key"] >> DAY_SHIFT),
        head=tuple(first["head"].split()),
        marks=tuple(first["marks"]),
        pages=tuple(IndexedPage(page["page"], page["text"], tuple(page["body"].split())) for page in pages),
    )
