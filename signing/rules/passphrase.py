"""How the passphrases of server-held keys come from secrets."""

import hashlib
import hmac

from signing.ports import Secret

PURPOSE = b"chasqui: keys at rest"


def server_passphrase(secret_key: str) -> Secret:
    """Return the passphrase of the keys that the server uses by itself: authority, time-stamps, seal."""
    return Secret(hmac.digest(secret_key.encode(), PURPOSE, hashlib.sha256).hex())


def personal_passphrase(server: Secret, pin: Secret) -> Secret:
    """Return the passphrase of a person's key: the PIN alone would fall to a copy of the database."""
    return Secret(hmac.digest(server.reveal(), b"pin:" + pin.reveal(), hashlib.sha256).hex())


def fingerprint(server: Secret) -> str:
    """Return what tells one server passphrase from another and opens nothing: 16 hex digits."""
    return hmac.digest(server.reveal(), b"fingerprint", hashlib.sha256).hex()[:16]
