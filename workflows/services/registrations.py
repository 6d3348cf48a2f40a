"""Mending a registration: what was typed wrong is corrected, what was registered wrong is voided; nothing is lost."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from docs_store import services as docs
from docs_store.enums import DocumentState
from docs_store.models import Document, Expediente
from docs_store.services.locking import lock_expediente
from ledger import services as ledger
from organization.models import Person
from workflows.enums import FilingState
from workflows.errors import FilingRefused
from workflows.models import Filing, Process
from workflows.services import cases


def correct_filing(*, filing: Filing, subject: str, reason: str, by: Person, at: datetime) -> Filing:
    """Correct what was typed wrong at registration; the cargo that was given stays as it is.

    :raises FilingRefused: without a reason, or voided before.
    """
    with transaction.atomic():
        _lock_mendable(filing, reason)
        filing.subject = subject
        filing.save(update_fields=["subject"])
        if filing.is_first:
            Expediente.objects.filter(pk=filing.expediente_id).update(subject=subject)
        _record("filing.corrected", filing, by, at)
    return filing


def void_filing(*, filing: Filing, reason: str, by: Person, at: datetime) -> Filing:
    """Void a wrong registration: its number stays, annulled with its reason.

    :raises FilingRefused: without a reason, voided before, or a later step already acted on it.
    """
    with transaction.atomic():
        _lock_mendable(filing, reason)
        docs.annul_number(number=filing.number, reason=reason, by=by, at=at)
        filing.state, filing.voided_at, filing.void_reason = FilingState.VOIDED, at, reason
        filing.save(update_fields=["state", "voided_at", "void_reason"])
        if filing.is_first:
            for process in Process.objects.filter(expediente=filing.expediente):
                cases.cancel_process(process=process, by=by, at=at)
            _check_nothing_emitted(filing)
            cases.close_case(expediente=filing.expediente, by=by, at=at)
        _record("filing.voided", filing, by, at)
    return filing


def _record(kind: str, filing: Filing, by: Person, at: datetime) -> None:
    subject = f"expediente:{filing.expediente_id}"
    ledger.record(kind, subject=subject, facts={"filing": filing.pk}, by=by.actor, at=at)


def _check_nothing_emitted(filing: Filing) -> None:
    """Refuse to void what a later step acted on; under the expediente's lock no document is emitted meanwhile."""
    lock_expediente(filing.expediente_id)
    emitted = Document.objects.filter(expediente=filing.expediente, state=DocumentState.EMITTED, unit__isnull=False)
    if emitted.exclude(kind__slug="cargo").exists():
        raise FilingRefused(
            _(
                "Ya hay documentos emitidos en este expediente; no se puede anular el registro. "
                "Corrija su asunto, si hace falta."
            )
        )


def _lock_mendable(filing: Filing, reason: str) -> None:
    """Lock the filing, which must not be voided, and read again what may have changed."""
    if not reason.strip():
        raise FilingRefused(_("Escriba el motivo."))
    filing.refresh_from_db(
        fields=["subject", "state", "voided_at"], from_queryset=Filing.objects.select_for_update(no_key=True)
    )
    if filing.voided_at is not None:
        raise FilingRefused(_("Este registro ya fue anulado. Registre otro, si hace falta."))
