"""A hundred thousand documents in an index of their own, on the engine that SEARCH_URL names."""

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
    _drop(url, name)


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


def _drop(url: str, name: str) -> None:
    """Remove the index's versions from the server."""
    server = urlsplit(url)._replace(path="", query="").geturl()
    with suppress(OSError), urllib.request.urlopen(f"{server}/_cat/indices/{name}-*?h=index") as answer:
        for index in answer.read().decode().split():
            urllib.request.urlopen(urllib.request.Request(f"{server}/{Path(index).name}", method="DELETE")).close()
