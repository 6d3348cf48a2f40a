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
from workflows.services.notified import check_open, held_notice, tell
from workflows.services.papers import FILE_KIND

LONGEST_ADDRESS, LONGEST_SOURCE = 180, 100


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


def readdress(*, notice: Notice, address: str, found_in: str, by: Person, at: datetime) -> Notice:
    """Notify at another address than the one that the person gave, for this notice alone; the chain says why.

    :raises NoticeRefused: the address or where it was found is not said, or it counts already.
    """
    where, source = " ".join(address.split())[:LONGEST_ADDRESS], " ".join(found_in.split())[:LONGEST_SOURCE]
    if not (where and source):
        raise NoticeRefused(_("Escriba el domicilio y dónde consta: en su DNI, o en otro trámite suyo."))
    with held_notice(notice) as held:
        check_open(held)
        held.address = where
        held.save(update_fields=["address"])
        note = _("%(where)s. Consta en: %(source)s") % {"where": where, "source": source}
        notices.keep_attempt(held, AttemptResult.ADDRESSED, at=at, note=note[:300], by=by)
        tell("notice.addressed", held, {}, by, at)
    return held


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
