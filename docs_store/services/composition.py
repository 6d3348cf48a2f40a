"""Texts to paper: typeset under the number, with code, annexes and places; kept before any row is written."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from docs_store.enums import DocumentState, Stage
from docs_store.errors import DocumentIsClosed, NumberMissing, TextChanged, TextMissing
from docs_store.models import Document, Version
from docs_store.ports import Cargo, Draft, Frame, Place, Rubric, SignerPlace, Typeset, VisadoBlock
from docs_store.rules.codes import new_code
from docs_store.rules.filenames import document_name
from docs_store.selectors import (
    document_label,
    frame_of,
    latest_paper,
    latest_text,
    latest_version,
    living_number,
)
from docs_store.services import versions
from docs_store.services.locking import CLOSED_STATES, lock_open
from docs_store.typesetting import texts_of_sheet, typeset, typeset_cargo
from organization.models import Person

Reserve = Callable[[bytes, tuple[Place, ...]], bytes]
Plan = Callable[[Version, tuple[Place, ...]], object]
random_code = partial(new_code, secrets.choice)


@dataclass(frozen=True)
class _Paper:
    """A finished sheet, and what the document must still look like when it is recorded."""

    sheet: Typeset
    pdf: bytes
    cvd: str
    label: str
    text: Version | None
    newest: Version | None


def typeset_document(
    *,
    document: Document,
    signers: Sequence[SignerPlace],
    visados: Sequence[VisadoBlock],
    by: Person | None,
    at: datetime,
    rubrics: Sequence[Rubric] = (),
    reserve: Reserve | None = None,
    plan: Plan | None = None,
    newest: Version | None = None,
    code: Callable[[], str] = random_code,
) -> tuple[Version, tuple[Place, ...]]:
    """Typeset the newest text under the document's number and keep it; return the version and its signers' places.

    From here on the text is fixed. Called again (the first signature came on another day, or after a crash) it
    keeps one version more, under the same number and code, with that day's date.

    :param visados: as the act prints them; ``rubrics`` as an annex prints them on each page.
    :param reserve: puts the signature fields into the bytes, before they are kept; none for what nobody signs.
    :param plan: writes who signs where, in the transaction of the version: neither is without the other.
    :param newest: the newest version when the caller saw that a paper is needed; without it, the one of now.
    :param code: makes the verification code, once for a document.
    :raises NumberMissing: it is to be signed and has no number.
    :raises TextMissing: nothing was written yet, or an annex has no file that could travel with it.
    :raises TextChanged: somebody changed the document meanwhile; the call may be repeated.
    :raises DocumentIsClosed: it was emitted or annulled.
    :raises ArchiveUnavailable: nothing was recorded; the call may be repeated.
    """
    newest = newest or latest_version(document)
    text = latest_text(document)
    if text is None or text.content is None:
        raise TextMissing
    label = _label_to_print(document, bool(signers))
    cvd = _code_of(document, code)
    _check_annexes(document)
    frame = frame_of(
        document, day=timezone.localdate(at), label=label, cvd=cvd, signers=signers, visados=visados, rubrics=rubrics
    )
    sheet = typeset(Draft.from_json(text.content), frame)
    pdf = reserve(sheet.pdf, sheet.places) if reserve else sheet.pdf
    paper = _Paper(sheet, pdf, cvd, label, text, newest)
    return _keep(document, paper, plan, by=by, at=at), sheet.places


def typeset_cargo_document(
    *,
    document: Document,
    cargo: Cargo,
    by: Person | None,
    at: datetime,
    code: Callable[[], str] = random_code,
) -> tuple[Version, tuple[Place, ...]]:
    """Typeset a receipt and keep it; return the version and the place of the entity's seal.

    :raises TextChanged: somebody else typeset it meanwhile; the call may be repeated.
    :raises DocumentIsClosed: it was emitted before.
    :raises ArchiveUnavailable: nothing was recorded; the call may be repeated.
    """
    newest = latest_version(document)
    cvd = _code_of(document, code)
    frame: Frame = frame_of(document, day=timezone.localdate(at), label=document.label, cvd=cvd)
    sheet = typeset_cargo(cargo, frame)
    paper = _Paper(sheet, sheet.pdf, cvd, document.label, None, newest)
    return _keep(document, paper, None, by=by, at=at), sheet.places


def _label_to_print(document: Document, is_signed: bool) -> str:
    """Return the number to print; an annex of ours has none and is not signed."""
    number = living_number(document)
    if is_signed and number is None:
        raise NumberMissing
    return number.label if number else ""


def _code_of(document: Document, code: Callable[[], str]) -> str:
    """Return the document's code as the database has it now, or a new one."""
    known = Document.objects.only("cvd", "state").get(pk=document.pk)
    if known.state in CLOSED_STATES:
        raise DocumentIsClosed
    return known.cvd or code()


def _check_annexes(document: Document) -> None:
    for line in document.annexes.select_related("annex"):
        if latest_paper(line.annex) is None:
            raise TextMissing(
                _("El anexo “%(title)s” todavía no tiene contenido. Adjúntelo o quítelo.") % {"title": line.annex.title}
            )


def _keep(document: Document, paper: _Paper, plan: Plan | None, *, by: Person | None, at: datetime) -> Version:
    """Archive the bytes, read their text, then record the version if the document still is as it was."""
    name = document_name(document_label(document), ".pdf")
    stored = versions.archived(
        paper.pdf, Stage.TYPESET, versions.PDF, name, pages=paper.sheet.pages, based_on=paper.text
    )
    texts = texts_of_sheet(paper.sheet.pdf)
    with transaction.atomic():
        lock_open(document)
        _check_unchanged(document, paper)
        document.cvd, document.state = paper.cvd, DocumentState.FOR_DISPATCH
        document.save(update_fields=["cvd", "state"])
        version = versions.append_version(document, stored, kind="document.typeset", by=by, at=at)
        versions.keep_texts(version, texts)
        if plan is not None:
            plan(version, paper.sheet.places)
    return version


def _check_unchanged(document: Document, paper: _Paper) -> None:
    """Refuse a sheet that somebody overtook: with another text, number or code, or with a paper of their own."""
    number = living_number(document)
    has_other_code = document.cvd not in {None, paper.cvd}
    has_other_number = number is not None and number.label != paper.label
    if has_other_code or has_other_number or latest_version(document) != paper.newest:
        raise TextChanged
