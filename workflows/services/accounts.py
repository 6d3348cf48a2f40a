"""The account of a due day made part of its file: typeset, emitted, with its folio and its entry in the ledger."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from docs_store import services as docs
from docs_store.models import Document, DocumentKind, Expediente
from ledger import services as ledger
from organization.models import Person, Post
from workflows.models import Clock
from workflows.selectors.account_papers import account_text
from workflows.selectors.accounts import account_of
from workflows.services.papers import ANNEX_KIND


def add_account(*, clock: Clock, post: Post | None, by: Person, at: datetime) -> Document:
    """Add the account of a clock, as it reads now, to the index of its file, and return the document.

    It is an annex that nobody signs: typeset as PDF/A with its verification code. Asked for again it is added again:
    what was counted that day stays as it was.

    :param post: whose document it is; its unit keeps it.
    :raises ArchiveUnavailable: nothing was added; the call may be repeated.
    """
    expediente = Expediente.objects.get(pk=clock.expediente_id)
    text = account_text(account_of(clock, timezone.localdate(at)), expediente)
    received = docs.receive_text(text)
    with transaction.atomic():
        document = docs.start_document(
            expediente=expediente,
            kind=DocumentKind.objects.get(slug=ANNEX_KIND),
            title=text.subject,
            unit=post.unit if post else None,
            post=post,
            by=by,
            at=at,
        )
        docs.save_received(document=document, received=received, by=by, at=at)
        version, _places = docs.typeset_document(document=document, signers=(), visados=(), by=by, at=at)
        leaf = docs.emit(document=document, version=version, by=by, at=at)
        facts = {"clock": clock.pk, "document": document.pk, "folios": [leaf.folio_from, leaf.folio_to]}
        ledger.record("clock.account_added", subject=f"expediente:{expediente.pk}", facts=facts, by=by.actor, at=at)
    return document
