"""Contents of documents: texts, files and signed papers. The bytes are archived before the row is written."""

import io
import math
import os
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from docs_store.archive import get_archive
from docs_store.enums import DocumentState, Refusal, Stage
from docs_store.errors import (
    FileIsDamaged,
    FileIsEmpty,
    FileIsEncrypted,
    FileIsUnsafe,
    FileTooLarge,
    SignedBytesDiffer,
    TextChanged,
    TextIsFixed,
)
from docs_store.models import TITLE_LENGTH, Document, PageText, Version
from docs_store.ports import Draft
from docs_store.rules import file_types, filenames
from docs_store.rules.canonical import canonical_json
from docs_store.selectors import latest_version, open_version, read_file
from docs_store.services.locking import actor_of, lock_open
from docs_store.typesetting import check_printable
from ledger import services as ledger
from organization.models import Person

JSON = "application/json"
PDF = file_types.PDF.media_type
TEXT_NAME = "texto.json"
BYTES_PER_MEGABYTE = 1_000_000
REFUSALS = {Refusal.ENCRYPTED: FileIsEncrypted, Refusal.DAMAGED: FileIsDamaged, Refusal.UNSAFE: FileIsUnsafe}


@dataclass(frozen=True)
class NewContent:
    """What a version's row says of bytes that are archived already."""

    stage: Stage
    sha256: str
    size_bytes: int
    media_type: str
    name: str
    pages: int | None = None
    content: dict[str, Any] | None = None
    based_on: Version | None = None


@dataclass(frozen=True)
class ReceivedFile:
    """A file that was checked, archived and read, before it belongs to a document."""

    stored: NewContent
    texts: tuple[str, ...]


@dataclass(frozen=True)
class ReceivedText:
    """A text that was checked and archived, before it belongs to a document."""

    stored: NewContent
    subject: str


def save_draft(*, document: Document, content: Draft, by: Person | None, at: datetime) -> Version:
    """Save the text as the document's next version, or return the newest one if it says the same.

    The document is called after the text's subject where it has one.

    :raises UnprintableCharacter: no font has one of the characters; the sentence names it.
    :raises TextIsFixed: the document is typeset with its number and was not returned.
    :raises DocumentIsClosed: it was emitted or annulled.
    :raises ArchiveUnavailable: nothing was recorded; the call may be repeated.
    """
    return save_received(document=document, received=receive_text(content), by=by, at=at)


def receive_text(content: Draft) -> ReceivedText:
    """Check a text and archive it; no row is written yet.

    Who has more to write calls this before the transaction, and ``save_received`` inside.

    :raises UnprintableCharacter: no font has one of the characters; the sentence names it.
    :raises ArchiveUnavailable: nothing was recorded; the call may be repeated.
    """
    check_printable(content)
    plain = canonical_json(content.as_json())
    stored = archived(plain, Stage.STRUCTURED, JSON, TEXT_NAME, content=content.as_json())
    return ReceivedText(stored, content.subject.strip())


def save_received(*, document: Document, received: ReceivedText, by: Person | None, at: datetime) -> Version:
    """Write a text that was received as the document's next version, or return the newest if it says the same.

    :raises TextIsFixed: the document is typeset with its number and was not returned.
    :raises DocumentIsClosed: it was emitted or annulled.
    """
    with transaction.atomic():
        _lock_for_content(document)
        newest = latest_version(document)
        if newest is not None and newest.stage == Stage.STRUCTURED and newest.sha256 == received.stored.sha256:
            return newest
        document.state = DocumentState.DRAFT
        document.title = received.subject[:TITLE_LENGTH] or document.title
        document.save(update_fields=["state", "title"])
        return append_version(document, received.stored, kind="document.saved", by=by, at=at)


def attach_file(*, document: Document, name: str, content: BinaryIO, by: Person | None, at: datetime) -> Version:
    """Keep a file that was handed in, byte by byte, as the document's next version.

    :raises UploadRefused: it is empty, too large, locked, damaged, unsafe, or of a type that is not received.
    :raises TextIsFixed: the document is typeset with its number and was not returned.
    :raises DocumentIsClosed: it was emitted or annulled.
    :raises ArchiveUnavailable: nothing was recorded; the call may be repeated.
    """
    return attach_received(document=document, received=receive_file(name=name, content=content), by=by, at=at)


def receive_file(*, name: str, content: BinaryIO) -> ReceivedFile:
    """Check a file that was handed in, archive it and read its text; no row is written yet.

    Its type is told by its content; a name that says otherwise gets the right ending. It may take seconds: who has
    more to write calls this before the transaction, and ``attach_received`` inside.

    :raises UploadRefused: it is empty, too large, locked, damaged, unsafe, or of a type that is not received.
    :raises ArchiveUnavailable: nothing was recorded; the call may be repeated.
    """
    shown = filenames.safe_name(name)
    plain = _bytes_of(content, shown)
    file_type = file_types.detect(plain, shown)
    report = read_file(plain, file_type.media_type)
    if report.refusal is not None:
        raise REFUSALS[report.refusal](name=shown)
    kept_as = filenames.safe_name(name, file_type.extensions, file_types.KNOWN_EXTENSIONS)
    stored = archived(plain, Stage.FILE, file_type.media_type, kept_as, pages=report.pages)
    return ReceivedFile(stored, report.texts)


def attach_received(*, document: Document, received: ReceivedFile, by: Person | None, at: datetime) -> Version:
    """Write a file that was received as the document's next version.

    :raises TextIsFixed: the document is typeset with its number and was not returned.
    :raises DocumentIsClosed: it was emitted or annulled.
    """
    with transaction.atomic():
        _lock_for_content(document)
        version = append_version(document, received.stored, kind="document.file_attached", by=by, at=at)
        keep_texts(version, received.texts)
    return version


def store_signed(*, document: Document, pdf: bytes, based_on: Version, by: Person | None, at: datetime) -> Version:
    """Keep signed bytes as the document's next version: they begin with the very bytes that were signed.

    :raises SignedBytesDiffer: they do not, or those were another document's.
    :raises TextChanged: the document was returned while its signer signed.
    :raises DocumentIsClosed: it was emitted or annulled.
    :raises ArchiveUnavailable: nothing was recorded; the call may be repeated.
    """
    with open_version(based_on) as before:
        if based_on.document_id != document.pk or not pdf.startswith(before.read()):
            raise SignedBytesDiffer
    stored = archived(pdf, Stage.SIGNED, PDF, based_on.name, pages=based_on.pages, based_on=based_on)
    with transaction.atomic():
        lock_open(document)
        if document.state != DocumentState.FOR_DISPATCH:
            raise TextChanged
        return append_version(document, stored, kind="document.signed_bytes_kept", by=by, at=at)


# What other services of this room build on.


def archived(
    plain: bytes,
    stage: Stage,
    media_type: str,
    name: str,
    *,
    pages: int | None = None,
    content: dict[str, Any] | None = None,
    based_on: Version | None = None,
) -> NewContent:
    """Archive the bytes and return what their row will say. Call it before the transaction."""
    digest = get_archive().put(io.BytesIO(plain))
    return NewContent(stage, digest, len(plain), media_type, name, pages, content, based_on)


def append_version(document: Document, stored: NewContent, *, kind: str, by: Person | None, at: datetime) -> Version:
    """Write the next version of a locked document, and its entry in the ledger."""
    last = document.versions.aggregate(last=Max("number"))["last"] or 0
    version = Version.objects.create(
        document=document,
        number=last + 1,
        stage=stored.stage,
        content=stored.content,
        sha256=stored.sha256,
        size_bytes=stored.size_bytes,
        media_type=stored.media_type,
        name=stored.name,
        pages=stored.pages,
        based_on=stored.based_on,
        stored_at=at,
        stored_by=by,
    )
    facts = {"version": version.pk, "sha256": stored.sha256, "bytes": stored.size_bytes}
    ledger.record(kind, subject=f"document:{document.pk}", facts=facts, by=actor_of(by), at=at)
    return version


def keep_texts(version: Version, texts: tuple[str, ...]) -> None:
    """Keep the text of each page that has some."""
    PageText.objects.bulk_create(
        PageText(version=version, page=page, text=text) for page, text in enumerate(texts, start=1) if text.strip()
    )


def _lock_for_content(document: Document) -> None:
    lock_open(document)
    if document.state == DocumentState.FOR_DISPATCH:
        raise TextIsFixed


def _bytes_of(content: BinaryIO, name: str) -> bytes:
    """Return the bytes of an upload whose size is allowed; it is measured before it is read."""
    content.seek(0, os.SEEK_END)
    size_bytes = content.tell()
    content.seek(0)
    if size_bytes == 0:
        raise FileIsEmpty(name=name)
    if size_bytes > settings.MAX_UPLOAD_BYTES:
        parts = math.ceil(size_bytes / settings.MAX_UPLOAD_BYTES)
        raise FileTooLarge(
            megabytes=math.ceil(size_bytes / BYTES_PER_MEGABYTE),
            limit=settings.MAX_UPLOAD_BYTES // BYTES_PER_MEGABYTE,
            parts=_("dos") if parts == 2 else _("%(parts)d partes") % {"parts": parts},
        )
    return content.read()
