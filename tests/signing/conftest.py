"""The signing room's fixtures: a demo with its own authority, and what the document store does meanwhile."""

from typing import Any

import pytest

from docs_store import services as docs
from docs_store.enums import Stage
from tests.factories import make_entity
from tests.signing.acts import keep


@pytest.fixture(autouse=True)
def _demo(settings: Any, db: None) -> None:
    settings.DEMO = True
    make_entity()


@pytest.fixture(autouse=True)
def _store(monkeypatch: pytest.MonkeyPatch) -> None:
    if hasattr(docs, "store_signed"):
        return

    def store_signed(*, document: Any, pdf: bytes, based_on: Any, by: Any, at: Any) -> Any:
        return keep(document, pdf, Stage.SIGNED, based_on=based_on)

    def save_draft(*, document: Any, content: Any, by: Any, at: Any) -> Any:
        import hashlib
        import json

        raw = json.dumps(content.as_json()).encode()
        return document.versions.create(
            number=document.versions.count() + 1,
            stage=Stage.STRUCTURED,
            content=content.as_json(),
            sha256=hashlib.sha256(raw).hexdigest(),
            size_bytes=len(raw),
            media_type="application/json",
            name="texto.json",
            stored_at=at,
            stored_by=by,
        )

    monkeypatch.setattr(docs, "store_signed", store_signed, raising=False)
    monkeypatch.setattr(docs, "save_draft", save_draft, raising=False)
