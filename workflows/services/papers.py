"""The documents that the steps of a process write and work on, and what surrounds them on paper."""

from datetime import datetime
from typing import BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _

from docs_store import services as docs
from docs_store.enums import DocumentState
from docs_store.models import Document, DocumentKind, Version
from docs_store.ports import Draft
from organization import selectors as organization
from organization.models import Person, Post
from signing import services as signing
from workflows.errors import StepRefused
from workflows.models import Process, ProcessDocument, Task
from workflows.ports import Step
from workflows.selectors import parts
from workflows.services import engine, holders

FILE_KIND, ANNEX_KIND = "archivo", "anexo"


def own_document(task: Task, step: Step, *, by: Person, at: datetime, outcome: str = "") -> Document:
    """Return the draft that this step writes; it is started at its first use.

    What a step emits belongs to its task alone: a step that runs again writes a new document, and two units that
    answer at once write one each. What a step drafts for others (an act) is one document of the process.

    :param outcome: the decision that the text is for: a step may send the file back with another kind.
    :raises StepRefused: the step writes nothing.
    """
    if step.drafts:
        return _living_draft(task, step) or _start(task, step, _kind(step.drafts), by=by, at=at)
    if not step.emits:
        raise StepRefused(_("En este paso no se escribe un documento. Vuelva a la tarea y decida allí."))
    kind = _kind(step.emits_on_observed if outcome == "observed" and step.emits_on_observed else step.emits)
    if task.document is None:
        return _start(task, step, kind, by=by, at=at)
    if task.document.kind_id != kind.pk and task.document.state != DocumentState.EMITTED:
        docs.change_kind(document=task.document, kind=kind, by=by, at=at)
    own: Document = task.document
    return own


def _kind(slug: str) -> DocumentKind:
    return DocumentKind.objects.get(slug=slug)


def _living_draft(task: Task, step: Step) -> Document | None:
    current = parts.document_of(task.process, step.key or step.drafts)
    is_closed = current is not None and current.state in {DocumentState.EMITTED, DocumentState.ANNULLED}
    return None if is_closed else current


def _started_meanwhile(task: Task, step: Step) -> Document | None:
    """Return what another request started for this step; the process is locked."""
    if step.drafts:
        return _living_draft(task, step)
    task.refresh_from_db(fields=["document"])
    started: Document | None = task.document
    return started


def _start(task: Task, step: Step, kind: DocumentKind, *, by: Person, at: datetime) -> Document:
    """Start the step's document under the lock of its process: a form sent twice starts one."""
    post = _author(task, step)
    with transaction.atomic():
        Process.objects.select_for_update(of=("self",), no_key=True).only("pk").get(pk=task.process_id)
        started = _started_meanwhile(task, step)
        if started is not None:
            return started
        document = docs.start_document(
            expediente=task.process.expediente,
            kind=kind,
            title=task.process.expediente.subject,
            unit=post.unit if post else task.unit,
            post=post,
            by=by,
            at=at,
        )
        ProcessDocument.objects.create(process=task.process, key=step.key or kind.slug, document=document)
        if step.emits:
            task.document = document
            Task.objects.filter(pk=task.pk).update(document=document)
    return document


def save_step_text(*, task_id: int, content: Draft, by: Person, at: datetime, outcome: str = "") -> Version:
    """Save the text that this step writes as a new version; visados that it no longer fits lose effect.

    :raises TaskNotFound: not a task of this person.
    :raises StepRefused: the step writes nothing.
    :raises UnprintableCharacter: no font has one of the characters.
    :raises ArchiveUnavailable: nothing was recorded; the call may be repeated.
    """
    task = holders.task_for(task_id, by=by, at=at)
    received = docs.receive_text(content)
    with transaction.atomic():
        document = own_document(task, engine.step_of(task), by=by, at=at, outcome=outcome)
        return _save_received(document, received, by=by, at=at)


def save_text(document: Document, content: Draft, *, by: Person, at: datetime) -> Version:
    """Save a new version of the text and void the visados that no longer fit it."""
    return _save_received(document, docs.receive_text(content), by=by, at=at)


def _save_received(document: Document, received: docs.ReceivedText, *, by: Person, at: datetime) -> Version:
    with transaction.atomic():
        version = docs.save_received(document=document, received=received, by=by, at=at)
        signing.void_visados(document=document, reason=_("El texto cambió después de este visado."), by=by, at=at)
    return version


def attach_annex(*, task_id: int, name: str, content: BinaryIO, title: str, by: Person, at: datetime) -> Document:
    """Attach an outside file, byte-identical, as annex of the document that this step writes.

    :raises UploadRefused: the file cannot be kept as it is.
    :raises ArchiveUnavailable: nothing was recorded; the call may be repeated.
    """
    task = holders.task_for(task_id, by=by, at=at)
    received = docs.receive_file(name=name, content=content)
    with transaction.atomic():
        document = own_document(task, engine.step_of(task), by=by, at=at)
        return _attach_received(document, received, title, by=by, at=at)


def attach_outside(
    document: Document, *, name: str, content: BinaryIO, title: str, by: Person, at: datetime
) -> Document:
    """Attach an outside file as annex of a document."""
    return _attach_received(document, docs.receive_file(name=name, content=content), title, by=by, at=at)


def _attach_received(
    document: Document, received: docs.ReceivedFile, title: str, *, by: Person, at: datetime
) -> Document:
    with transaction.atomic():
        annex = docs.start_document(expediente=document.expediente, kind=_kind(FILE_KIND), title=title, by=by, at=at)
        docs.attach_received(document=annex, received=received, by=by, at=at)
        _add_annex(document, annex, by=by, at=at)
    return annex


def attach_typeset(document: Document, *, content: Draft, by: Person, at: datetime) -> Document:
    """Attach an annex that we typeset ourselves, from its text."""
    return attach_received_text(document, docs.receive_text(content), by=by, at=at)


def attach_received_text(document: Document, received: docs.ReceivedText, *, by: Person, at: datetime) -> Document:
    """Attach an annex that we typeset ourselves, from a text that was archived before any row was locked."""
    with transaction.atomic():
        annex = docs.start_document(
            expediente=document.expediente,
            kind=_kind(ANNEX_KIND),
            title=received.subject,
            unit=document.unit,
            post=document.post,
            by=by,
            at=at,
        )
        docs.save_received(document=annex, received=received, by=by, at=at)
        _add_annex(document, annex, by=by, at=at)
    return annex


def _add_annex(document: Document, annex: Document, *, by: Person, at: datetime) -> None:
    with transaction.atomic():
        docs.add_annex(document=document, annex=annex, by=by, at=at)
        signing.void_visados(document=document, reason=_("Cambiaron los anexos después de este visado."), by=by, at=at)


def _author(task: Task, step: Step) -> Post | None:
    """Return whose document it is: an act is its last signer's, whoever drafts it; the rest is the task holder's."""
    if step.drafts:
        signers = engine.signing_posts(task.process, step.key or step.drafts)
        if signers:
            return signers[-1]
    return task.post or (organization.head_post(task.unit) if task.unit else None)
