"""How a series prints its numbers (DR-04).

A pattern is text with tokens in braces: ``{seq:03}-{year}-X/{siglas}/{initials}-J``. ``seq`` takes the width to
which it is padded with zeros; a number that is wider is printed whole.
"""

import re
from collections.abc import Iterator

from docs_store.errors import NumberPartMissing

TOKEN = re.compile(r"\{(?P<name>[a-z_]+)(?::0(?P<width>[1-9]))?\}")
SEQ, YEAR = "seq", "year"
OF_THE_UNIT = frozenset({"siglas", "siglas_path"})
OF_THE_AUTHOR = frozenset({"initials"})
TOKENS = frozenset({SEQ, YEAR}) | OF_THE_UNIT | OF_THE_AUTHOR
NAMES_OF_PARTS = {
    "siglas": "las siglas de la unidad",
    "siglas_path": "las siglas con ruta de la unidad",
    "initials": "las iniciales de quien firma",
}


def render(pattern: str, *, seq: int, year: int, siglas: str, siglas_path: str, initials: str) -> str:
    """Return the number as the series prints it.

    :param siglas: the unit's on the day, as are ``siglas_path``; ``initials`` are the author's. Each may be empty
        where the pattern does not print it.
    :raises NumberPartMissing: the pattern prints a part that is empty.
    """
    parts = {"siglas": siglas, "siglas_path": siglas_path, "initials": initials, YEAR: str(year)}

    def part(token: re.Match[str]) -> str:
        name = token["name"]
        if name == SEQ:
            return f"{seq:0{token['width'] or 1}}"
        if not parts[name]:
            raise NumberPartMissing(pattern=pattern, part=NAMES_OF_PARTS[name])
        return parts[name]

    return TOKEN.sub(part, pattern)


def tokens_of(pattern: str) -> frozenset[str]:
    """Return the names of the tokens in the pattern, known or not."""
    return frozenset(match["name"] for match in TOKEN.finditer(pattern))


def strange_tokens(pattern: str) -> tuple[str, ...]:
    """Return what stands in braces and is no token of ours, and every brace that is alone."""
    return tuple(_strange(pattern))


def _strange(pattern: str) -> Iterator[str]:
    for match in TOKEN.finditer(pattern):
        is_padded = match["width"] is not None
        if match["name"] not in TOKENS or (is_padded and match["name"] != SEQ):
            yield match[0]
    yield from re.findall(r"\{[^{}]*\}|[{}]", TOKEN.sub("", pattern))
