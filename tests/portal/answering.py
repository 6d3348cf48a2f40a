"""A filing of a citizen, an act that answers it, and its notice."""

from datetime import date, datetime, timedelta
from io import BytesIO

from docs_store import services as docs
from docs_store.models import Document
from organization.models import Person
from tests.factories import LIMA, make_kind, make_pdf
from workflows import services as workflows
from workflows.enums import Channel, ClockPurpose, NoticeMeans
from workflows.models import Clock, Filing, Notice
from workflows.services import notices
from workflows.services.presentations import FilingReceipt, PartyData, Presentation

MONDAY = datetime(2026, 11, 16, 9, tzinfo=LIMA)
TUESDAY, WEDNESDAY, THURSDAY = (MONDAY + timedelta(days=days) for days in (1, 2, 3))
DUE, NOTIFY_BY = date(2026, 12, 28), date(2027, 1, 4)
"""The test's calendar has no holidays: 30 business days, and 5 more to notify."""


def presents(means: NoticeMeans = NoticeMeans.PERSONAL, procedure: str = "anuncio", email: str = "") -> FilingReceipt:
    party = PartyData(id_kind="dni", id_number="00000017", given_names="Rosa", email=email)
    presentation = Presentation(
        channel=Channel.WEB, party=party, subject="Anuncio", procedure=procedure, notify_by=means
    )
    return workflows.file(presentation=presentation, received_by=None, at=MONDAY)


def answers(filing: Filing, clerk: Person, at: datetime = MONDAY) -> Notice:
    """Emit an act on the file, and queue its notice as the outbox would go on with it."""
    kind = make_kind("resolucion", name="Resolución", is_act=True)
    document = docs.start_document(
        expediente=filing.expediente, kind=kind, title="Autoriza", label="1-2026", by=clerk, at=at
    )
    docs.attach_file(document=document, name="acto.pdf", content=BytesIO(make_pdf("Acto")), by=clerk, at=at)
    docs.file_document(document=document, by=clerk, at=at)
    document = Document.objects.get(pk=document.pk)
    (notice,) = notices.queue(document=document, by=clerk, at=at)
    notices.begin(notice_id=notice.pk, at=at)
    notices.send(notice_id=notice.pk, at=at)
    return Notice.objects.get(pk=notice.pk)


def clock_of(notice: Notice, purpose: ClockPurpose) -> Clock:
    return notice.clocks.filter(purpose=purpose).latest("pk")


def after(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), MONDAY.timetz())
