"""Signatures: made in the next place of a file, taken back while nobody has signed after, and the entity's seal.

No lock is held while the key answers: prepare, sign, embed, archive, and then one transaction.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from prometheus_client import Histogram

from docs_store import selectors as stored
from docs_store import services as docs
from docs_store.enums import DocumentState, Stage
from docs_store.models import Document, Version
from docs_store.ports import Place, SealText, StampText
from docs_store.typesetting import typeset_seal, typeset_stamp
from ledger import services as ledger
from organization.models import Entity, Person, Post
from signing.errors import AlreadySigned, CannotWithdraw, NotYourTurn, SigningError
from signing.models import Signature, Slot
from signing.ports import FieldPlace, Key, Made, Secret, SigningOrder
from signing.rules.wording import short_moment
from signing.services import authority
from signing.services.capacities import acts_of
from signing.services.confirmations import check_confirmed
from signing.services.credentials import as_secret, check_moment, unlock
from signing.services.places import check_places
from signing.signer import get_envelope, get_signer, server_secret

SEAL_FIELD = "Sello"
SEALER = "system:sealer"
DURATIONS = Histogram("chasqui_signature_seconds", "Time that a signature took, from PIN to record.")


@dataclass(frozen=True)
class Signed:
    """The file with one revision more, and what was put into it."""

    pdf: bytes
    made: Made


@DURATIONS.time()
def sign(
    *,
    slot: Slot,
    before: Version,
    pin: str | Secret,
    person: Person,
    post: Post,
    capacity: str,
    by: Person,
    at: datetime,
    titular_post: str = "",
    act: str = "",
    chain: Sequence[Mapping[str, object]] = (),
    check: Callable[[], None] | None = None,
    proof: str = "",
) -> Signature:
    """Sign the file in this place with the person's own key and return the signature.

    Call it outside any transaction: a wrong PIN is counted although the call fails.

    :param before: the bytes to sign: the typeset version, or what the former signer left.
    :param capacity: as what the person signs; the stamp says it.
    :param titular_post: a substitute's: whose post it is, and ``act`` which act grants it.
    :param chain: the acts by which the person is competent, as ``Standing.links`` gives them.
    :param check: is called in the last transaction, the document locked; what it raises leaves nothing signed.
    :param proof: that the person has just confirmed, as ``confirmations.prove`` gave it.
    :raises ConfirmationMissing: it is needed and missing. Nothing was signed.
    :raises WrongPin: nothing was signed; the sentence says how many tries are left.
    :raises KeyLocked: nothing was signed; the sentence says until when.
    :raises AlreadySigned: the person has already signed this file.
    :raises NotYourTurn: an earlier place is empty, the place is another post's, or the bytes are outdated.
    :raises SigningError: the certificate may not sign at this moment.
    """
    secret = as_secret(pin)
    del pin
    check_confirmed(person=person, document_id=before.document_id, proof=proof, at=at)
    _check_turn(slot, before, post.pk)
    _check_first_time(slot, person, at)
    unlocked = unlock(person=person, pin=secret, at=at)
    text = stamp_text(person=person, capacity=capacity or post.title, titular_post=titular_post, act=act, at=at)
    order = SigningOrder(slot.field_name, at, text.reason, person.full_name, typeset_stamp(text))
    with stored.open_version(before) as content:
        signed = signed_file(content.read(), order, unlocked.key, unlocked.secret)
    after = docs.store_signed(document=before.document, pdf=signed.pdf, based_on=before, by=by, at=at)
    signature = Signature(
        slot=slot, person=person, post=post, capacity=text.post, chain=list(chain), before=before, after=after
    )
    return _record(signature, signed.made, unlocked.key, check=check, by=by, at=at)


def stamp_text(*, person: Person, capacity: str, titular_post: str = "", act: str = "", at: datetime) -> StampText:
    """Return what the stamp of a signature says: a substitute's names the titular and the act that grants it."""
    entity = Entity.objects.get()
    return StampText(
        post=capacity,
        person=person.full_name,
        reason=_("Soy el autor del documento"),
        signed_at=at,
        titular_post=titular_post,
        act=act,
        entity_name=entity.name,
        ruc=entity.ruc,
    )


def signed_file(pdf: bytes, order: SigningOrder, key: Key, secret: Secret) -> Signed:
    """Return the file with one revision appended: the stamp and the signature. Nothing is stored.

    :raises KeyRefused: the secret does not open the key.
    """
    envelope = get_envelope()
    prepared = envelope.prepare(pdf, order)
    made = get_signer().sign(prepared.digest, key, secret, at=order.at)
    after = envelope.embed(prepared, made.cms)
    if not after.startswith(pdf):
        raise SigningError
    return Signed(after, made)


def withdraw(*, signature: Signature, by: Person, at: datetime) -> None:
    """Take a signature back while nobody has signed after it; its bytes stay as a version never emitted.

    :raises CannotWithdraw: it is somebody else's, was withdrawn, others signed after it, or it was emitted.
    """
    if signature.person_id != by.pk:
        raise CannotWithdraw(_("Solo quien firmó puede retirar su firma."))
    with transaction.atomic():
        document = Document.objects.select_for_update(no_key=True).get(pk=signature.document_id)
        signature.refresh_from_db()
        if signature.withdrawn_at is not None:
            raise CannotWithdraw(_("Esta firma ya fue retirada."))
        has_later = Signature.objects.filter(before_id=signature.after_id, withdrawn_at__isnull=True).exists()
        if has_later or document.state in {DocumentState.EMITTED, DocumentState.ANNULLED}:
            raise CannotWithdraw
        signature.withdrawn_at = at
        signature.save(update_fields=["withdrawn_at"])
        ledger.record(
            "document.signature_withdrawn",
            subject=f"document:{document.pk}",
            facts={"signature": signature.pk, "version": signature.after_id},
            by=by.actor,
            at=at,
        )


def seal(pdf: bytes, place: Place | None, at: datetime, *, received_by: str = "") -> bytes:
    """Return the file sealed by the entity, in a visible place or without one. No PIN: the key is the server's.

    :raises CredentialMissing: the entity has no certificate here.
    :raises BackdatingRefused: outside the demo ``at`` is not now.
    :raises OverlapsText: the place is not free.
    """
    check_moment(at)
    if place is not None:
        check_places(pdf, [place])
    entity = _entity()
    stamp = typeset_seal(SealText(received_by=received_by, sealed_at=at, **entity)) if place is not None else b""
    reserved = get_envelope().reserve(pdf, [FieldPlace(SEAL_FIELD, _("Sello de la entidad"), place)])
    order = SigningOrder(SEAL_FIELD, at, _("Sello de la entidad"), entity["entity_name"], stamp)
    return signed_file(reserved, order, authority.seal_key(), server_secret()).pdf


def _entity() -> dict[str, str]:
    entity = Entity.objects.get()
    return {"entity_name": entity.name, "ruc": entity.ruc}


def _check_turn(slot: Slot, before: Version, post_id: int | None) -> None:
    """Return if this is the first empty place, of this post, and these are the bytes that it signs."""
    if slot.post_id is not None and slot.post_id != post_id:
        raise NotYourTurn(_("Ese lugar es de %(post)s. No se firmó.") % {"post": slot.post})
    newest = before.document.versions.filter(stage=Stage.TYPESET).order_by("-number").first()
    if newest is None or newest.pk != slot.version_id:
        raise NotYourTurn
    made = {
        signature.slot_id: signature
        for signature in Signature.objects.filter(slot__version=newest, withdrawn_at__isnull=True)
    }
    expected_pk = newest.pk
    for earlier in newest.slots.filter(order__lt=slot.order).select_related("post").order_by("order"):
        if earlier.pk not in made:
            raise NotYourTurn(_("Antes debe firmar %(post)s. No se firmó.") % {"post": earlier.post or ""})
        expected_pk = made[earlier.pk].after_id
    if before.pk != expected_pk:
        raise NotYourTurn


def _check_first_time(slot: Slot, person: Person, at: datetime) -> None:
    made = Signature.objects.filter(slot__version=slot.version_id, withdrawn_at__isnull=True)
    own = made.filter(person=person).first()
    if own is not None:
        year = timezone.localtime(at).year
        raise AlreadySigned(when=short_moment(timezone.localtime(own.signed_at), year=year))
    if made.filter(slot=slot).exists():
        raise AlreadySigned(_("Ese lugar ya está firmado."))


def _record(
    signature: Signature, made: Made, key: Key, *, check: Callable[[], None] | None, by: Person, at: datetime
) -> Signature:
    """Write the row and its entry. Whoever came second loses, and its bytes stay as a version never emitted."""
    signature.document_id = signature.before.document_id
    signature.certificate_sha256 = hashlib.sha256(key.certificate).hexdigest()
    signature.cms_sha256 = hashlib.sha256(made.cms).hexdigest()
    signature.level, signature.signed_at = made.level, at
    try:
        with transaction.atomic():
            Document.objects.select_for_update(no_key=True).get(pk=signature.document_id)
            _check_turn(signature.slot, signature.before, signature.post_id)
            if check is not None:
                check()
            signature.save()
            ledger.record(
                "document.signed",
                subject=f"document:{signature.document_id}",
                facts={
                    "signature": signature.pk,
                    "order": signature.slot.order,
                    "post": signature.post_id,
                    "acts": acts_of(signature.chain),
                    "version": signature.after_id,
                    "sha256_before": signature.before.sha256,
                    "sha256": signature.after.sha256,
                    "certificate_sha256": signature.certificate_sha256,
                    "level": signature.level,
                },
                by=by.actor,
                at=at,
            )
    except IntegrityError as error:
        raise AlreadySigned(_("Ese lugar acaba de ser firmado.")) from error
    return signature
