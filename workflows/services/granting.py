"""Grants by an act of the archive: a draft is kept and counts once it is signed; some signatures nobody delegates."""

from collections.abc import Iterable
from datetime import date, datetime

from docs_store.enums import DocumentState
from docs_store.models import Document, DocumentKind
from organization import services as organization
from organization.enums import GrantKind
from organization.models import Grant, Person, Post


def grant_by_act(
    *,
    kind: GrantKind,
    post: Post,
    person: Person,
    own_post: Post,
    from_on: date,
    to_on: date | None,
    act: str,
    by: Person,
    at: datetime,
    scope: Iterable[str] = (),
    document_id: int | None = None,
) -> Grant:
    """Let the person act as the post, as ``organization.grant_capacity`` does, by a citation or an act of the archive.

    :raises GrantRefused: also for a delegated signature of kinds that are not signed by delegation.
    """
    undelegable = DocumentKind.objects.filter(is_own_signature_only=True).values_list("slug", flat=True)
    return organization.grant_capacity(
        kind=kind,
        post=post,
        person=person,
        own_post=own_post,
        from_on=from_on,
        to_on=to_on,
        act=act,
        by=by,
        at=at,
        scope=scope,
        document_id=document_id,
        awaits_act=document_id is not None and not _is_signed(document_id),
        undelegable=undelegable,
    )


def _is_signed(document_id: int) -> bool:
    return Document.objects.filter(pk=document_id, state=DocumentState.EMITTED).exists()
