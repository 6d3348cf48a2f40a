"""The number ceremony: reserve, typeset with the number, sign, register. No lock is held while a signer answers.

A crash between two parts leaves a number that is still reserved for its document; the same call goes on from there.
So does a call that runs twice at once, from a form that was sent twice: who comes second takes what the first one made.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from docs_store import selectors as stored
from docs_store import services as docs
from docs_store.enums import DocumentState, Stage
from docs_store.errors import DocumentIsClosed, TextChanged
from docs_store.models import Document, Version
from docs_store.ports import SignerPlace
from organization.models import Person, Post
from signing import services as signing
from signing.errors import AlreadySigned, NotYourTurn, OutsideCompetence
from signing.models import Signature, Slot
from signing.services import Standing
from workflows.errors import NobodyHolds, StepRefused
from workflows.selectors import parts
from workflows.services import separation

OVERTAKEN = (AlreadySigned, NotYourTurn, TextChanged, DocumentIsClosed)
"""What a signer meets when the same form was sent twice and the other call was faster."""


@dataclass(frozen=True)
class Signer:
    """A post that signs a document, in its order, and who is competent as it that day, in which capacity."""

    order: int
    post: Post
    person: Person
    capacity: str


def signers_of(document: Document, posts: list[Post], at: datetime) -> list[Signer]:
    """Return who signs the document, in order.

    :raises NobodyHolds: nobody is competent as one of the posts that day; the sentence says why.
    """
    signers = []
    for order, post in enumerate(posts, start=1):
        try:
            standing = signing.standing_of(document=document, post=post, at=at)
        except OutsideCompetence as refusal:
            told = _("No hay quien firme como %(post)s hoy. %(why)s") % {"post": post, "why": refusal}
            raise NobodyHolds(told) from refusal
        signers.append(Signer(order, post, standing.person, standing.capacity))
    return signers


def number_document(*, document: Document, posts: list[Post], by: Person, at: datetime) -> Version:
    """Reserve the number, typeset the document with it and reserve the signers' places. May be repeated.

    What was typeset that day, or somebody has signed, is not typeset anew: a second call returns that paper.

    :raises NobodyHolds: a signing post is vacant that day.
    :raises TextChanged: somebody changed the document meanwhile.
    """
    signers = signers_of(document, posts, at)
    docs.reserve_number(document=document, at=at, by=by)
    newest = stored.latest_version(document)  # before the look: what another call typesets from here on is noticed
    standing = _standing_paper(document, at)
    if standing is not None:
        return standing
    _typeset_annexes(document, by=by, at=at)
    return _typeset(document, signers, newest=newest, by=by, at=at)


def _standing_paper(document: Document, at: datetime) -> Version | None:
    """Return the newest typeset version if it bears this day or a signature, and the document was not returned."""
    document.refresh_from_db(fields=["state"])
    paper = document.versions.filter(stage=Stage.TYPESET).order_by("-number").first()
    if paper is None or document.state not in {DocumentState.FOR_DISPATCH, DocumentState.EMITTED}:
        return None
    if _printed_day(paper) == timezone.localdate(at):
        return paper
    is_signed = Signature.objects.filter(slot__version=paper, withdrawn_at__isnull=True).exists()
    return paper if is_signed else None


def _typeset(
    document: Document, signers: list[Signer], *, newest: Version | None = None, by: Person, at: datetime
) -> Version:
    try:
        return _typeset_with_places(document, signers, newest, by=by, at=at)
    except TextChanged:
        standing = _standing_paper(document, at)
        if standing is None:
            raise
        return standing


def _typeset_with_places(
    document: Document, signers: list[Signer], newest: Version | None, *, by: Person, at: datetime
) -> Version:
    visados = signing.valid_visados(document)
    version, _places = docs.typeset_document(
        document=document,
        signers=[SignerPlace(s.order, s.capacity, s.person.full_name) for s in signers],
        visados=parts.visado_blocks(visados),
        reserve=lambda pdf, places: signing.reserve_places(
            pdf=pdf, places=places, names=[_("Firma: %(post)s") % {"post": s.post.title} for s in signers]
        ),
        plan=lambda version, places: signing.plan_signatures(
            version=version,
            places=places,
            posts=[s.post for s in signers],
            named=[signing.Named(s.person, s.capacity) for s in signers],
        ),
        newest=newest,
        by=by,
        at=at,
    )
    return version


def _typeset_annexes(document: Document, *, by: Person, at: datetime) -> None:
    """Typeset the annexes whose text is ours, with their rubrics, so that the act can print their hashes."""
    for line in document.annexes.select_related("annex__kind"):
        annex = line.annex
        if annex.state == DocumentState.EMITTED or stored.latest_text(annex) is None:
            continue
        try:
            docs.typeset_document(document=annex, signers=[], visados=(), rubrics=parts.rubrics(annex), by=by, at=at)
        except TextChanged:
            if _standing_paper(annex, at) is None:
                raise


def sign_next(*, document: Document, post: Post, pin: str, by: Person, at: datetime, proof: str = "") -> Signature:
    """Sign the document in the next place, which must be this post's, and emit it with the last one.

    The date printed is the Lima day of the first signature: on another day the document is typeset anew under
    its number. A call that is repeated after a crash, or runs twice at once, finds the post's own signature, and goes
    on to emit if it is the last.

    :raises StepRefused: it is another post's turn, or the document has no number yet.
    :raises OutsideCompetence: the person may not sign it as this post today; the sentence says which act fails.
    :raises WrongPin: nothing was signed.
    """
    slot = _next_slot(document)
    if slot is None:
        return _finish(document, by=by, at=at)
    if slot.post_id != post.pk:
        return _own_signature(slot, post)
    try:
        signature = _sign(document, slot, post, pin=pin, proof=proof, by=by, at=at)
    except OVERTAKEN:
        standing = _standing_signature(document, post, by)
        if standing is None:
            raise
        signature = standing
    if _next_slot(document) is None:
        _finish(document, by=by, at=at)
    return signature


def _sign(document: Document, slot: Slot, post: Post, *, pin: str, proof: str, by: Person, at: datetime) -> Signature:
    standing = signing.standing_of(document=document, post=post, at=at, person=by)
    separation.check_two_people(document=document, post=post, by=by, at=at)
    before = _bytes_to_sign(slot)
    if slot.order == 1 and not _is_paper_right(document, before, standing, at):
        slot = _typeset_anew(document, slot, standing, by=by, at=at)
        before = slot.version
    elif slot.order > 1:
        _check_named(slot, standing)
    return signing.sign(
        slot=slot,
        before=before,
        pin=pin,
        proof=proof,
        person=by,
        post=post,
        capacity=standing.capacity,
        titular_post=standing.titular,
        act=standing.act,
        chain=standing.links,
        check=lambda: separation.check_still(standing=standing, document=document, post=post, by=by, at=at),
        by=by,
        at=at,
    )


def _is_paper_right(document: Document, paper: Version, standing: Standing, at: datetime) -> bool:
    """Return whether nobody has to typeset anew before the first signature: the paper bears this day, and the people.

    Somebody may have left, or a substitute begun, since the paper was made.
    """
    if _printed_day(paper) != timezone.localdate(at):
        return False
    first, *others = planned_slots(document)
    return _is_named(first, standing) and all(_is_still_named(document, slot, at) for slot in others)


def _is_named(slot: Slot, standing: Standing) -> bool:
    return slot.person_id is None or (slot.person_id, slot.capacity) == (standing.person.pk, standing.capacity)


def _is_still_named(document: Document, slot: Slot, at: datetime) -> bool:
    """Return whether a later place names who would sign there now; if nobody would, the paper stays as it is."""
    if slot.post is None:
        return True
    try:
        return _is_named(slot, signing.standing_of(document=document, post=slot.post, at=at))
    except OutsideCompetence:
        return True


def _check_named(slot: Slot, standing: Standing) -> None:
    """Check that a later place names who signs there: the paper is signed already, and cannot be typeset anew."""
    if not _is_named(slot, standing):
        raise StepRefused(
            _(
                "El documento nombra a %(named)s como %(capacity)s y ya tiene una firma. Para que firme %(person)s, "
                "devuélvalo o pida que se retire esa firma: se compone otra vez con el mismo número."
            )
            % {"named": slot.person, "capacity": slot.capacity, "person": standing.person.full_name}
        )


def _standing_signature(document: Document, post: Post, person: Person) -> Signature | None:
    """Return the signature that the person has given in this post on the newest paper."""
    own = Signature.objects.filter(post=post, person=person, withdrawn_at__isnull=True)
    return own.filter(slot__in=planned_slots(document)).first()


def _own_signature(following: Slot, post: Post) -> Signature:
    """Return the signature that this post gave before another's turn came: the call that made it was cut short.

    :raises StepRefused: it has given none, and another post must sign first.
    """
    own = Signature.objects.filter(slot__version=following.version_id, post=post, withdrawn_at__isnull=True).first()
    if own is None:
        raise StepRefused(_("Antes debe firmar %(post)s.") % {"post": following.post})
    return own


def _finish(document: Document, *, by: Person, at: datetime) -> Signature:
    """Emit a document whose last place is signed, with the annexes that travel with it."""
    signature = (
        Signature.objects.filter(document=document, withdrawn_at__isnull=True)
        .select_related("after")
        .order_by("-id")
        .first()
    )
    if signature is None:
        raise StepRefused(_("El documento todavía no tiene número. Primero se numera y luego se firma."))
    document.refresh_from_db()
    if document.state == DocumentState.EMITTED:
        return signature
    try:
        _emit(document, signature.after, by=by, at=at)
    except DocumentIsClosed:
        document.refresh_from_db()
        if document.state != DocumentState.EMITTED:
            raise
    return signature


def _emit(document: Document, version: Version, *, by: Person, at: datetime) -> None:
    with transaction.atomic():
        docs.emit(document=document, version=version, by=by, at=at)
        for line in document.annexes.select_related("annex"):
            if line.annex.state != DocumentState.EMITTED:
                _emit_annex(line.annex, by=by, at=at)


def _emit_annex(annex: Document, *, by: Person, at: datetime) -> None:
    typeset = annex.versions.filter(stage=Stage.TYPESET).order_by("-number").first()
    if typeset is not None:
        docs.emit(document=annex, version=typeset, by=by, at=at)
    else:
        docs.file_document(document=annex, by=by, at=at)


def planned_slots(document: Document) -> list[Slot]:
    """Return the places of the document's newest typeset version, in order."""
    typeset = document.versions.filter(stage=Stage.TYPESET).order_by("-number").first()
    if typeset is None:
        return []
    return list(typeset.slots.select_related("post", "person", "version").order_by("order"))


def _next_slot(document: Document) -> Slot | None:
    """Return the first place without a standing signature.

    :raises StepRefused: nothing is typeset yet.
    """
    slots = planned_slots(document)
    if not slots:
        raise StepRefused(_("El documento todavía no tiene número. Primero se numera y luego se firma."))
    signed = set(Signature.objects.filter(slot__in=slots, withdrawn_at__isnull=True).values_list("slot_id", flat=True))
    return next((slot for slot in slots if slot.pk not in signed), None)


def _bytes_to_sign(slot: Slot) -> Version:
    """Return the version that this slot's signer signs: the former signer's, or the typeset one."""
    former = (
        Signature.objects.filter(slot__version=slot.version, withdrawn_at__isnull=True)
        .select_related("after")
        .order_by("-slot__order")
        .first()
    )
    return former.after if former else slot.version


def _printed_day(version: Version) -> object:
    return timezone.localdate(version.stored_at)


def _typeset_anew(document: Document, slot: Slot, standing: Standing, *, by: Person, at: datetime) -> Slot:
    """Typeset the paper anew under its number; its first place names who signs now, be it beside the holder."""
    posts = [s.post for s in planned_slots(document) if s.post is not None]
    signers = signers_of(document, posts, at)
    signers[0] = replace(signers[0], person=standing.person, capacity=standing.capacity)
    _typeset(document, signers, by=by, at=at)
    return planned_slots(document)[slot.order - 1]


def emit_alone(*, document: Document, post: Post, pin: str, by: Person, at: datetime, proof: str = "") -> Signature:
    """Number, typeset, sign and emit a document that has one signer: its author. May be repeated after a crash."""
    document.refresh_from_db(fields=["state"])
    if document.state == DocumentState.EMITTED:
        return _finish(document, by=by, at=at)
    is_ready = bool(planned_slots(document)) and document.state == DocumentState.FOR_DISPATCH
    if not is_ready:
        signing.standing_of(document=document, post=post, at=at, person=by)
        separation.check_two_people(document=document, post=post, by=by, at=at)
        signing.check_pin(person=by, pin=pin, at=at)
        number_document(document=document, posts=[post], by=by, at=at)
    return sign_next(document=document, post=post, pin=pin, proof=proof, by=by, at=at)
