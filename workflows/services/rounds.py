"""Visados: who endorsed which text, and who must still be asked."""

from datetime import datetime

from django.utils.translation import gettext as _

from docs_store.enums import DocumentState, Stage
from docs_store.models import Document
from organization.models import Person, Post
from signing import services as signing
from signing.enums import VisadoKind
from signing.errors import VisadoRefused
from signing.models import Visado
from workflows.errors import StepRefused
from workflows.models import Process, Task
from workflows.ports import Step
from workflows.selectors import parts
from workflows.services import separation


def standing_visados(process: Process, about: str) -> set[str]:
    """Return the slugs of the posts whose visado still fits the text: they are not asked again."""
    document = parts.document_of(process, about)
    if document is None:
        return set()
    return {visado.post.slug for visado in signing.valid_visados(document)}


def endorse(*, task: Task, step: Step, post: Post, pin: str, by: Person, at: datetime, proof: str = "") -> Visado:
    """Give this post's visado on the newest text, and its rubric on each annex of ours where the route asks.

    :raises StepRefused: the document is no longer a draft.
    :raises OutsideCompetence: the person may not endorse it as this post today; the sentence says which act fails.
    :raises WrongPin: nothing was signed.
    """
    document = parts.needed_document(task.process, step.about)
    if document.state in {DocumentState.EMITTED, DocumentState.ANNULLED}:
        raise StepRefused(_("El documento ya fue emitido; no se puede visar. Vuelva a su bandeja."))
    kind, *extra = step.visado.split()
    visado = _give(document, VisadoKind(kind), post, pin=pin, proof=proof, by=by, at=at)
    if VisadoKind.RUBRIC in extra:
        for annex in _annexes_of_ours(document):
            _give(annex, VisadoKind.RUBRIC, post, pin=pin, proof=proof, by=by, at=at)
    return visado


def _give(
    document: Document, kind: VisadoKind, post: Post, *, pin: str, proof: str, by: Person, at: datetime
) -> Visado:
    """Give the visado, or return the one that was given before, be it by the same form sent twice at once."""
    given = _given(document, kind, post)
    if given is not None:
        return given
    try:
        standing = signing.standing_of(document=document, post=post, at=at, person=by)
        separation.check_two_people(document=document, post=post, by=by, at=at)
        return signing.give_visado(
            version=parts.latest_text(document),
            kind=kind,
            post=post,
            person=by,
            pin=pin,
            proof=proof,
            at=at,
            capacity=standing.capacity,
            chain=standing.links,
            check=lambda: separation.check_still(standing=standing, document=document, post=post, by=by, at=at),
        )
    except VisadoRefused:
        given = _given(document, kind, post)
        if given is None:
            raise
        return given


def _given(document: Document, kind: VisadoKind, post: Post) -> Visado | None:
    return next((v for v in signing.valid_visados(document) if v.post_id == post.pk and v.kind == kind), None)


def _annexes_of_ours(document: Document) -> list[Document]:
    lines = document.annexes.select_related("annex").filter(annex__versions__stage=Stage.STRUCTURED).distinct()
    return [line.annex for line in lines]
