"""How an object of the archive is named: by the SHA-256 of its bytes."""

SHA256_HEX_DIGITS = 64
REFERENCE_DIGITS = 12
"""How much of a digest a sentence shows: enough for an operator to find the object."""


def is_digest(text: str) -> bool:
    """Return whether the text is a SHA-256 as the archive spells it: 64 lower-case hex digits."""
    return len(text) == SHA256_HEX_DIGITS and set(text) <= set("0123456789abcdef")


def object_key(digest: str) -> str:
    """Return ``ab/cd/abcd…``: the folders keep a directory's listing short."""
    return f"{digest[:2]}/{digest[2:4]}/{digest}"
