"""How a document is cited: with its article, its number and its own day in Lima."""

from datetime import UTC, datetime

import pytest

from docs_store.models import Document, DocumentKind
from workflows.selectors.editing import citation

AFTER_SEVEN_IN_LIMA = datetime(2023, 11, 9, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "cited"),
    [
        ("Informe", "el Informe N.° 1-2023, del 8 de noviembre de 2023"),
        ("Opinión Legal", "la Opinión Legal N.° 1-2023, del 8 de noviembre de 2023"),
        ("Acta", "el Acta N.° 1-2023, del 8 de noviembre de 2023"),
        ("Solicitud", "la Solicitud N.° 1-2023, del 8 de noviembre de 2023"),
    ],
)
def test_a_document_is_cited_by_its_lima_day(kind: str, cited: str) -> None:
    document = Document(kind=DocumentKind(name=kind), label="1-2023", emitted_at=AFTER_SEVEN_IN_LIMA)

    assert citation(document, with_article=True) == cited
