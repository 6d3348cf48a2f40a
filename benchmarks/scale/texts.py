"""Pages with words: the emitted documents of the newest copies get a text each, and the index gets them."""

import random
import re
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from itertools import accumulate

import psycopg
from django.db import connections

from search.index import get_index
from search.selectors.records import findable, indexed, readers_of

WORDS_OF_A_PAGE = 180
VOCABULARY = 40_000
BATCH = 500
SYLLABLES = re.findall(
    "[a-zé]+",
    "ba be bi bo ca ce co cu da de di do fa fe fi ga go gra ja ju la le li lo lu ma me mi mo na ne ni no pa pe pi po "
    "que ra re ri ro sa se si so su ta te ti to tra va ve vi za",
)
COMMON = re.findall(
    r"\w+",
    "expediente informe solicitud municipalidad unidad oficina documento plazo trámite administrado norma artículo "
    "resolución gerencia opinión presupuesto servicio proyecto obra licencia constancia autorización notificación "
    "archivo registro reglamento procedimiento requisito evaluación área técnica legal ambiental desarrollo urbano",
)


@cache
def _vocabulary() -> tuple[list[str], list[float]]:
    """Return words and their summed weights: each as frequent as its place allows, as in any language (Zipf)."""
    chance = random.Random(1)
    words = [*COMMON, *("".join(chance.choices(SYLLABLES, k=chance.randint(2, 5))) for _ in range(VOCABULARY))]
    return words, list(accumulate(1 / (place + 3) for place in range(len(words))))


def page_text(number: int) -> str:
    """Return the words of a page; the same number gives the same page."""
    words, weights = _vocabulary()
    return " ".join(random.Random(number).choices(words, cum_weights=weights, k=WORDS_OF_A_PAGE))


def frequent_words() -> list[str]:
    return list(COMMON)


def write(connection: psycopg.Connection, *, texts: int) -> int:
    """Give a page of text to the newest emitted documents that have none; return the id of the first of them."""
    rows = connection.execute(
        """
        SELECT d.id, d.emitted_version_id FROM docs_store_document d
        WHERE d.emitted_version_id IS NOT NULL ORDER BY d.id DESC LIMIT %s
        """,
        [texts],
    ).fetchall()
    has_text = {row[0] for row in connection.execute("SELECT DISTINCT version_id FROM docs_store_pagetext")}
    with connection.cursor().copy("COPY docs_store_pagetext (version_id, page, text) FROM STDIN") as copy:
        for document_id, version_id in rows:
            if version_id not in has_text:
                copy.write_row((version_id, 1, page_text(document_id)))
    return int(min(row[0] for row in rows))


def index(*, first: int) -> int:
    """Bring the emitted documents from this id on into a new index, in two processes; return how many."""
    build = get_index().build()
    last = findable().order_by("-pk").values_list("pk", flat=True).first() or 0
    middle = (first + last) // 2
    connections.close_all()
    with ProcessPoolExecutor() as pool:
        done = sum(pool.map(_index, (first, middle + 1), (middle, last)))
    build.publish()
    return done


def _index(first: int, last: int) -> int:
    build, done, after = get_index().build(), 0, first - 1
    while True:
        found = findable().prefetch_related("expediente__access").filter(pk__gt=after, pk__lte=last)
        documents = list(found[:BATCH])
        if not documents:
            return done
        readers = {each.expediente_id: readers_of(each.expediente) for each in documents}
        build.add([indexed(each) for each in documents], readers)
        done, after = done + len(documents), documents[-1].pk
