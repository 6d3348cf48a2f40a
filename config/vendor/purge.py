"""Takes from a minified style sheet only the rules that our pages use."""

import re
from collections.abc import Iterator

CLASS = re.compile(r"\.([a-zA-Z][\w-]*)")
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def purged(css: str, classes: frozenset[str]) -> str:
    """Return the sheet without the rules that need another class, and without the tokens on ``:root``.

    The licence's comment at the head stays.
    """
    heads = COMMENT.findall(css)
    body = "".join(_kept(COMMENT.sub("", css), classes))
    return f"{heads[0] if heads else ''}\n{body}\n"


def _kept(css: str, classes: frozenset[str]) -> Iterator[str]:
    for prelude, block in _rules(css):
        if prelude.startswith("@media"):
            inside = "".join(_kept(block, classes))
            if inside:
                yield f"{prelude}{{{inside}}}"
        elif not prelude.startswith("@"):
            selectors = [part for part in _selectors(prelude) if _is_used(part, classes)]
            if selectors:
                yield f"{','.join(selectors)}{{{block}}}"


def _is_used(selector: str, classes: frozenset[str]) -> bool:
    is_token = selector.startswith(("[data-bs-theme", ":root"))
    return not is_token and all(name in classes for name in CLASS.findall(selector))


def _selectors(prelude: str) -> list[str]:
    """Split a list of selectors at its commas, but not inside ``:not(a, b)``."""
    return [part.strip() for part in re.split(r",(?![^(]*\))", prelude)]


def _rules(css: str) -> Iterator[tuple[str, str]]:
    """Return each rule of the sheet: what stands before its braces, and what stands inside."""
    at = 0
    while (opening := css.find("{", at)) != -1:
        closing = _closing(css, opening)
        yield css[at:opening].strip(), css[opening + 1 : closing]
        at = closing + 1


def _closing(css: str, opening: int) -> int:
    depth = 0
    for place in range(opening, len(css)):
        depth += {"{": 1, "}": -1}.get(css[place], 0)
        if depth == 0:
            return place
    raise ValueError("the sheet ends inside a rule")
