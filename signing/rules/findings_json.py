"""Findings and trust lists as JSON values and back: what the cache keeps and other processes are told."""

import base64
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from signing.ports import CertificateFinding, FileFinding, SignatureFinding, TrustList

TRUST_GROUPS = ("roots", "intermediates", "crls")


def as_json(finding: FileFinding) -> dict[str, Any]:
    """Return the finding as JSON values; moments become ISO text."""
    plain: dict[str, Any] = _plain(asdict(finding))
    return plain


def from_json(values: Mapping[str, Any]) -> FileFinding:
    """Return the finding that ``as_json`` gave."""
    return FileFinding(problem=values["problem"], signatures=tuple(_signature(line) for line in values["signatures"]))


def trust_as_json(trust: TrustList) -> dict[str, Any]:
    """Return the trust list as JSON values; certificates become base64."""
    groups = {name: [base64.b64encode(der).decode() for der in getattr(trust, name)] for name in TRUST_GROUPS}
    return {**groups, "sha256": trust.sha256}


def trust_from_json(values: Mapping[str, Any]) -> TrustList:
    """Return the trust list that ``trust_as_json`` gave."""
    roots, between, crls = (tuple(base64.b64decode(text) for text in values[name]) for name in TRUST_GROUPS)
    return TrustList(roots, between, crls, values["sha256"])


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value.isoformat() if isinstance(value, datetime) else value


def _signature(line: Mapping[str, Any]) -> SignatureFinding:
    certificate = dict(line["certificate"])
    for name in ("valid_from", "valid_to"):
        certificate[name] = datetime.fromisoformat(certificate[name])
    moments = {name: _moment(line[name]) for name in ("claimed_at", "sealed_at")}
    return SignatureFinding(
        **{
            **line,
            **moments,
            "changed_fields": tuple(line["changed_fields"]),
            "certificate": CertificateFinding(**certificate),
        }
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
