"""The cargo: the sealed receipt of a filing, with what was handed in, the day to answer and what silence means."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from docs_store import services as docs
from docs_store.models import Document, DocumentKind
from docs_store.ports import Cargo, CargoFile
from organization import selectors as organization
from organization.enums import Role
from organization.models import Unit
from signing import services as signing
from workflows.enums import Channel, NoticeMeans
from workflows.models import Filing
from workflows.selectors.answers import answer_of
from workflows.services.observations import cure_clock


def intake_unit() -> Unit:
    """Return the unit that receives: mesa de partes."""
    return Unit.objects.get(role=Role.INTAKE)


def ensure_cargo(*, filing: Filing, at: datetime) -> Document:
    """Return the filing's sealed cargo; after a crash it is made now, and bears the filing's own moment."""
    if filing.cargo is not None:
        return filing.cargo
    document = docs.start_document(
        expediente=filing.expediente,
        kind=DocumentKind.objects.get(slug="cargo"),
        title=_("Cargo de %(label)s") % {"label": filing.label},
        unit=intake_unit(),
        label=filing.label,
        by=filing.received_by,
        at=filing.presented_at,
    )
    cargo, moment = cargo_of(filing), filing.presented_at
    version, places = docs.typeset_cargo_document(document=document, cargo=cargo, by=filing.received_by, at=moment)
    with docs.open_version(version) as content:
        place = places[0] if places else None
        sealed = signing.seal(pdf=content.read(), place=place, at=moment, received_by=cargo.received_by)
    with transaction.atomic():
        locked = Filing.objects.select_for_update(no_key=True).get(pk=filing.pk)  # no join: it would be stale
        if locked.cargo is None:
            signed = docs.store_signed(
                document=document, pdf=sealed, based_on=version, by=filing.received_by, at=filing.presented_at
            )
            docs.emit(document=document, version=signed, by=filing.received_by, at=filing.presented_at)
            Filing.objects.filter(pk=filing.pk).update(cargo=document)
            locked.cargo = document
        else:
            reason = _("Otro pedido emitió este cargo al mismo tiempo.")
            docs.annul_document(document=document, reason=reason, by=filing.received_by, at=filing.presented_at)
    filing.cargo = locked.cargo
    return locked.cargo


def cargo_of(filing: Filing) -> Cargo:
    """Return what the receipt says. It never holds the tracking key."""
    items = filing.items.select_related("document")
    versions = {item.pk: item.document.versions.order_by("number").first() for item in items}
    files = tuple(
        CargoFile(item.document.title, version.pages, version.sha256)
        for item in items
        if (version := versions[item.pk]) is not None
    )
    if filing.folios:
        files = (CargoFile(_("Documentos en papel"), filing.folios, ""), *files)
    party, answer = filing.party, answer_of(filing)
    missing = filing.observations.filter(observed_at=filing.presented_at).first()
    cure = cure_clock(filing) if missing else None
    return Cargo(
        is_automatic=filing.channel == Channel.WEB,
        register_label=filing.label,
        expediente=filing.expediente.label,
        presented_at=filing.presented_at,
        counts_from=filing.legal_filing_date,
        party=party.full_name,
        party_id=party.identity,
        on_behalf_of=filing.on_behalf_of,
        subject=filing.subject,
        destination=organization.unit_name(intake_unit(), timezone.localdate(filing.presented_at)).name,
        notified_by=_notified_by(filing),
        received_by=filing.received_by.full_name if filing.received_by else "",
        files=files,
        procedure=filing.procedure.name if filing.procedure else "",
        answer_by=answer.answer_by,
        term=answer.term_words,
        if_unanswered=answer.if_unanswered,
        why_unanswered=answer.why,
        missing=tuple(missing.texts) if missing else (),
        cure_by=cure.due_on if cure else None,
    )


def _notified_by(filing: Filing) -> str:
    """Return how the person will be notified, as they asked."""
    party = filing.party
    if filing.notify_by == NoticeMeans.CASILLA and party.email:
        return _("La casilla de este trámite, con aviso a %(email)s") % {"email": party.email}
    return party.email or _("Mesa de Partes")
