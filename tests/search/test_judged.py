"""One table of questions says what is found, whatever engine answers."""

import csv
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from search.index import get_index
from search.ports import SEES_ALL
from search.selectors import find
from tests.conftest import new_index_url
from tests.search.corpus import CORPUS, indexed, slug_of

JUDGED = list(csv.DictReader((Path(__file__).parent / "judged.csv").read_text(encoding="utf-8").splitlines()))
EVERYTHING = frozenset({SEES_ALL})


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    return new_index_url(tmp_path_factory.mktemp("judged"))


@pytest.fixture
def corpus(settings: Settings, url: str) -> None:
    settings.SEARCH = {**settings.SEARCH, "url": url}
    if get_index().count() == 0:
        get_index().replace([indexed(slug) for slug in CORPUS])


@pytest.mark.usefixtures("corpus")
@pytest.mark.parametrize("row", JUDGED, ids=lambda row: f"{row['question']} ({row['why']})")
def test_question_is_judged_right(row: dict[str, str]) -> None:
    results = find(row["question"], tokens=EVERYTHING, limit=50)

    found = {slug_of(hit.document_id): hit for hit in results.hits}
    assert set(row["finds"].split()) <= set(found)
    assert not set(row["finds_not"].split()) & set(found)
    if row["first_page"]:
        assert found[row["finds"].split()[0]].page == int(row["first_page"])


def test_table_is_large_enough() -> None:
    assert len(JUDGED) >= 60
