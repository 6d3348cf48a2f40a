"""Emission: the document takes its version for good, its number is used, and it gets its folios."""

from datetime import datetime

from django.db import transaction

from docs_store.enums import DocumentState, LegalState, Stage
from docs_store.errors import TextChanged, TextMissing
from docs_store.models import Document, Leaf, Number, Version
from docs_store.selectors import open_version
from docs_store.services import numbers, versions
from docs_store.services.locking import actor_of, lock_expediente, lock_open
from docs_store.typesetting import texts_of_sheet
from ledger import services as ledger
from organization.models import Person


def emit(*, document: Document, version: Version, by: Person | None, at: datetime) -> Leaf:
    """Emit the document as this version, and return its line in the expediente's index.

    The version comes from the newest typesetting: bytes that were returned are never emitted.

    :raises TextChanged: the document is not fixed for dispatch, or was typeset anew since.
    :raises DocumentIsClosed: it was emitted or annulled.
    """
    paper = _typeset_root(version)
    texts = _texts(version, paper)
    with transaction.atomic():
        lock_open(document)
        newest = document.versions.filter(stage=Stage.TYPESET).order_by("-number").first()
        if document.state != DocumentState.FOR_DISPATCH or paper is None or newest != paper:
            raise TextChanged
        if version != paper:
            versions.keep_texts(version, texts)
        return _emit(document, version, numbers.use_reserved(document, at=at), by=by, at=at)


def file_document(*, document: Document, by: Person | None, at: datetime) -> Leaf:
    """Make an outside file part of the record, as it is, and return its line in the expediente's index.

    :raises TextMissing: no file was attached yet.
    :raises DocumentIsClosed: it was filed or annulled.
    """
    with transaction.atomic():
        lock_open(document)
        version = document.versions.filter(stage=Stage.FILE).order_by("-number").first()
        if version is None:
            raise TextMissing
        return _emit(document, version, None, by=by, at=at)


def _emit(document: Document, version: Version, number: Number | None, *, by: Person | None, at: datetime) -> Leaf:
    document.state = DocumentState.EMITTED
    document.emitted_at, document.emitted_version = at, version
    document.legal_state = LegalState.IN_FORCE if document.kind.is_act else ""
    document.save(update_fields=["state", "emitted_at", "emitted_version", "legal_state"])
    leaf = _add_leaf(document.expediente_id, version, at)
    ledger.record(
        "document.emitted",
        subject=f"document:{document.pk}",
        facts={
            "expediente": document.expediente_id,
            "version": version.pk,
            "sha256": version.sha256,
            "number": number.pk if number else None,
            "folios": [leaf.folio_from, leaf.folio_to],
        },
        by=actor_of(by),
        at=at,
    )
    return leaf


def _add_leaf(expediente_id: int, version: Version, at: datetime) -> Leaf:
    """Add the version at the end of the index; what has no pages to count is one folio."""
    lock_expediente(expediente_id)
    last = Leaf.objects.filter(expediente=expediente_id).order_by("-order").first()
    order, folio = (last.order + 1, last.folio_to + 1) if last else (1, 1)
    return Leaf.objects.create(
        expediente_id=expediente_id,
        order=order,
        version=version,
        folio_from=folio,
        folio_to=folio + max(version.pages or 1, 1) - 1,
        added_at=at,
    )


def _typeset_root(version: Version) -> Version | None:
    """Return the typeset version on which these bytes stand, or nothing if they stand on none."""
    step: Version | None = version
    while step is not None and step.stage == Stage.SIGNED:
        step = step.based_on
    return step if step is not None and step.stage == Stage.TYPESET else None


def _texts(version: Version, paper: Version | None) -> tuple[str, ...]:
    """Return the text of each page: signing adds none, so the typeset version's serves; else it is read now."""
    if paper is None or version == paper:
        return ()
    rows = {row.page: row.text for row in paper.page_texts.all()}
    if rows:
        return tuple(rows.get(page, "") for page in range(1, max(rows) + 1))
    with open_version(version) as content:
        return texts_of_sheet(content.read())
