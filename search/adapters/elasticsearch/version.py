"""One version of the index: what is written to it, and how it stays right when several write at once.

Who may read an expediente is written to a record of its own first, and then told to its pages. Whoever writes pages
looks at that record before and after: if it changed meanwhile, the pages are told again. So the last word holds,
whatever the order in which two writers come.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from search.adapters.elasticsearch.connection import Action, Connection, IndexGone
from search.adapters.elasticsearch.queries import Json
from search.errors import SearchUnavailable
from search.ports import Held, IndexedDocument, IndexedPage
from search.rules.keys import DAY_SHIFT, LAST_PAGE, document_key, page_key

TRIES = 5
READ_AT_ONCE = 1_000
BUILD_ID = "build"
OF_DOCUMENT = (
    "document_id", "expediente_id", "expediente_label", "kind", "kind_name", "unit", "unit_siglas", "label", "title",
    "state", "is_public",
)  # fmt: skip
OF_PAGE = ("document_id", "expediente_id", "kind", "kind_name", "unit", "unit_siglas", "is_public")

Mark = tuple[int, int]
"""Which write of a record it was; ``(0, 0)`` for none."""


class Version:
    """The index that an alias leads to. A write that meets no index raises ``IndexGone``."""

    def __init__(self, connection: Connection, name: str) -> None:
        self._connection = connection
        self._name = name

    def replace(self, documents: Sequence[IndexedDocument], *, is_new: bool = False) -> None:
        """Store the documents with their pages; ``is_new``: only what is not there yet, and not findable at once."""
        before = self._readers({document.expediente_id for document in documents})
        former = {} if is_new else self._pages_held([document.document_id for document in documents])
        actions: list[Action] = []
        for document in documents:
            actions += self._actions(document, before[document.expediente_id][0], former, is_new=is_new)
        self._send(actions, refresh=not is_new)
        after = self._readers(set(before))
        for expediente_id in before:
            if before[expediente_id][1] != after[expediente_id][1]:
                self._tell_pages(expediente_id)

    def remove(self, document_id: int) -> None:
        pages = self._pages_held([document_id])[document_id]
        ids = [_document_id(document_id), *(_page_id(document_id, page) for page in pages)]
        self._send([self._action("delete", id, document_id) for id in ids], refresh=True)

    def set_readers(self, expediente_id: int, readers: frozenset[str]) -> None:
        self._send([self._readers_action("index", expediente_id, readers)], refresh=False)
        self._tell_pages(expediente_id)

    def add_readers(self, readers: Mapping[int, frozenset[str]]) -> None:
        """Say who may read the expedientes of which nothing was said yet."""
        self._send([self._readers_action("create", each, names) for each, names in readers.items()], refresh=False)

    def clear(self) -> None:
        """Forget everything that the index holds now."""
        ids = ((hit["_id"], hit["_routing"]) for hit in self.walk({"match_all": {}}, by="_shard_doc"))
        self._send((self._action("delete", id, routing) for id, routing in ids), refresh=True)

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
        found = self._get([(_document_id(document_id), document_id)])[0]
        if not found.get("found"):
            return None
        source = found["_source"]
        places = [(_page_id(document_id, page), document_id) for page in source["pages"]]
        pages = [answer["_source"] for answer in self._get(places) if answer.get("found")]
        same = all(page["readers"] == source["readers"] for page in pages)
        return Held(_document(source, pages), frozenset(source["readers"]) if same else frozenset())

    def records(self, places: Iterable[tuple[str, int]], *, fields: Sequence[str]) -> list[Json]:
        """Return the sources of records by (id, document), an empty one for what is not there."""
        return [answer.get("_source", {}) for answer in self._get(places, fields=fields)]

    def walk(self, query: Json, *, by: str, fields: Sequence[str] = ()) -> Iterator[Json]:
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
                    source=bool(fields),
                    source_includes=list(fields) or None,
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
        return int(self.records([(BUILD_ID, 0)], fields=["last"])[0].get("last", 0))

    def set_progress(self, last: int) -> None:
        source = {"record": "build", "last": last}
        self._send([self._action("index", BUILD_ID, 0, source=source)], refresh=False)

    def _tell_pages(self, expediente_id: int) -> None:
        """Let every page of the expediente know who may read it, as its record says when this is done."""
        for _ in range(TRIES):
            readers, mark = self._readers({expediente_id})[expediente_id]
            self.refresh()
            query = {"bool": {"filter": [{"term": {"expediente_id": expediente_id}}, {"exists": {"field": "key"}}]}}
            wrong = [
                self._action("update", hit["_id"], hit["_routing"], doc={"readers": readers}, retry_on_conflict=TRIES)
                for hit in self.walk(query, by="key", fields=["readers"])
                if hit["_source"]["readers"] != readers
            ]
            self._send(wrong, refresh=True)
            if self._readers({expediente_id})[expediente_id][1] == mark:
                return
        raise SearchUnavailable

    def _actions(
        self, document: IndexedDocument, readers: list[str], former: Mapping[int, list[int]], *, is_new: bool
    ) -> Iterator[Action]:
        """Yield what puts a document in place of the former one: its pages first, itself last."""
        operation, number = "create" if is_new else "index", document.document_id
        key = document_key(document)
        held = asdict(document)
        pages = [page for page in document.pages if page.page < LAST_PAGE]
        for gone in set(former.get(number, ())) - {page.page for page in pages}:
            yield self._action("delete", _page_id(number, gone), number)
        words = {"head": " ".join(document.head), "marks": list(document.marks), "readers": readers}
        for page in pages:
            source = {name: held[name] for name in OF_PAGE} | words
            source |= {"record": "page", "key": page_key(key, page.page), "page": page.page}
            source |= {"body": " ".join(page.terms), "text": page.text}
            yield self._action(operation, _page_id(number, page.page), number, source=source)
        source = {name: held[name] for name in OF_DOCUMENT} | {"readers": readers}
        source |= {"record": "document", "key": key, "pages": [page.page for page in pages]}
        yield self._action(operation, _document_id(number), number, source=source)

    def _action(self, operation: str, id: str, routing: int | str, **more: Any) -> Action:
        source = more.pop("source", {})
        return {"_op_type": operation, "_index": self._name, "_id": id, "routing": str(routing), **more} | (
            {"_source": source} if source else {}
        )

    def _readers_action(self, operation: str, expediente_id: int, readers: frozenset[str]) -> Action:
        source = {"record": "readers", "expediente_id": expediente_id, "readers": sorted(readers)}
        return self._action(operation, _readers_id(expediente_id), expediente_id, source=source)

    def _readers(self, expediente_ids: Iterable[int]) -> dict[int, tuple[list[str], Mark]]:
        """Return who may read each expediente, and which write said so, as it stands this moment."""
        wanted = sorted(expediente_ids)
        answers = self._get([(_readers_id(each), each) for each in wanted])
        return {each: _said(answer) for each, answer in zip(wanted, answers, strict=True)}

    def _pages_held(self, document_ids: Sequence[int]) -> dict[int, list[int]]:
        places = [(_document_id(each), each) for each in document_ids]
        sources = self.records(places, fields=["pages"])
        return {each: source.get("pages", []) for each, source in zip(document_ids, sources, strict=True)}

    def _get(self, places: Iterable[tuple[str, int]], *, fields: Sequence[str] | None = None) -> list[Json]:
        """Return the records by (id, routing) in that order, written this moment or long ago."""
        docs: list[Json] = [{"_id": id, "routing": str(routing)} for id, routing in places]
        if not docs:
            return []
        answer = self._connection.writing().mget(index=self._name, docs=docs, source_includes=fields)
        found: list[Json] = answer["docs"]
        if any(_is_gone(each) for each in found):
            raise IndexGone
        if any("error" in each for each in found):
            raise SearchUnavailable
        return found

    def _send(self, actions: Iterable[Action], *, refresh: bool) -> None:
        if self._connection.send(actions, refresh=refresh):
            raise SearchUnavailable


def document_place(document_id: int) -> tuple[str, int]:
    """Return where the record of a document lies."""
    return _document_id(document_id), document_id


def page_place(document_id: int, page: int) -> tuple[str, int]:
    """Return where the record of a page lies: with its document's."""
    return _page_id(document_id, page), document_id


def _document_id(document_id: int) -> str:
    return f"d-{document_id}"


def _page_id(document_id: int, page: int) -> str:
    return f"p-{document_id}-{page}"


def _readers_id(expediente_id: int) -> str:
    return f"e-{expediente_id}"


def _said(answer: Json) -> tuple[list[str], Mark]:
    if not answer.get("found"):
        return [], (0, 0)
    return answer["_source"]["readers"], (answer["_primary_term"], answer["_seq_no"])


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
