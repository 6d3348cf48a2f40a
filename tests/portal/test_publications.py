"""Published acts: listed newest first, searched by anyone, nothing else shown."""

import pytest
from django.test import Client
from django.utils import timezone

from docs_store import services as docs
from docs_store.models import Document
from ledger.services import deliver_due
from search.index import get_index
from tests.portal.test_filing import a_pdf, present
from workflows.models import Filing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office")]


@pytest.fixture(autouse=True)
def _own_index(fresh_index: str) -> None:
    assert get_index().count() == 0


def deliver() -> None:
    while deliver_due(worker="test"):
        pass


@pytest.fixture
def two_papers(client: Client) -> tuple[Document, Document]:
    """One published, one not; both speak of the acequia."""
    present(client, papers=[a_pdf("publicado.pdf", "La acequia mayor"), a_pdf("reservado.pdf", "La acequia menor")])
    public, private = (item.document for item in Filing.objects.get().items.order_by("order"))
    docs.publish(document=public, channel="portal", by=None, at=timezone.now())
    deliver()
    return public, private


def test_list_shows_only_what_was_published(two_papers: tuple[Document, Document]) -> None:
    public, private = two_papers

    page = Client().get("/publicaciones/").content.decode()

    assert f"/publicaciones/{public.pk}/" in page
    assert f"/publicaciones/{private.pk}/" not in page


def test_search_marks_the_words_and_counts_only_what_was_published(two_papers: tuple[Document, Document]) -> None:
    public, _private = two_papers

    page = Client().get("/publicaciones/", {"q": "acequias"}).content.decode()

    assert "<mark>acequia</mark>" in page
    assert f"/publicaciones/{public.pk}/" in page
    assert "menor" not in page


def test_names_of_the_file_are_not_found_in_public(two_papers: tuple[Document, Document]) -> None:
    page = Client().get("/publicaciones/", {"q": "Rosa Ejemplo"}).content.decode()

    assert "Nada coincide con “Rosa Ejemplo”" in page


def test_nothing_found_says_what_to_try() -> None:
    page = Client().get("/publicaciones/", {"q": "61-2011"}).content.decode()

    assert "Nada coincide con “61-2011”. Pruebe sin año, o escriba solo el número." in page


def test_empty_archive_says_so() -> None:
    assert "Todavía no hay documentos publicados" in Client().get("/publicaciones/").content.decode()


@pytest.mark.parametrize(
    "query", ["year=abc", "year=99999", "after=zzz", "kind=" + "x" * 200, "q=%00", "q=" + "x" * 400]
)
def test_any_query_gets_a_page(two_papers: tuple[Document, Document], query: str) -> None:
    assert Client().get(f"/publicaciones/?{query}").status_code == 200


def test_unpublished_document_does_not_exist(two_papers: tuple[Document, Document]) -> None:
    assert Client().get(f"/publicaciones/{two_papers[1].pk}/").status_code == 404


def test_list_is_there_for_machines_too(two_papers: tuple[Document, Document]) -> None:
    answer = Client().get("/api/publicaciones", {"q": "acequia"}).json()

    assert answer["total"] == 1
    assert answer["acts"][0]["address"] == f"/publicaciones/{two_papers[0].pk}/"
    assert "<mark>" not in answer["acts"][0]["extract"]
