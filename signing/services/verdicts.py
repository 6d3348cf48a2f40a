"""Whether a document, or a file that somebody shows, is what was signed, and whether it still stands."""

import hashlib
import re
from dataclasses import dataclass

from docs_store import selectors as stored
from docs_store.enums import DocumentState, LegalState, Refusal, Stage
from docs_store.models import Document, Version
from docs_store.rules.file_types import PDF
from signing import selectors
from signing.enums import Status
from signing.models import Verdict
from signing.ports import FileFinding, Report
from signing.rules.acceptance import Acceptance, accept
from signing.rules.findings_json import as_json, from_json
from signing.rules.revisions import revision_ends, signatures_in
from signing.services import wording
from signing.services.authority import trust_list
from signing.services.places import is_paper_clean
from signing.signer import get_validator

PRINTED_CODE = re.compile(r"[2-9A-HJ-NP-Z]{4}(?:[- ][2-9A-HJ-NP-Z]{4}){3}")
CODES_AT_MOST = 5
SIGNATURE_MARK = b"/ByteRange"
PROBLEM_OF = {Refusal.ENCRYPTED: wording.ENCRYPTED, Refusal.DAMAGED: wording.UNREADABLE}
ENDED = frozenset({LegalState.ANNULLED, LegalState.REPEALED, LegalState.SUSPENDED})


@dataclass(frozen=True)
class Looked:
    """What was found out about a stored version: its file, and what that amounts to."""

    version: Version
    finding: FileFinding
    acceptance: Acceptance
    expected: int


def verdict_of_document(document: Document) -> Report:
    """Return what can be said of the stored original: the emitted version, or else the newest paper.

    :raises ObjectDamaged: what is stored was altered; nobody can vouch for it.
    :raises ArchiveUnavailable: trying again later may help.
    """
    version = document.emitted_version or stored.latest_paper(document)
    if version is None:
        return wording.nothing_stored(document)
    return _report(_look(version), is_by_code=True)


def verdict_of_file(content: bytes) -> Report:
    """Return what can be said of a file that somebody shows. It is not kept; nothing is fetched.

    :raises ArchiveUnavailable: trying again later may help.
    """
    digest = hashlib.sha256(content).hexdigest()
    same = _stored_version(digest)
    if same is not None:
        return _report(_look(same), is_by_code=False)
    finding, text = _read_stranger(content)
    original = _claimed_original(content, text)
    if original is not None:
        return wording.altered(original, finding, digest)
    return wording.unknown(content, finding, digest)


def _read_stranger(content: bytes) -> tuple[FileFinding, str]:
    """Return the signatures and the text of a file that is not ours, read by processes with limits."""
    if not content.startswith(b"%PDF-"):
        return FileFinding(problem=wording.UNREADABLE), ""
    report = stored.read_file(content, PDF.media_type)
    text = "\n".join(report.texts)
    if SIGNATURE_MARK in content and report.refusal != Refusal.ENCRYPTED:
        return get_validator().inspect_stranger(content, trust_list()), text
    return FileFinding(problem=PROBLEM_OF.get(report.refusal, "") if report.refusal else ""), text


def _stored_version(sha256: str) -> Version | None:
    """Return the stored version with these bytes, the emitted one before any other; a draft is not told of."""
    found = Version.objects.filter(sha256=sha256).select_related("document__kind").order_by("-number", "-id")
    papers = [version for version in found if version.stage in {Stage.SIGNED, Stage.TYPESET}]
    emitted = [version for version in found if version.document.emitted_version_id == version.pk]
    return next(iter(emitted + papers), None)


def _look(version: Version) -> Looked:
    """Look into the version's file, or into what was found when it was looked into under this trust list."""
    expected = _expected(version)
    finding, is_clean = (FileFinding(), True) if version.stage == Stage.FILE else _finding(version)
    return Looked(version, finding, accept(finding, expected=expected, is_paper_clean=is_clean), expected)


def _expected(version: Version) -> int:
    """Return how many signatures the file must bear: its places, else the entity's seal."""
    planned = len(selectors.slots_of(version))
    return planned or (1 if version.stage == Stage.SIGNED else 0)


def _finding(version: Version) -> tuple[FileFinding, bool]:
    """Return what the file shows. It is read each time: what was found before says nothing of bytes that changed."""
    trust = trust_list()
    with stored.open_version(version) as content:
        pdf = content.read()
    kept = Verdict.objects.filter(sha256=version.sha256, trust_sha256=trust.sha256).first()
    if kept is not None:
        return from_json(kept.report["file"]), bool(kept.report["is_paper_clean"])
    finding = get_validator().inspect(pdf, trust)
    is_clean = not finding.problem and is_paper_clean(pdf)
    report = {"file": as_json(finding), "is_paper_clean": is_clean}
    Verdict.objects.bulk_create(
        [Verdict(sha256=version.sha256, trust_sha256=trust.sha256, report=report)], ignore_conflicts=True
    )
    return finding, is_clean


def _report(looked: Looked, *, is_by_code: bool) -> Report:
    status = _status(looked, is_by_code=is_by_code)
    lines = wording.signer_lines(looked.finding, selectors.signatures_of(looked.version))
    return wording.of_stored(status, looked.version, looked.finding, looked.acceptance, lines, expected=looked.expected)


def _status(looked: Looked, *, is_by_code: bool) -> Status:
    document, acceptance = looked.version.document, looked.acceptance
    is_emitted = document.emitted_version_id == looked.version.pk
    if not acceptance.is_intact or acceptance.extra or (is_emitted and acceptance.missing):
        return Status.ALTERED
    if not is_emitted:
        return Status.NEVER_EMITTED
    if not acceptance.is_accepted:
        return Status.UNDECIDED
    if document.state == DocumentState.ANNULLED or document.legal_state in ENDED:
        return Status.NO_LONGER_IN_FORCE
    return Status.ORIGINAL_IN_FORCE if is_by_code else Status.FILE_IN_FORCE


def _claimed_original(content: bytes, text: str) -> Version | None:
    """Return the stored version that a changed file comes from: a former state of it, its signature, its code."""
    return _by_beginning(content) or _by_signature(content) or _by_printed_code(text)


def _by_beginning(content: bytes) -> Version | None:
    running, start = hashlib.sha256(), 0
    digests = []
    for end in revision_ends(content):
        running.update(content[start:end])
        start = end
        digests.append(running.copy().hexdigest())
    versions = Version.objects.filter(sha256__in=digests, stage__in=[Stage.SIGNED, Stage.TYPESET])
    return _original(versions.select_related("document__kind").order_by("-number").first())


def _by_signature(content: bytes) -> Version | None:
    return _original(
        selectors.version_with_signature([hashlib.sha256(cms).hexdigest() for cms in signatures_in(content)])
    )


def _by_printed_code(text: str) -> Version | None:
    for code in PRINTED_CODE.findall(text)[:CODES_AT_MOST]:
        document = stored.document_by_cvd(code)
        if document is not None:
            return document.emitted_version or stored.latest_paper(document)
    return None


def _original(version: Version | None) -> Version | None:
    if version is None:
        return None
    return version.document.emitted_version or version
