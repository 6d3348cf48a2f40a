"""A structured text before it is typeset."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

DRAFT_TEXTS = ("subject", "addressee_name", "addressee_post", "addressee_place", "closing")
DRAFT_LISTS = ("references", "vistos", "considerandos", "copies", "attendees")


@dataclass(frozen=True)
class Section:
    """A numbered section of a text; without heading its paragraphs stand alone."""

    heading: str = ""
    paragraphs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Article:
    """One article of an act: the verb in bold, then what it orders."""

    verb: str
    text: str


@dataclass(frozen=True)
class Draft:
    """A structured text. Every field is what a person typed: data, never markup.

    ``vistos`` and ``considerandos`` and ``articles`` are an act's; ``sections`` any other document's;
    ``attendees`` an acta's.
    """

    subject: str = ""
    addressee_name: str = ""
    addressee_post: str = ""
    addressee_place: str = ""
    references: tuple[str, ...] = ()
    vistos: tuple[str, ...] = ()
    considerandos: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    articles: tuple[Article, ...] = ()
    closing: str = ""
    copies: tuple[str, ...] = ()
    attendees: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the draft as JSON values: lists and mappings, in the order of the fields."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Draft":
        """Return the draft that ``as_json`` gave."""
        typed: dict[str, Any] = {name: values.get(name, "") for name in DRAFT_TEXTS}
        typed |= {name: tuple(values.get(name, ())) for name in DRAFT_LISTS}
        return cls(
            **typed,
            sections=tuple(Section(s.get("heading", ""), tuple(s["paragraphs"])) for s in values.get("sections", ())),
            articles=tuple(Article(a["verb"], a["text"]) for a in values.get("articles", ())),
        )
