"""Signs with the keys that this server holds: the demo's people, and the entity's seal."""

import hmac
import secrets
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock

from asn1crypto import cms
from cryptography.hazmat.primitives.serialization import load_der_private_key
from pyhanko.sign.timestamps import TimeStamper

from signing.adapters.event_loop import run
from signing.adapters.parsed_key import DIGEST, ParsedKeySigner
from signing.errors import ClockDisagrees, KeyRefused, TimestampUnavailable
from signing.ports import Key, Made, Secret, Timestamper

KEYS_IN_MEMORY = 64
CLOCK_TOLERANCE = timedelta(minutes=5)
WITH_TIME, WITHOUT_TIME = "B-T", "B-B"


class ServerKeySigner:
    """The ``Signer`` of server-held keys. A key is parsed once; its secret is asked for on every use.

    What is kept of the secret is a keyed digest that only this process can recompute.
    """

    def __init__(self, *, timestamper: Timestamper | None) -> None:
        self._timestamper = timestamper
        self._opened: OrderedDict[tuple[str, bytes], tuple[bytes, ParsedKeySigner]] = OrderedDict()
        self._lock = Lock()
        self._process_key = secrets.token_bytes(32)

    def check(self, key: Key, secret: Secret) -> None:
        self._open(key, secret)

    def sign(self, digest: bytes, key: Key, secret: Secret, *, at: datetime) -> Made:
        signer = self._open(key, secret)
        return self._with_time(
            lambda stamper: run(signer.async_sign(digest, DIGEST, use_pades=True, timestamper=stamper)), at
        )

    def sign_detached(self, content: bytes, key: Key, secret: Secret, *, at: datetime) -> Made:
        signer = self._open(key, secret).at(at)
        return self._with_time(
            lambda stamper: run(signer.async_sign_general_data(content, DIGEST, use_cades=True, timestamper=stamper)),
            at,
        )

    def _open(self, key: Key, secret: Secret) -> ParsedKeySigner:
        name = (key.identity, key.certificate)
        with self._lock:
            known = self._opened.get(name)
            if known is not None and hmac.compare_digest(known[0], self._proof(secret)):
                self._opened.move_to_end(name)
                return known[1]
        try:
            signer = ParsedKeySigner(
                key.certificate, key.chain, load_der_private_key(key.encrypted_key, secret.reveal())
            )
        except (ValueError, TypeError):
            raise KeyRefused from None
        with self._lock:
            self._opened[name] = (self._proof(secret), signer)
            while len(self._opened) > KEYS_IN_MEMORY:
                self._opened.popitem(last=False)
        return signer

    def _proof(self, secret: Secret) -> bytes:
        return hmac.digest(self._process_key, secret.reveal(), "sha256")

    def _with_time(self, make: Callable[[TimeStamper | None], cms.ContentInfo], at: datetime) -> Made:
        """Sign with a seal of time, or without one and saying so where the authority does not answer."""
        if self._timestamper is not None:
            try:
                return Made(cms=make(PortTimeStamper(self._timestamper, at)).dump(), level=WITH_TIME)
            except TimestampUnavailable:
                pass
        return Made(cms=make(None).dump(), level=WITHOUT_TIME)


class PortTimeStamper(TimeStamper):
    """Asks our port where the library asks for a token, and checks the answer."""

    def __init__(self, port: Timestamper, at: datetime) -> None:
        super().__init__(include_nonce=False)  # type: ignore[no-untyped-call]
        self._port = port
        self._at = at

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        token = cms.ContentInfo.load(self._port.token(message_digest, at=self._at))
        statement = token["content"]["encap_content_info"]["content"].parsed
        if statement["message_imprint"]["hashed_message"].native != message_digest:
            raise ClockDisagrees
        if abs(statement["gen_time"].native - self._at) > CLOCK_TOLERANCE:
            raise ClockDisagrees
        return token
