"""Reads of contents: their bytes, their newest text, what a visado covers."""

import hashlib
from typing import Any, BinaryIO

from docs_store.archive import get_archive
from docs_store.enums import Stage
from docs_store.models import Document, Version
from docs_store.rules.canonical import canonical_json

CONTENT_STAGES = (Stage.STRUCTURED, Stage.FILE)
PAPER_STAGES = (Stage.FILE, Stage.TYPESET, Stage.SIGNED)


def open_version(version: Version) -> BinaryIO:
    """Return the version's bytes, verified before the first one is handed out; the caller closes them.

    :raises ObjectMissing: nothing is stored: a fault of the installation.
    :raises ObjectDamaged: what is stored no longer matches its hash.
    :raises ArchiveUnavailable: trying again later may help.
    """
    return get_archive().open(version.sha256)


def latest_version(document: Document) -> Version | None:
    """Return the newest version of any stage, or nothing yet."""
    return document.versions.order_by("-number").first()


def latest_text(document: Document) -> Version | None:
    """Return the newest structured text, or nothing if none was written."""
    return document.versions.filter(stage=Stage.STRUCTURED).order_by("-number").first()


def latest_content(document: Document) -> Version | None:
    """Return what a person last wrote or attached: never what was typeset or signed from it."""
    return document.versions.filter(stage__in=CONTENT_STAGES).order_by("-number").first()


def latest_paper(document: Document) -> Version | None:
    """Return the newest version that can be read as a file: the emitted one, signed, typeset, or attached."""
    return document.versions.filter(stage__in=PAPER_STAGES).order_by("-number").first()


def canonical_sha256(version: Version) -> str:
    """Return the hash of what a visado covers: the text (or the file) and the content of each annex, in order.

    It speaks of contents, not of papers: typesetting, numbering and signing leave it as it was.
    """
    return hashlib.sha256(canonical_json(_covered(version))).hexdigest()


def _covered(version: Version) -> dict[str, Any]:
    lines = version.document.annexes.select_related("annex").order_by("order")
    return {
        "text": version.content,
        "file": version.sha256 if version.content is None else "",
        "annexes": [{"title": line.annex.title, "sha256": _content_sha256(line.annex)} for line in lines],
    }


def _content_sha256(annex: Document) -> str:
    content = latest_content(annex)
    return content.sha256 if content else ""
