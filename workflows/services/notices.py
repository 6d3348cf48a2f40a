"""Emitted documents on their way to people by mail: at least once, always with the same Message-ID."""

from datetime import datetime
from typing import BinaryIO

from django.core.mail import EmailMessage
from django.db import transaction
from django.utils.translation import gettext as _

from docs_store import selectors as stored
from docs_store.enums import DocumentState
from docs_store.models import Document
from ledger import services as ledger
from organization import selectors as organization
from organization.models import Person
from workflows.enums import NoticeState
from workflows.errors import StepRefused
from workflows.models import Filing, Notice


def queue(*, document: Document, by: Person, at: datetime) -> list[Notice]:
    """Queue one notice of an emitted document for each party of its expediente; repeating adds none.

    Who left no address gets a notice too, marked as not sent: the desk hands that one over on paper.

    :raises StepRefused: the document was not emitted yet.
    """
    if document.state != DocumentState.EMITTED:
        raise StepRefused(_("Solo se notifica un documento emitido. Fírmelo antes."))
    with transaction.atomic(savepoint=False):
        parties = Person.objects.filter(
            pk__in=Filing.objects.filter(expediente=document.expediente, voided_at__isnull=True).values("party")
        )
        return [_queue_one(document, person, by, at) for person in parties]


def _queue_one(document: Document, person: Person, by: Person, at: datetime) -> Notice:
    notice, is_new = Notice.objects.get_or_create(
        message_id=f"<notice-{document.pk}-{person.pk}@{organization.entity().host}>",
        defaults={
            "document": document,
            "person": person,
            "email": person.email,
            "queued_at": at,
            "state": NoticeState.QUEUED if person.email else NoticeState.FAILED,
        },
    )
    if is_new:
        ledger.record(
            "notice.queued",
            subject=f"document:{document.pk}",
            facts={"notice": notice.pk, "by_mail": bool(person.email)},
            by=by.actor,
            at=at,
        )
    return notice


def send(*, notice_id: int, at: datetime) -> None:
    """Mail one queued notice with its document. Sent before: nothing happens."""
    notice = Notice.objects.select_related("document__emitted_version", "document__kind", "person").get(pk=notice_id)
    if notice.state != NoticeState.QUEUED:
        return
    queued = Notice.objects.filter(pk=notice.pk, state=NoticeState.QUEUED)
    _message(notice).send()
    with transaction.atomic():
        if queued.update(state=NoticeState.SENT, sent_at=at):
            ledger.record(
                "notice.sent",
                subject=f"document:{notice.document_id}",
                facts={"notice": notice.pk},
                by="system:worker",
                at=at,
            )


def _message(notice: Notice) -> EmailMessage:
    entity = organization.entity()
    document = notice.document
    version = document.emitted_version
    message = EmailMessage(
        subject=f"{document.kind} {document.label}",
        body=_(
            "%(entity)s le envía %(kind)s %(label)s.\n\n"
            "El documento va adjunto, firmado digitalmente. Puede comprobarlo en %(url)s/v/%(cvd)s.\n"
        )
        % {
            "entity": entity.name,
            "kind": document.kind,
            "label": document.label,
            "url": entity.public_url,
            "cvd": document.cvd,
        },
        to=[notice.email],
        headers={"Message-ID": notice.message_id},
    )
    if version is not None:
        content: BinaryIO = stored.open_version(version)
        with content:
            message.attach(version.name, content.read(), version.media_type)
    return message
