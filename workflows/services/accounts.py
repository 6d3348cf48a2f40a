"""The account of a due day made part of its file: by itself in the index, or as annex of a draft."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from docs_store import selectors as stored
from docs_store import services as docs
from docs_store.models import Annex, Document, DocumentKind, Expediente
from docs_store.ports import Draft
from ledger import services as ledger
from organization.models import Person, Post
from workflows.errors import StepRefused
from workflows.models import Clock
from workflows.selectors.account_papers import account_text, annex_title
from workflows.selectors.accounts import account_of
from workflows.services import engine, holders, papers
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


def attach_account(*, clock: Clock, task_id: int, by: Person, at: datetime) -> Annex:
    """Attach the account of a clock, as it reads now, as the next annex of the document that a step writes.

    The act prints its title, its pages and its hash; it is typeset, emitted and folioed with the act, as any annex that
    we write. The same account again changes nothing and gives the annex that it is. Visados that were given on the
    draft without it lose effect.

    :raises TaskNotFound: not a task of this person.
    :raises StepRefused: the step writes nothing, or it is of another file.
    :raises TextIsFixed: the document is typeset with its number.
    :raises ArchiveUnavailable: nothing was attached; the call may be repeated.
    """
    task = holders.task_for(task_id, by=by, at=at)
    if task.process.expediente_id != clock.expediente_id:
        raise StepRefused(_("Ese plazo es de otro expediente. Elija uno de este."))
    text = _annex_text(clock, at)
    received = docs.receive_text(text)
    with transaction.atomic():
        document = papers.own_document(task, engine.step_of(task), by=by, at=at)
        held = _attached(document, text)
        if held is not None:
            return held
        annex = papers.attach_received_text(document, received, by=by, at=at)
        line = Annex.objects.get(document=document, annex=annex)
        facts = {"clock": clock.pk, "document": document.pk, "annex": annex.pk, "order": line.order}
        subject = f"expediente:{clock.expediente_id}"
        ledger.record("clock.account_attached", subject=subject, facts=facts, by=by.actor, at=at)
    return line


def _annex_text(clock: Clock, at: datetime) -> Draft:
    account = account_of(clock, timezone.localdate(at))
    text = account_text(account, Expediente.objects.get(pk=clock.expediente_id))
    return replace(text, subject=annex_title(account))


def _attached(document: Document, text: Draft) -> Annex | None:
    """Return the annex of a draft that says just this."""
    for line in document.annexes.select_related("annex").order_by("order"):
        version = stored.latest_text(line.annex)
        if version is not None and version.content and Draft.from_json(version.content) == text:
            return line
    return None
