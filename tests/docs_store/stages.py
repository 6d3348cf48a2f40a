"""A document of the office at each stage: written, numbered, typeset, signed, emitted."""

from datetime import datetime, timedelta
from typing import Any

import pypdfium2

from docs_store import selectors as stored
from docs_store import services as docs
from docs_store.models import Document, Version
from docs_store.ports import SignerPlace
from tests.docs_store.conftest import Office
from tests.factories import NOON, make_draft

SIGNER = SignerPlace(1, "Jefe de Informática y Sistemas", "Félix Gonzales")
NEXT_DAY = NOON + timedelta(days=1)
SIGNATURE = b"\n% a signature"


def written(office: Office, *paragraphs: str, **values: Any) -> Document:
    document = office.document(**values)
    docs.save_draft(document=document, content=make_draft("Solicita opinión", *paragraphs), by=office.chief, at=NOON)
    return document


def numbered(office: Office, **values: Any) -> Document:
    document = written(office, **values)
    docs.reserve_number(document=document, by=office.chief, at=NOON)
    return document


def typeset(document: Document, *, at: datetime = NOON, **values: Any) -> Version:
    given: dict[str, Any] = {"signers": [SIGNER], "visados": (), "by": document.created_by, "at": at, **values}
    version, _places = docs.typeset_document(document=document, **given)
    return version


def signed(version: Version, *, at: datetime = NOON) -> Version:
    with stored.open_version(version) as before:
        pdf = before.read() + SIGNATURE
    return docs.store_signed(document=version.document, pdf=pdf, based_on=version, by=None, at=at)


def emitted(office: Office, **values: Any) -> Document:
    document = numbered(office, **values)
    docs.emit(document=document, version=signed(typeset(document)), by=office.chief, at=NOON)
    return document


def text_of(version: Version) -> str:
    with stored.open_version(version) as content:
        pdf = pypdfium2.PdfDocument(content.read())
        text = "\n".join(page.get_textpage().get_text_range() for page in pdf)
        pdf.close()
    return text
