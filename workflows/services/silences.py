"""What follows where nobody answers: approval with its proof, or the way to a recourse; and the complaint of a delay.

Nothing here asks the citizen for anything: silence takes effect by the calendar alone (PL-09, PL-10, IN-19).
"""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from docs_store import services as docs
from docs_store.models import Document, DocumentKind
from docs_store.ports import Draft, Section
from docs_store.services.locking import lock_expediente
from law.enums import SilenceKind
from law.rules.dates import day_long
from law.rules.procedure import SilenceOutcome, has_lapsed
from ledger import services as ledger
from signing import services as signing
from workflows.enums import Bar, Channel, ClockPurpose, ClockState, FilingState
from workflows.errors import FilingRefused
from workflows.models import Clock, Filing, FilingSilence, Notice
from workflows.selectors.answers import answer_of, outcome_of, term_words
from workflows.services import bars, clocks, letters
from workflows.services.cargos import intake_unit
from workflows.services.filings import file
from workflows.services.presentations import FilingReceipt, PartyData, Presentation

SYSTEM = "system:clock"
COMPLAINT = "queja"
CONSTANCIA = "constancia"
UNANSWERED = frozenset({FilingState.PRESENTED, FilingState.IN_PROGRESS, FilingState.CURED})


def lapse_due(at: datetime, *, limit: int = 500) -> int:
    """Record the silences that have taken effect, and return how many. May be run again."""
    over = Clock.objects.filter(
        purpose=ClockPurpose.ANSWER,
        state=ClockState.RUNNING,
        stopped_at__isnull=True,
        due_on__lt=timezone.localdate(at),
        filing__state__in=UNANSWERED,
        filing__silence__isnull=True,
    ).exclude(silence="")
    return sum(_lapse(clock, at) for clock in over.select_related("filing__expediente").order_by("due_on")[:limit])


def _lapse(clock: Clock, at: datetime) -> bool:
    filing, outcome = clock.filing, outcome_of(clock)
    if filing is None or outcome is None:
        return False
    with transaction.atomic():
        lock_expediente(filing.expediente_id)
        filing.refresh_from_db(fields=["state"])
        if filing.state not in UNANSWERED or not has_lapsed(
            outcome, notified_on=notified_on(filing), on=timezone.localdate(at)
        ):
            return False
        _take_effect(filing, clock, outcome, at)
    return True


def notified_on(filing: Filing) -> date | None:
    """Return the day on which the first answer to a filing counts as notified, or nothing."""
    rows = Notice.objects.filter(document__expediente=filing.expediente_id, person=filing.party_id)
    told: date | None = (
        rows.filter(notified_on__isnull=False).order_by("notified_on").values_list("notified_on", flat=True).first()
    )
    return told


def _take_effect(filing: Filing, clock: Clock, outcome: SilenceOutcome, at: datetime) -> None:
    FilingSilence.objects.create(
        filing=filing,
        kind=outcome.kind,
        notify_by=outcome.notify_by,
        takes_effect_on=outcome.takes_effect_on,
        recorded_at=at,
    )
    if outcome.is_approved:
        filing.state = FilingState.BY_SILENCE
        filing.save(update_fields=["state"])
        clocks.end(clock=clock, state=ClockState.CANCELLED, by=None, at=at)
        bars.bar(filing.expediente, Bar.SILENCE)
    facts = {"filing": filing.pk, "kind": str(outcome.kind), "takes_effect_on": outcome.takes_effect_on.isoformat()}
    ledger.record("filing.silence", subject=f"expediente:{filing.expediente_id}", facts=facts, by=SYSTEM, at=at)


# The proof


def ensure_constancia(*, filing: Filing, at: datetime) -> Document:
    """Return the sealed constancia of an approval by silence; at the first call it is made.

    :raises FilingRefused: the filing was not approved by silence.
    """
    effect = FilingSilence.objects.filter(filing=filing, kind=SilenceKind.POSITIVE).first()
    if effect is None:
        raise FilingRefused(
            _("Esta solicitud no está aprobada por silencio: no hay constancia que dar. Vuelva a su trámite.")
        )
    if effect.constancia is not None:
        return effect.constancia
    document = _write_constancia(filing, effect, at)
    with transaction.atomic():
        held = FilingSilence.objects.select_for_update(of=("self",)).get(pk=effect.pk)
        if held.constancia is not None:
            reason = _("Otro pedido emitió esta constancia al mismo tiempo.")
            docs.annul_document(document=document, reason=reason, by=None, at=at)
            return held.constancia
        held.constancia = document
        held.save(update_fields=["constancia"])
    return document


def _write_constancia(filing: Filing, effect: FilingSilence, at: datetime) -> Document:
    document = docs.start_document(
        expediente=filing.expediente,
        kind=DocumentKind.objects.get(slug=CONSTANCIA),
        title=_("Constancia de aprobación por silencio de %(label)s") % {"label": filing.label},
        unit=intake_unit(),
        label=filing.label,
        by=None,
        at=at,
    )
    docs.save_draft(document=document, content=_evidence(filing, effect), by=None, at=at)
    version, _places = docs.typeset_document(document=document, signers=[], visados=(), by=None, at=at)
    with docs.open_version(version) as content:
        sealed = signing.seal(pdf=content.read(), place=None, at=at)
    signed = docs.store_signed(document=document, pdf=sealed, based_on=version, by=None, at=at)
    docs.emit(document=document, version=signed, by=None, at=at)
    return document


def _evidence(filing: Filing, effect: FilingSilence) -> Draft:
    """Return the text of the proof: what was presented, how the term was counted, that nobody was notified."""
    answer = answer_of(filing)
    steps = answer.clock.derivation if answer.clock else []
    presented = timezone.localtime(filing.presented_at)
    told = {
        "party": f"{filing.party.full_name}, {filing.party.identity}",
        "label": filing.label,
        "when": f"{day_long(presented.date())}, {presented:%H:%M}",
        "from": day_long(filing.legal_filing_date),
        "rule": filing.rule_id,
        "subject": filing.subject,
        "procedure": filing.procedure.name if filing.procedure else filing.subject,
        "until": day_long(effect.notify_by),
        "on": day_long(effect.takes_effect_on),
    }
    return Draft(
        subject=_("Aprobación por silencio positivo: %(procedure)s") % told,
        addressee_name=filing.party.full_name,
        sections=(
            Section(
                _("Lo presentado"),
                (
                    _("%(party)s presentó «%(subject)s» el %(when)s, con el registro %(label)s.") % told,
                    _("Se cuenta desde el %(from)s (regla %(rule)s).") % told,
                ),
            ),
            Section(
                _("La cuenta del plazo"),
                (
                    *([term_words(answer.clock)] if answer.clock else []),
                    *(f"{day_long(date.fromisoformat(step['day']))}: {step['note']}" for step in steps),
                ),
            ),
            Section(
                _("El silencio"),
                (
                    _("Hasta el %(until)s no consta en este expediente ninguna notificación de respuesta.") % told,
                    answer.why,
                    _("La solicitud quedó aprobada desde el %(on)s. No se puede exigir otro documento.") % told,
                ),
            ),
        ),
    )


def tell(*, filing_id: int, at: datetime) -> bool:
    """Make the proof of an approval, mail the citizen what the silence means, and return whether a mail left."""
    filing = Filing.objects.select_related("party", "expediente", "procedure").get(pk=filing_id)
    effect = FilingSilence.objects.get(filing=filing)
    if effect.kind == SilenceKind.POSITIVE:
        ensure_constancia(filing=filing, at=at)
    return letters.tell_silence(effect=effect)


# The complaint


def complain(*, filing: Filing, text: str, token: str, at: datetime) -> FilingReceipt:
    """Register a complaint of delay: a file of its own for the superior, with its own term; the first one runs on.

    :raises FilingRefused: the filing is answered, or no longer awaits anything.
    """
    if filing.state not in UNANSWERED | {FilingState.OBSERVED}:
        raise FilingRefused(
            _("Su trámite ya no espera respuesta: no hay demora de la que quejarse. Lea allí la respuesta.")
        )
    label = filing.expediente.label
    presentation = Presentation(
        channel=Channel.WEB,
        party=PartyData.of(filing.party),
        subject=_("Queja por demora en el expediente %(label)s") % {"label": label},
        text=text or _("Pido que se resuelva: el expediente %(label)s está demorado.") % {"label": label},
        term=COMPLAINT,
        token=token,
    )
    receipt = file(presentation=presentation, received_by=None, at=at)
    ledger.record(
        "filing.complained",
        subject=f"expediente:{filing.expediente_id}",
        facts={"filing": filing.pk, "complaint": receipt.filing.pk},
        by=f"person:{filing.party_id}",
        at=at,
    )
    return receipt


def is_late(filing: Filing, on: date) -> bool:
    """Return whether the term of a filing's answer is over and nothing was answered."""
    open_ones = Clock.objects.filter(filing=filing, purpose=ClockPurpose.ANSWER, stopped_at__isnull=True)
    return filing.state in UNANSWERED and open_ones.filter(due_on__lt=on).exists()
