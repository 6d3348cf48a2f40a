"""Publications while the index does not answer: listed and found by number and title, with a notice."""

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from config import backends
from docs_store import services as docs
from docs_store.models import Document
from tests.portal.test_filing import a_pdf, present
from workflows.models import Filing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office")]
NOTICE = "La búsqueda está limitada por el momento"


@pytest.fixture
def two_papers(client: Client, settings: Settings) -> tuple[Document, Document]:
    """One published, one not."""
    settings.SEARCH = backends.adapter("SEARCH_URL", "http://127.0.0.1:1/chasqui?timeout=1")
    present(client, papers=[a_pdf("publicado.pdf", "La acequia mayor"), a_pdf("reservado.pdf", "La acequia menor")])
    public, private = (item.document for item in Filing.objects.get().items.order_by("order"))
    docs.publish(document=public, channel="portal", by=None, at=timezone.now())
    return public, private


@pytest.mark.parametrize("words", ["", "tipo:{kind}"])
def test_published_acts_are_still_listed_and_found(two_papers: tuple[Document, Document], words: str) -> None:
    public, private = two_papers

    page = Client().get("/publicaciones/", {"q": words.format(kind=public.kind.slug)})

    assert page.status_code == 200
    assert NOTICE in page.content.decode()
    assert f"/publicaciones/{public.pk}/" in page.content.decode()
    assert f"/publicaciones/{private.pk}/" not in page.content.decode()


def test_names_of_the_file_are_not_found(two_papers: tuple[Document, Document]) -> None:
    page = Client().get("/publicaciones/", {"q": "Rosa Ejemplo"}).content.decode()

    assert "Nada coincide" in page


def test_machines_are_told_too(two_papers: tuple[Document, Document]) -> None:
    answer = Client().get("/api/publicaciones").json()

    assert answer["is_limited"] is True
    assert len(answer["acts"]) == 1
