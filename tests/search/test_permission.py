"""B15: nothing of a file that one may not read shows, in hits, counts, facets or pages. On each adapter."""

from datetime import date
from random import Random

import pytest

from search.enums import Order
from search.ports import EVERYONE, SEES_ALL, Filters, Index, IndexedDocument, IndexedPage
from search.rules.tokens import terms
from search.selectors import Results, find
from tests.search.test_index import paper

READERS = ["unit:1", "unit:2", "unit:3", "person:1", EVERYONE]
KINDS, UNITS = ["acta", "carta", "informe"], ["oaj", "cis", "log"]
TEXTS = ["acequia mayor", "puente de la acequia", "canal", "acequia 61-2011-PCM"]
FILES, PAPERS = 12, 60


def a_paper(number: int, dice: Random) -> IndexedDocument:
    expediente = number % FILES + 1
    texts = [f"{dice.choice(TEXTS)} secreto{expediente}" for _ in range(dice.randint(1, 3))]
    return paper(
        number,
        "",
        expediente=expediente,
        expediente_label=f"{expediente}-2023",
        kind=dice.choice(KINDS),
        unit=dice.choice(UNITS),
        on=date(2019 + expediente % 5, 3, dice.randint(1, 28)),
        is_public=dice.random() < 0.1,
        pages=tuple(IndexedPage(page, text, tuple(terms(text))) for page, text in enumerate(texts, start=1)),
    )


@pytest.mark.parametrize("seed", [1, 2])
def test_nothing_of_a_forbidden_file_shows(index: Index, seed: int) -> None:
    dice = Random(seed)
    papers = {number: a_paper(number, dice) for number in range(1, PAPERS + 1)}
    index.replace(list(papers.values()))
    readers = {each: frozenset(dice.sample(READERS, dice.randint(0, 2))) for each in range(1, FILES + 1)}
    for each, names in readers.items():
        index.set_readers(each, names)
    for each in (3, 7):  # a right that was taken back
        readers[each] = frozenset({"unit:99"})
        index.set_readers(each, readers[each])

    for tokens in (frozenset({EVERYONE}), frozenset({EVERYONE, "unit:1"}), frozenset({"unit:2", "person:1"})):
        allowed = {
            number
            for number, each in papers.items()
            if readers[each.expediente_id] & tokens or (each.is_public and EVERYONE in tokens)
        }
        for words in ("acequia", "61-2011", '"puente de la acequia"', "canal -mayor", "desde:2019", "secreto3"):
            for filters in (Filters(), Filters(kind="acta"), Filters(unit="oaj"), Filters(year=2021)):
                shows_only_what_is_allowed(words, tokens, filters, allowed, papers)


def shows_only_what_is_allowed(
    words: str, tokens: frozenset[str], filters: Filters, allowed: set[int], papers: dict[int, IndexedDocument]
) -> None:
    """What one finds is what whoever sees all finds, less what is forbidden."""
    mine = find(words, tokens=tokens, filters=filters, limit=100, order=Order.NEWEST)
    everything = find(words, tokens=frozenset({SEES_ALL}), filters=filters, limit=100, order=Order.NEWEST)
    expected = [hit for hit in everything.hits if hit.document_id in allowed]

    assert [(hit.document_id, hit.pages) for hit in mine.hits] == [(hit.document_id, hit.pages) for hit in expected]
    assert mine.total_capped == len(expected)
    assert mine.expedientes == len({hit.expediente_id for hit in expected})
    assert counted(mine) == {
        "kinds": count(papers[hit.document_id].kind for hit in expected),
        "units": count(papers[hit.document_id].unit for hit in expected),
        "years": count(str(hit.emitted_on.year) for hit in expected),
    }


def counted(results: Results) -> dict[str, dict[str, int]]:
    facets = results.facets
    named = {"kinds": facets.kinds, "units": facets.units, "years": facets.years}
    return {name: {facet.value: facet.count for facet in each} for name, each in named.items()}


def count(values: object) -> dict[str, int]:
    found: dict[str, int] = {}
    for value in values:  # type: ignore[attr-defined]
        found[value] = found.get(value, 0) + 1
    return found
