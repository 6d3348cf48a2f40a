"""A signer of the library whose key was parsed once.

The library's own one parses the key on every signature (27 ms for RSA), and loading it from a file always
gives that one, whatever the subclass. It also writes the certificate's parts anew into every signature: a
certificate that was read but not looked into is copied as bytes instead (7 ms less).
"""

import copy
from collections.abc import Iterable, Iterator
from datetime import datetime

from asn1crypto import tsp, x509
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from pyhanko.sign.attributes import CMSAttributeProvider, SignedAttributeProviderSpec, SigningTimeProvider
from pyhanko.sign.general import as_signing_certificate_v2
from pyhanko.sign.signers.pdf_cms import Signer
from pyhanko_certvalidator.registry import SimpleCertificateStore

DIGEST = "sha256"


class ParsedKeySigner(Signer):
    """Signs with an RSA key that is already in memory. The key is an attribute, never a local."""

    def __init__(self, certificate: bytes, chain: Iterable[bytes], key: object) -> None:
        if not isinstance(key, RSAPrivateKey):
            raise TypeError("server-held keys are RSA keys")
        store = SimpleCertificateStore()
        store.register_multiple([x509.Certificate.load(der) for der in chain])
        super().__init__(cert_registry=store, embed_roots=False)
        self._certificate = certificate
        self._key = key
        self._reference = as_signing_certificate_v2(x509.Certificate.load(certificate)).dump()
        self.signed_attr_prov_spec = SignedAttributes(self._reference)

    @property
    def signing_cert(self) -> x509.Certificate:
        return x509.Certificate.load(self._certificate)

    def at(self, moment: datetime) -> "ParsedKeySigner":
        """Return the same signer, which also signs the moment: CAdES asks for it, PAdES forbids it."""
        timed = copy.copy(self)
        timed.signed_attr_prov_spec = SignedAttributes(self._reference, moment)
        return timed

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        if digest_algorithm != DIGEST:
            raise ValueError(f"{digest_algorithm} is not used here")
        return bytes(self._key.key_size // 8) if dry_run else self._key.sign(data, PKCS1v15(), SHA256())


class SignedAttributes(SignedAttributeProviderSpec):
    """Which certificate signs and, where asked, when: what stands beside the digest in the signed part."""

    def __init__(self, reference: bytes, moment: datetime | None = None) -> None:
        self._reference = reference
        self._moment = moment

    def signed_attr_providers(self, data_digest: bytes, digest_algorithm: str) -> Iterator[CMSAttributeProvider]:
        yield CertificateReference(self._reference)
        if self._moment is not None:
            yield SigningTimeProvider(timestamp=self._moment)


class CertificateReference(CMSAttributeProvider):
    """The hash of the signer's certificate (RFC 5035), computed once."""

    attribute_type = "signing_certificate_v2"

    def __init__(self, reference: bytes) -> None:
        self._reference = reference

    async def build_attr_value(self, dry_run: bool = False) -> tsp.SigningCertificateV2:
        return tsp.SigningCertificateV2.load(self._reference)
