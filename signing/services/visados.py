"""Visados: a visador's own detached signature over a content, before there is a number."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from docs_store import selectors as stored
from docs_store.enums import Stage
from docs_store.models import Document, Version
from ledger import services as ledger
from organization.models import Person, Post
from signing import selectors
from signing.enums import VisadoKind
from signing.errors import VisadoRefused
from signing.models import Visado
from signing.ports import Secret, SignatureFinding
from signing.rules.visado_text import visado_statement
from signing.services.authority import trust_list
from signing.services.capacities import acts_of
from signing.services.confirmations import check_confirmed
from signing.services.credentials import as_secret, serial_number_of, unlock
from signing.signer import get_signer, get_validator


def give_visado(
    *,
    version: Version,
    kind: VisadoKind,
    post: Post,
    person: Person,
    pin: str | Secret,
    at: datetime,
    capacity: str = "",
    chain: Sequence[Mapping[str, object]] = (),
    check: Callable[[], None] | None = None,
    proof: str = "",
) -> Visado:
    """Endorse the content of a text as this post, with the person's own key, and return the visado.

    Call it outside any transaction: a wrong PIN is counted although the call fails.

    :param capacity: as what the person endorses, and ``chain`` the acts by which they may.
    :param check: is called in the last transaction, the document locked; what it raises leaves no visado.
    :param proof: that the person has just confirmed, as ``confirmations.prove`` gave it.
    :raises ConfirmationMissing: it is needed and missing. Nothing was signed.
    :raises VisadoRefused: the version is no text, or this post has already given it.
    :raises WrongPin: nothing was signed; the sentence says how many tries are left.
    :raises SigningError: the certificate may not sign at this moment.
    """
    secret = as_secret(pin)
    del pin
    check_confirmed(person=person, document_id=version.document_id, proof=proof, at=at)
    if version.stage != Stage.STRUCTURED:
        raise VisadoRefused(_("Solo se visa el texto, antes de tener número. Vuelva a su bandeja."))
    covered = stored.canonical_sha256(version)
    unlocked = unlock(person=person, pin=secret, at=at)
    statement = visado_statement(content_sha256=covered, kind=kind, post_slug=post.slug)
    made = get_signer().sign_detached(statement, unlocked.key, unlocked.secret, at=at)
    visado = Visado(
        version=version,
        post=post,
        person=person,
        kind=kind,
        capacity=capacity or post.title,
        chain=list(chain),
        content_sha256=covered,
        cms=made.cms,
        given_at=at,
    )
    return _recorded(visado, check)


def _recorded(visado: Visado, check: Callable[[], None] | None) -> Visado:
    """Keep the visado with its entry.

    :raises VisadoRefused: this post has already given it.
    """
    try:
        with transaction.atomic():
            if check is not None:
                Document.objects.select_for_update(no_key=True).get(pk=visado.version.document_id)
                check()
            visado.save(force_insert=True)
            ledger.record(
                "document.visado_given",
                subject=f"document:{visado.version.document_id}",
                facts={
                    "visado": visado.pk,
                    "kind": str(visado.kind),
                    "post": visado.post_id,
                    "acts": acts_of(visado.chain),
                    "version": visado.version_id,
                    "content_sha256": visado.content_sha256,
                },
                by=visado.person.actor,
                at=visado.given_at,
            )
    except IntegrityError as error:
        raise VisadoRefused from error
    return visado


def void_visados(*, document: Document, reason: str, by: Person, at: datetime) -> list[Visado]:
    """Void the visados that no longer fit the document's newest text, and return them. Those that fit stand."""
    with transaction.atomic():
        Document.objects.select_for_update(no_key=True).get(pk=document.pk)
        fitting = {visado.pk for visado in selectors.valid_visados(document)}
        voided = list(selectors.standing_visados(document).exclude(pk__in=fitting))
        for visado in voided:
            visado.voided_at, visado.void_reason = at, reason
            visado.save(update_fields=["voided_at", "void_reason"])
            ledger.record(
                "document.visado_voided",
                subject=f"document:{document.pk}",
                facts={"visado": visado.pk, "post": visado.post_id, "version": visado.version_id},
                by=by.actor,
                at=at,
            )
    return voided


def verify_visado(visado: Visado) -> bool:
    """Return whether the visado's signature is genuine, by the person's own certificate, over its content."""
    finding = visado_finding(visado)
    return finding is not None and finding.is_bottom_line and finding.has_seal_of_time and _is_own(finding, visado)


def visado_finding(visado: Visado) -> SignatureFinding | None:
    """Return what the visado's signature shows, or nothing if it cannot be read."""
    statement = visado_statement(content_sha256=visado.content_sha256, kind=visado.kind, post_slug=visado.post.slug)
    return get_validator().inspect_detached(statement, bytes(visado.cms), trust_list())


def _is_own(finding: SignatureFinding, visado: Visado) -> bool:
    return serial_number_of(visado.person) in finding.certificate.subject
