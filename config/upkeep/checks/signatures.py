"""Signatures: the bytes after are the bytes before and one revision more, which holds the recorded signature."""

import hashlib
from collections.abc import Iterator

from django.utils.translation import gettext as _

from config.upkeep.differences import Depth, Difference, Kind
from docs_store import selectors as stored
from docs_store.errors import ObjectDamaged, ObjectMissing
from docs_store.models import Version
from signing.models import Signature
from signing.rules.revisions import signatures_in


def differences(depth: Depth) -> Iterator[Difference]:
    """Yield the signatures whose bytes do not bear them: of all, or of as many as the depth says."""
    rows = Signature.objects.select_related("before", "after")
    chosen = rows.order_by("pk") if depth.sample is None else rows.order_by("?")[: depth.sample]
    for signature in chosen.iterator(chunk_size=200):
        if not _stands(signature):
            yield Difference(
                Kind.SIGNATURE_BYTES,
                f"signature:{signature.pk}",
                _("Los bytes guardados de la versión %(version)d no llevan la firma %(signature)d registrada.")
                % {"version": signature.after_id, "signature": signature.pk},
            )


def _stands(signature: Signature) -> bool:
    """An object that is gone or damaged is told of by the archive's check."""
    try:
        before, after = _bytes(signature.before), _bytes(signature.after)
    except (ObjectDamaged, ObjectMissing):
        return True
    if len(after) <= len(before) or not after.startswith(before):
        return False
    return signature.cms_sha256 in {hashlib.sha256(der).hexdigest() for der in signatures_in(after)}


def _bytes(version: Version) -> bytes:
    with stored.open_version(version) as content:
        return content.read()
