"""What goes with a notice on paper, and what comes back of it into the file (NT-01, NT-06)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from docs_store import services as docs
from docs_store.models import Document, DocumentKind
from ledger import services as ledger
from organization.models import Person
from workflows.enums import AttemptResult, TakesEffect
from workflows.errors import NoticeRefused
from workflows.models import Notice, NoticeContent
from workflows.services import notices
from workflows.services.notified import held_notice, tell
from workflows.services.papers import FILE_KIND


@dataclass(frozen=True)
class Stated:
    """What the cédula of an act says besides the act. An organ left blank: that recourse is not offered."""

    decides: str
    takes_effect: TakesEffect
    ends_route: bool
    takes_effect_on: date | None = None
    reconsidered_by: str = ""
    appealed_to: str = ""
    authority_address: str = ""


def state(*, document: Document, content: Stated, by: Person, at: datetime) -> NoticeContent:
    """Write what the cédula of a document says, the same for each person it is notified to.

    :raises NoticeRefused: a day is wanted and not given.
    """
    if content.takes_effect == TakesEffect.ON_DAY and content.takes_effect_on is None:
        raise NoticeRefused(_("Escriba desde qué día tiene efecto."))
    with transaction.atomic():
        row, _is_new = NoticeContent.objects.update_or_create(
            document=document, defaults={**vars(content), "stated_by": by, "stated_at": at}
        )
        ledger.record("notice.content_stated", subject=f"document:{document.pk}", facts={}, by=by.actor, at=at)
    return row


def add_evidence(*, notice: Notice, name: str, content: BinaryIO, by: Person, at: datetime) -> Document:
    """Put the scanned cargo into the file, with its folio, and name it in the chain of the notice (NT-06).

    It may come before or after what it proves is noted, and more than once: each visit brings its own.

    :raises UploadRefused: it is empty, too large, damaged, unsafe, or of a type that is not received.
    :raises ArchiveUnavailable: nothing was recorded; the call may be repeated.
    """
    received = docs.receive_file(name=name, content=content)
    with held_notice(notice) as held:
        document = docs.start_document(
            expediente=held.document.expediente,
            kind=DocumentKind.objects.get(slug=FILE_KIND),
            title=_("Cargo de la cédula %(label)s") % {"label": held.label},
            by=by,
            at=at,
        )
        docs.attach_received(document=document, received=received, by=by, at=at)
        leaf = docs.file_document(document=document, by=by, at=at)
        folios = [leaf.folio_from, leaf.folio_to]
        note = ngettext("Folio %(first)s", "Folios %(first)s a %(last)s", 1 + folios[1] - folios[0]) % {
            "first": folios[0],
            "last": folios[1],
        }
        notices.keep_attempt(held, AttemptResult.EVIDENCE, at=at, note=note, evidence=document, by=by)
        tell("notice.evidence_added", held, {"evidence": document.pk, "folios": folios}, by, at)
    return document
