"""Reads signatures out of files by pyHanko. Nothing is ever fetched; a bad file is a finding, not an error."""

import hashlib
import json
import logging
import subprocess
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

from asn1crypto import cms, crl, x509
from cryptography.x509 import Name
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DiffResult
from pyhanko.sign.general import find_cms_attribute_iter
from pyhanko.sign.validation.generic_cms import async_validate_detached_cms
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature, async_validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel, StandardCMSSignatureStatus
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import (
    ExpiredError,
    InsufficientRevinfoError,
    InvalidCertificateError,
    NotYetValidError,
    PathBuildingError,
    PathError,
    RevokedError,
    ValidationError,
)

from signing.adapters.event_loop import run
from signing.enums import TrustProblem
from signing.ports import CertificateFinding, FileFinding, SignatureFinding, TrustList
from signing.rules.findings_json import from_json, trust_as_json

# The library logs each failed check with the signer's name: that is personal data, and the finding says it anyway.
for library in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(library).setLevel(logging.CRITICAL)

logger = logging.getLogger(__name__)

INSPECTOR = "signing.adapters.inspector"
ROOT = Path(__file__).resolve().parents[2]
SECONDS_AT_MOST = 20
ENCRYPTED = "encrypted"
UNREADABLE = "unreadable"
SUSPICIOUS = "SUSPICIOUS"
SIGNING_USAGE = {"non_repudiation"}
PROBLEM_OF: tuple[tuple[type[Exception], str], ...] = (
    (ExpiredError, TrustProblem.EXPIRED),
    (NotYetValidError, TrustProblem.NOT_YET_VALID),
    (RevokedError, TrustProblem.REVOKED),
    (InsufficientRevinfoError, TrustProblem.REVOCATION_UNKNOWN),
    (InvalidCertificateError, TrustProblem.KEY_USAGE),
    (PathBuildingError, TrustProblem.FOREIGN),
)


class PyHankoValidator:
    """The ``Validator`` of PDF files and of detached signatures."""

    def inspect(self, pdf: bytes, trust: TrustList) -> FileFinding:
        try:
            reader = PdfFileReader(BytesIO(pdf))
            if reader.encrypted:
                return FileFinding(problem=ENCRYPTED)
            signatures = reader.embedded_signatures
            return FileFinding(signatures=tuple(_inspected(signature, trust) for signature in signatures))
        except Exception as error:
            _log_unreadable(error)
            return FileFinding(problem=UNREADABLE)

    def inspect_stranger(self, pdf: bytes, trust: TrustList) -> FileFinding:
        told = json.dumps(trust_as_json(trust)).encode() + b"\n" + pdf
        command = [sys.executable, "-m", INSPECTOR]
        pipe = subprocess.PIPE
        with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, cwd=ROOT, env={}) as child:
            try:
                written, _none = child.communicate(told, timeout=SECONDS_AT_MOST)
            except subprocess.TimeoutExpired:
                child.kill()
                written = b""
        return from_json(json.loads(written)) if written else FileFinding(problem=UNREADABLE)

    def inspect_detached(self, content: bytes, cms: bytes, trust: TrustList) -> SignatureFinding | None:
        try:
            return _inspected_detached(content, cms, trust)
        except Exception as error:
            _log_unreadable(error)
            return None

    def certificate(self, der: bytes, trust: TrustList, *, at: datetime) -> CertificateFinding:
        return _certificate_finding(x509.Certificate.load(der), (), trust, at)


def _log_unreadable(error: Exception) -> None:
    """Log the class alone: messages of the library may hold names.

    A hostile file makes the library raise anything, from KeyError to RecursionError: what cannot be read is a finding,
    and no class of error may be left out.
    """
    logger.warning("signature not readable", extra={"error": type(error).__name__})


def _inspected(signature: EmbeddedPdfSignature, trust: TrustList) -> SignatureFinding:
    """Return what one signature of a file shows, judged at the moment that its seal of time claims."""
    claimed_at = signature.self_reported_timestamp
    moment = _sealed_at(signature.signer_info) or claimed_at or datetime.now(UTC)
    context = _context(trust, moment)
    status = run(
        async_validate_pdf_signature(
            signature, signer_validation_context=context, ts_validation_context=_context(trust, moment)
        )
    )
    changes, fields = _changes(status)
    return SignatureFinding(
        field_name=signature.field_name,
        is_bottom_line=bool(status.bottom_line),
        covers_file=status.coverage == SignatureCoverageLevel.ENTIRE_FILE,
        covers_revision=status.coverage in (SignatureCoverageLevel.ENTIRE_FILE, SignatureCoverageLevel.ENTIRE_REVISION),
        changes=changes,
        changed_fields=fields,
        claimed_at=claimed_at,
        **_common(status, signature.other_embedded_certs, trust, moment),
    )


def _inspected_detached(content: bytes, der: bytes, trust: TrustList) -> SignatureFinding:
    signed = cms.ContentInfo.load(der, strict=True)["content"]
    info = signed["signer_infos"][0]
    moment = _sealed_at(info) or datetime.now(UTC)
    status = run(
        async_validate_detached_cms(
            content,
            signed,
            signer_validation_context=_context(trust, moment),
            ts_validation_context=_context(trust, moment),
        )
    )
    others = [choice.chosen for choice in signed["certificates"] if choice.name == "certificate"]
    return SignatureFinding(
        field_name="",
        is_bottom_line=bool(status.bottom_line),
        covers_file=status.intact,
        covers_revision=status.intact,
        changes="NONE",
        changed_fields=(),
        claimed_at=status.signer_reported_dt,
        **_common(status, others, trust, moment),
    )


def _common(
    status: StandardCMSSignatureStatus, others: Iterable[x509.Certificate], trust: TrustList, moment: datetime
) -> dict[str, Any]:
    seal = status.timestamp_validity
    return {
        "is_intact": status.intact,
        "is_genuine": status.valid,
        "certificate": _certificate_finding(status.signing_cert, others, trust, moment),
        "sealed_at": seal.timestamp if seal else None,
        "has_seal_of_time": bool(seal and seal.valid and seal.intact and seal.trusted),
        "time_authority": _name(seal.signing_cert.subject) if seal else "",
        "mechanism": f"{status.pkcs7_signature_mechanism} {status.md_algorithm}",
    }


def _sealed_at(signer_info: cms.SignerInfo) -> datetime | None:
    """Return the moment that the seal of time claims; whether it is to be believed is checked elsewhere."""
    for token in find_cms_attribute_iter(signer_info["unsigned_attrs"] or (), "signature_time_stamp_token"):
        moment: datetime = token["content"]["encap_content_info"]["content"].parsed["gen_time"].native
        return moment
    return None


def _changes(status: PdfSignatureStatus) -> tuple[str, tuple[str, ...]]:
    """Return how much was changed after this signature, and which form fields."""
    difference = status.diff_result
    if isinstance(difference, DiffResult):
        return difference.modification_level.name, tuple(sorted(difference.changed_form_fields))
    return SUSPICIOUS, ()


def _certificate_finding(
    certificate: x509.Certificate, others: Iterable[x509.Certificate], trust: TrustList, at: datetime
) -> CertificateFinding:
    return CertificateFinding(
        subject=_name(certificate.subject),
        issuer=_name(certificate.issuer),
        serial=f"{certificate.serial_number:x}",
        sha256=hashlib.sha256(certificate.dump()).hexdigest(),
        valid_from=certificate.not_valid_before,
        valid_to=certificate.not_valid_after,
        trust_problem=_trust_problem(certificate, others, trust, at),
    )


def _name(name: x509.Name) -> str:
    """Return the name as RFC 4514 writes it."""
    return Name.from_bytes(name.dump()).rfc4514_string()


def _trust_problem(
    certificate: x509.Certificate, others: Iterable[x509.Certificate], trust: TrustList, at: datetime
) -> str:
    validator = CertificateValidator(
        certificate, intermediate_certs=list(others), validation_context=_context(trust, at)
    )
    try:
        run(validator.async_validate_usage(SIGNING_USAGE))
    except (ValidationError, PathError) as error:
        return next((problem for kind, problem in PROBLEM_OF if isinstance(error, kind)), TrustProblem.OTHER)
    return ""


def _context(trust: TrustList, moment: datetime) -> ValidationContext:
    """Return a context that knows only the trust list, demands word on revocation and fetches nothing."""
    roots, between, crls = _parsed(trust)
    return ValidationContext(
        trust_roots=roots,
        other_certs=between,
        crls=crls,
        moment=moment,
        allow_fetching=False,
        revocation_mode="require",
        retroactive_revinfo=True,
    )


@lru_cache(maxsize=4)
def _parsed(
    trust: TrustList,
) -> tuple[list[x509.Certificate], list[x509.Certificate], list[crl.CertificateList]]:
    return (
        [x509.Certificate.load(der) for der in trust.roots],
        [x509.Certificate.load(der) for der in trust.intermediates],
        [crl.CertificateList.load(der) for der in trust.crls],
    )
