"""What every engine must do: the contract of the port, run on each adapter."""

import sqlite3
import threading
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from search.enums import Order
from search.errors import SearchUnavailable
from search.index import get_index
from search.ports import EVERYONE, SEES_ALL, Filters, Index, IndexedDocument, IndexedPage
from search.rules.tokens import terms
from search.selectors import find
from tests.search.corpus import indexed

EVERYTHING = frozenset({SEES_ALL})


def paper(
    number: int, text: str, *, on: date = date(2023, 5, 2), expediente: int = 1, **changes: object
) -> IndexedDocument:
    plain = replace(
        indexed("acta2"),
        document_id=number,
        expediente_id=expediente,
        emitted_on=on,
        head=(),
        pages=(IndexedPage(1, text, tuple(terms(text))),),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def found(words: str, tokens: frozenset[str] = EVERYTHING, **options: object) -> list[int]:
    return [hit.document_id for hit in find(words, tokens=tokens, **options).hits]  # type: ignore[arg-type]


def test_replace_leaves_nothing_of_the_former_text(index: Index) -> None:
    index.replace([paper(1, "acequia")])

    index.replace([paper(1, "puente", on=date(2024, 1, 1))])

    assert found("acequia") == []
    assert found("puente") == [1]
    assert index.count() == 1


def test_replace_twice_changes_nothing(index: Index) -> None:
    index.replace([paper(1, "acequia")])
    index.replace([paper(1, "acequia")])

    assert found("acequia") == [1]


def test_removed_document_is_not_found(index: Index) -> None:
    index.replace([paper(1, "acequia")])

    index.remove(1)
    index.remove(2)

    assert found("acequia") == []


def test_reader_finds_only_what_the_expediente_allows(index: Index) -> None:
    index.replace([paper(1, "acequia", expediente=1), paper(2, "acequia", expediente=2)])
    index.set_readers(1, frozenset({"unit:5"}))
    index.set_readers(2, frozenset({"person:9"}))

    assert found("acequia", frozenset({EVERYONE, "unit:5"})) == [1]
    assert found("acequia", frozenset({EVERYONE, "person:9", "unit:6"})) == [2]
    assert found("acequia", frozenset({EVERYONE})) == []
    assert sorted(found("acequia")) == [1, 2]


def test_access_granted_later_needs_no_second_indexing(index: Index) -> None:
    index.replace([paper(1, "acequia", expediente=7)])
    assert found("acequia", frozenset({"unit:5"})) == []

    index.set_readers(7, frozenset({"unit:5"}))

    assert found("acequia", frozenset({"unit:5"})) == [1]


def test_documents_and_readers_come_in_one_change(index: Index) -> None:
    index.replace([paper(1, "acequia", expediente=1)], {1: frozenset({"unit:5"})})
    index.replace(
        [paper(2, "acequia", expediente=1), paper(3, "acequia", expediente=2)],
        {1: frozenset({"unit:6"}), 2: frozenset({"unit:6"})},
    )

    assert found("acequia", frozenset({"unit:5"})) == []
    assert sorted(found("acequia", frozenset({"unit:6"}))) == [1, 2, 3]


def test_newest_first_shows_the_pages_with_the_words(index: Index) -> None:
    """Where nobody asks how close a page is, the words' own pages are told from the others all the same."""
    texts = ["nada aquí", "una acequia", "tampoco", "otra acequia"]
    pages = tuple(IndexedPage(n, text, tuple(terms(text))) for n, text in enumerate(texts, start=1))
    index.replace([paper(1, "", pages=pages, head=tuple(terms("Acta 002-2023")))])

    assert find("acequia", tokens=EVERYTHING, order=Order.NEWEST).hits[0].pages == (2, 4)
    assert find("acequia 002-2023", tokens=EVERYTHING, order=Order.NEWEST).hits[0].pages == (2, 4)
    assert find("002-2023", tokens=EVERYTHING, order=Order.NEWEST).hits[0].pages == (1,)


def test_published_document_is_found_by_everyone(index: Index) -> None:
    index.replace([paper(1, "acequia", is_public=True), paper(2, "acequia")])

    assert found("acequia", frozenset({EVERYONE})) == [1]
    assert found("acequia", frozenset({"unit:5"})) == []


def test_counts_and_facets_leave_out_what_may_not_be_read(index: Index) -> None:
    index.replace([paper(1, "acequia", kind="acta"), paper(2, "acequia", kind="carta", expediente=2)])
    index.set_readers(1, frozenset({"unit:5"}))

    results = find("acequia", tokens=frozenset({"unit:5"}))

    assert results.total_capped == 1
    assert results.expedientes == 1
    assert [facet.value for facet in results.facets.kinds] == ["acta"]


def test_facets_narrow_the_results(index: Index) -> None:
    index.replace(
        [
            paper(1, "acequia", kind="acta", unit="oaj", on=date(2022, 1, 3)),
            paper(2, "acequia", kind="carta", unit="oaj", on=date(2023, 1, 3)),
            paper(3, "acequia", kind="carta", unit="cis", on=date(2023, 1, 4), is_public=True),
        ]
    )

    assert found("acequia", filters=Filters(kind="acta")) == [1]
    assert sorted(found("acequia", filters=Filters(unit="oaj"))) == [1, 2]
    assert found("acequia", filters=Filters(kind="carta", unit="oaj")) == [2]
    assert sorted(found("acequia", filters=Filters(year=2023))) == [2, 3]
    assert found("", filters=Filters(is_published=True)) == [3]
    assert [facet.label for facet in find("acequia", tokens=EVERYTHING).facets.years] == ["2023", "2022"]


def test_newest_first(index: Index) -> None:
    index.replace([paper(1, "acequia", on=date(2022, 1, 3)), paper(2, "acequia", on=date(2023, 1, 3))])

    assert found("acequia", order=Order.NEWEST) == [2, 1]


def test_closest_first(index: Index) -> None:
    index.replace(
        [
            paper(1, "acequia", on=date(2020, 1, 3), head=("acequi",)),
            paper(2, "acequia " + "relleno " * 300, on=date(2023, 1, 3)),
            *[paper(number, "otro texto") for number in range(3, 20)],
        ]
    )

    assert found("acequia", order=Order.CLOSEST) == [1, 2]


@pytest.mark.parametrize("order", list(Order))
def test_paging_shows_each_document_once(index: Index, order: Order) -> None:
    index.replace([paper(n, "acequia " * (n % 4 + 1), on=date(2023, 1, 1 + n % 20)) for n in range(1, 26)])

    shown: list[int] = []
    after = ""
    while True:
        results = find("acequia", tokens=EVERYTHING, limit=10, after=after, order=order)
        shown += [hit.document_id for hit in results.hits]
        after = results.next
        if not after:
            break

    assert sorted(shown) == list(range(1, 26))
    assert results.total_capped == 25


def test_a_cursor_that_is_no_cursor_starts_from_the_beginning(index: Index) -> None:
    index.replace([paper(1, "acequia")])

    assert found("acequia", after="x", order=Order.NEWEST) == [1]
    assert found("acequia", after="a:b", order=Order.CLOSEST) == [1]


def test_hit_names_the_pages_where_the_words_stand(index: Index) -> None:
    texts = ["nada aquí", "una acequia", "tampoco", "otra acequia y una acequia más"]
    pages = tuple(IndexedPage(n, text, tuple(terms(text))) for n, text in enumerate(texts, start=1))
    index.replace([paper(1, "", pages=pages)])

    hit = find("acequia", tokens=EVERYTHING).hits[0]

    assert hit.pages == (2, 4)
    assert hit.page in hit.pages
    assert "<mark>acequia</mark>" in hit.extract_html


def test_a_match_in_the_number_leads_to_the_first_page(index: Index) -> None:
    pages = tuple(IndexedPage(n, f"texto {n}", ("text",)) for n in (1, 2, 3))
    index.replace([paper(1, "", pages=pages, head=tuple(terms("Acta 002-2023")))])

    hit = find("002-2023", tokens=EVERYTHING).hits[0]

    assert (hit.page, hit.pages) == (1, (1,))


def test_siglas_are_let_go_when_a_number_is_found_under_others_only(index: Index) -> None:
    index.replace([paper(1, "Informe 432-2023-MDP/OIS")])

    results = find("432-2023-MDP/DIS", tokens=EVERYTHING)

    assert results.is_relaxed
    assert [hit.document_id for hit in results.hits] == [1]


def test_nothing_asked_finds_nothing(index: Index) -> None:
    index.replace([paper(1, "acequia")])

    assert find("", tokens=EVERYTHING).hits == ()
    assert find("  de la ", tokens=EVERYTHING).hits == ()


@pytest.mark.parametrize(
    "words", ['"', 'a"b OR c', "NEAR(", "head:", "*", "(", "'; DROP TABLE page; --", "-", "ñ" * 400]
)
def test_engine_syntax_is_only_text(index: Index, words: str) -> None:
    index.replace([paper(1, "acequia")])

    assert found(words) == []


def test_many_threads_read_and_write_one_index(index: Index) -> None:
    failures: list[Exception] = []

    def work(first: int) -> None:
        try:
            for number in range(first, first + 10):
                get_index().replace([paper(number, "acequia")])
                found("acequia")
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(first,)) for first in (1, 11, 21, 31)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert index.count() == 40


@pytest.mark.embedded
def test_index_that_cannot_be_written_says_so(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    settings.SEARCH = {**settings.SEARCH, "url": f"sqlite://{tmp_path}/file/search.sqlite3"}

    with pytest.raises(SearchUnavailable, match="buscador"):
        find("acequia", tokens=EVERYTHING)


@pytest.mark.embedded
def test_damaged_index_says_so(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "search.sqlite3").write_bytes(b"no es una base de datos" * 100)
    settings.SEARCH = {**settings.SEARCH, "url": f"sqlite://{tmp_path}/search.sqlite3"}

    with pytest.raises(SearchUnavailable):
        find("acequia", tokens=EVERYTHING)


@pytest.mark.embedded
def test_index_of_another_schema_is_made_anew(settings: Settings, tmp_path: Path) -> None:
    old = sqlite3.connect(tmp_path / "search.sqlite3")
    old.execute("CREATE TABLE page (something TEXT)")
    old.execute("PRAGMA user_version = 99")
    old.close()
    settings.SEARCH = {**settings.SEARCH, "url": f"sqlite://{tmp_path}/search.sqlite3"}

    get_index().replace([paper(1, "acequia")])

    assert found("acequia") == [1]


@pytest.mark.embedded
def test_what_fails_half_way_is_not_stored(index: Index) -> None:
    twice_the_same_page = (IndexedPage(1, "acequia", ("acequi",)),) * 2

    with pytest.raises(SearchUnavailable):
        index.replace([paper(1, "acequia"), paper(2, "", pages=twice_the_same_page)])

    assert index.count() == 0


def test_a_document_that_is_gone_has_no_text(index: Index) -> None:
    assert index.details([5], [(5, 1)]).documents == {}
