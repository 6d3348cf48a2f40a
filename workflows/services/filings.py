"""What citizens present: registered at once, never refused for what is missing, with a cargo and a tracking key."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from docs_store import services as docs
from docs_store.models import DocumentKind, Expediente
from docs_store.services.locking import lock_expediente
from law import selectors as law
from law.enums import SilenceKind
from law.rules.legal_dates import legal_filing_date
from ledger import services as ledger
from organization import selectors as organization
from organization.models import Person
from workflows.enums import FilingState
from workflows.models import Filing, FilingItem, FilingObservation, Procedure, TrackingKey
from workflows.selectors.procedures import procedure_on
from workflows.services import cases, clocks, desistimientos, keys, observations, standstills
from workflows.services.cargos import ensure_cargo, intake_unit
from workflows.services.presentations import FilingReceipt, PartyData, Presentation
from workflows.services.procedures import GENERAL_MAXIMUM

INTAKE_ACTOR = "system:intake"


def file(*, presentation: Presentation, received_by: Person | None, at: datetime) -> FilingReceipt:
    """Register a filing, open its expediente on its route, and give number, cargo and tracking key.

    The same form sent twice, also at the same moment, answers the first filing; with its key only if the form
    brought it along.

    :raises UploadRefused: one of the files cannot be read; nothing was registered.
    """
    return _once(presentation, lambda: _file_now(presentation, received_by, at), at)


def _once(presentation: Presentation, register: Callable[[], FilingReceipt], at: datetime) -> FilingReceipt:
    """Return what this form gave before, or what it gives now; of two that come at once, the first one's."""
    try:
        return _already_filed(presentation, at) or register()
    except IntegrityError:
        repeated = _already_filed(presentation, at)
        if repeated is None:
            raise
        return repeated


def _file_now(presentation: Presentation, received_by: Person | None, at: datetime) -> FilingReceipt:
    key = presentation.key or keys.new_key()
    files = _receive(presentation)
    with transaction.atomic():
        party = _new_party(presentation.party)
        expediente = docs.open_expediente(subject=presentation.subject, origin=party.full_name, by=received_by, at=at)
        docs.grant_access(expediente, person=party, reason="parte", at=at)
        filing = _register(presentation, party, expediente, received_by, is_first=True, at=at)
        _start_clock(filing, presentation.term, received_by, at)
        _keep_papers(filing, presentation, files, at=at)
        for order, title in enumerate(presentation.deliverables, start=1):
            expediente.deliverables.create(order=order, title=title)
        keys.keep_key(expediente, party, key, at)
        cases.start_process(
            expediente=expediente,
            route=filing.procedure.route if filing.procedure else presentation.route,
            unit=intake_unit(),
            data={"filing": filing.pk},
            by=received_by,
            at=at,
        )
        if presentation.defects and received_by is not None:
            observations.observe(filing=filing, defects=presentation.defects, by=received_by, at=at)
    return FilingReceipt(filing, expediente, ensure_cargo(filing=filing, at=at), key)


def file_later(
    *,
    presentation: Presentation,
    expediente: Expediente,
    received_by: Person | None,
    at: datetime,
    cures: FilingObservation | None = None,
) -> FilingReceipt:
    """Register a later paper of an expediente: it gets a register number and a cargo of its own.

    The same form sent twice, also at the same moment, answers the first filing.

    :param cures: the observation that it answers; too late, it is received all the same and cures nothing.
    :raises UploadRefused: one of the files cannot be read; nothing was registered.
    """
    return _once(presentation, lambda: _file_later_now(presentation, expediente, received_by, at, cures), at)


def _file_later_now(
    presentation: Presentation,
    expediente: Expediente,
    received_by: Person | None,
    at: datetime,
    cures: FilingObservation | None,
) -> FilingReceipt:
    files = _receive(presentation)
    with transaction.atomic():
        lock_expediente(expediente.pk)
        party = _known_party(expediente, presentation.party) or _new_party(presentation.party)
        filing = _register(presentation, party, expediente, received_by, is_first=False, at=at)
        _keep_papers(filing, presentation, files, at=at)
        if presentation.desists:
            desistimientos.take(paper=filing, effect=presentation.desists, by=received_by, at=at)
        else:
            standstills.take(filing=filing, by=received_by, at=at)
        if cures is not None:
            _cure(filing, cures, received_by, at)
    return FilingReceipt(filing, expediente, ensure_cargo(filing=filing, at=at))


def _cure(filing: Filing, cures: FilingObservation, by: Person | None, at: datetime) -> None:
    """Let a later paper answer an observation of the same expediente, as it stands under the expediente's lock."""
    filing.cures = FilingObservation.objects.select_related("filing__expediente").get(
        pk=cures.pk, filing__expediente=filing.expediente
    )
    filing.save(update_fields=["cures"])
    observations.take_cure(cure=filing, by=by, at=at)


def _already_filed(presentation: Presentation, at: datetime) -> FilingReceipt | None:
    """Return the receipt of the filing that this form gave before, or nothing."""
    if not presentation.token:
        return None
    filing = Filing.objects.select_related("expediente").filter(token=presentation.token).first()
    if filing is None:
        return None
    living = TrackingKey.objects.filter(expediente=filing.expediente, revoked_at__isnull=True)
    is_its_key = bool(presentation.key) and living.filter(key_sha256=keys.hash_key(presentation.key)).exists()
    key = presentation.key if is_its_key else ""
    return FilingReceipt(filing, filing.expediente, ensure_cargo(filing=filing, at=at), key)


def _register(
    presentation: Presentation,
    party: Person,
    expediente: Expediente,
    received_by: Person | None,
    *,
    is_first: bool,
    at: datetime,
) -> Filing:
    """Write the filing and its entry in the ledger; inside the caller's transaction."""
    actor = received_by.actor if received_by else INTAKE_ACTOR
    place = organization.entity().place
    calendar = law.calendar_of(place)
    counts_from, rule = legal_filing_date(at, calendar, law.book_of(place).regime_on(timezone.localdate(at)))
    number = docs.take_number(
        series_slug="registro-entrada", owner=f"expediente:{expediente.pk}", at=at, by=received_by
    )
    procedure = procedure_on(presentation.procedure, counts_from) if is_first and presentation.procedure else None
    filing = Filing.objects.create(
        expediente=expediente,
        procedure=procedure,
        state=FilingState.APPROVED if _is_automatic(procedure) else FilingState.PRESENTED,
        number=number,
        label=number.label,
        is_first=is_first,
        channel=presentation.channel,
        party=party,
        on_behalf_of=presentation.on_behalf_of,
        notify_by=presentation.notify_by,
        subject=presentation.subject,
        text=presentation.text,
        folios=presentation.paper_folios,
        presented_at=at,
        legal_filing_date=counts_from,
        rule_id=rule,
        received_by=received_by,
        token=presentation.token or None,
    )
    ledger.record(
        "filing.registered",
        subject=f"expediente:{expediente.pk}",
        facts={"filing": filing.pk, "number": number.pk, "rule": rule, "papers": len(presentation.files)},
        by=actor,
        at=at,
    )
    return filing


def _is_automatic(procedure: Procedure | None) -> bool:
    return procedure is not None and procedure.silence == SilenceKind.AUTOMATIC


def _start_clock(filing: Filing, term: str, by: Person | None, at: datetime) -> None:
    """Start the clock of the answer: by the procedure's term, else by the general one; silence is never supposed."""
    procedure = filing.procedure
    if _is_automatic(procedure):
        return
    given, silence = (procedure.term, procedure.silence) if procedure else (term or GENERAL_MAXIMUM, "")
    clocks.start_for_filing(filing=filing, term=given, silence=silence, by=by, at=at)


def _receive(presentation: Presentation) -> list[docs.ReceivedFile]:
    """Check, archive and read the files before any row is written: no lock is held meanwhile."""
    return [docs.receive_file(name=paper.name, content=paper.content) for paper in presentation.files]


def _keep_papers(
    filing: Filing, presentation: Presentation, files: Sequence[docs.ReceivedFile], *, at: datetime
) -> None:
    for order, (paper, received) in enumerate(zip(presentation.files, files, strict=True), start=1):
        document = docs.start_document(
            expediente=filing.expediente,
            kind=DocumentKind.objects.get(slug="escrito"),
            title=paper.title or paper.name,
            outside_author=filing.party.full_name,
            label=presentation.document_label if order == 1 else "",
            by=filing.received_by,
            at=at,
        )
        docs.attach_received(document=document, received=received, by=filing.received_by, at=at)
        docs.file_document(document=document, by=filing.received_by, at=at)
        FilingItem.objects.create(filing=filing, document=document, order=order)


def _new_party(data: PartyData) -> Person:
    """Keep who presents as a row of its own.

    Anybody can type anybody's number on the web: a row found by its number would let a stranger change where another
    person is notified.
    """
    person = Person(**asdict(data))
    person.set_unusable_password()
    person.save()
    return person


def _known_party(expediente: Expediente, data: PartyData) -> Person | None:
    """Return the party of this expediente with that identity document: whoever brings a later paper was let in by
    its key, or showed the document at the counter."""
    return Person.objects.filter(
        pk__in=Filing.objects.filter(expediente=expediente).values("party"),
        id_kind=data.id_kind,
        id_number=data.id_number,
    ).first()
