"""A hundred thousand documents in an index of their own, on the engine that SEARCH_URL names."""

import json
import secrets
import shutil
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from functools import cache
from pathlib import Path
from random import Random
from time import perf_counter
from urllib.parse import urlsplit

from django.conf import settings
from django.test import override_settings

from config import backends
from search.index import get_index
from search.ports import IndexedDocument, IndexedPage
from search.rules.text import stem

DOCUMENTS = 100_000
AT_ONCE = 1_000
TERMS_OF_A_PAGE = 60
VOCABULARY = 20_000
FIRST_DAY = date(2010, 1, 4).toordinal()
DAYS = 365 * 14
DOCUMENTS_OF_A_FILE = 5
COMMON, RARE = "comun", "raro"
RARE_EVERY = 5_000
UNITS = 10
READER = "unit:1"
"""Reads one file in ten."""


def is_server() -> bool:
    """Return whether the engine is Elasticsearch."""
    return urlsplit(settings.SEARCH["url"]).scheme in {"http", "https"}


@contextmanager
def empty_index() -> Iterator[None]:
    """Use an index of this benchmark's own, thrown away afterwards."""
    name = f"bench{secrets.token_hex(4)}"
    if not is_server():
        folder = tempfile.mkdtemp(dir=settings.DATA_DIR)
        with override_settings(SEARCH=backends.adapter("SEARCH_URL", f"sqlite://{folder}/{name}.sqlite3")):
            yield
        shutil.rmtree(folder, ignore_errors=True)
        return
    url = urlsplit(settings.SEARCH["url"])._replace(path=f"/{name}").geturl()
    with override_settings(SEARCH=backends.adapter("SEARCH_URL", url)):
        yield
    _drop(name)


@contextmanager
def filled_index() -> Iterator[None]:
    """Use an index with the whole corpus, one file in ten readable by ``READER``."""
    with empty_index():
        build = get_index().build()
        for first in range(1, DOCUMENTS, AT_ONCE):
            documents = [a_document(number) for number in range(first, first + AT_ONCE)]
            readers = {each.expediente_id: frozenset({f"unit:{each.expediente_id % UNITS}"}) for each in documents}
            build.add(documents, readers)
        build.publish()
        yield


def copy_seconds() -> float:
    """Return how long the server takes for what the index holds, sent in bare bulk requests to a second one."""
    alias = urlsplit(settings.SEARCH["url"]).path.strip("/")
    (held,) = json.loads(_ask("GET", alias, "")).values()
    kept = {key: held["settings"]["index"][key] for key in ("analysis", "codec", "number_of_shards", "sort")}
    copy = f"{alias}-copy"
    _ask("PUT", copy, {"mappings": held["mappings"], "settings": {**kept, "refresh_interval": "-1"}})
    records = [line for kind in ("page", "document") for line in _records(alias, kind)]
    bulks = ["".join(records[first : first + 2 * AT_ONCE]) for first in range(0, len(records), 2 * AT_ONCE)]
    start = perf_counter()
    for each in bulks:
        _ask("POST", f"{copy}/_bulk", each)
    _ask("POST", f"{copy}/_refresh", "")
    return perf_counter() - start


def _records(alias: str, kind: str) -> list[str]:
    """Return the lines of a bulk request that store the records of a kind, ten thousand at most."""
    asked: dict[str, object] = {"query": {"term": {"record": kind}}, "size": 10_000}
    return [
        f"{json.dumps({'index': {'_id': hit['_id'], 'routing': hit['_routing']}})}\n{json.dumps(hit['_source'])}\n"
        for hit in json.loads(_ask("POST", f"{alias}/_search", asked))["hits"]["hits"]
    ]


def a_document(number: int) -> IndexedDocument:
    """Return one document of a page: few words frequent, most of them seldom, as in any text."""
    dice = Random(number)
    terms = [_vocabulary()[int(VOCABULARY ** dice.random()) - 1] for _ in range(TERMS_OF_A_PAGE)]
    terms[dice.randrange(1, TERMS_OF_A_PAGE)] = stem(COMMON)
    if number % RARE_EVERY == 0:
        terms[0] = stem(RARE)
    day = FIRST_DAY + number * DAYS // DOCUMENTS
    text = " ".join(terms)
    return IndexedDocument(
        document_id=number,
        expediente_id=number // DOCUMENTS_OF_A_FILE,
        expediente_label=f"{number // DOCUMENTS_OF_A_FILE}-2023",
        kind="informe",
        kind_name="Informe",
        unit=f"unidad-{number % UNITS}",
        unit_siglas=f"U{number % UNITS}",
        label=f"{number}-2023-ENT",
        title="Informe sobre el plan",
        state="emitted",
        emitted_on=date.fromordinal(day),
        is_public=False,
        head=("inform", f"{number}-2023", str(number), "2023", "ent"),
        marks=("k-inform", f"u-u{number % UNITS}"),
        pages=(IndexedPage(1, text, tuple(terms)),),
    )


@cache
def _vocabulary() -> list[str]:
    dice = Random(1)
    return ["".join(dice.choices("abcdefghijlmnoprstuv", k=7)) for _ in range(VOCABULARY)]


def _drop(name: str) -> None:
    """Remove the index's versions from the server."""
    with suppress(OSError):
        for index in _ask("GET", f"_cat/indices/{name}-*?h=index", "").split():
            _ask("DELETE", Path(index).name, "")


def _ask(method: str, path: str, body: str | dict[str, object]) -> str:
    server = urlsplit(settings.SEARCH["url"])._replace(path="", query="").geturl()
    content = body if isinstance(body, str) else json.dumps(body)
    request = urllib.request.Request(
        f"{server}/{path}", content.encode() or None, {"Content-Type": "application/json"}, method=method
    )
    with urllib.request.urlopen(request) as answer:
        return str(answer.read().decode())
