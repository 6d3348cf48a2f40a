"""Reads of signing: which visados stand, who signed a file, who must."""

from collections.abc import Collection, Iterable

from django.db.models import QuerySet

from docs_store import selectors as stored
from docs_store.enums import Stage
from docs_store.models import Document, Version
from signing.models import Credential, Signature, Slot, Visado


def standing_visados(document: Document) -> QuerySet[Visado]:
    """Return the visados of the document that were not voided, in the order in which they were given."""
    return (
        Visado.objects.filter(version__document=document, voided_at__isnull=True)
        .select_related("post", "person", "version")
        .order_by("id")
    )


def valid_visados(document: Document) -> list[Visado]:
    """Return the visados that still fit the newest text: same words, same annexes."""
    visados = list(standing_visados(document))
    text = stored.latest_text(document) if visados else None
    if text is None:
        return []
    covered = stored.canonical_sha256(text)
    return [visado for visado in visados if visado.content_sha256 == covered]


def signatures_of(version: Version) -> list[Signature]:
    """Return the signatures that the version's bytes bear, in their order, withdrawn ones included."""
    found: list[Signature] = []
    step: Version | None = version
    while step is not None and step.stage == Stage.SIGNED:
        signature = Signature.objects.filter(after=step).select_related("person", "post", "slot").first()
        if signature is not None:
            found.insert(0, signature)
        step = step.based_on
    return found


def slots_of(version: Version) -> list[Slot]:
    """Return the places planned for the typeset version from which these bytes come."""
    step: Version | None = version
    while step is not None and step.stage == Stage.SIGNED:
        step = step.based_on
    return list(step.slots.select_related("post").order_by("order")) if step is not None else []


def version_with_signature(cms_sha256: Collection[str]) -> Version | None:
    """Return the newest stored version that bears one of these very signatures."""
    made = Signature.objects.filter(cms_sha256__in=cms_sha256).select_related("after__document__kind")
    newest = made.order_by("-id").first()
    return newest.after if newest else None


def certificates_of(person_ids: Iterable[int]) -> dict[int, Credential]:
    """Return the newest certificate of each of these people, by their id; who has none has no entry."""
    rows = Credential.objects.filter(person__in=set(person_ids)).defer("certificate", "encrypted_key").order_by("pk")
    return {row.person_id: row for row in rows if row.person_id is not None}
