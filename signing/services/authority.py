"""The demo's own authority: made at first run, kept under the data folder, never used outside the demo.

Its certificates begin in 2005, so that a real case can be signed at its own dates. Outside the demo the folder
``keys`` is filled by the administrator: ``trust/`` with the roots and revocation lists of the recognised
authorities, ``seal.pem`` with the entity's certificate and its locked key.
"""

import hashlib
import secrets
import shutil
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Self, cast

from asn1crypto import pem
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from django.conf import settings
from django.utils.translation import gettext as _

from organization.models import Entity
from signing.errors import CredentialMissing, DemoOnly
from signing.ports import Key, Secret, TrustList
from signing.signer import keys_folder, server_secret

KEY_BITS = 2048
VALID_FROM = datetime(2005, 1, 1, tzinfo=UTC)
VALID_TO = datetime(2045, 12, 31, 23, 59, 59, tzinfo=UTC)
ROOT_NAME = "Autoridad de demostración de Chasqui (no acreditada)"
TSA_NAME = "Sello de tiempo de demostración de Chasqui"
FALLBACK_ENTITY = "Entidad de demostración"
SEAL_IDENTITY = "seal"
NAME_BYTES = 64


@dataclass(frozen=True)
class Subject:
    """Whom a certificate names."""

    common_name: str
    serial_number: str = ""
    organization: str = ""
    organization_id: str = ""
    title: str = ""

    def as_name(self) -> x509.Name:
        """Return the X.509 name, without what is empty."""
        parts = (
            (NameOID.COUNTRY_NAME, "PE"),
            (NameOID.ORGANIZATION_NAME, self.organization),
            (NameOID.ORGANIZATIONAL_UNIT_NAME, self.organization_id),
            (NameOID.SERIAL_NUMBER, self.serial_number),
            (NameOID.TITLE, self.title),
            (NameOID.COMMON_NAME, self.common_name),
        )
        return x509.Name([x509.NameAttribute(oid, _shortened(text)) for oid, text in parts if text])


@dataclass(frozen=True)
class Issued:
    """A certificate and its private key, locked under a passphrase. Both DER."""

    certificate: bytes
    encrypted_key: bytes


class Authority:
    """Issues certificates and says which ones it took back."""

    def __init__(self, key: rsa.RSAPrivateKey, certificate: x509.Certificate) -> None:
        self._key = key
        self.certificate = certificate

    @classmethod
    def create(cls, name: str = ROOT_NAME) -> Self:
        """Return a new root that nobody trusts yet."""
        key = rsa.generate_private_key(65537, KEY_BITS)
        subject = Subject(name).as_name()
        usage = _key_usage(key_cert_sign=True, crl_sign=True)
        builder = _builder(subject, subject, key.public_key(), (VALID_FROM, VALID_TO), usage)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        return cls(key, builder.sign(key, SHA256()))

    def issue(
        self,
        subject: Subject,
        passphrase: Secret,
        *,
        valid_from: datetime = VALID_FROM,
        valid_to: datetime = VALID_TO,
        is_timestamper: bool = False,
        can_sign: bool = True,
    ) -> Issued:
        """Return a new key and its certificate for signing documents, or for sealing time."""
        key = rsa.generate_private_key(65537, KEY_BITS)
        usage = _key_usage(
            digital_signature=True, content_commitment=can_sign and not is_timestamper, key_encipherment=not can_sign
        )
        builder = _builder(
            subject.as_name(), self.certificate.subject, key.public_key(), (valid_from, valid_to), usage
        ).add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
        if is_timestamper:
            purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
            builder = builder.add_extension(purpose, critical=True)
        certificate = builder.sign(self._key, SHA256())
        return Issued(certificate.public_bytes(Encoding.DER), _locked(key, passphrase, Encoding.DER))

    def revocation_list(self, revoked: dict[int, datetime]) -> bytes:
        """Return the signed list (DER) of what was taken back: serial number and since when."""
        builder = x509.CertificateRevocationListBuilder().issuer_name(self.certificate.subject)
        builder = builder.last_update(VALID_FROM).next_update(VALID_TO)
        for serial, since in revoked.items():
            row = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(since)
            row = row.add_extension(x509.CRLReason(x509.ReasonFlags.key_compromise), critical=False)
            builder = builder.add_revoked_certificate(row.build())
        builder = builder.add_extension(x509.CRLNumber(len(revoked) + 1), critical=False).add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False
        )
        return builder.sign(self._key, SHA256()).public_bytes(Encoding.DER)

    def locked_key(self, passphrase: Secret) -> bytes:
        """Return the private key (PEM) under the passphrase."""
        return _locked(self._key, passphrase, Encoding.PEM)


def ensure_authority() -> None:
    """Make the demo's authority and its time-stamping key if they are not there yet.

    :raises DemoOnly: this installation is not a demo.
    """
    if not settings.DEMO:
        raise DemoOnly
    folder = keys_folder()
    if (folder / "root.crt").exists():
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    staged = Path(tempfile.mkdtemp(prefix="keys-", dir=folder.parent))
    try:
        _write_authority(staged)
        staged.rename(folder)
    except OSError:
        if not (folder / "root.crt").exists():
            raise
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def demo_authority() -> Authority:
    """Return the demo's authority, made if needed.

    :raises DemoOnly: this installation is not a demo.
    :raises CredentialMissing: its key does not open with this SECRET_KEY.
    """
    ensure_authority()
    folder = keys_folder()
    return _read_authority(folder, (folder / "root.crt").stat().st_mtime_ns)


def seal_key() -> Key:
    """Return the entity's seal. The demo's authority issues it, anew where the entity's name changed.

    :raises CredentialMissing: the entity has no certificate here.
    """
    path = keys_folder() / "seal.pem"
    if settings.DEMO:
        _ensure_seal(path)
    try:
        return _read_seal(path, path.stat().st_mtime_ns)
    except OSError as error:
        raise CredentialMissing(
            _("La entidad todavía no tiene certificado para sellar. Avise a quien administra el sistema.")
        ) from error


def trust_list() -> TrustList:
    """Return whom this installation believes, as the files of ``keys/trust`` say now."""
    folder = keys_folder() / "trust"
    files = sorted(path for path in folder.glob("*") if path.suffix in {".pem", ".crt", ".crl"})
    return _read_trust(tuple((str(path), path.stat().st_mtime_ns) for path in files))


def revoke(certificate: bytes, *, at: datetime) -> None:
    """Take a certificate of the demo's authority back from that moment on."""
    authority, path = demo_authority(), keys_folder() / "trust" / "demo.crl"
    known = x509.load_der_x509_crl(path.read_bytes())
    revoked = {row.serial_number: row.revocation_date_utc for row in known}
    revoked[x509.load_der_x509_certificate(certificate).serial_number] = at
    staged = path.with_suffix(".new")
    staged.write_bytes(authority.revocation_list(revoked))
    staged.replace(path)


def _write_authority(folder: Path) -> None:
    secret, authority = server_secret(), Authority.create()
    timestamper = authority.issue(Subject(TSA_NAME), secret, is_timestamper=True)
    (folder / "trust").mkdir()
    root = authority.certificate.public_bytes(Encoding.PEM)
    _write(folder / "root.crt", root)
    _write(folder / "root.key", authority.locked_key(secret))
    _write(folder / "trust" / "demo.pem", root)
    _write(folder / "trust" / "demo.crl", authority.revocation_list({}))
    _write(folder / "tsa.crt", pem.armor("CERTIFICATE", timestamper.certificate))
    _write(folder / "tsa.key", pem.armor("ENCRYPTED PRIVATE KEY", timestamper.encrypted_key))


def _ensure_seal(path: Path) -> None:
    authority, subject = demo_authority(), _seal_subject()
    if path.exists():
        certificate = x509.load_der_x509_certificate(_read_seal(path, path.stat().st_mtime_ns).certificate)
        if certificate.subject == subject.as_name():
            return
    issued = authority.issue(subject, server_secret())
    staged = path.with_suffix(f".{secrets.token_hex(8)}")
    key = pem.armor("ENCRYPTED PRIVATE KEY", issued.encrypted_key)
    _write(staged, pem.armor("CERTIFICATE", issued.certificate) + key)
    staged.replace(path)


@lru_cache(maxsize=4)
def _read_seal(path: Path, _changed: int) -> Key:
    parts = {kind: der for kind, _headers, der in pem.unarmor(path.read_bytes(), multiple=True)}
    return Key(SEAL_IDENTITY, parts["CERTIFICATE"], parts["ENCRYPTED PRIVATE KEY"])


def _write(path: Path, content: bytes) -> None:
    path.touch(mode=0o600)
    path.write_bytes(content)


def _seal_subject() -> Subject:
    entity = Entity.objects.first()
    name, ruc = (entity.name, entity.ruc) if entity else (FALLBACK_ENTITY, "")
    return Subject(name, serial_number=f"VATPE-{ruc}" if ruc else "", organization=name, organization_id=ruc)


@lru_cache(maxsize=4)
def _read_authority(folder: Path, _changed: int) -> Authority:
    certificate = x509.load_pem_x509_certificate((folder / "root.crt").read_bytes())
    try:
        key = serialization.load_pem_private_key((folder / "root.key").read_bytes(), server_secret().reveal())
    except ValueError as error:
        raise CredentialMissing(
            _("Las claves de esta instalación se hicieron con otra SECRET_KEY. Use la misma, u otra carpeta de datos.")
        ) from error
    return Authority(cast("rsa.RSAPrivateKey", key), certificate)


@lru_cache(maxsize=4)
def _read_trust(files: tuple[tuple[str, int], ...]) -> TrustList:
    roots: list[bytes] = []
    between: list[bytes] = []
    crls: list[bytes] = []
    for name, _changed in files:
        content = Path(name).read_bytes()
        if name.endswith(".crl"):
            crls.append(_crl_der(content))
            continue
        for certificate in x509.load_pem_x509_certificates(content):
            is_root = certificate.subject == certificate.issuer
            (roots if is_root else between).append(certificate.public_bytes(Encoding.DER))
    digest = hashlib.sha256()
    for group in (roots, between, crls):
        for der in sorted(group):
            digest.update(hashlib.sha256(der).digest())
    return TrustList(tuple(roots), tuple(between), tuple(crls), digest.hexdigest())


def _crl_der(content: bytes) -> bytes:
    is_pem = content.lstrip().startswith(b"-----")
    parsed = x509.load_pem_x509_crl(content) if is_pem else x509.load_der_x509_crl(content)
    return parsed.public_bytes(Encoding.DER)


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    public_key: rsa.RSAPublicKey,
    validity: tuple[datetime, datetime],
    usage: x509.KeyUsage,
) -> x509.CertificateBuilder:
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(public_key)
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(validity[0]).not_valid_after(validity[1])
    builder = builder.add_extension(usage, critical=True)
    return builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)


def _shortened(text: str) -> str:
    """Return what fits into one part of an X.509 name."""
    return text.encode()[:NAME_BYTES].decode(errors="ignore")


def _key_usage(**granted: bool) -> x509.KeyUsage:
    names = (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    )
    return x509.KeyUsage(**{name: granted.get(name, False) for name in names})


def _locked(key: rsa.RSAPrivateKey, passphrase: Secret, encoding: Encoding) -> bytes:
    lock = serialization.BestAvailableEncryption(passphrase.reveal())
    return key.private_bytes(encoding, PrivateFormat.PKCS8, lock)
