"""Verification codes: how they are made and how people type them."""

from collections.abc import Callable

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 16


def new_code(choose: Callable[[str], str]) -> str:
    """Return a new code: sixteen signs of an alphabet without O, I, 0 and 1, which read alike (80 bits).

    :param choose: picks one sign of the alphabet; ``secrets.choice``, but for tests.
    """
    return "".join(choose(ALPHABET) for _place in range(CODE_LENGTH))


def typed_code(text: str) -> str:
    """Return the code that somebody typed with spaces, hyphens or small letters; nothing if it cannot be one."""
    plain = "".join(text.upper().replace("-", " ").split())
    return plain if len(plain) == CODE_LENGTH and set(plain) <= set(ALPHABET) else ""
