"""How small secrets rest in the database: closed with a key that comes from ``SECRET_KEY``, never in clear."""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

PURPOSE = b"chasqui: factors at rest"


class CannotOpen(Exception):
    """None of the keys opens it: ``SECRET_KEY`` changed, and the former one is not among the fallbacks."""


def close(text: str, keys: Sequence[str]) -> str:
    """Return the text closed with the first of the secret keys."""
    return _box(keys).encrypt(text.encode()).decode()


def open_closed(closed: str, keys: Sequence[str]) -> str:
    """Return the text that one of the secret keys opens, newest first.

    :raises CannotOpen: none does.
    """
    try:
        return _box(keys).decrypt(closed.encode()).decode()
    except InvalidToken:
        raise CannotOpen from None


def closed_anew(closed: str, keys: Sequence[str]) -> str:
    """Return it closed with the first of the keys, whichever of them closed it before.

    :raises CannotOpen: none did.
    """
    try:
        return _box(keys).rotate(closed.encode()).decode()
    except InvalidToken:
        raise CannotOpen from None


def is_closed_with(closed: str, key: str) -> bool:
    """Return whether this key opens it."""
    try:
        _box([key]).decrypt(closed.encode())
    except InvalidToken:
        return False
    return True


def token_digest(token: str) -> str:
    """Return what is kept of a one-time link: it recognises the token and cannot be turned back into it."""
    return hashlib.sha256(token.encode()).hexdigest()


def _box(keys: Sequence[str]) -> MultiFernet:
    return MultiFernet([Fernet(urlsafe_b64encode(hmac.digest(key.encode(), PURPOSE, hashlib.sha256))) for key in keys])
