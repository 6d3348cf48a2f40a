"""Emitted documents on their way to people: sent at least once, always with the same Message-ID, valid from a day.

Who accepted the casilla is notified there, with an alert by mail without which it does not count (NT-04); who asked for
mail, by their reply (NT-03); anyone else at their address, and gets a copy by mail if there is one. Every attempt stays
in the chain of its notice.
"""

from datetime import datetime
from typing import BinaryIO

from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from docs_store import selectors as stored
from docs_store.enums import DocumentState
from docs_store.models import Document
from ledger import services as ledger
from organization import selectors as organization
from organization.models import Person
from workflows.enums import AttemptResult, ClockPurpose, NoticeGround, NoticeMeans, NoticeState
from workflows.errors import StepRefused
from workflows.models import Filing, Notice, NoticeAttempt
from workflows.services import clocks

SYSTEM = "system:worker"
BY_WIRE = frozenset({NoticeMeans.MAIL, NoticeMeans.CASILLA})
NOTIFY, REPLY, ACKNOWLEDGE = "notificacion", "correo-respuesta", "casilla-acuse"


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
        document=document,
        person=person,
        defaults={
            "message_id": f"<notice-{document.pk}-{person.pk}@{organization.entity().host}>",
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


def begin(*, notice_id: int, at: datetime) -> None:
    """Choose the means of a queued notice and start its term to be notified. Begun before: nothing happens.

    It runs in the worker, so that the step which notifies costs nothing more.
    """
    notice = Notice.objects.select_related("document").get(pk=notice_id)
    if notice.notified_on is not None:
        return
    if not notice.attempts.exists():
        notice.means = means_of(notice)
        Notice.objects.filter(pk=notice.pk).update(means=notice.means)
    issued_on = timezone.localdate(notice.document.emitted_at or notice.queued_at)
    clocks.start_for_notice(notice=notice, term=NOTIFY, purpose=ClockPurpose.NOTIFY, event_on=issued_on, by=None, at=at)


def means_of(notice: Notice) -> NoticeMeans:
    """Return how the person asked to be notified in what they presented last; without a mail address, at the door.

    Certified mail begins at the door too: it comes only when that failed (NT-02).
    """
    own = Filing.objects.filter(expediente=notice.document.expediente_id, party=notice.person_id)
    asked = own.filter(voided_at__isnull=True, is_first=True).values_list("notify_by", flat=True).first()
    return NoticeMeans(asked) if asked in BY_WIRE and notice.email else NoticeMeans.PERSONAL


def send(*, notice_id: int, at: datetime) -> None:
    """Mail one queued notice with its document, or its alert. Sent before: nothing happens."""
    notice = Notice.objects.select_related("document__emitted_version", "document__kind", "person").get(pk=notice_id)
    if notice.state != NoticeState.QUEUED:
        return
    queued = Notice.objects.filter(pk=notice.pk, state=NoticeState.QUEUED)
    _message(notice).send()
    with transaction.atomic():
        if queued.update(state=NoticeState.SENT, sent_at=at):
            _sent(notice, at)


def _sent(notice: Notice, at: datetime) -> None:
    """Write what a mail that left means for its notice."""
    results = {NoticeMeans.MAIL: AttemptResult.MAILED, NoticeMeans.CASILLA: AttemptResult.ALERTED}
    keep_attempt(notice, results.get(NoticeMeans(notice.means), AttemptResult.COPY_MAILED), at=at)
    if notice.means == NoticeMeans.CASILLA:
        Notice.objects.filter(pk=notice.pk).update(alerted_at=at)
    start_to_acknowledge(notice, at=at)
    ledger.record(
        "notice.sent", subject=f"document:{notice.document_id}", facts={"notice": notice.pk}, by=SYSTEM, at=at
    )


def start_to_acknowledge(notice: Notice, *, at: datetime) -> None:
    """Start the days in which a mail is answered or a deposit opened; a copy for who is notified at the door has
    none."""
    terms = {NoticeMeans.MAIL: REPLY, NoticeMeans.CASILLA: ACKNOWLEDGE}
    term = terms.get(NoticeMeans(notice.means))
    if term is not None:
        clocks.start_for_notice(
            notice=notice,
            term=term,
            purpose=ClockPurpose.ACKNOWLEDGE,
            event_on=timezone.localdate(at),
            by=None,
            at=at,
        )


def keep_attempt(
    notice: Notice,
    result: AttemptResult,
    *,
    at: datetime,
    note: str = "",
    ground: NoticeGround | None = None,
    evidence: Document | None = None,
    by: Person | None = None,
) -> NoticeAttempt:
    """Add a link to the chain of a notice."""
    return NoticeAttempt.objects.create(
        notice=notice,
        means=notice.means,
        result=result,
        note=note,
        at=at,
        ground=ground or "",
        evidence=evidence,
        by=by,
    )


def _message(notice: Notice) -> EmailMessage:
    """Return the mail of a notice: the document itself, or where it is notified in the casilla, the alert alone."""
    entity, document = organization.entity(), notice.document
    words = {
        "entity": entity.name,
        "kind": document.kind,
        "label": document.label,
        "url": entity.public_url,
        "cvd": document.cvd,
    }
    message = EmailMessage(
        subject=f"{document.kind} {document.label}",
        body=_body(notice) % words,
        to=[notice.email],
        headers={"Message-ID": notice.message_id},
    )
    version = document.emitted_version
    if version is not None and notice.means != NoticeMeans.CASILLA:
        content: BinaryIO = stored.open_version(version)
        with content:
            message.attach(version.name, content.read(), version.media_type)
    return message


def _body(notice: Notice) -> str:
    if notice.means == NoticeMeans.CASILLA:
        return _(
            "%(entity)s le notifica %(kind)s %(label)s en la casilla de su trámite.\n\n"
            "Ábrala en %(url)s con su número y su clave. Si no la abre en su plazo, se da por notificada.\n"
        )
    body = _(
        "%(entity)s le envía %(kind)s %(label)s.\n\n"
        "El documento va adjunto, firmado digitalmente. Puede comprobarlo en %(url)s/v/%(cvd)s.\n"
    )
    if notice.means == NoticeMeans.MAIL:
        body += _("\nUsted pidió que le notifiquemos por correo: responda que lo recibió, o ábralo con su clave.\n")
    return body
