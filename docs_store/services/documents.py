"""Documents as rows: started, annexed, returned, published, annulled."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from docs_store.enums import DocumentState, LegalState
from docs_store.errors import AnnexRefused, DocumentIsClosed, NotEmitted, ReasonMissing, TextIsFixed
from docs_store.models import REASON_LENGTH, TITLE_LENGTH, Annex, Document, DocumentKind, Expediente, Publication
from docs_store.selectors import living_number
from docs_store.services import numbers
from docs_store.services.locking import actor_of, lock, lock_open, lock_together
from ledger import services as ledger
from organization.models import Person, Post, Unit


def start_document(
    *,
    expediente: Expediente,
    kind: DocumentKind,
    title: str,
    by: Person | None,
    at: datetime,
    unit: Unit | None = None,
    post: Post | None = None,
    outside_author: str = "",
    label: str = "",
) -> Document:
    """Start a document of the expediente, still without content, and return it.

    :param unit: whose document it is, and ``post`` who writes it; none for what comes from outside.
    :param label: the number that an outside document brings along; ours get theirs from a series.
    """
    with transaction.atomic():
        document = Document.objects.create(
            expediente=expediente,
            kind=kind,
            title=title[:TITLE_LENGTH],
            unit=unit,
            post=post,
            outside_author=outside_author,
            label=label,
            created_by=by,
            created_at=at,
        )
        _record("document.started", document, {"expediente": expediente.pk, "kind": kind.slug}, by, at)
    return document


def add_annex(*, document: Document, annex: Document, by: Person | None, at: datetime) -> Annex:
    """Let another document travel with this one, after its former annexes.

    :raises AnnexRefused: it is already there, or would carry itself.
    :raises TextIsFixed: the document is typeset with its number.
    :raises DocumentIsClosed: it was emitted or annulled.
    """
    with transaction.atomic():
        lock_together(document, annex)
        lock_open(document)
        if document.state == DocumentState.FOR_DISPATCH:
            raise TextIsFixed
        if _carries(annex, document) or document.annexes.filter(annex=annex).exists():
            raise AnnexRefused
        last = document.annexes.aggregate(last=Max("order"))["last"] or 0
        line = Annex.objects.create(document=document, annex=annex, order=last + 1)
        _record("document.annexed", document, {"annex": annex.pk, "order": line.order}, by, at)
    return line


def _carries(annex: Document, document: Document) -> bool:
    """Return whether the annex is the document, or has it among its annexes at any depth."""
    seen: set[int] = set()
    waiting = {annex.pk}
    while waiting:
        if document.pk in waiting:
            return True
        seen |= waiting
        waiting = set(Annex.objects.filter(document__in=waiting).values_list("annex", flat=True)) - seen
    return False


def change_kind(*, document: Document, kind: DocumentKind, by: Person | None, at: datetime) -> None:
    """Let a draft be of another kind: what a step sends back is not what it would have sent on.

    :raises TextIsFixed: it holds a number, which is of a series of its kind.
    :raises DocumentIsClosed: it was emitted or annulled.
    """
    with transaction.atomic():
        lock_open(document)
        if living_number(document) is not None:
            raise TextIsFixed
        document.kind = kind
        document.save(update_fields=["kind"])
        _record("document.kind_changed", document, {"kind": kind.slug}, by, at)


def submit_for_visado(*, document: Document) -> None:
    """Show a draft as waiting for its visados. Call it inside the transaction of the decision that sends it on.

    :raises DocumentIsClosed: it was emitted or annulled.
    """
    with transaction.atomic(savepoint=False):
        lock_open(document)
        _set_state(document, DocumentState.FOR_VISADO)


def reopen_draft(*, document: Document) -> None:
    """Give an observed document back its text: it may be edited and typeset again, under the number that it keeps.

    Its annexes that were typeset with it are given back too. Call it inside the transaction of the decision that
    returns it: that decision's entry in the ledger tells of both.

    :raises DocumentIsClosed: it was emitted or annulled.
    """
    with transaction.atomic():
        lock_open(document)
        _set_state(document, DocumentState.OBSERVED)
        Document.objects.filter(annex_of__document=document, state=DocumentState.FOR_DISPATCH).update(
            state=DocumentState.DRAFT
        )


def publish(*, document: Document, channel: str, by: Person | None, at: datetime) -> Publication:
    """Publish an emitted document and return the publication; the same channel again returns the first one.

    :raises NotEmitted: it is still a draft, or was annulled.
    """
    with transaction.atomic():
        lock(document)
        if document.state != DocumentState.EMITTED:
            raise NotEmitted
        publication, is_new = Publication.objects.get_or_create(
            document=document, channel=channel, defaults={"published_at": at, "published_by": by}
        )
        if is_new:
            document.is_public = True
            document.save(update_fields=["is_public"])
            _record("document.published", document, {"publication": publication.pk}, by, at)
    return publication


def annul_document(*, document: Document, reason: str, by: Person | None, at: datetime) -> None:
    """Annul a document: a draft is dropped and its number annulled with the same reason; an act loses its force.

    What was emitted stays where it is, with its number and its folios.

    :raises ReasonMissing: without a reason.
    :raises DocumentIsClosed: it was annulled before.
    """
    if not reason.strip():
        raise ReasonMissing
    with transaction.atomic():
        lock(document)
        if document.state == DocumentState.ANNULLED:
            raise DocumentIsClosed
        dropped = numbers.annul_reserved(document, reason=reason, at=at)
        document.state, document.annulled_at = DocumentState.ANNULLED, at
        document.annul_reason = reason.strip()[:REASON_LENGTH]
        if document.legal_state:
            document.legal_state = LegalState.ANNULLED
        document.save(update_fields=["state", "annulled_at", "annul_reason", "legal_state", "label"])
        _record("document.annulled", document, {"number": dropped.pk if dropped else None}, by, at)


def _set_state(document: Document, state: DocumentState) -> None:
    document.state = state
    document.save(update_fields=["state"])


def _record(kind: str, document: Document, facts: dict[str, object], by: Person | None, at: datetime) -> None:
    ledger.record(kind, subject=f"document:{document.pk}", facts=facts, by=actor_of(by), at=at)
