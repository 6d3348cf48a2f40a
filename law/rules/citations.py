"""How a norm and its article may be shown: only what was read is shown as law."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

UNVERIFIED = "norma por verificar"


@dataclass(frozen=True)
class Alias:
    """The number of an article in a consolidated text, while that text is in force."""

    text: str
    number: str
    valid_from: date
    valid_to: date | None


def citation(
    norm: str,
    article: str = "",
    *,
    is_norm_verified: bool,
    is_article_verified: bool = False,
    aliases: Sequence[Alias] = (),
    on: date | None = None,
) -> str:
    """Return a norm with its article as it may be shown.

    A norm whose text was not read is "norma por verificar", without an article. An article that was not read is left
    out. An alias is added where its text is in force on the day.
    """
    if not is_norm_verified:
        return UNVERIFIED
    if not article or not is_article_verified:
        return norm
    shown = f"{norm}, art. {article}"
    held = [each for each in aliases if on and each.valid_from <= on and (each.valid_to is None or on <= each.valid_to)]
    if held:
        shown += " (" + "; ".join(f"{each.text}, art. {each.number}" for each in held) + ")"
    return shown
