"""While the index does not answer, the database does: fewer ways to find, the same readers, no failure."""

from collections.abc import Callable
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from config import backends
from docs_store.enums import AccessLevel
from docs_store.models import Access, Document, Expediente
from organization.models import Person
from search import services
from search.enums import Order
from search.errors import SearchUnavailable
from search.ports import EVERYONE, SEES_ALL, Filters
from search.selectors import answer, find
from tests.search.test_services import AT, a_unit, an_emitted

NOBODY_LISTENS = "http://elastic:clave-secreta@127.0.0.1:1/chasqui?timeout=1"
EVERYTHING = frozenset({SEES_ALL})

pytestmark = pytest.mark.django_db


@pytest.fixture
def down(settings: Settings) -> None:
    settings.SEARCH = backends.adapter("SEARCH_URL", NOBODY_LISTENS)


def answered(words: str, tokens: frozenset[str] = EVERYTHING, **options: object) -> list[int]:
    results = answer(words, tokens=tokens, **options)  # type: ignore[arg-type]
    assert results.is_limited
    return [hit.document_id for hit in results.hits]


@pytest.mark.usefixtures("down")
def test_numbers_titles_subjects_kinds_and_units_are_found() -> None:
    document = an_emitted("La acequia", unit=a_unit(), title="Aprueba el Plan de Gobierno")
    other = an_emitted("La acequia", label="0061-2011-PCM")

    assert answered("432-2023-MDP/OIS/FAGL-J") == [document.pk]
    assert answered("N° 61 - 2011") == [other.pk]
    assert answered("61-2011-PCM") == [other.pk]
    assert answered("planes gobiernos") == [document.pk]
    assert answered('"plan de gobierno"') == [document.pk]
    assert answered("plan -gobierno") == []
    assert answered("unidad:OIS") == [document.pk]
    assert answered("tipo:informe Rufino") == [other.pk, document.pk]
    assert answered("acequia") == []


@pytest.mark.usefixtures("down")
def test_days_and_facets_narrow_as_ever() -> None:
    document = an_emitted()

    assert answered("rufino año:2023") == [document.pk]
    assert answered("rufino año:2022") == []
    assert answered("rufino desde:10/11/2023 hasta:10/11/2023") == [document.pk]
    assert answered("rufino", filters=Filters(year=2023, kind="informe")) == [document.pk]
    assert answered("rufino", filters=Filters(kind="oficio")) == []
    assert answered("rufino", filters=Filters(unit="ois")) == []
    assert answered("rufino", filters=Filters(year=99_999)) == []
    assert answered("rufino hasta:9999") == [document.pk]


@pytest.mark.usefixtures("down")
def test_the_title_is_shown_with_the_words_marked() -> None:
    an_emitted(title="Aprueba el <Plan>")

    hit = answer("plan", tokens=EVERYTHING).hits[0]

    assert hit.extract_html == "Aprueba el &lt;<mark>Plan</mark>&gt;"


@pytest.mark.usefixtures("down")
@pytest.mark.parametrize("order", list(Order))
def test_paging_shows_each_document_once(order: Order) -> None:
    documents = {an_emitted().pk for _ in range(5)}

    shown, after = [], ""
    while True:
        results = answer("rufino", tokens=EVERYTHING, limit=2, after=after, order=order)
        shown += [hit.document_id for hit in results.hits]
        after = results.next
        if not after:
            break

    assert len(shown) == 5
    assert set(shown) == documents


def every_kind_of_access() -> list[frozenset[str]]:
    """Six files, each readable in another way; returns who may ask."""
    unit, person = a_unit(), Person.objects.create(given_names="Ana", id_kind="dni", id_number="00000001")
    kinds: list[dict[str, Any]] = [{}, {"unit": unit}, {"person": person}, {"is_public": True}]
    for number, access in enumerate(kinds):
        document = an_emitted()
        if access:
            Access.objects.create(expediente=document.expediente, since=AT, reason=f"{number}", **access)
    published, opened = an_emitted(title="Reclamo publicado"), an_emitted()
    Document.objects.filter(pk=published.pk).update(is_public=True)
    Expediente.objects.filter(pk=opened.expediente_id).update(access_level=AccessLevel.PUBLIC)
    mine = {f"unit:{unit.pk}", f"person:{person.pk}"}
    return [
        frozenset({EVERYONE}),
        frozenset({EVERYONE, f"unit:{unit.pk}"}),
        frozenset({EVERYONE, f"person:{person.pk}"}),
        frozenset({EVERYONE, *mine}),
        frozenset(mine),
        frozenset({EVERYONE, "unit:999", "person:999"}),
        frozenset({"unit:999"}),
        EVERYTHING,
    ]


def test_the_same_readers_find_the_same(settings: Settings, fresh_index: str) -> None:
    askers = every_kind_of_access()
    services.reindex()

    def all_found(ask: Callable[..., object]) -> list[tuple[object, ...]]:
        found = [ask("reclamo", tokens=tokens, limit=50, order=Order.NEWEST) for tokens in askers]
        return [
            (sorted(hit.document_id for hit in each.hits), each.total_capped, each.expedientes, each.facets)  # type: ignore[attr-defined]
            for each in found
        ]

    by_index = all_found(find)
    settings.SEARCH = backends.adapter("SEARCH_URL", NOBODY_LISTENS)

    assert all_found(answer) == by_index
    assert [each[1] for each in by_index] == [3, 4, 4, 5, 2, 3, 0, 6]


@pytest.mark.usefixtures("down")
def test_a_published_act_does_not_lead_to_what_its_file_says_of_people() -> None:
    document = an_emitted()
    Document.objects.filter(pk=document.pk).update(is_public=True)

    assert answered("Rufino", frozenset({EVERYONE})) == []
    assert answered("acto", frozenset({EVERYONE}), filters=Filters(is_published=True)) == [document.pk]


@pytest.mark.usefixtures("down")
def test_failures_name_no_credentials() -> None:
    with pytest.raises(SearchUnavailable) as failure:
        find("acequia", tokens=EVERYTHING)

    told: BaseException | None = failure.value
    while told is not None:
        assert "clave-secreta" not in f"{told} {told!r}"
        told = told.__cause__ or told.__context__


@pytest.mark.usefixtures("down")
def test_drafts_are_not_found() -> None:
    emitted = an_emitted()
    Document.objects.create(expediente=emitted.expediente, kind=emitted.kind, title="Pide un acto", created_at=AT)

    assert answered("rufino") == [emitted.pk]
