"""Elasticsearch finds what FTS5 finds, and nobody's late word about readers is lost."""

import csv
import secrets
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from config import backends
from search.enums import Order
from search.index import get_index
from search.ports import EVERYONE, SEES_ALL, Clause, Filters, Index, IndexedPage, Query, Question
from search.rules.keys import key_of_document
from search.rules.questions import query
from search.rules.tokens import terms
from search.selectors import Hit, find
from tests.conftest import new_index_url
from tests.search.corpus import CORPUS, indexed
from tests.search.test_index import paper

pytestmark = pytest.mark.servers
JUDGED = list(
    csv.DictReader((Path(__file__).parents[1] / "search/judged.csv").read_text(encoding="utf-8").splitlines())
)
EVERYTHING = frozenset({SEES_ALL})
Engines = dict[str, dict[str, str]]


def empty_engines(folder: Path) -> Engines:
    """Return the settings of both engines, with nothing in them yet."""
    urls = {"fts5": f"sqlite://{folder}/search.sqlite3", "elasticsearch": new_index_url(folder)}
    return {name: backends.adapter("SEARCH_URL", url) for name, url in urls.items()}


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Engines:
    from django.test import override_settings

    engines = empty_engines(tmp_path_factory.mktemp("judged"))
    for engine in engines.values():
        with override_settings(SEARCH=engine):
            get_index().replace([indexed(slug) for slug in CORPUS])
    return engines


@pytest.mark.parametrize("row", JUDGED, ids=lambda row: f"{row['question']} ({row['why']})")
def test_judged_question_has_the_same_hits_on_both(settings: Settings, judged: Engines, row: dict[str, str]) -> None:
    hits: dict[str, list[Hit]] = {}
    for name, engine in judged.items():
        settings.SEARCH = engine
        hits[name] = list(find(row["question"], tokens=EVERYTHING, limit=50).hits)

    one, other = ([(hit.document_id, hit.page, hit.pages, hit.extract_html) for hit in each] for each in hits.values())
    assert sorted(one) == sorted(other)
    assert ("same" if one == other else "differs") == row["ranking"]


WORDS = ["plan", "planes", "de", "gobierno", "acta", "61-2011-PCM", "61-2011", "N° 7-2020", "ñandú", "ano", "año", "ⅷ"]
TEXTS = st.lists(st.one_of(st.sampled_from(WORDS), st.text(max_size=5)), max_size=18).map(" ".join)
QUESTIONS = st.one_of(
    TEXTS.filter(lambda text: len(text) < 120),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(lambda words: f'"{" ".join(words)}"'),
    st.tuples(st.sampled_from(WORDS), st.sampled_from(WORDS)).map(lambda two: f"{two[0]} -{two[1]}"),
    st.sampled_from(["tipo:acta plan", "unidad:oaj", "año:2023 plan", "desde:2023-06-01", "hasta:9999 gobierno"]),
)


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Index, Index]]:
    from django.test import override_settings

    found = []
    for engine in empty_engines(tmp_path_factory.mktemp("pair")).values():
        with override_settings(SEARCH=engine):
            found.append(get_index())
    yield found[0], found[1]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    corpus=st.lists(st.tuples(TEXTS, TEXTS, TEXTS, st.booleans(), st.integers(0, 700)), min_size=1, max_size=5),
    questions=st.lists(QUESTIONS, min_size=4, max_size=8),
)
def test_any_corpus_and_question_have_the_same_pages_on_both(
    pair: tuple[Index, Index], corpus: list[tuple[str, str, str, bool, int]], questions: list[str]
) -> None:
    base, reader = secrets.randbelow(500_000_000), f"unit:{secrets.token_hex(8)}"
    papers = [
        paper(
            base + number,
            "",
            on=date.fromordinal(date(2022, 6, 1).toordinal() + day),
            expediente=base + number,
            head=tuple(terms(title)),
            is_public=is_public,
            pages=(IndexedPage(1, one, tuple(terms(one))), IndexedPage(3, two, tuple(terms(two)))),
        )
        for number, (title, one, two, is_public, day) in enumerate(corpus)
    ]
    for index in pair:
        index.replace(papers)
        for each in papers[1:]:
            index.set_readers(each.expediente_id, frozenset({reader}))

    for typed in questions:
        asked = query(typed)
        if asked.is_empty:
            continue
        question = Question(asked, Filters(), frozenset({reader}), 2_000)
        one, other = ([(match.place, match.is_in_text) for match in index.matches(question)] for index in pair)
        assert one == other, typed
        if one:
            below = replace(question, before=key_of_document(one[0][0]))
            assert [m.place for m in pair[0].matches(below)] == [m.place for m in pair[1].matches(below)]


def test_thirteen_siglas_are_too_many_for_one_span_on_both(pair: tuple[Index, Index]) -> None:
    words = tuple(f"z{letter}" for letter in "abcdefghijklm")
    for index in pair:
        index.replace([paper(77, "", pages=(IndexedPage(1, " ".join(words), words),))])

    for size in (2, 11, 12, 13):
        clause = Clause((words[0], words[size - 1]) if size < 13 else words, is_near=True)
        question = Question(Query((clause,)), Filters(), EVERYTHING, 10)
        assert [len(index.matches(question)) for index in pair] == [int(size < 13)] * 2


def test_the_last_word_about_readers_holds_whoever_writes_at_once(fresh_index: str) -> None:
    """Pages and readers of one file are written by several processes in any order."""
    index = get_index()
    index.set_readers(1, frozenset({"unit:0"}))
    failures: list[Exception] = []

    def work(writer: int) -> None:
        try:
            for turn in range(4):
                number = 10 * writer + turn
                index.replace([paper(number, "acequia")])
                index.set_readers(1, frozenset({f"unit:{number}"}))
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(writer,)) for writer in (1, 2, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    readers = {held.readers for document_id in index.ids() if (held := index.held(document_id))}
    assert len(readers) == 1
    (last,) = readers
    assert len(find("acequia", tokens=last, limit=50).hits) == 12
    assert find("acequia", tokens=frozenset({"unit:0", EVERYONE}), limit=50).hits == ()


def calls(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what was asked of the server since the last look."""
    asked = [record.getMessage() for record in caplog.records if record.name == "elastic_transport.transport"]
    caplog.clear()
    return asked


def test_a_change_costs_three_calls_however_many_documents(fresh_index: str, caplog: pytest.LogCaptureFixture) -> None:
    """Look, write, look again; whether a version is being built is part of the first look."""
    index = get_index()
    index.replace([paper(1, "acequia")])
    caplog.set_level("INFO", "elastic_transport.transport")
    calls(caplog)

    index.replace([paper(n, "acequia", expediente=n) for n in range(1, 31)], {n: frozenset({"unit:5"}) for n in (1, 2)})
    assert len(calls(caplog)) == 3
    index.set_readers(3, frozenset({"unit:5"}))
    assert len(calls(caplog)) == 5  # its pages were told otherwise: told, and looked at once more
    index.set_readers(3, frozenset({"unit:5"}))
    assert len(calls(caplog)) == 3

    assert sorted(hit.document_id for hit in find("acequia", tokens=frozenset({"unit:5"})).hits) == [1, 2, 3]


def test_a_page_of_results_costs_two_calls(fresh_index: str, caplog: pytest.LogCaptureFixture) -> None:
    get_index().replace([paper(n, "acequia", expediente=n) for n in range(1, 31)])
    caplog.set_level("INFO", "elastic_transport.transport")
    calls(caplog)

    for order in Order:
        first = find("acequia", tokens=EVERYTHING, limit=10, order=order)
        assert len(calls(caplog)) == 2
        find("acequia", tokens=EVERYTHING, limit=10, order=order, after=first.next)
        assert len(calls(caplog)) == 2
    find("ninguno", tokens=EVERYTHING)
    assert len(calls(caplog)) == 1


def test_the_mapping_is_closed(fresh_index: str) -> None:
    from elasticsearch import Elasticsearch

    index = get_index()
    index.replace([paper(1, "acequia")])
    server, _, alias = fresh_index.rpartition("/")
    with Elasticsearch(server) as client:
        (name, found), *others = client.indices.get(index=alias).items()

    assert others == []
    assert name == f"{alias}-000001"
    assert found["mappings"]["dynamic"] == "strict"
    assert set(found["aliases"]) == {alias}


@pytest.mark.parametrize("shards", [3])
def test_several_shards_find_the_same(settings: Settings, fresh_index: str, shards: int) -> None:
    settings.SEARCH = backends.adapter("SEARCH_URL", f"{fresh_index}?shards={shards}")
    index = get_index()
    index.replace([indexed(slug) for slug in CORPUS])
    index.set_readers(101, frozenset({"unit:5"}))

    for row in JUDGED[::9]:
        found = {list(CORPUS)[hit.document_id - 1] for hit in find(row["question"], tokens=EVERYTHING, limit=50).hits}
        assert set(row["finds"].split()) <= found
    assert [hit.document_id for hit in find("planes", tokens=frozenset({"unit:5"})).hits] == [1]
    assert list(index.ids()) == list(range(1, len(CORPUS) + 1))
