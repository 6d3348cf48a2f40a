"""Grants by an act of the archive: a draft is kept and counts once it is signed; some signatures nobody delegates."""

from datetime import datetime

from docs_store.enums import DocumentState
from docs_store.models import Document, DocumentKind
from organization import services as organization
from organization.models import Grant, Person


def grant_by_act(*, grant: Grant, by: Person, at: datetime) -> Grant:
    """Let the person act as the post, as ``organization.grant_capacity`` does, by a citation or an act of the archive.

    :raises GrantRefused: also for a delegated signature of kinds that are not signed by delegation.
    """
    undelegable = DocumentKind.objects.filter(is_own_signature_only=True).values_list("slug", flat=True)
    grant.awaits_act = grant.document_id is not None and not _is_signed(grant.document_id)
    return organization.grant_capacity(grant=grant, by=by, at=at, undelegable=undelegable)


def _is_signed(document_id: int) -> bool:
    return Document.objects.filter(pk=document_id, state=DocumentState.EMITTED).exists()
