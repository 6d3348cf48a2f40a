"""The demo's own time-stamping authority, in this process."""

import secrets
from datetime import datetime
from functools import cached_property
from pathlib import Path

from asn1crypto import algos, cms, pem, tsp, x509
from cryptography.hazmat.primitives.hashes import SHA256, Hash
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from signing.adapters.event_loop import run
from signing.adapters.parsed_key import DIGEST, ParsedKeySigner
from signing.errors import TimestampUnavailable
from signing.ports import Secret

POLICY = "2.25.291837465564738291"  # the demo's own, under the arc of UUIDs: no accredited policy stands behind it
SERIAL_BITS = 63


class DemoTimestamper:
    """The ``Timestamper`` of the demo: it says whatever moment it is told. Its key lies in the folder of keys."""

    def __init__(self, *, folder: Path, secret: Secret) -> None:
        self._folder = folder
        self._secret = secret

    def token(self, digest: bytes, *, at: datetime) -> bytes:
        try:
            authority = self._authority
        except (OSError, ValueError, TypeError) as error:
            raise TimestampUnavailable from error
        statement = _statement(digest, at, authority.signing_cert)
        hashed = Hash(SHA256())
        hashed.update(statement)
        signed = run(
            authority.at(at).async_sign(
                hashed.finalize(),
                DIGEST,
                is_pdf_sig=False,
                encap_content_info=cms.EncapsulatedContentInfo(
                    {"content_type": "tst_info", "content": cms.ParsableOctetString(statement)}
                ),
            )
        )
        return bytes(signed.dump())

    @cached_property
    def _authority(self) -> ParsedKeySigner:
        _kind, _headers, certificate = pem.unarmor((self._folder / "tsa.crt").read_bytes())
        key = load_pem_private_key((self._folder / "tsa.key").read_bytes(), self._secret.reveal())
        return ParsedKeySigner(certificate, (), key)


def _statement(digest: bytes, at: datetime, authority: x509.Certificate) -> bytes:
    """Return the TSTInfo: these bytes existed at that moment."""
    imprint = {"hash_algorithm": algos.DigestAlgorithm({"algorithm": DIGEST}), "hashed_message": digest}
    info = tsp.TSTInfo(
        {
            "version": "v1",
            "policy": tsp.ObjectIdentifier(POLICY),
            "message_imprint": tsp.MessageImprint(imprint),
            "serial_number": secrets.randbits(SERIAL_BITS),
            "gen_time": at,
            "tsa": x509.GeneralName(name="directory_name", value=authority.subject),
        }
    )
    return bytes(info.dump())
